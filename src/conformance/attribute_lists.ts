/** Behaviours of lists in attributes. @module */

import { attributeListOf, attributeLists as namesOf } from "../lists/mod.ts";
import type { Json } from "../store.ts";
import { group } from "./case.ts";

const BUCKET = "remote:peer";
const ITEMS: readonly Json[] = [true, false, 0, 0.00001, 12345678901234567890n, "", "é 😀", [], {}, { a: [null] }];

/** The behaviours. */
export const attributeLists = group("attribute lists", {
  "a list that does not exist reads as empty, and reading does not create it": async (store, check, world) => {
    const id = world.id();
    const list = attributeListOf(store, id, BUCKET, "notes");
    check.equal(await list.slice(), []);
    check.equal(await list.length(), 0);
    check.equal(await list.get(0), undefined);
    check.equal(await list.indexOf(1), -1);
    check.null(await list.metadata());
    check.equal(await list.pop(), undefined);
    check.false(await list.update(0, 1));
    check.false(await list.delete(0));
    check.false(await list.remove(1));
    check.equal(await list.clear(), 0);
    check.false(await list.deleteList());
    await list.extend([]);
    check.equal(await list.repair(), { missing: 0, beyond: 0 });
    check.equal(await store.attributes.all(id), []);
  },

  "items of every kind come back, and their rows are the reference's": async (store, check, world) => {
    const id = world.id();
    const list = attributeListOf(store, id, BUCKET, "notes", { now: () => Date.UTC(2026, 0, 2), random: () => 0.5 });
    await list.append(ITEMS[0]!);
    await list.extend(ITEMS.slice(1));
    check.equal(await list.slice(), [...ITEMS]);
    check.equal(await list.length(), ITEMS.length);
    const rows = await store.attributes.bucket(id, BUCKET);
    check.equal(
      new Map(rows.map(({ name, data }) => [name, data])),
      new Map<string, Json>([
        ...ITEMS.map((item, index) => [`list:notes:${index}`, item] as const),
        ["list:notes:meta", {
          length: ITEMS.length,
          created_at: "2026-01-02T00:00:00.000500",
          updated_at: "2026-01-02T00:00:00.000500",
          item_type: "json",
          chunk_size: 1,
          version: "1.0",
          description: "",
          explanation: "",
        }],
      ]),
    );
  },

  "a list of the reference's is read and changed": async (store, check, world) => {
    const id = world.id();
    await store.attributes.setMany(id, BUCKET, [
      ["list:notes:0", "a"],
      ["list:notes:1", { b: 1 }],
      ["list:notes:meta", { length: 2, created_at: "2025-01-01T00:00:00", updated_at: "2025-01-01T00:00:00", mine: 1 }],
    ]);
    const list = attributeListOf(store, id, BUCKET, "notes");
    check.equal(await list.slice(), ["a", { b: 1 }]);
    await list.insert(1, "between");
    await list.setMetadata({ description: "d" });
    check.equal(await list.slice(), ["a", "between", { b: 1 }]);
    const row = await store.attributes.get(id, BUCKET, "list:notes:meta");
    check.equal((row!.data as { mine: number }).mine, 1);
    check.equal(await list.metadata(), {
      length: 3,
      description: "d",
      explanation: "",
      createdAt: "2025-01-01T00:00:00",
      updatedAt: (row!.data as { updated_at: string }).updated_at,
    });
  },

  "indexes and slices are Python's": async (store, check, world) => {
    const list = attributeListOf(store, world.id(), BUCKET, "numbers");
    const items = [0, 1, 2, 3, 4];
    await list.extend(items);
    for (const start of [undefined, 0, 2, 9, -1, -5, -9]) {
      for (const end of [undefined, 0, 3, 9, -1, -9]) {
        check.equal(await list.slice(start, end), items.slice(start ?? 0, end), `${start}:${end}`);
      }
    }
    check.equal(await Promise.all([0, 4, 5, -1, -5, -6].map((index) => list.get(index))), [
      0,
      4,
      undefined,
      4,
      0,
      undefined,
    ]);
    check.true(await list.update(-1, "last"));
    check.false(await list.update(5, "x"));
    check.false(await list.update(-6, "x"));
    check.equal(await list.indexOf("last", -2), 4);
    check.equal(await list.indexOf(0, 1), -1);
    check.equal(await list.slice(), [0, 1, 2, 3, "last"]);
  },

  "inserting and deleting move the later items": async (store, check, world) => {
    const list = attributeListOf(store, world.id(), BUCKET, "places");
    const expected: string[] = [];
    for (const [number, place] of [0, 0, 1, -1, 99, -99, 3].entries()) {
      await list.insert(place, `item ${number}`);
      expected.splice(place, 0, `item ${number}`);
      check.equal(await list.slice(), expected, `insert at ${place}`);
    }
    for (const place of [2, -1, 0, -2]) {
      check.true(await list.delete(place));
      expected.splice(place, 1);
      check.equal(await list.slice(), expected, `delete at ${place}`);
    }
    check.false(await list.delete(3));
    check.true(await list.remove(expected[1]!));
    check.equal(await list.pop(0), expected[0]);
    check.equal(await list.pop(), expected[2]);
    check.equal(await list.pop(), undefined);
    check.equal(await list.length(), 0);
  },

  "no rows are left of items that are gone": async (store, check, world) => {
    const id = world.id();
    const list = attributeListOf(store, id, BUCKET, "notes");
    await list.extend(Array.from({ length: 60 }, (_, index) => index));
    await list.setMetadata({ description: "kept" });
    await list.delete(58);
    await list.pop();
    check.equal((await store.attributes.bucket(id, BUCKET)).length, 59);
    check.equal(await list.clear(), 58);
    check.equal((await store.attributes.bucket(id, BUCKET)).map(({ name }) => name), ["list:notes:meta"]);
    check.equal((await list.metadata())?.description, "kept");
    await list.extend([1, 2]);
    check.true(await list.deleteList());
    check.equal(await store.attributes.all(id), []);
    await list.append("again");
    check.equal(await list.slice(), ["again"]);
  },

  "lists of other names, buckets and actors are apart": async (store, check, world) => {
    const id = world.id();
    const places = [[id, "b", "n"], [id, "b", "n2"], [id, "b", "n:meta"], [id, "b", "n:1"], [id, "c", "n"], [
      `${id}2`,
      "b",
      "n",
    ]];
    const open = ([actorId, bucket, name]: string[]) => attributeListOf(store, actorId!, bucket!, name!);
    for (const place of places) await open(place).extend([place.join(" "), 1]);
    for (const place of places) check.equal(await open(place).slice(), [place.join(" "), 1]);
    check.equal(await namesOf(store, id, "b"), ["n", "n2", "n:1", "n:meta"]);
    check.equal(await namesOf(store, id, "c"), ["n"]);
    check.equal(await namesOf(store, id, "none"), []);
    check.true(await open(places[0]!).deleteList());
    for (const place of places.slice(1)) check.equal(await open(place).slice(), [place.join(" "), 1]);
  },

  "pages hold all items once, in order": async (store, check, world) => {
    const list = attributeListOf(store, world.id(), BUCKET, "numbers");
    const items = Array.from({ length: 23 }, (_, index) => index);
    await list.extend(items);
    for (const limit of [1, 22, 23, 100]) {
      const pages: Json[][] = [];
      for await (const page of list.pages({ limit })) pages.push([...page.items]);
      check.equal(pages.flat(), items, `${limit}`);
      check.equal(pages.length, Math.ceil(23 / limit), `${limit}`);
    }
    const cursor = (await list.pages({ limit: 20 })[Symbol.asyncIterator]().next()).value!.cursor!;
    for await (const page of list.pages({ cursor })) check.equal(page.items, [20, 21, 22]);
    await check.refused(list.pages({ cursor: "x" })[Symbol.asyncIterator]().next(), "invalid", "cursor");
    await check.refused(list.pages({ limit: 0 })[Symbol.asyncIterator]().next(), "invalid", "limit");
  },

  "gaps are told and repaired, and rows beyond the length removed": async (store, check, world) => {
    const id = world.id();
    const list = attributeListOf(store, id, BUCKET, "notes");
    await list.extend(range(6));
    await store.attributes.deleteMany(id, BUCKET, ["list:notes:1", "list:notes:4"]);
    await store.attributes.set(id, BUCKET, "list:notes:9", "beyond");
    await check.refused(list.slice(), "corrupt", "repair");
    await check.refused(list.get(1), "corrupt", "repair");
    check.equal(await list.get(2), 2);
    check.equal(await list.repair(), { missing: 2, beyond: 1 });
    check.equal(await list.slice(), [0, 2, 3, 5]);
    check.equal((await store.attributes.bucket(id, BUCKET)).length, 5);
    check.equal(await list.repair(), { missing: 0, beyond: 0 });
  },

  "rows beyond the length are nobody's": async (store, check, world) => {
    const id = world.id();
    const list = attributeListOf(store, id, BUCKET, "notes");
    await list.append("a");
    await store.attributes.set(id, BUCKET, "list:notes:1", "left by a writer that died");
    check.equal(await list.slice(), ["a"]);
    await list.append("b");
    check.equal(await list.slice(), ["a", "b"]);
  },

  "what cannot be stored is refused before anything is written": async (store, check, world) => {
    const id = world.id();
    const list = attributeListOf(store, id, BUCKET, "notes");
    for (const value of [null, NaN, "\0", [undefined]] as Json[]) {
      await check.refused(list.append(value), "invalid", "value");
      await check.refused(list.extend([1, value]), "invalid", "value");
      await check.refused(list.insert(0, value), "invalid", "value");
      await check.refused(list.update(0, value), "invalid", "value");
    }
    for (const index of [0.5, NaN, "0"] as number[]) {
      await check.refused(list.get(index), "invalid", "index");
      await check.refused(list.delete(index), "invalid", "index");
    }
    await check.refused(list.setMetadata({}), "invalid", "fields");
    await check.refused(attributeListOf(store, id, BUCKET, "x".repeat(240)).append(1), "too_large", "characters");
    await store.attributes.set(id, BUCKET, "list:broken:meta", "text");
    await check.refused(attributeListOf(store, id, BUCKET, "broken").append(1), "corrupt");
    check.equal((await store.attributes.all(id)).length, 1);
  },

  "appending is four requests however long the list is": async (_, check, world) => {
    let requests = 0;
    const store = await world.open({ onRequest: () => requests++ });
    const list = attributeListOf(store, world.id(), BUCKET, "notes");
    await list.extend(range(100));
    requests = 0;
    await list.append(1);
    check.equal(requests, 4);
    requests = 0;
    await list.get(-1);
    check.equal(requests, 2);
  },
});

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
