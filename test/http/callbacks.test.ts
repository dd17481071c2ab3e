// Callbacks received into the copy of a peer.
import { expect } from "bun:test";
import { attributeListOf } from "../../src/lists/mod.ts";
import type { Json } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";
import { copied } from "./followers.ts";
import { openPair } from "./nodes.ts";

const behaviour = behaviours("http callbacks");

/** A pair in which `ann` follows `bob` and keeps a copy. */
async function open(body: object = {}, before: Record<string, unknown> = {}) {
  const pair = await openPair({ one: { processCallbacks: true } });
  const { network, one, two, ann, bob, secret } = pair;
  const write = async (method: string, path: string, sent?: unknown) => {
    const answer = await two.send(method, `${bob.id}/properties${path}`, {
      as: bob,
      ...(sent === undefined ? {} : { body: sent }),
    });
    if (answer.status >= 400) throw new Error(answer.text);
  };
  if (Object.keys(before).length > 0) await write("POST", "", before);
  const full = { peerid: bob.id, target: "properties", granularity: "high", ...body };
  const answer = await one.send("POST", `${ann.id}/subscriptions`, { as: ann, body: full });
  if (answer.status !== 204) throw new Error(answer.text);
  const { subscriptionId } = (await one.store.subscriptions.all(ann.id))[0]!;
  const path = `${ann.id}/callbacks/subscriptions/${bob.id}/${subscriptionId}`;
  const copy = async () => {
    await network.settled();
    return await copied(one.store, ann.id, bob.id);
  };
  const original = async () => {
    return (await two.send("GET", `${bob.id}/properties?format=full`, { as: bob })).json() as Record<string, Json>;
  };
  const last = async () => (await one.store.subscriptions.get(ann.id, bob.id, subscriptionId))!.sequence;
  return { ...pair, secret, write, copy, original, path, subscriptionId, last };
}

/** What a copy of these properties is. */
function expectedCopy(properties: Record<string, Json>): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return [name, { value }];
      const { _list, items } = value as { _list?: Json; items?: Json };
      return [name, _list === true ? items! : value];
    }),
  );
}

behaviour("what is there when the subscription begins is copied", async () => {
  const { copy } = await open({}, { a: "text", o: { b: 1 }, n: 5, list: { _type: "list" } });
  expect(await copy()).toEqual({ a: { value: "text" }, o: { b: 1 }, n: { value: 5 }, list: [] });
});

behaviour("changes of properties and lists arrive, in order, also parts of objects", async () => {
  const { write, copy, original } = await open();
  await write("PUT", "/test", '{"a": 1, "b": {"c": 2}}');
  await write("PUT", "/test/b/d", "3");
  await write("DELETE", "/test/a");
  await write("PUT", "/whole", '{"a": 1, "b": 2}');
  await write("PUT", "/whole", '{"a": 1}');
  await write("PUT", "/text", "plain");
  await write("PUT", "/gone", "x");
  await write("DELETE", "/gone");
  await write("POST", "", { notes: { _type: "list" }, x: "1", y: "2" });
  for (const item of ["a", "b", "c"]) await write("POST", "/notes", `"${item}"`);
  await write("PUT", "/notes/1", '{"changed": true}');
  await write("DELETE", "/notes/0");
  const found = await copy();
  expect(found).toEqual(expectedCopy(await original()));
  expect(found.test).toEqual({ b: { c: 2, d: 3 } });
  expect(found.whole).toEqual({ a: 1 });
  expect(found.notes).toEqual([{ changed: true }, "c"]);
});

behaviour("a duplicate is dropped", async () => {
  const { write, copy, one, path, secret, last } = await open();
  await write("POST", "", { notes: { _type: "list" } });
  await write("POST", "/notes", '"a"');
  expect(await copy()).toEqual({ notes: ["a"] });
  const sequence = await last();
  const item = { list: "notes", operation: "append", length: 1, index: 0, item: "a" };
  for (let round = 0; round < 3; round++) {
    const answer = await one.send("POST", path, { secret, body: { sequence, data: { notes: item } } });
    expect(answer.status).toBe(204);
  }
  expect(await copy()).toEqual({ notes: ["a"] });
  expect(await last()).toBe(sequence);
});

behaviour("what was missed is fetched with the next callback, and cleared at the peer", async () => {
  const { network, write, copy, original, last, two, bob, subscriptionId } = await open();
  await write("PUT", "/a", "1");
  await copy();
  network.down.add("one");
  for (let index = 0; index < 5; index++) await write("PUT", `/p${index}`, String(index));
  await network.settled();
  network.down.delete("one");
  expect(await last()).toBe(1);
  await write("PUT", "/b", "2");
  expect(await copy()).toEqual(expectedCopy(await original()));
  expect(await last()).toBe(7);
  expect(await two.store.diffs.all(bob.id, subscriptionId)).toEqual([]);
});

behaviour("when diffs are gone that were missed, everything is read anew", async () => {
  const { network, write, copy, original, two, bob, ann, subscriptionId } = await open({}, { old: "x" });
  network.down.add("one");
  await write("PUT", "/a", "1");
  await write("DELETE", "/old");
  await write("POST", "", { notes: { _type: "list" } });
  await network.settled();
  await two.store.diffs.deleteUpTo(bob.id, ann.id, subscriptionId, 2);
  network.down.delete("one");
  await write("POST", "/notes", '"n"');
  expect(await copy()).toEqual(expectedCopy(await original()));
});

behaviour("a callback without its data is fetched", async () => {
  const { write, copy, last } = await open({ granularity: "low" });
  await write("PUT", "/a", '{"b": 1}');
  expect(await copy()).toEqual({ a: { b: 1 } });
  expect(await last()).toBe(1);
});

