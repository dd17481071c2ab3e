// Subscriptions: who may, what is registered, and what is sent.
import { expect } from "bun:test";
import { resume } from "../../src/http/mod.ts";
import type { Json } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";
import { openNetwork, openPair, type Pair } from "./nodes.ts";

const behaviour = behaviours("http subscriptions");

interface Shown {
  readonly sequence: number;
  readonly data: readonly { readonly sequence: number; readonly timestamp: string; readonly data: Json }[];
}

/** A pair in which `ann` has subscribed to `bob`. */
async function open(body: object = { target: "properties" }, options: Parameters<typeof openPair>[0] = {}) {
  const pair = await openPair(options);
  const subscribed = await subscribe(pair, body);
  const write = (method: string, path: string, sent?: unknown) => {
    return pair.two.send(method, `${pair.bob.id}/properties${path}`, {
      as: pair.bob,
      ...(sent === undefined ? {} : { body: sent }),
    });
  };
  return { ...pair, ...subscribed, write };
}

async function subscribe({ two, ann, bob, secret }: Pair, body: object) {
  const answer = await two.send("POST", `${bob.id}/subscriptions/${ann.id}`, { secret, body });
  if (answer.status !== 201) throw new Error(answer.text);
  const { subscriptionid: id } = answer.json() as { subscriptionid: string };
  const path = `${bob.id}/subscriptions/${ann.id}/${id}`;
  const shown = async () => (await two.send("GET", path, { secret })).json() as Shown;
  const diffs = async () => (await shown()).data.map(({ data }) => data);
  return { id, path, shown, diffs, answer };
}

behaviour("a peer subscribes and is told where and with what number", async () => {
  const { answer, two, path, id } = await open({ target: "properties", subtarget: "a" });
  expect(answer.headers.get("location")).toBe(two.url + path);
  expect(answer.json()).toEqual({
    subscriptionid: id,
    target: "properties",
    subtarget: "a",
    resource: "",
    granularity: "none",
    sequence: 0,
  });
});

behaviour("only an approved peer subscribes, for itself, and to what it may read", async () => {
  const { two, bob, ann, secret } = await openPair();
  const post = async (as: object, peer = ann.id, body: object = { target: "properties" }) => {
    return (await two.send("POST", `${bob.id}/subscriptions/${peer}`, { ...as, body })).status;
  };
  expect(await post({ as: bob })).toBe(403);
  expect(await post({ secret }, "other")).toBe(403);
  expect(await post({})).toBe(401);
  expect(await post({ secret }, ann.id, {})).toBe(400);
  expect(await post({ secret }, ann.id, { target: "properties", granularity: "some" })).toBe(400);
  expect(await post({ secret }, ann.id, { target: "properties", resource: "b" })).toBe(400);
  expect(await post({ secret }, ann.id, { target: "properties", subtarget: "private" })).toBe(403);
  const unapproved = await openPair({ approved: false });
  const path = `${unapproved.bob.id}/subscriptions/${unapproved.ann.id}`;
  const answer = await unapproved.two.send("POST", path, {
    secret: unapproved.secret,
    body: { target: "properties" },
  });
  expect(answer.status).toBe(403);
  for (const relationship of ["associate", "partner", "admin"]) await open({ target: "properties" }, { relationship });
});

