// What peers may do with properties.
import { expect } from "bun:test";
import { behaviours } from "../support/behaviour.ts";
import { openPair } from "./nodes.ts";

const behaviour = behaviours("http access");

async function open(relationship: string, approved = true) {
  const pair = await openPair({ relationship, approved });
  const { two, bob, secret } = pair;
  const body = {
    colour: "blue",
    "public/a": "1",
    "private/b": "2",
    private: { b: "3" },
    notes: { _type: "list" },
    "private/list": { _type: "list" },
  };
  await two.send("POST", `${bob.id}/properties`, { as: bob, body });
  const ask = async (method: string, path: string, sent?: unknown) => {
    const answer = await two.send(method, `${bob.id}/properties${path}`, {
      secret,
      ...(sent === undefined ? {} : { body: sent }),
    });
    return answer.status;
  };
  const names = async () => {
    return Object.keys((await two.send("GET", `${bob.id}/properties`, { secret })).json() as object).sort();
  };
  return { ...pair, ask, names };
}

behaviour("a relationship that is not approved reads and writes nothing", async () => {
  for (const relationship of ["friend", "admin"]) {
    const { ask, two, bob, secret } = await open(relationship, false);
    for (const path of ["", "/colour", "/public%2Fa"]) expect(await ask("GET", path)).toBe(403);
    expect(await ask("PUT", "/colour", "red")).toBe(403);
    expect(await ask("POST", "", { colour: "red" })).toBe(403);
    expect(await ask("DELETE", "/colour")).toBe(403);
    expect(await ask("DELETE", "")).toBe(403);
    for (const path of ["", "/trust", "/subscriptions"]) {
      expect((await two.send("GET", bob.id + path, { secret })).status).toBe(403);
    }
    expect(await two.store.properties.get(bob.id, "colour")).toBe("blue");
  }
});

behaviour("a friend reads and writes what is not private, and deletes nothing", async () => {
  const { ask, names } = await open("friend");
  expect(await names()).toEqual(["colour", "notes", "public/a"]);
  expect(await ask("GET", "/colour")).toBe(200);
  expect(await ask("GET", "/notes")).toBe(200);
  for (const path of ["/private%2Fb", "/private/b", "/private", "/private%2Flist", "/private%2Flist/metadata"]) {
    expect(await ask("GET", path)).toBe(403);
  }
  expect(await ask("PUT", "/colour", "red")).toBe(204);
  expect(await ask("POST", "/notes", "1")).toBe(201);
  for (const path of ["/private%2Fb", "/private/b", "/private%2Flist?index=0"]) {
    expect(await ask("PUT", path, "1")).toBe(403);
  }
  expect(await ask("POST", "/private%2Flist", "1")).toBe(403);
  expect(await ask("POST", "", { colour: "1", "private/b": "1" })).toBe(403);
  for (const path of ["", "/colour", "/notes", "/notes/0"]) expect(await ask("DELETE", path)).toBe(403);
});

behaviour("an associate reads what is public", async () => {
  const { ask, names } = await open("associate");
  expect(await names()).toEqual(["public/a"]);
  expect(await ask("GET", "/public%2Fa")).toBe(200);
  expect(await ask("GET", "/colour")).toBe(403);
  expect(await ask("GET", "/unknown")).toBe(403);
  expect(await ask("PUT", "/public%2Fa", "1")).toBe(403);
});

behaviour("an override widens by patterns, and what it denies comes first", async () => {
  const { ask, names, two, ann, bob, network } = await open("associate");
  const path = `${bob.id}/trust/associate/${ann.id}/permissions`;
  const put = (body: object) => two.send("PUT", path, { as: bob, body });
  const rules = { properties: { patterns: ["col*"], operations: ["read", "write"] } };
  expect((await put(rules)).status).toBe(201);
  expect((await put(rules)).status).toBe(200);
  expect(await names()).toEqual(["colour", "public/a"]);
  expect(await ask("PUT", "/colour", "red")).toBe(204);
  await put({ properties: { ...rules.properties, denied: ["colour"] } });
  expect(await ask("GET", "/colour")).toBe(403);
  const shown = (await two.send("GET", path, { as: bob })).json();
  expect(shown).toMatchObject({
    peer_id: ann.id,
    trust_type: "associate",
    is_custom: true,
    source: "custom_override",
    properties: { patterns: ["public/*", "col*"], denied: ["colour"] },
  });
  expect((await two.send("DELETE", path, { as: bob })).status).toBe(204);
  expect(await names()).toEqual(["public/a"]);
  expect((await two.send("GET", path, { as: bob })).json()).toMatchObject({ is_custom: false });
  await network.settled();
});

behaviour("an override that cannot be read permits nothing", async () => {
  const { ask, two, ann, bob } = await open("friend");
  await two.store.attributes.set(bob.id, "_trust_permissions", `${bob.id}:${ann.id}`, "no JSON");
  expect(await ask("GET", "/colour")).toBe(403);
});

behaviour("the peer is told of its permissions, asks for them, and keeps the newest", async () => {
  const { network, one, two, ann, bob, secret } = await open("associate");
  const body = { properties: { patterns: ["a*"], operations: ["read"] } };
  await two.send("PUT", `${bob.id}/trust/associate/${ann.id}`, { as: bob, body: { permissions: body } });
  await network.settled();
  const key = `${ann.id}:${bob.id}`;
  const stored = async () =>
    JSON.parse(String((await one.store.attributes.get(ann.id, "_peer_permissions", key))!.data));
  expect((await stored()).properties).toEqual({ patterns: ["public/*", "a*"], operations: ["read"] });
  const own = await two.send("GET", `${bob.id}/permissions/${ann.id}`, { secret });
  expect(own.json()).toMatchObject({ source: "custom_override", permissions: { properties: body.properties && {} } });
  expect((await two.send("GET", `${bob.id}/permissions/${ann.id}`, { as: bob })).status).toBe(403);
  const path = `${ann.id}/callbacks/permissions/${bob.id}`;
  const older = { timestamp: "2020-01-01T00:00:00Z", data: { properties: {} } };
  expect((await one.send("POST", path, { secret, body: older })).status).toBe(204);
  expect((await stored()).properties.patterns).toEqual(["public/*", "a*"]);
  expect((await one.send("POST", path, { body: older })).status).toBe(401);
});

behaviour("what a peer may subscribe to is listed for it alone", async () => {
  const { two, ann, bob, secret } = await open("friend");
  const path = `${bob.id}/trust/friend/${ann.id}/shared_properties`;
  const answer = (await two.send("GET", path, { secret })).json() as {
    shared_properties: { name: string }[];
    excluded_properties: string[];
  };
  expect(answer.shared_properties.map(({ name }) => name)).toEqual(["colour", "public/a", "notes"]);
  expect(answer.excluded_properties).toEqual(["private", "private/b", "private/list"]);
  expect((await two.send("GET", path, { as: bob })).status).toBe(403);
});

behaviour("each use of a relationship is noted once a minute", async () => {
  let now = Date.now();
  const { network, two, ann, bob, secret } = await openPair({ two: { now: () => now } });
  await network.settled();
  const use = async () => {
    await two.send("GET", `${bob.id}/properties`, { secret });
    await network.settled();
    return (await two.store.trusts.get(bob.id, ann.id))!.lastAccessed;
  };
  const first = await use();
  now += 59_000;
  expect(await use()).toBe(first);
  now += 2_000;
  expect(await use()).not.toBe(first);
});
