// Who may ask.
import { afterAll, beforeAll, expect } from "bun:test";
import type { Actor } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";
import { basic, openApp, type TestApp } from "./app.ts";

const behaviour = behaviours("http authentication");

let app: TestApp;
let actor: Actor;
beforeAll(async () => {
  app = await openApp();
  actor = await app.actor({ creator: "ann", passphrase: "secret" });
}, 120_000);
afterAll(() => app.store.close());

function get(path: string, authorization?: string) {
  return app.send("GET", path, authorization === undefined ? {} : { headers: { authorization } });
}

behaviour("without credentials the answer is 401 and asks for them", async () => {
  for (const path of [`/${actor.id}`, `/${actor.id}/properties`, `/${actor.id}/properties/colour`]) {
    const answer = await get(path);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toBe('Basic realm="actingweb"');
    expect(answer.json()).toEqual({ error: { code: "unauthenticated", message: "authentication required" } });
  }
});

behaviour("wrong credentials are answered with 403, whichever part is wrong", async () => {
  const wrong = [
    "ann:wrong",
    "ann:",
    "ann:secret ",
    "ann:Secret",
    "Ann:secret",
    ":secret",
    "bob:secret",
    "annsecret",
  ];
  for (const credentials of wrong) {
    const answer = await get(`/${actor.id}`, basic(credentials));
    expect(answer.status).toBe(403);
    expect(answer.text).not.toContain("secret");
  }
  expect((await get(`/${actor.id}`, "Bearer 0123456789abcdef")).status).toBe(403);
});

behaviour("headers that cannot be understood count as none", async () => {
  const malformed = [
    "Basic",
    "Basic ",
    "Basic !!!",
    "Basic YQ===",
    "Basic a b",
    "Digest username=ann",
    "ann:secret",
    ",",
  ];
  for (const header of malformed) expect((await get(`/${actor.id}`, header)).status).toBe(401);
});

behaviour("bytes that are no UTF-8 are only wrong", async () => {
  expect((await get(`/${actor.id}`, `Basic ${btoa("\xff\xfe:\x00")}`)).status).toBe(403);
});

behaviour("the scheme's case and further spaces mean nothing", async () => {
  const [, credentials] = basic("ann:secret").split(" ");
  for (const header of [`basic ${credentials}`, `BASIC  ${credentials}`]) {
    expect((await get(`/${actor.id}`, header)).status).toBe(200);
  }
});

behaviour("colons and letters of any script are fine in both parts", async () => {
  const other = await app.actor({ creator: "urn:ann", passphrase: "pa:ss wörd 🔑" });
  expect((await app.send("GET", `/${other.id}`, { as: other })).status).toBe(200);
});

behaviour("credentials of one actor do not open another", async () => {
  const other = await app.actor({ creator: "ann", passphrase: "other" });
  expect((await app.send("GET", `/${other.id}`, { as: actor })).status).toBe(403);
});

behaviour("an empty passphrase in the database opens nothing", async () => {
  await app.store.actors.createIfAbsent({ id: "open", creator: "ann", passphrase: "" });
  expect((await get("/open", basic("ann:"))).status).toBe(403);
});

behaviour("an unknown actor is 404 with and without credentials", async () => {
  for (const id of ["0".repeat(32), "a".repeat(256), "%00", "list:a"]) {
    for (const path of [`/${id}`, `/${id}/properties`, `/${id}/properties/a`]) {
      expect((await get(path, basic("ann:secret"))).status).toBe(404);
      expect((await get(path)).status).toBe(404);
    }
  }
});

behaviour("a path that is not encoded as UTF-8 is refused", async () => {
  for (const path of ["/%ed%a0%80", "/%ff/properties", `/${actor.id}/properties/%ff`]) {
    expect((await get(path, basic("ann:secret"))).status).toBe(400);
  }
});

behaviour("the system's own actors are not reachable", async () => {
  const system = { id: "_actingweb_system", creator: "system", passphrase: "known" };
  await app.store.actors.createIfAbsent(system);
  expect((await app.send("GET", "/_actingweb_system", { as: system })).status).toBe(404);
});
