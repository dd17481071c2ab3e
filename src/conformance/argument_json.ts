/** Behaviours of JSON as an argument: what no database can hold is refused before any request, however large. @module */

import type { Json, Store } from "../store.ts";
import { group, type World } from "./case.ts";

/** The behaviours. */
export const argumentJson = group("argument json", {
  "null is refused as a value, and a null inside of one is taken": async (_, check, world) => {
    const { store, requests } = await counting(world);
    for (const call of writes(store, null)) await check.refused(call, "invalid", "data", "null");
    check.equal(requests(), 0);
    const id = world.id();
    await store.attributes.set(id, "bucket", "name", [null]);
    check.equal((await store.attributes.get(id, "bucket", "name"))?.data, [null]);
  },

  "what is no JSON is refused, alone and inside of others": async (_, check, world) => {
    const { store, requests } = await counting(world);
    class Point {
      x = 1;
    }
    const values = [
      undefined,
      NaN,
      Infinity,
      -Infinity,
      () => 1,
      Symbol("name"),
      new Date(0),
      new Map([["a", 1]]),
      new Set([1]),
      new Uint8Array([1]),
      new Point(),
      new String("text"),
      new Number(1),
      /expression/,
      Promise.resolve(1),
    ];
    for (const value of values) {
      const holding = [value, [value], { a: value }, { a: [1, { b: value }] }, [[], [value, 1]]];
      for (const data of holding) {
        for (const call of [...writes(store, data), ...expectations(store, data)]) {
          await check.refused(call, "invalid", "JSON");
        }
      }
    }
    check.equal(requests(), 0);
  },

  "an array with a hole is refused": async (_, check, world) => {
    const { store, requests } = await counting(world);
    const holed: number[] = [1];
    holed[2] = 3;
    for (const call of [...writes(store, holed), ...writes(store, Array(3))]) {
      await check.refused(call, "invalid", "JSON");
    }
    check.equal(requests(), 0);
  },

  "NUL and lone surrogates are refused in texts and keys": async (_, check, world) => {
    const { store, requests } = await counting(world);
    for (const text of ["\0", "a\0b", "\ud800", "\udc00a", "😀\ud83d"]) {
      for (const data of [text, [text], { a: text }, { [text]: 1 }, [{ a: [{ [text]: null }] }]]) {
        for (const call of writes(store, data)) await check.refused(call, "invalid", "data", "NUL");
        for (const call of expectations(store, data)) await check.refused(call, "invalid", "expected", "NUL");
      }
    }
    check.equal(requests(), 0);
  },

  "a value that contains itself is refused at once": async (_, check, world) => {
    const { store, requests } = await counting(world);
    const array: unknown[] = [];
    array.push(array);
    const object: { self?: unknown; more: unknown[] } = { more: [] };
    object.self = object;
    object.more.push(object, object, array);
    const started = performance.now();
    for (const data of [array, object, [object], { a: array }]) {
      for (const call of [...writes(store, data), ...expectations(store, data)]) await check.refused(call, "too_large");
    }
    check.true(performance.now() - started < 1_000, "at once");
    check.equal(requests(), 0);
  },

  "a value that is small in memory and endless as text is refused at once": async (_, check, world) => {
    const { store, requests } = await counting(world);
    let doubled: Json = ["x"];
    let keyed: Json = { a: 1 };
    for (let level = 0; level < 60; level++) {
      doubled = [doubled, doubled];
      keyed = { a: keyed, b: keyed };
    }
    const started = performance.now();
    for (const data of [doubled, keyed]) {
      for (const call of [...writes(store, data), ...expectations(store, data)]) await check.refused(call, "too_large");
    }
    check.true(performance.now() - started < 1_500, "at once");
    check.equal(requests(), 0);
  },

  "a value far too deep is refused without an overflow": async (_, check, world) => {
    const { store, requests } = await counting(world);
    let deep: Json = 1;
    for (let level = 0; level < 100_000; level++) deep = level % 2 === 0 ? [deep] : { a: deep };
    for (const call of writes(store, deep)) await check.refused(call, "too_large", "data", "500 levels");
    for (const call of expectations(store, deep)) await check.refused(call, "too_large", "expected", "500 levels");
    check.equal(requests(), 0);
  },

  "a bigint of more digits than the other implementations read is refused": async (_, check, world) => {
    const { store, requests } = await counting(world);
    const data = 10n ** 4300n;
    for (const call of writes(store, data)) await check.refused(call, "too_large", "data", "4300 digits");
    for (const call of expectations(store, { a: -data })) await check.refused(call, "too_large", "expected", "digits");
    check.equal(requests(), 0);
  },

  "a value is taken as it was when the call began": async (store, check, world) => {
    const id = world.id();
    const data = { count: 1, list: ["a"] };
    const writing = store.attributes.set(id, "bucket", "name", data);
    data.count = 2;
    data.list.push("b");
    await writing;
    check.equal((await store.attributes.get(id, "bucket", "name"))?.data, { count: 1, list: ["a"] });
  },

  "an object without a prototype is taken like any other": async (store, check, world) => {
    const id = world.id();
    const data = Object.assign(Object.create(null), { a: Object.assign(Object.create(null), { b: 1 }) }) as Json;
    await store.attributes.set(id, "bucket", "name", data);
    check.equal((await store.attributes.get(id, "bucket", "name"))?.data, { a: { b: 1 } });
    check.true(await store.attributes.setIfEquals(id, "bucket", "name", data, 1));
  },
});

/** A store, and how many requests it has sent. */
async function counting(world: World): Promise<{ store: Store; requests: () => number }> {
  let count = 0;
  return { store: await world.open({ onRequest: () => count++ }), requests: () => count };
}

/** Every way to write a value, as a caller without types may. */
function writes({ attributes }: Store, value: unknown): Promise<unknown>[] {
  const data = value as Json;
  return [
    attributes.set("actor", "bucket", "name", data),
    attributes.setMany("actor", "bucket", [["fine", 1], ["name", data]]),
    attributes.createIfAbsent("actor", "bucket", "name", data),
    attributes.setIfEquals("actor", "bucket", "name", 1, data),
  ];
}

/** Every way to expect a value. */
function expectations({ attributes }: Store, value: unknown): Promise<unknown>[] {
  const expected = value as Json;
  return [
    attributes.setIfEquals("actor", "bucket", "name", expected, 1),
    attributes.deleteIfEquals("actor", "bucket", "name", expected),
  ];
}
