/** Behaviours of many {@linkcode Attributes} at once, of large buckets and of walks. @module */

import type { Attribute, PageOptions, Store } from "../store.ts";
import { group } from "./case.ts";

const MANY = 130;
/** Rows of 40 KB that are more than a megabyte together. */
const LARGE = 30;
const FILLER = "x".repeat(40_000);

/** The behaviours. */
export const attributeBatches = group("attribute batches", {
  "more than a hundred attributes are written, read and removed together": async (store, check, world) => {
    const id = world.id();
    const extras = { timestamp: "2026-01-02T03:04:05.678901Z", expiresAt: 4_102_444_800 };
    const names = Array.from({ length: MANY }, (_, index) => `name ${String(index).padStart(3, "0")}`);
    await store.attributes.set(id, "bucket", "own", 1);
    await store.attributes.setMany(id, "bucket", names.map((name, index) => [name, { index }]), extras);
    const expected = names.map((name, index): [string, Attribute] => {
      return [name, { bucket: "bucket", name, data: { index }, ...extras }];
    });
    const missing = ["absent", ...names, "own2"].reverse();
    check.equal(await store.attributes.getMany(id, "bucket", missing), new Map(expected));
    check.equal((await store.attributes.bucket(id, "bucket")).slice(0, MANY), expected.map(([, each]) => each));
    await store.attributes.deleteMany(id, "bucket", new Set(missing));
    check.equal((await store.attributes.all(id)).map(({ name }) => name), ["own"]);
  },

  "of a name given twice the last counts, and a name asked for twice is given once": async (store, check, world) => {
    const id = world.id();
    await store.attributes.setMany(id, "bucket", [["a", 1], ["b", 1], ["a", 2], ["a", 3]]);
    const found = await store.attributes.getMany(id, "bucket", ["b", "a", "b", "a"]);
    check.equal([...found].map(([name, { data }]) => [name, data]), [["a", 3], ["b", 1]]);
    await store.attributes.deleteMany(id, "bucket", ["a", "a"]);
    check.equal((await store.attributes.all(id)).map(({ name }) => name), ["b"]);
  },

  "names may come from any iterable, also one that can be read once": async (store, check, world) => {
    const id = world.id();
    await store.attributes.setMany(id, "bucket", new Map([["a", 1], ["b", 2], ["c", 3]]));
    function* names() {
      yield "a";
      yield "c";
    }
    check.equal([...(await store.attributes.getMany(id, "bucket", names())).keys()], ["a", "c"]);
    await store.attributes.deleteMany(id, "bucket", names());
    check.equal((await store.attributes.all(id)).map(({ name }) => name), ["b"]);
  },

  "no names at all are no request": async (_, check, world) => {
    let requests = 0;
    const store = await world.open({ onRequest: () => requests++ });
    const id = world.id();
    await store.attributes.setMany(id, "bucket", []);
    await store.attributes.deleteMany(id, "bucket", []);
    check.equal(await store.attributes.getMany(id, "bucket", []), new Map());
    check.equal(await store.attributes.deleteByChain(id, [], "chain"), 0);
    check.equal(requests, 0);
  },

  "running a batch again changes nothing": async (store, check, world) => {
    const id = world.id();
    const entries = Array.from({ length: 40 }, (_, index) => [`name ${index}`, index] as const);
    await store.attributes.setMany(id, "bucket", entries);
    const once = await store.attributes.all(id);
    await store.attributes.setMany(id, "bucket", entries);
    check.equal(await store.attributes.all(id), once);
  },

  "a bucket of more than a megabyte is read, told and removed whole": async (store, check, world) => {
    const id = world.id();
    await store.attributes.setMany(id, "bucket", large("bucket"), { timestamp: "2026-01-02T03:04:05Z" });
    await store.attributes.set(id, "zone", "last", 1, { timestamp: "2026-01-02T03:04:06Z" });
    const names = large("bucket").map(([name]) => name);
    check.equal((await store.attributes.bucket(id, "bucket")).map(({ name }) => name), names);
    check.equal((await store.attributes.all(id)).map(({ name }) => name), [...names, "last"]);
    check.equal([...(await store.attributes.getMany(id, "bucket", names)).keys()], names);
    check.equal([...(await store.attributes.timestamps(id)).keys()], ["bucket", "zone"]);
    check.equal(await store.attributes.deleteBucket(id, "bucket"), LARGE);
    check.equal((await store.attributes.all(id)).map(({ name }) => name), ["last"]);
  },

  "a bucket behind more than a megabyte of others is found": async (store, check, world) => {
    const id = world.id();
    await store.attributes.setMany(id, "x", large("y:"));
    await store.attributes.set(id, "x:y", "zz", { chain_id: "chain" });
    check.equal((await store.attributes.bucket(id, "x:y")).map(({ name }) => name), ["zz"]);
    check.equal((await walked(store, id, { bucket: "x:y", limit: 3 })).map(({ name }) => name), ["zz"]);
    check.equal(await store.attributes.deleteByChain(id, ["x:y"], "chain"), 1);
    check.equal(await store.attributes.deleteBucket(id, "x:y"), 0);
    check.equal(await store.attributes.deleteAll(id), LARGE);
  },

  "a walk gives every attribute once, in pages of at most the limit": async (store, check, world) => {
    const id = world.id();
    await store.attributes.setMany(id, "a", Array.from({ length: 12 }, (_, index) => [`${index + 10}`, index]));
    await store.attributes.setMany(id, "b", Array.from({ length: 12 }, (_, index) => [`${index + 10}`, index]));
    const all = await store.attributes.all(id);
    const bucket = await store.attributes.bucket(id, "b");
    for (const limit of [1, 2, 5, 12, 24, 25, 1000]) {
      check.equal(await walked(store, id, { limit }), all, `limit ${limit}`);
      check.equal(await walked(store, id, { limit, bucket: "b" }), bucket, `limit ${limit} of a bucket`);
      for await (const { items } of store.attributes.pages(id, { limit })) check.true(items.length <= limit);
    }
    check.equal(await walked(store, id, {}), all);
  },

  "a walk goes on from any of its cursors, also in another store": async (store, check, world) => {
    const other = await world.open();
    const id = world.id();
    const names = ["a", "b:c", "é", "😀", "ü:", "z"];
    await store.attributes.setMany(id, "bucket:1", names.map((name) => [name, 1]));
    const all = await store.attributes.all(id);
    for (const bucket of [{}, { bucket: "bucket:1" }]) {
      let read = 0;
      for await (const { items, cursor } of store.attributes.pages(id, { limit: 1, ...bucket })) {
        read += items.length;
        if (cursor === null) break;
        check.equal(await walked(other, id, { cursor, limit: 2, ...bucket }), all.slice(read), `after ${read}`);
      }
      check.equal(read, all.length);
    }
  },

  "a walk goes on where the attribute of its cursor has been removed": async (store, check, world) => {
    const id = world.id();
    await store.attributes.setMany(id, "bucket", [["a", 1], ["b", 2], ["c", 3]]);
    for await (const { cursor } of store.attributes.pages(id, { limit: 2 })) {
      await store.attributes.deleteMany(id, "bucket", ["a", "b"]);
      check.equal((await walked(store, id, { cursor: cursor! })).map(({ name }) => name), ["c"]);
      break;
    }
  },

  "a cursor of one bucket is refused for another": async (store, check, world) => {
    const id = world.id();
    for (const bucket of ["a", "b"]) await store.attributes.setMany(id, bucket, [["1", 1], ["2", 2], ["3", 3]]);
    for await (const { cursor } of store.attributes.pages(id, { limit: 2, bucket: "a" })) {
      await check.refused(walked(store, id, { cursor: cursor!, bucket: "b" }), "invalid", "cursor");
      check.equal((await walked(store, id, { cursor: cursor! })).length, 4, "it is one of the whole walk");
      break;
    }
  },

  "walking nothing gives one empty page": async (store, check, world) => {
    const pages = [];
    for await (const page of store.attributes.pages(world.id())) pages.push(page);
    check.equal(pages, [{ items: [], cursor: null }]);
  },
});

/** Entries of more than a megabyte. */
function large(start: string): [name: string, data: { index: number; filler: string }][] {
  return Array.from({ length: LARGE }, (_, index) => [`${start}${index + 10}`, { index, filler: FILLER }]);
}

async function walked(
  store: Store,
  id: string,
  options: PageOptions & { readonly bucket?: string },
): Promise<Attribute[]> {
  const found: Attribute[] = [];
  for await (const { items } of store.attributes.pages(id, options)) found.push(...items);
  return found;
}
