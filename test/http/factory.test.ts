// Creating actors.
import { afterAll, beforeAll, expect } from "bun:test";
import { Hono } from "hono";
import { routes } from "../../src/http/mod.ts";
import type { Actor, Store } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";
import { memoryStore } from "../support/memory/mod.ts";
import { openNetwork } from "./nodes.ts";
import { openApp, read, requestInit, type TestApp } from "./app.ts";

const behaviour = behaviours("http factory");
const ROOT = "http://localhost/";

let app: TestApp;
let store: Store;
beforeAll(async () => {
  app = await openApp();
  store = app.store;
}, 120_000);
afterAll(() => store.close());

behaviour("a created actor is answered with its place and its credentials", async () => {
  const answer = await app.send("POST", "/", { body: { creator: "ann", passphrase: "secret" } });
  const { id, ...rest } = answer.json() as Actor;
  expect(answer.status).toBe(201);
  expect(answer.headers.get("content-type")).toBe("application/json");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(answer.headers.get("location")).toBe(ROOT + id);
  expect(rest).toEqual({ creator: "ann", passphrase: "secret" });
  expect(await store.actors.get(id)).toEqual({ id, creator: "ann", passphrase: "secret" });
});

behaviour("ids and generated passphrases have the reference's forms", async () => {
  const actors = [await app.actor(), await app.actor()];
  for (const { id, creator, passphrase } of actors) {
    expect(id).toMatch(/^[0-9a-f]{12}5[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
    expect(passphrase).toMatch(/^[0-9a-f]{40}$/);
    expect(creator).toBe("creator");
  }
  expect(actors[0]!.id).not.toBe(actors[1]!.id);
  expect(actors[0]!.passphrase).not.toBe(actors[1]!.passphrase);
});

behaviour("an e-mail creator is trimmed and in lower case, another name keeps its case", async () => {
  expect((await app.actor({ creator: "  Ann@Example.ORG " })).creator).toBe("ann@example.org");
  expect((await app.actor({ creator: " Ann " })).creator).toBe("Ann");
});

behaviour("an empty body, empty fields and null fields get the defaults", async () => {
  const bodies = [undefined, "", " ", "{}", { creator: "", passphrase: "" }, { creator: null, passphrase: null }];
  for (const body of bodies) {
    const answer = await app.send("POST", "/", { body });
    expect(answer.status).toBe(201);
    expect((answer.json() as Actor).creator).toBe("creator");
    expect((answer.json() as Actor).passphrase).toMatch(/^[0-9a-f]{40}$/);
  }
});

behaviour("forms are taken in both encodings", async () => {
  const multipart = new FormData();
  multipart.set("creator", "ann");
  multipart.set("passphrase", "pass word");
  const urlencoded = new URLSearchParams({ creator: "ann", passphrase: "pass word" });
  for (const body of [multipart, urlencoded]) {
    const answer = await app.send("POST", "/", { body });
    expect(answer.status).toBe(201);
    expect(answer.json()).toMatchObject({ creator: "ann", passphrase: "pass word" });
  }
});

behaviour("JSON is recognised under a form's content type", async () => {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await app.send("POST", "/", { body: '{"creator": "ann"}', headers });
  expect(answer.json()).toMatchObject({ creator: "ann" });
});

behaviour("a body that is no object creates nothing", async () => {
  const before = await store.actors.listByCreator("creator");
  const bodies = ["[1]", "1", "null", '"creator"', "{", "creator=ann", new Uint8Array([0x7b, 0xff, 0x7d])];
  for (const body of bodies) {
    const answer = await app.send("POST", "/", { body, headers: { "content-type": "application/json" } });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { code: "invalid" } });
  }
  expect(await store.actors.listByCreator("creator")).toEqual(before);
});

behaviour("a field that is no text is refused by name, without its value", async () => {
  for (const field of ["creator", "passphrase", "trustee_root"]) {
    const answer = await app.send("POST", "/", { body: { [field]: 4711 } });
    expect(answer.status).toBe(400);
    expect(answer.json()).toEqual({ error: { code: "invalid", message: `${field} must be a string` } });
  }
});

