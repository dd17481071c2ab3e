/** Behaviours of lists in properties. @module */

import { listOf, lists as namesOf } from "../lists/mod.ts";
import type { Json } from "../store.ts";
import { group } from "./case.ts";

const ITEMS: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1.5,
  0.00001,
  1e21,
  12345678901234567890n,
  "",
  "text",
  'é 😀 \u2028 "quoted" \\ \n',
  [],
  {},
  [[null], { a: [] }],
  { name: "Ann", tags: ["a", "b"], "__proto__x": { deep: { er: 1 } } },
];

/** The behaviours. */
export const lists = group("lists", {
  "a list that does not exist reads as empty, and reading does not create it": async (store, check, world) => {
    const id = world.id();
    const list = listOf(store, id, "notes");
    check.equal(list.name, "notes");
    check.equal(await list.slice(), []);
    check.equal(await list.length(), 0);
    check.equal(await list.get(0), undefined);
    check.equal(await list.get(-1), undefined);
    check.equal(await list.indexOf(1), -1);
    check.null(await list.find(() => true));
    check.null(await list.metadata());
    check.equal(await list.pop(), undefined);
    check.false(await list.update(0, "x"));
    check.false(await list.delete(0));
    check.false(await list.remove("x"));
    check.false(await list.deleteList());
    check.equal(await list.clear(), 0);
    check.equal(await list.compact(), 0);
    check.equal(await list.extend([]), []);
    check.equal(await store.properties.all(id, { includeLists: true }), []);
    check.equal(await namesOf(store, id), []);
  },

  "items of every kind come back as they were, in their order": async (store, check, world) => {
    const list = listOf(store, world.id(), "kinds");
    for (const item of ITEMS.slice(0, 5)) await list.append(item);
    await list.extend(ITEMS.slice(5));
    check.equal(await list.slice(), [...ITEMS]);
    check.equal(await list.length(), ITEMS.length);
    for (const [index, item] of ITEMS.entries()) check.equal(await list.get(index), item, `${index}`);
  },

  "awkward texts are items like any other": async (store, check, world) => {
    const list = listOf(store, world.id(), "awkward");
    await list.extend(world.awkward.map((text) => ({ [text]: text })));
    check.equal(await list.slice(), world.awkward.map((text) => ({ [text]: text })));
  },

  "rows are named and written as the reference does": async (store, check, world) => {
    const id = world.id();
    const list = listOf(store, id, "notes", { now: () => Date.UTC(2026, 1, 3, 4, 5, 6, 789), random: () => 0.25 });
    await list.append({ b: 1, a: [0.00001, "é"] });
    await list.append("x");
    await list.insert(1, null);
    await list.insert(0, true);
    const rows = await store.properties.all(id, { includeLists: true });
    const time = "2026-02-03T04:05:06.789250";
    check.equal(rows, [
      { name: "list:notes-#Zz", value: "true" },
      { name: "list:notes-#a0", value: '{"b": 1, "a": [1e-05, "\\u00e9"]}' },
      { name: "list:notes-#a0V", value: "null" },
      { name: "list:notes-#a1", value: '"x"' },
      {
        name: "list:notes-meta",
        value:
          `{"format": 2, "created_at": "${time}", "updated_at": "${time}", "item_type": "json", "chunk_size": 1, ` +
          '"version": "1.0", "count_hint": 4, "description": "", "explanation": "", "format_ever_changed": false}',
      },
    ]);
    check.equal(await store.properties.all(id), [], "no plain properties");
  },

  "a stored text that is no JSON is the item itself": async (store, check, world) => {
    const id = world.id();
    const list = listOf(store, id, "texts");
    await list.extend([1, 2, 3]);
    const [, middle] = await list.handles();
    await store.properties.set(id, `list:texts-#${middle!.rank}`, "2026-01-01 00:00:00");
    check.equal(await list.slice(), [1, "2026-01-01 00:00:00", 3]);
    check.true(await list.remove("2026-01-01 00:00:00"));
    check.equal(await list.slice(), [1, 3]);
  },

  "indexes count from the end when they are negative": async (store, check, world) => {
    const list = listOf(store, world.id(), "letters");
    await list.extend(["a", "b", "c", "d"]);
    const read = await Promise.all([0, 1, 3, 4, 99, -1, -2, -4, -5].map((index) => list.get(index)));
    check.equal(read, ["a", "b", "d", undefined, undefined, "d", "c", "a", undefined]);
    check.true(await list.update(-2, "C"));
    check.true(await list.update(0, "A"));
    check.false(await list.update(4, "E"));
    check.false(await list.update(-5, "E"));
    check.equal(await list.slice(), ["A", "b", "C", "d"]);
    check.true(await list.delete(-3));
    check.false(await list.delete(3));
    check.equal(await list.pop(-1), "d");
    check.equal(await list.pop(0), "A");
    check.equal(await list.pop(5), undefined);
    check.equal(await list.pop(), "C");
    check.equal(await list.pop(), undefined);
    check.equal(await list.slice(), []);
  },

  "slices are Python's": async (store, check, world) => {
    const list = listOf(store, world.id(), "numbers");
    const items = [0, 1, 2, 3, 4];
    await list.extend(items);
    for (const start of [undefined, 0, 2, 5, 9, -1, -3, -5, -9]) {
      for (const end of [undefined, 0, 2, 5, 9, -1, -3, -5, -9]) {
        check.equal(await list.slice(start, end), items.slice(start ?? 0, end), `${start}:${end}`);
      }
    }
    check.equal((await list.handles(1, 3)).map(({ value }) => value), [1, 2]);
  },

  "inserting puts an item before the one at an index": async (store, check, world) => {
    const list = listOf(store, world.id(), "places");
    const expected: string[] = [];
    const places = [0, 0, 1, -1, 99, -99, 3, -2, 2, 8];
    for (const [number, place] of places.entries()) {
      await list.insert(place, `item ${number}`);
      expected.splice(place, 0, `item ${number}`);
      check.equal(await list.slice(), expected, `${place}`);
    }
  },

  "an item is found by its value, between positions": async (store, check, world) => {
    const list = listOf(store, world.id(), "values");
    await list.extend(["a", { x: 1, y: 2 }, true, 1, "a", [1]]);
    check.equal(await list.indexOf("a"), 0);
    check.equal(await list.indexOf("a", 1), 4);
    check.equal(await list.indexOf("a", -2), 4);
    check.equal(await list.indexOf("a", 1, 4), -1);
    check.equal(await list.indexOf("a", 0, -5), 0);
    check.equal(await list.indexOf({ y: 2, x: 1 }), 1, "keys in another order");
    check.equal(await list.indexOf(1), 3, "true is not 1");
    check.equal(await list.indexOf([1]), 5);
    check.equal(await list.indexOf("b"), -1);
    check.equal((await list.find((value) => typeof value === "number"))?.value, 1);
    check.equal((await list.find((_, index) => index === 4))?.value, "a");
    check.true(await list.remove("a"));
    check.equal(await list.slice(), [{ x: 1, y: 2 }, true, 1, "a", [1]]);
    check.false(await list.remove("b"));
  },

  "metadata is written field by field and creates the list": async (store, check, world) => {
    const id = world.id();
    const list = listOf(store, id, "notes");
    await list.setMetadata({ description: "What I know" });
    check.equal(await namesOf(store, id), ["notes"]);
    await listOf(store, id, "notes").append(1);
    await list.setMetadata({ explanation: "é" });
    const found = await list.metadata();
    check.equal([found?.format, found?.countHint, found?.description, found?.explanation], [2, 1, "What I know", "é"]);
    check.true(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/.test(found!.createdAt) && found!.updatedAt >= found!.createdAt,
    );
    await check.refused(list.setMetadata({}), "invalid", "fields");
    check.equal(await list.slice(), [1]);
  },

  "fields of the metadata that are not ours stay": async (store, check, world) => {
    const id = world.id();
    await store.properties.set(
      id,
      "list:notes-meta",
      '{"format":2,"count_hint":7,"mine":{"a":[1]},"description":null}',
    );
    const list = listOf(store, id, "notes");
    await list.append("x");
    const text = await store.properties.get(id, "list:notes-meta");
    check.true(
      text!.startsWith('{"format": 2, "count_hint": 8, "mine": {"a": [1]}, "description": null, "updated_at": '),
      text!,
    );
    check.equal((await list.metadata())?.description, "");
  },

  "the count is counted where it is stored, and never guessed where it is not": async (store, check, world) => {
    const id = world.id();
    const list = listOf(store, id, "notes");
    await list.extend([1, 2, 3]);
    await list.append(4);
    await list.pop();
    await list.delete(0);
    check.true(await list.deleteByHandle((await list.handles())[0]!));
    await list.update(0, "x");
    check.equal((await list.metadata())?.countHint, 1);
    await store.properties.set(id, "list:other-meta", '{"format": 2}');
    await listOf(store, id, "other").extend([1, 2]);
    check.null((await listOf(store, id, "other").metadata())?.countHint);
    check.equal(await listOf(store, id, "other").length(), 2);
  },

  "clearing removes the items and keeps what is known about the list": async (store, check, world) => {
    const id = world.id();
    const list = listOf(store, id, "notes");
    await list.extend(Array.from({ length: 60 }, (_, index) => index));
    await list.setMetadata({ description: "kept" });
    check.equal(await list.clear(), 60);
    check.equal(await list.slice(), []);
    const found = await list.metadata();
    check.equal([found?.description, found?.countHint], ["kept", 0]);
    await list.append("again");
    check.equal(await list.slice(), ["again"]);
  },

  "deleting leaves nothing, and the name can be used again": async (store, check, world) => {
    const id = world.id();
    const list = listOf(store, id, "notes");
    for (let round = 0; round < 2; round++) {
      await list.extend(Array.from({ length: 60 }, (_, index) => index));
      check.true(await listOf(store, id, "notes").deleteList());
      check.equal(await store.properties.all(id, { includeLists: true }), []);
      check.equal(await list.slice(), []);
    }
    check.false(await list.deleteList());
    check.equal((await list.append("again")).rank, "a0");
    check.equal(await namesOf(store, id), ["notes"]);
  },

  "what cannot be stored is refused before anything is written": async (store, check, world) => {
    const id = world.id();
    const list = listOf(store, id, "notes");
    for (const value of [NaN, Infinity, "\0", "\ud800", [undefined], new Date(0)] as Json[]) {
      await check.refused(list.append(value), "invalid", "value");
      await check.refused(list.extend([1, value]), "invalid", "value");
      await check.refused(list.insert(0, value), "invalid", "value");
      await check.refused(list.update(0, value), "invalid", "value");
    }
    for (const index of [1.5, NaN, "0", null] as number[]) {
      await check.refused(list.get(index), "invalid", "index");
      await check.refused(list.insert(index, 1), "invalid", "index");
      await check.refused(list.update(index, 1), "invalid", "index");
      await check.refused(list.delete(index), "invalid", "index");
      await check.refused(list.slice(0, index === null ? 0.5 : index), "invalid", "end");
    }
    await check.refused(list.append("x".repeat(500_000)), "too_large", "value");
    for (const timeout of [0, -1, NaN]) await check.refused(list.append(1, { timeout }), "invalid", "timeout");
    check.equal(await store.properties.all(id, { includeLists: true }), []);
  },

  "unreadable metadata is a fault and stays as it is": async (store, check, world) => {
    const id = world.id();
    for (const text of ["{", "[]", "null", "7", '{"format": 3}']) {
      await store.properties.set(id, "list:notes-meta", text);
      const list = listOf(store, id, "notes");
      await check.refused(list.slice(), "corrupt");
      await check.refused(list.append(1), "corrupt");
      await check.refused(list.clear(), "corrupt");
      await check.refused(list.setMetadata({ description: "x" }), "corrupt");
      check.equal(await store.properties.all(id, { includeLists: true }), [{ name: "list:notes-meta", value: text }]);
    }
  },
});