behaviour("a resync replaces the copy", async () => {
  const { copy, one, ann, bob, path, secret, write } = await open({}, { a: "1" });
  await one.store.attributes.set(ann.id, `remote:${bob.id}`, "strange", { value: 1 });
  await write("PUT", "/b", "2");
  await copy();
  const body = { type: "resync", sequence: 9, url: "https://evil.example/x" };
  expect((await one.send("POST", path, { secret, body })).status).toBe(204);
  expect(await copy()).toEqual({ a: { value: 1 }, b: { value: 2 } });
});

behaviour("a change of a list that does not fit is read anew", async () => {
  const { write, copy, one, ann, bob } = await open();
  await write("POST", "", { notes: { _type: "list" } });
  await write("POST", "/notes", '"a"');
  await copy();
  await attributeListOf(one.store, ann.id, `remote:${bob.id}`, "notes").append("strange");
  await write("POST", "/notes", '"b"');
  expect(await copy()).toEqual({ notes: ["a", "b"] });
});

behaviour("many callbacks at once are applied one after another", async () => {
  const { write, copy, original } = await open();
  await write("POST", "", { notes: { _type: "list" } });
  await Promise.all(Array.from({ length: 30 }, (_, index) => {
    return index % 2 === 0 ? write("PUT", `/p${index}`, String(index)) : write("POST", "/notes", String(index));
  }));
  expect(await copy()).toEqual(expectedCopy(await original()));
});

behaviour("a property or a part that is subscribed to is copied under the property's name", async () => {
  const whole = await open({ subtarget: "test" }, { test: { a: 1, b: 2 }, other: "x" });
  expect(await whole.copy()).toEqual({ test: { a: 1, b: 2 } });
  await whole.write("PUT", "/test/a", "5");
  await whole.write("PUT", "/other", "y");
  expect(await whole.copy()).toEqual({ test: { a: 5, b: 2 } });
});

behaviour("nobody but the approved peer tells anything", async () => {
  const { one, ann, bob, path, secret, copy } = await open();
  const body = { sequence: 1, data: { forged: 1 } };
  for (const method of ["POST", "PUT", "DELETE"]) {
    expect((await one.send(method, path, { body })).status).toBe(401);
    expect((await one.send(method, path, { as: ann, body })).status).toBe(403);
    expect((await one.send(method, path, { secret: "wrong", body })).status).toBe(403);
  }
  const other = `${ann.id}/callbacks/subscriptions/other/x`;
  expect((await one.send("POST", other, { secret, body })).status).toBe(403);
  for (const unknown of ["", "/actions/x", "/subscriptions", "/subscriptions/a", "/x"]) {
    expect((await one.send("POST", `${ann.id}/callbacks${unknown}`, { body })).status).toBe(401);
    expect((await one.send("POST", `${ann.id}/callbacks${unknown}`, { secret, body })).status).toBe(403);
  }
  const missing = `${ann.id}/callbacks/subscriptions/${bob.id}/unknown`;
  expect((await one.send("POST", missing, { secret, body })).status).toBe(404);
  expect((await one.send("POST", path, { secret, body: { sequence: "x" } })).status).toBe(400);
  await one.store.trusts.update(ann.id, bob.id, { approved: false });
  expect((await one.send("POST", path, { secret, body })).status).toBe(403);
  expect(await copy()).toEqual({});
});

behaviour("without the option callbacks are 400, and nothing is copied", async () => {
  const { one, two, ann, bob, secret, network } = await openPair();
  const body = { peerid: bob.id, target: "properties", granularity: "high" };
  await one.send("POST", `${ann.id}/subscriptions`, { as: ann, body });
  await two.send("PUT", `${bob.id}/properties/a`, { as: bob, body: "1" });
  await network.settled();
  expect(await one.store.attributes.bucket(ann.id, `remote:${bob.id}`)).toEqual([]);
  const { subscriptionId } = (await one.store.subscriptions.all(ann.id))[0]!;
  const path = `${ann.id}/callbacks/subscriptions/${bob.id}/${subscriptionId}`;
  expect((await one.send("POST", path, { secret, body: { sequence: 1, data: {} } })).status).toBe(400);
});

behaviour("when what is missing cannot be fetched the answer is 503, and nothing moves", async () => {
  const { one, network, path, secret, last } = await open();
  network.down.add("two");
  const answer = await one.send("POST", path, { secret, body: { sequence: 5, data: { a: 1 } } });
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(await last()).toBe(0);
});

behaviour("the peer ends our subscription", async () => {
  const { one, ann, path, secret } = await open();
  expect((await one.send("DELETE", path, { secret })).status).toBe(204);
  expect(await one.store.subscriptions.all(ann.id)).toEqual([]);
  expect((await one.send("DELETE", path, { secret })).status).toBe(404);
});

behaviour("a property that the copy has no room for does not stop the rest", async () => {
  const { write, copy, one } = await open();
  await write("PUT", `/${"n".repeat(300)}`, "1");
  await write("PUT", "/a", "1");
  expect(await copy()).toEqual({ a: { value: 1 } });
  expect(one.faults).toHaveLength(1);
});

behaviour("what a receiver held when it died is free again before the sender gives up", async () => {
  const { write, copy, one, ann, bob, subscriptionId } = await open();
  const name = `lock:${bob.id}:${subscriptionId}`;
  await one.store.attributes.createIfAbsent(ann.id, "_callback_state", name, "dead", { ttl: 1 });
  await write("PUT", "/a", "1");
  expect(await copy()).toEqual({ a: { value: 1 } });
  expect(await one.store.attributes.get(ann.id, "_callback_state", name)).toBe(null);
});
