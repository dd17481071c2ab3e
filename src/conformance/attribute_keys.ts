/** Behaviours of buckets whose names contain each other, and of keys that are joined to the same text. @module */

import type { Store } from "../store.ts";
import { group } from "./case.ts";

/** The behaviours. */
export const attributeKeys = group("attribute keys", {
  "a bucket is never mixed up with one whose name it begins": async (store, check, world) => {
    const id = world.id();
    const buckets = ["a", "ab", "abc", "a:", "a:b", "a;", "a ", "A", "b", "a%", "a_", "_a"];
    for (const bucket of buckets) {
      await store.attributes.set(id, bucket, "name", bucket, { timestamp: instant(bucket) });
    }
    for (const bucket of buckets) {
      check.equal((await store.attributes.bucket(id, bucket)).map(({ data }) => data), [bucket], bucket);
      check.equal(await walked(store, id, bucket), [bucket], bucket);
      check.equal((await store.attributes.getMany(id, bucket, ["name"])).get("name")?.data, bucket, bucket);
      check.equal((await store.attributes.timestamps(id)).get(bucket), instant(bucket), bucket);
    }
    check.equal((await store.attributes.timestamps(id)).size, buckets.length);
    const left = new Set(buckets);
    for (const bucket of buckets) {
      check.equal(await store.attributes.deleteBucket(id, bucket), 1, bucket);
      left.delete(bucket);
      check.equal(new Set((await store.attributes.all(id)).map(({ data }) => data)), inOrder(left), bucket);
    }
  },

  "a key that can be read in two ways belongs to the bucket that wrote it": async (store, check, world) => {
    const id = world.id();
    await store.attributes.set(id, "x", "y:z", { chain_id: "chain" }, { timestamp: "2026-01-02T03:04:05Z" });
    const before = await store.attributes.get(id, "x", "y:z");
    check.null(await store.attributes.get(id, "x:y", "z"));
    check.equal(await store.attributes.getMany(id, "x:y", ["z"]), new Map());
    check.equal(await store.attributes.bucket(id, "x:y"), []);
    check.equal(await walked(store, id, "x:y"), []);
    check.equal([...(await store.attributes.timestamps(id)).keys()], ["x"]);
    check.false(await store.attributes.setIfEquals(id, "x:y", "z", { chain_id: "chain" }, 1));
    check.false(await store.attributes.deleteIfEquals(id, "x:y", "z", { chain_id: "chain" }));
    check.null(await store.attributes.consume(id, "x:y", "z"));
    check.false(await store.attributes.delete(id, "x:y", "z"));
    await store.attributes.deleteMany(id, "x:y", ["z"]);
    check.equal(await store.attributes.deleteBucket(id, "x:y"), 0);
    check.equal(await store.attributes.deleteByChain(id, ["x:y"], "chain"), 0);
    check.equal(await store.attributes.get(id, "x", "y:z"), before);
    check.equal(await store.attributes.all(id), [before]);
  },

  "writing over another bucket's attribute of the same key is a conflict": async (store, check, world) => {
    const id = world.id();
    const pairs: [one: [string, string], other: [string, string]][] = [
      [["x", "y:z"], ["x:y", "z"]],
      [["p:q", "r"], ["p", "q:r"]],
    ];
    for (const [one, other] of pairs) {
      await store.attributes.set(id, ...one, "first");
      await check.refused(store.attributes.set(id, ...other, "second"), "conflict");
      await check.refused(store.attributes.createIfAbsent(id, ...other, "second"), "conflict");
      await check.refused(store.attributes.setMany(id, other[0], [[other[1], "second"]]), "conflict");
      check.equal((await store.attributes.get(id, ...one))?.data, "first");
      check.null(await store.attributes.get(id, ...other));
      check.true(await store.attributes.delete(id, ...one));
      await store.attributes.set(id, ...other, "second");
      check.equal((await store.attributes.get(id, ...other))?.data, "second", "once the first is gone");
    }
  },

  "a conflict among many never writes over the other attribute": async (store, check, world) => {
    const id = world.id();
    await store.attributes.set(id, "x", "y:3", "theirs");
    const entries = Array.from({ length: 6 }, (_, index) => [`${index}`, index] as const);
    await check.refused(store.attributes.setMany(id, "x:y", entries), "conflict");
    check.equal((await store.attributes.get(id, "x", "y:3"))?.data, "theirs");
    const written = (await store.attributes.bucket(id, "x:y")).map(({ name }) => name);
    if (store.capabilities.atomicBatches) check.equal(written, []);
    check.false(written.includes("3"));
  },

  "names with colons are kept exactly": async (store, check, world) => {
    const id = world.id();
    const names = [":", "::", ":a", "a:", "a:b", "a::b", ":a:", "a:b:c"];
    for (const bucket of ["remote:peer", ":", "bucket", "b:"]) {
      await store.attributes.setMany(id, bucket, names.map((name) => [name, `${bucket} ${name}`]));
    }
    for (const bucket of ["remote:peer", ":", "bucket", "b:"]) {
      const found = await store.attributes.bucket(id, bucket);
      check.equal(
        found.map(({ name, data }) => [name, data]),
        [...names].sort().map((name) => [name, `${bucket} ${name}`]),
      );
      for (const name of names) check.equal((await store.attributes.get(id, bucket, name))?.data, `${bucket} ${name}`);
    }
    await store.attributes.deleteMany(id, "remote:peer", names.slice(1));
    check.equal((await store.attributes.bucket(id, "remote:peer")).map(({ name }) => name), [":"]);
    check.equal(await store.attributes.deleteBucket(id, "b:"), names.length);
  },

  "attributes come by bucket joined with name, in the order of their bytes": async (store, check, world) => {
    const id = world.id();
    const texts = ["A", "Z", "a", "a!", "a;", "aa", "b", "~", "é", "ﬀ", "｡", "\uffff", "😀", "\u{10ffff}"];
    for (const bucket of [...texts].reverse()) {
      await store.attributes.setMany(id, bucket, [...texts].reverse().map((name) => [name, 1]));
    }
    const names = (await store.attributes.bucket(id, "é")).map(({ name }) => name);
    check.equal(names, texts, "of one bucket");
    check.equal([...(await store.attributes.getMany(id, "é", [...texts].reverse())).keys()], texts, "of getMany");
    const joined = (await store.attributes.all(id)).map(({ bucket, name }) => `${bucket}:${name}`);
    check.equal(joined, texts.flatMap((bucket) => texts.map((name) => `${bucket}:${name}`)).sort(byBytes), "of all");
    const paged: string[] = [];
    for await (const { items } of store.attributes.pages(id, { limit: 17 })) {
      paged.push(...items.map(({ bucket, name }) => `${bucket}:${name}`));
    }
    check.equal(paged, joined, "of pages");
  },

  "the latest timestamp of each bucket is told, by bucket": async (store, check, world) => {
    const id = world.id();
    await store.attributes.set(id, "b", "1", 1, { timestamp: "2026-01-02T03:04:05.000002Z" });
    await store.attributes.set(id, "b", "2", 1, { timestamp: "2026-01-02T03:04:05.000003Z" });
    await store.attributes.set(id, "b", "3", 1, { timestamp: "2026-01-02T05:04:05.000009+05:00" });
    await store.attributes.set(id, "b", "4", 1);
    await store.attributes.set(id, "none", "1", 1);
    await store.attributes.set(id, "😀", "1", 1, { timestamp: "2025-12-31T23:59:59.999999Z" });
    await store.attributes.set(id, "｡", "1", 1, { timestamp: "2026-06-01T00:00:00Z" });
    check.equal([...await store.attributes.timestamps(id)], [
      ["b", "2026-01-02T03:04:05.000003Z"],
      ["｡", "2026-06-01T00:00:00.000000Z"],
      ["😀", "2025-12-31T23:59:59.999999Z"],
    ]);
  },
});

const encoder = new TextEncoder();

function byBytes(left: string, right: string): number {
  const [a, b] = [encoder.encode(left), encoder.encode(right)];
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    if (a[index] !== b[index]) return a[index]! - b[index]!;
  }
  return a.length - b.length;
}

/** An instant that no other bucket has. */
function instant(bucket: string): string {
  const unit = bucket.charCodeAt(bucket.length - 1);
  return `2026-01-02T03:04:${String(bucket.length).padStart(2, "0")}.${String(unit).padStart(6, "0")}Z`;
}

function inOrder(texts: ReadonlySet<string>): Set<string> {
  return new Set([...texts].sort((a, b) => byBytes(`${a}:name`, `${b}:name`)));
}

async function walked(store: Store, id: string, bucket: string): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const { items } of store.attributes.pages(id, { bucket, limit: 2 })) {
    found.push(...items.map(({ data }) => data));
  }
  return found;
}
