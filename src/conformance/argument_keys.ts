/** Behaviours of ids, names and texts as arguments: what no database can hold is refused before any request. @module */

import type { Store } from "../store.ts";
import { group, type World } from "./case.ts";
import { type Argument, everyMethod, type Kind, METHODS } from "./every_method.ts";

/** No text: what callers without types may give instead. */
const NO_TEXTS: readonly unknown[] = [
  undefined,
  null,
  0,
  NaN,
  1n,
  true,
  {},
  [],
  ["text"],
  new String("text"),
  { toString: () => "text" },
  () => "text",
  Symbol("text"),
  new Uint8Array([97]),
];
const UNSTORABLE = ["\0", "a\0", "a\0b", "\ud800", "\udc00", "a\ud83d", "\ude00b", "\udc00\ud800", "😀\ud83d"];
const KEYS: readonly Kind[] = ["key", "subscription", "joined"];
const NAMES: readonly Kind[] = ["name", "prefix"];
const MAYBE_EMPTY: readonly Kind[] = ["text", "part", "prefix"];
const TEXTS: readonly Kind[] = [...KEYS, ...NAMES, "text", "part", "filled"];

/** The behaviours. */
export const argumentKeys = group("argument keys", {
  "every method of the store is known to these cases": (store, check) => {
    for (const [part, methods] of Object.entries(METHODS)) {
      const found = Object.keys(store[part as keyof typeof METHODS]).sort();
      check.equal(found, Object.keys(methods).sort(), part);
    }
    return Promise.resolve();
  },

  "what is no text is refused wherever a text is asked for": async (_, check, world) => {
    const { store, requests } = await counting(world);
    for (const { operation, argument, call } of textArguments(TEXTS)) {
      for (const value of NO_TEXTS) {
        await check.refused(call(store, value), "invalid", `${operation}: `, argument);
      }
    }
    check.equal(requests(), 0);
  },

  "NUL and lone surrogates are refused wherever a text is asked for": async (_, check, world) => {
    const { store, requests } = await counting(world);
    for (const { operation, argument, call } of textArguments(TEXTS)) {
      for (const value of UNSTORABLE) {
        await check.refused(call(store, value), "invalid", `${operation}: `, argument);
      }
    }
    check.equal(requests(), 0);
  },

  "an empty key, name or text is refused where something is needed": async (_, check, world) => {
    const { store, requests } = await counting(world);
    for (const { operation, argument, call } of textArguments(TEXTS.filter((kind) => !MAYBE_EMPTY.includes(kind)))) {
      await check.refused(call(store, ""), "invalid", `${operation}: `, argument);
    }
    check.equal(requests(), 0);
  },

  "a key of 256 characters is refused wherever a key is asked for": async (_, check, world) => {
    const { store, requests } = await counting(world);
    for (const { operation, call } of textArguments([...KEYS, "part"])) {
      for (const letter of ["x", "é", "😀"]) {
        await check.refused(call(store, letter.repeat(256)), "too_large", `${operation}: `, "255 characters");
      }
    }
    check.equal(requests(), 0);
  },

  "a property's name of 1,025 bytes is refused wherever one is asked for": async (_, check, world) => {
    const { store, requests } = await counting(world);
    for (const { operation, argument, call } of textArguments(NAMES)) {
      for (const name of ["x".repeat(1025), `${"é".repeat(512)}x`, `${"😀".repeat(256)}x`, "😀".repeat(300)]) {
        await check.refused(call(store, name), "too_large", `${operation}: `, argument, "1024 bytes");
      }
    }
    check.equal(requests(), 0);
  },

  "a subscription's id with a colon is refused wherever one is asked for": async (_, check, world) => {
    const { store, requests } = await counting(world);
    for (const { operation, argument, call } of textArguments(["subscription"])) {
      for (const id of [":", "a:b", ":a", "a:"]) {
        await check.refused(call(store, id), "invalid", `${operation}: `, argument, "':'");
      }
    }
    check.equal(requests(), 0);
  },

  "keys that are stored joined are refused when they are too long together": async (_, check, world) => {
    const { store, requests } = await counting(world);
    for (const letter of ["x", "é", "😀"]) {
      const [left, right] = [letter.repeat(127), letter.repeat(128)];
      for (const { operation, args, acceptable, call } of everyMethod) {
        const given = acceptable("actor");
        const at = args.findIndex(([, kind]) => ["joined", "part", "subscription"].includes(kind));
        if (at < 2) continue;
        given.splice(at - 1, 2, left, right);
        await check.refused(call(store, ...given), "too_large", `${operation}: `, " with ", "255 characters");
      }
      await check.refused(store.attributes.getMany("a", left, [right]), "too_large", "bucket with name", "255");
      await check.refused(store.attributes.setMany("a", left, [[right, 1]]), "too_large", "bucket with name", "255");
      await check.refused(store.attributes.deleteMany("a", left, [right]), "too_large", "bucket with name", "255");
      const subscription = { peerId: left, subscriptionId: right };
      await check.refused(store.subscriptions.createIfAbsent("a", subscription), "too_large", "peerId with", "255");
    }
    check.equal(requests(), 0);
  },

  "a subscription's id is refused when no number fits behind it": async (_, check, world) => {
    const { store, requests } = await counting(world);
    const id = "s".repeat(245);
    for (const call of [store.diffs.first("a", id), store.diffs.all("a", id), store.diffs.append("a", "p", id, "{}")]) {
      await check.refused(call, "too_large", "subscriptionId with sequence", "255");
    }
    check.equal(requests(), 0);
  },

  "a name in a list is checked like one alone": async (_, check, world) => {
    const { store, requests } = await counting(world);
    for (const name of ["", ...UNSTORABLE]) {
      await check.refused(store.properties.getMany("a", ["fine", name]), "invalid", "properties.getMany: name");
      await check.refused(store.properties.deleteMany("a", ["fine", name]), "invalid", "properties.deleteMany: name");
      await check.refused(store.properties.setMany("a", [["fine", "1"], [name, "2"]]), "invalid", "name");
      await check.refused(store.attributes.getMany("a", "b", ["fine", name]), "invalid", "name");
      await check.refused(store.attributes.deleteMany("a", "b", ["fine", name]), "invalid", "name");
      await check.refused(store.attributes.setMany("a", "b", [["fine", 1], [name, 2]]), "invalid", "name");
      await check.refused(store.attributes.deleteByChain("a", ["fine", name], "c"), "invalid", "bucket");
      await check.refused(store.attributes.purgeExpired({ buckets: ["fine", name] }), "invalid", "bucket");
      await check.refused(first(store.attributes.pages("a", { bucket: name })), "invalid", "bucket");
      await check.refused(store.subscriptions.all("a", { peerId: name }), "invalid", "peerId");
    }
    check.equal(requests(), 0);
  },

  "a name without an index is refused by lookups": async (_, check, world) => {
    const { store, requests } = await counting(world);
    for (const name of ["name", "Email", "email ", "__proto__", "list:email-meta"]) {
      await check.refused(store.lookups.get(name, "value"), "invalid", "name", "indexedProperties");
      await check.refused(store.lookups.claim("actor", name, "value"), "invalid", "name", "indexedProperties");
      await check.refused(store.lookups.release("actor", name, "value"), "invalid", "name", "indexedProperties");
    }
    check.equal(requests(), 0);
  },
});

/** A store, and how many requests it has sent. */
async function counting(world: World): Promise<{ store: Store; requests: () => number }> {
  let count = 0;
  return { store: await world.open({ onRequest: () => count++ }), requests: () => count };
}

async function first<Item>(walk: AsyncIterable<Item>): Promise<Item | undefined> {
  for await (const item of walk) return item;
  return undefined;
}

/** Every argument of these kinds of every method, as a call with a value of its own there. */
function textArguments(kinds: readonly Kind[]) {
  return everyMethod.flatMap(({ operation, args, acceptable, call }) =>
    args.flatMap(([argument, kind]: Argument, index) =>
      !kinds.includes(kind) ? [] : [{
        operation,
        argument,
        call(store: Store, value: unknown): Promise<unknown> {
          const given = acceptable("actor");
          given[index] = value;
          return call(store, ...given);
        },
      }]
    )
  );
}
