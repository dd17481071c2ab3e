// An actor's own resource.
import { afterAll, beforeAll, expect } from "bun:test";
import { behaviours } from "../support/behaviour.ts";
import { openApp, type TestApp } from "./app.ts";

const behaviour = behaviours("http actor");

let app: TestApp;
beforeAll(async () => {
  app = await openApp();
}, 120_000);
afterAll(() => app.store.close());

behaviour("an actor is shown to its creator", async () => {
  const actor = await app.actor({ creator: "ann", passphrase: "secret" });
  for (const path of [`/${actor.id}`, `/${actor.id}/`]) {
    const answer = await app.send("GET", path, { as: actor });
    expect(answer.status).toBe(200);
    expect(answer.text).toBe(`{"id":"${actor.id}","creator":"ann","passphrase":"secret"}`);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("cache-control")).toBe("no-store");
  }
});

behaviour("HEAD answers as GET does, without a body", async () => {
  const actor = await app.actor();
  const answer = await app.send("HEAD", `/${actor.id}`, { as: actor });
  expect([answer.status, answer.text]).toEqual([200, ""]);
});

behaviour("a deleted actor is gone with everything under it", async () => {
  const actor = await app.actor();
  await app.send("PUT", `/${actor.id}/properties/email`, { as: actor, body: "ann@example.org" });
  await app.store.attributes.set(actor.id, "bucket", "name", 1);
  const answer = await app.send("DELETE", `/${actor.id}`, { as: actor });
  expect([answer.status, answer.text]).toEqual([204, ""]);
  expect((await app.send("GET", `/${actor.id}`, { as: actor })).status).toBe(404);
  expect((await app.send("GET", `/${actor.id}/properties/email`, { as: actor })).status).toBe(404);
  expect(await app.store.properties.all(actor.id)).toEqual([]);
  expect(await app.store.attributes.all(actor.id)).toEqual([]);
  expect(await app.store.lookups.get("email", "ann@example.org")).toBe(null);
  expect(await app.store.actors.tombstone(actor.id)).not.toBe(null);
});

behaviour("deleting needs the creator", async () => {
  const actor = await app.actor();
  const other = await app.actor();
  expect((await app.send("DELETE", `/${actor.id}`)).status).toBe(401);
  expect((await app.send("DELETE", `/${actor.id}`, { as: other })).status).toBe(403);
  expect(await app.store.actors.get(actor.id)).not.toBe(null);
});

behaviour("other methods are named as not allowed", async () => {
  const actor = await app.actor();
  for (const method of ["PUT", "POST", "PATCH", "OPTIONS"]) {
    const answer = await app.send(method, `/${actor.id}`, { as: actor });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("GET, DELETE");
    expect(answer.json()).toMatchObject({ error: { code: "method_not_allowed" } });
  }
});

behaviour("what is no resource is 404", async () => {
  const actor = await app.actor();
  expect((await app.send("GET", `/${actor.id}/unknown`, { as: actor })).status).toBe(404);
});
