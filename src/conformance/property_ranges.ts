/** Behaviours of ranges of properties. @module */

import type { Store } from "../store.ts";
import { group } from "./case.ts";

/** Names in the order of their UTF-8 bytes, where locales and UTF-16 order them otherwise. */
const ORDERED = [
  "!",
  "A",
  "Z",
  "_",
  "a",
  "a b",
  "a-",
  "a:",
  "aA",
  "aa",
  "aaa",
  "ab",
  "b",
  "e\u0301",
  "z",
  "~",
  "é",
  "ÿ",
  "｡",
  "\uffff",
  "😀",
  "\u{10ffff}",
];

/** The behaviours. */
export const propertyRanges = group("property ranges", {
  "a range holds the names between its bounds, both included, in byte order": async (store, check, world) => {
    const id = await filled(store, world.id(), ORDERED);
    const bounds = ORDERED.filter((_, index) => index % 2 === 0);
    for (const lower of bounds) {
      for (const upper of bounds) {
        const expected = ORDERED.slice(ORDERED.indexOf(lower), ORDERED.indexOf(upper) + 1);
        const found = await store.properties.range(id, lower, upper);
        check.equal(found, expected.map((name) => ({ name, value: `value of ${name}` })), `${lower} to ${upper}`);
      }
    }
  },

  "bounds need not be names that exist": async (store, check, world) => {
    const id = await filled(store, world.id(), ["b", "d", "f"]);
    const expected: [lower: string, upper: string, names: string[]][] = [
      ["a", "z", ["b", "d", "f"]],
      ["c", "e", ["d"]],
      ["b!", "d", ["d"]],
      ["b", "c\u{10ffff}", ["b"]],
      ["g", "z", []],
      ["A", "Z", []],
      ["\u0001", "\u{10ffff}", ["b", "d", "f"]],
    ];
    for (const [lower, upper, names] of expected) {
      check.equal(await store.properties.rangeNames(id, lower, upper), names, `${lower} to ${upper}`);
    }
  },

  "a range whose lower bound is above its upper one is empty": async (store, check, world) => {
    const id = await filled(store, world.id(), ["Z", "a", "｡", "😀"]);
    for (const [lower, upper] of [["b", "a"], ["a", "Z"], ["😀", "｡"], ["aa", "a"]] as const) {
      check.equal(await store.properties.range(id, lower, upper), [], `${lower} to ${upper}`);
      check.equal(await store.properties.rangeNames(id, lower, upper), []);
      check.null(await store.properties.last(id, lower, upper));
    }
  },

  "a range of one list leaves out lists whose names begin alike": async (store, check, world) => {
    const items = ["a0", "a1", "a1V", "b00"].map((rank) => `list:notes-#${rank}`);
    const others = ["list:notes-meta", "list:notes2-#a0", "list:notes-0", "list:note-#a0", "list:Notes-#a0", "notes"];
    const id = await filled(store, world.id(), [...items, ...others]);
    check.equal(await store.properties.rangeNames(id, "list:notes-#", "list:notes-$"), items);
    check.equal((await store.properties.last(id, "list:notes-#", "list:notes-$"))?.name, "list:notes-#b00");
  },

  "names alone come as the same range": async (store, check, world) => {
    const id = await filled(store, world.id(), ORDERED);
    check.equal(await store.properties.rangeNames(id, "!", "\u{10ffff}"), ORDERED);
    check.equal(await store.properties.rangeNames(id, "!", "\u{10ffff}", { limit: 3 }), ORDERED.slice(0, 3));
  },

  "a limit gives the first rows of a range": async (store, check, world) => {
    const id = await filled(store, world.id(), ORDERED);
    for (const limit of [1, 2, ORDERED.length - 1, ORDERED.length, 100_000, Number.MAX_SAFE_INTEGER]) {
      const names = (await store.properties.range(id, "!", "\u{10ffff}", { limit })).map(({ name }) => name);
      check.equal(names, ORDERED.slice(0, limit), `${limit}`);
      check.equal((await store.properties.prefix(id, "a", { limit })).length, Math.min(limit, 8), `${limit}`);
    }
    for (const limit of [0, -1, 1.5, NaN]) {
      await check.refused(store.properties.range(id, "a", "b", { limit }), "invalid", "limit");
      await check.refused(store.properties.rangeNames(id, "a", "b", { limit }), "invalid", "limit");
      await check.refused(store.properties.prefix(id, "a", { limit }), "invalid", "limit");
    }
  },

  "the last name of a range is the greatest by bytes": async (store, check, world) => {
    const id = await filled(store, world.id(), ORDERED);
    for (const [index, name] of ORDERED.entries()) {
      check.equal(await store.properties.last(id, "!", name), { name, value: `value of ${name}` }, name);
      check.equal((await store.properties.last(id, name, `${name}\u0001`))?.name, name, name);
      if (index > 0) {
        check.equal((await store.properties.last(id, "\u0001", ORDERED[index - 1]!))?.name, ORDERED[index - 1]);
      }
    }
    check.null(await store.properties.last(id, "c", "d"));
    check.null(await store.properties.last(world.id(), "!", "~"));
  },

  "a prefix has the names that begin with its bytes": async (store, check, world) => {
    const id = await filled(store, world.id(), [
      ...ORDERED,
      "%",
      "%%",
      "a%b",
      "a_b",
      "axb",
      "a\\b",
      "😀😀",
      "日本",
      "日記",
    ]);
    const expected: [prefix: string, names: string[]][] = [
      ["a", ["a", "a b", "a%b", "a-", "a:", "aA", "a\\b", "a_b", "aa", "aaa", "ab", "axb"]],
      ["aa", ["aa", "aaa"]],
      ["A", ["A"]],
      ["a_", ["a_b"]],
      ["a%", ["a%b"]],
      ["a\\", ["a\\b"]],
      ["%", ["%", "%%"]],
      ["e", ["e\u0301"]],
      ["日", ["日本", "日記"]],
      ["😀", ["😀", "😀😀"]],
      ["\u{10ffff}", ["\u{10ffff}"]],
      ["nothing", []],
    ];
    for (const [prefix, names] of expected) {
      const found = await store.properties.prefix(id, prefix);
      check.equal(found, names.map((name) => ({ name, value: `value of ${name}` })), prefix);
    }
  },

  "an empty prefix has none": async (store, check, world) => {
    const id = await filled(store, world.id(), ["a"]);
    check.equal(await store.properties.prefix(id, ""), []);
  },

  "a prefix has the longest and greatest names, too": async (store, check, world) => {
    const names = [
      "a",
      `a${"\u{10ffff}".repeat(255)}`,
      `a${"\u{10ffff}".repeat(255)}zzz`,
      "b",
      "b".repeat(1024),
      "\u{10ffff}".repeat(256),
    ];
    const id = await filled(store, world.id(), names);
    const found = async (prefix: string) => (await store.properties.prefix(id, prefix)).map(({ name }) => name);
    check.equal(await found("a"), names.slice(0, 3));
    check.equal(await found(`a${"\u{10ffff}".repeat(255)}`), names.slice(1, 3));
    check.equal(await found("b".repeat(1024)), names.slice(4, 5));
    check.equal(await found("\u{10ffff}"), names.slice(5));
  },

  "a range of more than a megabyte is read whole": async (store, check, world) => {
    const id = world.id();
    const names = Array.from({ length: 30 }, (_, index) => `name-${10 + index}`);
    await store.properties.setMany(id, names.map((name) => [name, name.padEnd(60_000, "x")]));
    const rows = await store.properties.range(id, "name-", "name-~");
    check.equal(rows.map(({ name }) => name), names);
    for (const { name, value } of rows) check.true(value === name.padEnd(60_000, "x"), name);
    check.equal((await store.properties.prefix(id, "name-")).length, 30);
    check.equal(await store.properties.rangeNames(id, "name-", "name-~"), names);
    check.equal((await store.properties.range(id, "name-", "name-~", { limit: 25 })).at(-1)?.name, names[24]);
    check.equal((await store.properties.last(id, "name-", "name-~"))?.name, names[29]);
  },

  "a range is about one actor": async (store, check, world) => {
    const id = await filled(store, world.id(), ["b"]);
    for (const other of [`${id}2`, id.slice(0, -1), `${id}:`]) await filled(store, other, ["a", "b", "c"]);
    check.equal(await store.properties.rangeNames(id, "a", "z"), ["b"]);
    check.equal((await store.properties.prefix(id, "b")).length, 1);
    check.equal((await store.properties.last(id, "a", "z"))?.name, "b");
  },

  "a range is one request": async (_, check, world) => {
    let requests = 0;
    const store = await world.open({ onRequest: () => requests++ });
    const id = await filled(store, world.id(), ["a", "b"]);
    requests = 0;
    await store.properties.range(id, "a", "b");
    await store.properties.rangeNames(id, "a", "b");
    await store.properties.last(id, "a", "b");
    await store.properties.prefix(id, "a");
    check.equal(requests, 4);
  },
});

/** An actor with these properties, written in another order than theirs; its id. */
async function filled(store: Store, id: string, names: readonly string[]): Promise<string> {
  await store.properties.setMany(id, [...names].reverse().map((name) => [name, `value of ${name}`]));
  return id;
}