behaviour("a text that no database can hold is refused", async () => {
  for (const passphrase of ["a\0b", "\ud800"]) {
    expect((await app.send("POST", "/", { body: { passphrase } })).status).toBe(400);
  }
  const long = await app.send("POST", "/", { body: { creator: "a".repeat(256) } });
  expect(long.status).toBe(413);
  expect(long.json()).toEqual({ error: { code: "too_large", message: "creator must be at most 255 characters" } });
});

behaviour("a file in a form is refused", async () => {
  const form = new FormData();
  form.set("creator", new Blob(["ann"]), "creator.txt");
  expect((await app.send("POST", "/", { body: form })).status).toBe(400);
});

behaviour("the trustee's root is kept where the reference keeps it", async () => {
  const trustee_root = "https://trustee.example/";
  const answer = await app.send("POST", "/", { body: { trustee_root } });
  const actor = answer.json() as Actor;
  expect(answer.json()).toMatchObject({ trustee_root });
  expect((await store.attributes.get(actor.id, "_internal", "trustee_root"))?.data).toBe(trustee_root);
  expect((await app.send("GET", `/${actor.id}`, { as: actor })).json()).toMatchObject({ trustee_root });
});

behaviour("the root itself is no resource to read", async () => {
  const answer = await app.send("GET", "/");
  expect(answer.status).toBe(404);
  expect(answer.json()).toMatchObject({ error: { code: "not_found" } });
});

behaviour("a body over the limit is refused, whether its length is declared or not", async () => {
  const limited = routes(store, { bodyLimit: 100 });
  const large = JSON.stringify({ creator: "a".repeat(100) });
  const stream = () =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (const part of large) controller.enqueue(new TextEncoder().encode(part));
        controller.close();
      },
    });
  const declared = requestInit("POST", { body: large, headers: { "content-length": String(large.length) } });
  const streamed = { ...requestInit("POST", { body: stream() }), duplex: "half" };
  const lying = { ...requestInit("POST", { body: stream(), headers: { "content-length": "10" } }), duplex: "half" };
  for (const init of [declared, streamed, lying]) {
    const answer = await read(await limited.request(new Request(ROOT, init as RequestInit)));
    expect(answer.status).toBe(413);
    expect(answer.json()).toEqual({ error: { code: "too_large", message: "the body must be at most 100 bytes" } });
  }
  const fitting = requestInit("POST", { body: JSON.stringify({ creator: "a".repeat(80) }) });
  expect((await limited.request(ROOT, fitting)).status).toBe(201);
});

behaviour("routes may be mounted anywhere, and a created actor's place says where", async () => {
  const mounted = new Hono().route("/aw", routes(store)).route("/t/:tenant/aw", routes(store));
  for (const [path, root] of [["/aw", "/aw/"], ["/aw/", "/aw/"], ["/t/one/aw", "/t/one/aw/"]] as const) {
    const answer = await read(await mounted.request(path, requestInit("POST", {})));
    const actor = answer.json() as Actor;
    expect(answer.headers.get("location")).toBe(`http://localhost${root}${actor.id}`);
    const found = await mounted.request(answer.headers.get("location")!, requestInit("GET", { as: actor }));
    expect(found.status).toBe(200);
    const property = `${root}${actor.id}/properties/colour`;
    expect((await mounted.request(property, requestInit("PUT", { as: actor, body: "blue" }))).status).toBe(204);
    expect(await store.properties.get(actor.id, "colour")).toBe("blue");
  }
});

behaviour("mounted routes answer their own faults and leave other paths to the app", async () => {
  const mounted = new Hono().route("/aw", routes(store));
  mounted.get("/aw/a/b/c", (c) => c.text("the app's own"));
  mounted.onError((_, c) => c.text("the app's fault", 500));
  const answer = await read(await mounted.request("/aw/unknown"));
  expect(answer.status).toBe(404);
  expect(answer.json()).toMatchObject({ error: { code: "not_found" } });
  expect(await (await mounted.request("/aw/a/b/c")).text()).toBe("the app's own");
});

behaviour("a base URL takes the place of the request's own", async () => {
  for (const baseUrl of ["https://example.org/aw", "https://example.org/aw/"]) {
    const answer = await read(await routes(store, { baseUrl }).request("/", requestInit("POST", {})));
    expect(answer.headers.get("location")).toBe(`https://example.org/aw/${(answer.json() as Actor).id}`);
  }
});

