// What everybody may know of an actor.
import { expect } from "bun:test";
import { behaviours } from "../support/behaviour.ts";
import { openNetwork } from "./nodes.ts";

const behaviour = behaviours("http meta");
const options = { type: "urn:actingweb:example.org:app", version: "2.1", description: "Test ", info: "https://x.org/" };

async function open(more: object = {}) {
  const node = openNetwork().node("one", { ...options, ...more });
  const actor = await node.actor();
  return { actor, get: (path = "") => node.send("GET", `${actor.id}/meta${path}`), node };
}

behaviour("it is open to anybody, with wrong credentials too", async () => {
  const { node, actor } = await open();
  expect((await node.send("GET", `${actor.id}/meta`, { secret: "wrong" })).status).toBe(200);
});

behaviour("it says in JSON what the reference's clients look for", async () => {
  const { actor, get } = await open();
  const answer = await get();
  expect(answer.headers.get("content-type")).toBe("application/json");
  expect(answer.json()).toMatchObject({
    id: actor.id,
    type: options.type,
    version: "2.1",
    desc: `Test ${actor.id}`,
    info: "https://x.org/",
    trustee_root: "",
    aw_version: "1.0",
    aw_formats: "json",
    aw_trust_types: ["associate", "viewer", "friend", "partner", "admin"],
    actingweb: { version: "1.0", formats: "json" },
  });
});

behaviour("each part is a line of plain text", async () => {
  const { actor, get } = await open();
  const texts = {
    id: actor.id,
    type: options.type,
    version: "2.1",
    desc: `Test ${actor.id}`,
    info: "https://x.org/",
    trustee_root: "",
    "actingweb/version": "1.0",
    "actingweb/formats": "json",
  };
  for (const [path, text] of Object.entries(texts)) {
    const answer = await get(`/${path}`);
    expect([answer.status, answer.text]).toEqual([200, text]);
    expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  }
  expect((await get("/specification")).text).toContain("actingweb-spec");
});

behaviour("the kinds of relationships are listed in both forms", async () => {
  const { get } = await open();
  expect((await get("/trusttypes")).json()).toMatchObject({
    trust_types: { friend: { display_name: "Friend" } },
    default_trust_type: "friend",
  });
  const [first] = (await get("/actingweb/trust_types")).json() as Record<string, string>[];
  expect(Object.keys(first!)).toEqual(["name", "display_name", "description", "created_by"]);
});

behaviour("only what is there is announced", async () => {
  const tags = async (more: object) => (await (await open(more)).get("/actingweb/supported")).text.split(",");
  const bare = await tags({});
  for (const tag of ["trust", "subscriptions", "listproperties", "nestedproperties", "trustpermissions"]) {
    expect(bare).toContain(tag);
  }
  for (const tag of ["www", "actions", "methods", "resources", "oauth", "callbacks", "sessions", "mcp"]) {
    expect(bare).not.toContain(tag);
  }
  const actions = () => Promise.resolve(new Response("done"));
  expect(await tags({ processCallbacks: true, mounted: { actions } })).toEqual(
    expect.arrayContaining(["callbacks", "actions"]),
  );
});

behaviour("what the app mounts is answered by the app, anything else is 404", async () => {
  const actions = () => Promise.resolve(new Response("done"));
  const { node, actor } = await open({ mounted: { actions } });
  expect((await node.send("POST", `${actor.id}/actions/ring`)).text).toBe("done");
  for (const path of ["www", "methods", "resources/a", "unknown"]) {
    expect((await node.send("GET", `${actor.id}/${path}`)).status).toBe(404);
  }
});

behaviour("an unknown part is 404, and an unknown actor", async () => {
  const { node, get } = await open();
  for (const path of ["/unknown", "/actingweb", "/raml", "/__proto__", "/actingweb/version/more"]) {
    expect((await get(path)).status).toBe(404);
  }
  expect((await node.send("GET", "unknown/meta")).status).toBe(404);
});

behaviour("other methods are 405", async () => {
  const { node, actor } = await open();
  const answer = await node.send("PUT", `${actor.id}/meta`, { body: "{}" });
  expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET"]);
});