behaviour("every change is a diff, numbered without a gap", async () => {
  const { write, shown, diffs } = await open();
  await write("PUT", "/test", '{"var1": "hey"}');
  await write("PUT", "/test/var1", "change2");
  await write("PUT", "/test/a/b", "3");
  await write("POST", "", { x: "1", y: { z: true } });
  await write("DELETE", "/test/var1");
  await write("DELETE", "/test");
  await write("DELETE", "/never");
  await write("PUT", "/x", "");
  await write("DELETE", "");
  expect(await diffs()).toEqual([
    { test: { var1: "hey" } },
    { test: { var1: "change2" } },
    { test: { a: { b: 3 } } },
    { x: 1, y: { z: true } },
    { test: { var1: "" } },
    { test: "" },
    { x: "" },
    { y: "" },
  ]);
  const { sequence, data } = await shown();
  expect([sequence, data.map((each) => each.sequence)]).toEqual([8, [1, 2, 3, 4, 5, 6, 7, 8]]);
  expect(data[0]!.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
});

behaviour("changes of lists are diffs in the specification's form", async () => {
  const { write, diffs } = await open({ target: "properties", subtarget: "notes" });
  await write("POST", "", { notes: { _type: "list" } });
  await write("POST", "/notes", '{"id": 1}');
  await write("PUT", "/notes/0", '{"id": 2}');
  await write("PUT", "/notes?index=1", '"b"');
  await write("POST", "/notes/items", { action: "delete", item_index: 0 });
  await write("PUT", "/notes/metadata", { description: "New" });
  await write("POST", "", { notes: { items: [{ index: 0, id: 5 }] } });
  await write("DELETE", "/notes");
  const list = "notes";
  expect(await diffs()).toEqual([
    { list, operation: "metadata", length: 0 },
    { list, operation: "append", length: 1, index: 0, item: { id: 1 } },
    { list, operation: "update", length: 1, index: 0, item: { id: 2 } },
    { list, operation: "append", length: 2, index: 1, item: "b" },
    { list, operation: "delete", length: 1, index: 0 },
    { list, operation: "metadata", length: 1, description: "New" },
    { list, operation: "update", length: 1, index: 0, item: { id: 5 } },
    { list, operation: "delete_all", length: 0 },
  ]);
});

behaviour("each subscription gets what is in its scope, at its level", async () => {
  const pair = await openPair();
  const all = await subscribe(pair, { target: "properties" });
  const test = await subscribe(pair, { target: "properties", subtarget: "test" });
  const part = await subscribe(pair, { target: "properties", subtarget: "test", resource: "a" });
  const other = await subscribe(pair, { target: "properties", subtarget: "other" });
  const elsewhere = await subscribe(pair, { target: "actions" });
  const { two, bob } = pair;
  const write = (method: string, path: string, body?: unknown) =>
    two.send(method, `${bob.id}/properties${path}`, { as: bob, body });
  await write("PUT", "/test", '{"a": {"b": 1}, "c": 2}');
  await write("PUT", "/test/a/b", "2");
  await write("PUT", "/test/c", "3");
  await write("POST", "", { other: "x", more: "y" });
  await write("DELETE", "/test");
  expect(await all.diffs()).toEqual([
    { test: { a: { b: 1 }, c: 2 } },
    { test: { a: { b: 2 } } },
    { test: { c: 3 } },
    { other: "x", more: "y" },
    { test: "" },
  ]);
  expect(await test.diffs()).toEqual([{ a: { b: 1 }, c: 2 }, { a: { b: 2 } }, { c: 3 }, ""]);
  expect(await part.diffs()).toEqual([{ b: 1 }, { b: 2 }, ""]);
  expect(await other.diffs()).toEqual(["x"]);
  expect(await elsewhere.diffs()).toEqual([]);
});

behaviour("diffs are read again and again until they are cleared up to a number", async () => {
  const { write, diffs, two, path, secret, bob } = await open();
  for (const value of ["1", "2", "3"]) await write("PUT", "/a", value);
  const one = await two.send("GET", `${path}/2`, { secret });
  expect(one.json()).toMatchObject({ sequence: 2, data: { a: 2 }, target: "properties", subtarget: "" });
  expect((await two.send("GET", `${path}/2`, { secret })).text).toBe(one.text);
  expect((await two.send("PUT", path, { secret, body: { sequence: 2 } })).status).toBe(204);
  expect(await diffs()).toEqual([{ a: 3 }]);
  for (const number of ["2", "0", "x", "99", "-1", "1e1"]) {
    expect((await two.send("GET", `${path}/${number}`, { secret })).status).toBe(404);
  }
  expect((await two.send("PUT", path, { secret, body: { sequence: 1000 } })).status).toBe(204);
  await write("PUT", "/a", "4");
  expect((await two.send("GET", `${path}/4`, { as: bob })).status).toBe(200);
  for (const body of [{}, { sequence: "x" }, { sequence: -1 }, { sequence: 1.5 }]) {
    expect((await two.send("PUT", path, { secret, body })).status).toBe(400);
  }
  expect((await two.send("PUT", `${path}?sequence=0`, { secret })).status).toBe(204);
  expect(await diffs()).toEqual([]);
});

behaviour("a peer touches no other peer's subscription", async () => {
  const { two, bob, path, diffs, write } = await open();
  await write("PUT", "/a", "1");
  const body = { baseuri: "https://three.example/c", id: "carl", type: "urn:x", secret: "carls" };
  for (const kind of ["friend", "partner"]) {
    await two.send("POST", `${bob.id}/trust/${kind}`, { body: { ...body, id: kind, secret: kind } });
    await two.store.trusts.update(bob.id, kind, { approved: true });
    const ask = async (method: string, at: string) => {
      return (await two.send(method, at, { secret: kind, body: method === "PUT" ? { sequence: 0 } : undefined }))
        .status;
    };
    expect(await ask("GET", path)).toBe(403);
    expect(await ask("GET", `${path}/1`)).toBe(403);
    expect(await ask("PUT", path)).toBe(403);
    expect(await ask("DELETE", path)).toBe(403);
    expect(await ask("GET", path.replace(/\/[^/]+$/, ""))).toBe(403);
    expect(await ask("GET", path.replace(/\/[^/]+\/[^/]+$/, `/${kind}/${path.split("/").at(-1)}`))).toBe(404);
  }
  expect(await diffs()).toEqual([{ a: 1 }]);
});

behaviour("a diff shows a peer only what it may read", async () => {
  const { write, diffs } = await open();
  await write("PUT", "/private%2Fa", "1");
  await write("POST", "", { open: "1", "private/b": "2" });
  expect(await diffs()).toEqual([{}, { open: 1 }]);
});

behaviour("lists of subscriptions, all and of one peer", async () => {
  const { two, bob, ann, secret, id } = await open({ target: "properties", subtarget: "a" });
  const all = (await two.send("GET", `${bob.id}/subscriptions`, { as: bob })).json() as { data: object[] };
  const row = {
    peerid: ann.id,
    subscriptionid: id,
    target: "properties",
    subtarget: "a",
    sequence: 0,
    callback: false,
  };
  expect(all.data).toEqual([expect.objectContaining(row)]);
  const own = await two.send("GET", `${bob.id}/subscriptions/${ann.id}`, { secret });
  expect(own.json()).toMatchObject({ id: bob.id, peerid: ann.id, data: [row] });
  for (
    const [query, count] of [["?subtarget=a", 1], ["?subtarget=b", 0], ["?target=x", 0], ["?peerid=x", 0]] as const
  ) {
    const answer = await two.send("GET", `${bob.id}/subscriptions${query}`, { as: bob });
    expect((answer.json() as { data: unknown[] }).data).toHaveLength(count);
  }
});

behaviour("an actor subscribes to its peer, and either side ends it for both", async () => {
  for (const side of ["one", "two"] as const) {
    const { network, one, two, ann, bob } = await openPair();
    const body = { peerid: bob.id, target: "properties", granularity: "high" };
    const answer = await one.send("POST", `${ann.id}/subscriptions`, { as: ann, body });
    expect(answer.status).toBe(204);
    const [mine] = await one.store.subscriptions.all(ann.id);
    const [theirs] = await two.store.subscriptions.all(bob.id);
    expect(mine).toMatchObject({ peerId: bob.id, callback: true, subscriptionId: theirs!.subscriptionId });
    expect(theirs).toMatchObject({ peerId: ann.id, callback: false, granularity: "high" });
    const id = mine!.subscriptionId;
    expect(answer.headers.get("location")).toBe(`${two.url}${bob.id}/subscriptions/${ann.id}/${id}`);
    const ended = side === "one"
      ? await one.send("DELETE", `${ann.id}/subscriptions/${bob.id}/${id}`, { as: ann })
      : await two.send("DELETE", `${bob.id}/subscriptions/${ann.id}/${id}`, { as: bob });
    expect(ended.status).toBe(204);
    await network.settled();
    expect(await one.store.subscriptions.all(ann.id)).toEqual([]);
    expect(await two.store.subscriptions.all(bob.id)).toEqual([]);
  }
});

behaviour("a subscription that the peer refuses is 408, one to a stranger 404", async () => {
  const { one, ann, bob, network } = await openPair();
  const post = async (body: object) => (await one.send("POST", `${ann.id}/subscriptions`, { as: ann, body })).status;
  expect(await post({ peerid: "stranger", target: "properties" })).toBe(404);
  expect(await post({ peerid: bob.id })).toBe(400);
  expect(await post({ peerid: bob.id, target: "properties", subtarget: "private" })).toBe(408);
  network.down.add("two");
  expect(await post({ peerid: bob.id, target: "properties" })).toBe(408);
  expect(await one.store.subscriptions.all(ann.id)).toEqual([]);
});

behaviour("a suspended target registers nothing, a suspended part of it only the rest", async () => {
  const { write, diffs, two, bob } = await open();
  await two.store.suspensions.createIfAbsent(bob.id, "properties", "a");
  await write("PUT", "/a", "1");
  await write("PUT", "/b", "1");
  await write("POST", "", { a: "2", b: "2" });
  await two.store.suspensions.createIfAbsent(bob.id, "properties", "");
  await write("PUT", "/b", "3");
  await write("POST", "", { c: "2", b: "2" });
  expect(await diffs()).toEqual([{ b: 1 }, { b: 2 }]);
});

behaviour("a callback is tried again when the peer fails, three times at most, and not when it refuses", async () => {
  const tries = async (...statuses: (number | null)[]): Promise<number> => {
    let count = 0;
    const network = openNetwork();
    const fetch = () => {
      const status = statuses[Math.min(count++, statuses.length - 1)]!;
      return status === null
        ? Promise.reject(new TypeError("connection refused"))
        : Promise.resolve(new Response(null, { status }));
    };
    const node = network.node("two", { fetch, random: () => 0 });
    const bob = await node.actor();
    const peer = { peerId: "p", baseUri: "https://p.example/p", type: "urn:x", relationship: "friend", secret: "s" };
    await node.store.trusts.createIfAbsent(bob.id, { ...peer, approved: true });
    const subscription = { peerId: "p", subscriptionId: "s", target: "properties", granularity: "high" };
    await node.store.subscriptions.createIfAbsent(bob.id, subscription);
    await node.send("PUT", `${bob.id}/properties/a`, { as: bob, body: "1" });
    await network.settled();
    expect(await node.store.diffs.all(bob.id, "s")).toHaveLength(1);
    return count;
  };
  expect(await tries(503, 204)).toBe(2);
  expect(await tries(null, null, 204)).toBe(3);
  expect(await tries(null)).toBe(3);
  expect(await tries(500)).toBe(3);
  expect(await tries(403)).toBe(1);
});

behaviour("callbacks carry the diff, or where it is", async () => {
  for (const granularity of ["high", "low", "none"]) {
    const bodies: Record<string, unknown>[] = [];
    const network = openNetwork();
    const fetch = async (request: Request) => {
      bodies.push({
        url: request.url,
        secret: request.headers.get("authorization"),
        ...await request.json() as object,
      });
      return new Response(null, { status: 204 });
    };
    const two = network.node("two", { fetch });
    const bob = await two.actor();
    const trust = { peerId: "p", baseUri: "https://p.example/p", type: "urn:x", relationship: "friend", secret: "s" };
    await two.store.trusts.createIfAbsent(bob.id, { ...trust, approved: true });
    await two.store.subscriptions.createIfAbsent(bob.id, {
      peerId: "p",
      subscriptionId: "x",
      target: "properties",
      granularity,
    });
    await two.send("PUT", `${bob.id}/properties/a`, { as: bob, body: "1" });
    await two.send("PUT", `${bob.id}/properties/private%2Fa`, { as: bob, body: "1" });
    await network.settled();
    if (granularity === "none") {
      expect(bodies).toEqual([]);
      continue;
    }
    const own = granularity === "high" ? { data: { a: 1 } } : { url: `${two.url}${bob.id}/subscriptions/p/x/1` };
    expect(bodies[0]).toMatchObject({
      secret: "Bearer s",
      id: bob.id,
      subscriptionid: "x",
      target: "properties",
      sequence: 1,
      granularity,
      ...own,
    });
    if (granularity === "high") expect(bodies[1]).toMatchObject({ sequence: 2, data: {} });
    expect(await two.store.diffs.all(bob.id, "x")).toHaveLength(2);
  }
});

behaviour("a delivered diff is cleared where that is wanted, one that was not stays", async () => {
  let status = 204;
  const network = openNetwork();
  const fetch = () => Promise.resolve(new Response(null, { status }));
  const two = network.node("two", { fetch, clearOnDelivery: true });
  const bob = await two.actor();
  const trust = { peerId: "p", baseUri: "https://p.example/p", type: "urn:x", relationship: "friend", secret: "s" };
  await two.store.trusts.createIfAbsent(bob.id, { ...trust, approved: true });
  const subscription = { peerId: "p", subscriptionId: "x", target: "properties", granularity: "high" };
  await two.store.subscriptions.createIfAbsent(bob.id, subscription);
  const put = async (value: string) => {
    await two.send("PUT", `${bob.id}/properties/a`, { as: bob, body: value });
    await network.settled();
    return (await two.store.diffs.all(bob.id, "x")).map(({ sequence }) => sequence);
  };
  expect(await put("1")).toEqual([]);
  status = 500;
  expect(await put("2")).toEqual([2]);
});

behaviour("writers at once lose no diff and no number", async () => {
  const { write, shown } = await open();
  await Promise.all(Array.from({ length: 40 }, (_, index) => write("PUT", `/p${index}`, String(index))));
  const { data, sequence } = await shown();
  expect(sequence).toBe(40);
  expect(data.map((each) => each.sequence)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  expect(new Set(data.map((each) => Object.keys(each.data as object)[0])).size).toBe(40);
});

behaviour("what was suspended is resumed with one diff of all there is, and a callback that says so", async () => {
  const pair = await openPair({ one: { processCallbacks: true } });
  const { network, one, two, ann, bob } = pair;
  const { diffs } = await subscribe(pair, { target: "properties", subtarget: "b" });
  const body = { peerid: bob.id, target: "properties", granularity: "high" };
  await one.send("POST", `${ann.id}/subscriptions`, { as: ann, body });
  await two.store.suspensions.createIfAbsent(bob.id, "properties", "");
  await two.send("POST", `${bob.id}/properties`, { as: bob, body: { a: "1", b: { c: 2 } } });
  await two.send("POST", `${bob.id}/properties`, { as: bob, body: { notes: { _type: "list" } } });
  await network.settled();
  expect(await one.store.attributes.bucket(ann.id, `remote:${bob.id}`)).toEqual([]);
  const options = { baseUrl: two.url, fetch: network.fetch };
  expect(await resume(two.store, bob.id, { target: "properties" }, options)).toBe(2);
  expect(await resume(two.store, bob.id, { target: "properties" }, options)).toBe(0);
  const copied = await one.store.attributes.bucket(ann.id, `remote:${bob.id}`);
  expect(copied.map(({ name }) => name)).toEqual(["a", "b", "list:notes:meta"]);
  expect(await diffs()).toEqual([{ c: 2 }]);
});