behaviour("options that cannot be meant are refused at once", () => {
  for (const baseUrl of ["", "example.org", "ftp://example.org/"]) {
    expect(() => routes(store, { baseUrl })).toThrow(TypeError);
  }
  for (const bodyLimit of [0, -1, 1.5, NaN]) expect(() => routes(store, { bodyLimit })).toThrow(RangeError);
});

behaviour("a body that a middleware has read is still understood", async () => {
  const mounted = new Hono();
  mounted.use(async (c, next) => {
    await c.req.text();
    await next();
  });
  mounted.route("/", routes(store));
  const answer = await read(await mounted.request("/", requestInit("POST", { body: { creator: "ann" } })));
  expect(answer.json()).toMatchObject({ creator: "ann" });
});

behaviour("a creator who is to have one actor is given the same again, by the passphrase alone", async () => {
  const node = openNetwork().node("one", { uniqueCreator: true });
  const create = (body: object) => node.send("POST", "", { body });
  const first = (await create({ creator: "Ann@Example.org", passphrase: "word", trustee_root: "https://t.example/t" }))
    .json() as Record<string, string>;
  const again = await create({ creator: "ann@example.org", passphrase: "word" });
  expect([again.status, again.json()]).toEqual([201, first]);
  expect(again.headers.get("location")).toBe(node.url + first.id);
  for (const passphrase of ["", "other"]) {
    expect((await create({ creator: "ann@example.org", passphrase })).status).toBe(403);
  }
  expect((await create({ creator: "bob@example.org" })).status).toBe(201);
});

for (const [where, storeOf] of [["in memory", () => memoryStore()], ["on PGlite", () => store]] as const) {
  behaviour(`of many creations at once for one creator exactly one makes an actor, ${where}`, async () => {
    const node = openNetwork().node("one", { uniqueCreator: true }, storeOf());
    const creator = "many@example.org";
    const create = () => node.send("POST", "", { body: { creator, passphrase: "word" } });
    const answers = await Promise.all(Array.from({ length: 20 }, create));
    const found = await node.store.actors.listByCreator(creator);
    expect(found).toHaveLength(1);
    const made = answers.filter(({ status }) => status === 201);
    expect(made.length).toBeGreaterThan(0);
    for (const answer of made) expect(answer.json()).toEqual(found[0]);
    for (const { status, headers } of answers) {
      if (status !== 201) expect([status, headers.get("retry-after")]).toEqual([503, "1"]);
    }
    const other = await node.send("POST", "", { body: { creator, passphrase: "other" } });
    expect(other.status).toBe(403);
  });
}

behaviour("an actor that an index does not show yet is found by its creator all the same", async () => {
  const behind = memoryStore();
  const actors = { ...behind.actors, listByCreator: () => Promise.resolve([]) };
  const node = openNetwork().node("one", { uniqueCreator: true }, { ...behind, actors });
  const create = (passphrase: string) => node.send("POST", "", { body: { creator: "ann", passphrase } });
  const first = (await create("word")).json();
  expect((await create("word")).json()).toEqual(first);
  expect((await create("other")).status).toBe(403);
});

behaviour("a creator whose actor was erased or given away creates another at once", async () => {
  const node = openNetwork().node("one", { uniqueCreator: true });
  const create = () => node.actor({ creator: "ann", passphrase: "word" });
  const first = await create();
  await node.store.actors.erase(first.id);
  const second = await create();
  await node.store.actors.update(second.id, { creator: "bob" });
  const third = await create();
  expect([second.creator, third.creator]).toEqual(["ann", "ann"]);
  expect(new Set([first.id, second.id, third.id]).size).toBe(3);
});

behaviour("where creators are e-mail addresses others are refused", async () => {
  const node = openNetwork().node("one", { emailCreator: true });
  for (const creator of ["ann", "", "a@", "@b", "a b@c"]) {
    expect((await node.send("POST", "", { body: { creator } })).status).toBe(400);
  }
  expect((await node.send("POST", "", { body: { creator: "ann@example.org" } })).status).toBe(201);
});
