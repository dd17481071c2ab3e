/** Behaviours of removing many {@linkcode Attributes}: buckets, chains of tokens, what has expired. @module */

import type { Json, Store } from "../store.ts";
import { group } from "./case.ts";

/** Seconds after 1970: so old that no database removes these rows by itself, and no other case has such. */
const LONG_AGO = 1_000;

/** The behaviours. */
export const attributeRemoval = group("attribute removal", {
  "removing a bucket tells how many attributes it had and leaves the others": async (store, check, world) => {
    const id = world.id();
    await store.attributes.setMany(id, "tokens", Array.from({ length: 60 }, (_, index) => [`${index}`, index]));
    await store.attributes.setMany(id, "others", [["a", 1], ["b", 2]]);
    await store.attributes.set(`${id}2`, "tokens", "a", 1);
    check.equal(await store.attributes.deleteBucket(id, "tokens"), 60);
    check.equal(await store.attributes.deleteBucket(id, "tokens"), 0);
    check.equal((await store.attributes.all(id)).map(({ name }) => name), ["a", "b"]);
    check.equal((await store.attributes.all(`${id}2`)).length, 1);
  },

  "removing all buckets tells how many attributes there were, of this actor only": async (store, check, world) => {
    const id = world.id();
    for (const bucket of ["a", "b", "a:b", "remote:peer"]) {
      await store.attributes.setMany(id, bucket, Array.from({ length: 20 }, (_, index) => [`${index}`, index]));
    }
    await store.attributes.set(`${id}2`, "a", "a", 1);
    await store.properties.set(id, "name", "value");
    check.equal(await store.attributes.deleteAll(id), 80);
    check.equal(await store.attributes.deleteAll(id), 0);
    check.equal(await store.attributes.all(id), []);
    check.equal((await store.attributes.all(`${id}2`)).length, 1);
    check.equal(await store.properties.get(id, "name"), "value");
  },

  "removing a chain takes exactly the objects with this chain_id, in these buckets": async (store, check, world) => {
    const id = world.id();
    const stays: Json[] = [
      { chain_id: "chain2" },
      { chain_id: "Chain" },
      { chain_id: ["chain"] },
      { chain_id: { chain_id: "chain" } },
      { inner: { chain_id: "chain" } },
      { chainId: "chain" },
      [{ chain_id: "chain" }],
      ["chain_id", "chain"],
      "chain",
      '{"chain_id": "chain"}',
      {},
      0,
    ];
    await store.attributes.setMany(id, "access", stays.map((data, index) => [`stays ${index + 10}`, data]));
    await store.attributes.setMany(id, "access", [["a", { chain_id: "chain" }], ["b", { n: 1, chain_id: "chain" }]]);
    await store.attributes.set(id, "refresh", "c", { chain_id: "chain", used: true });
    await store.attributes.set(id, "others", "d", { chain_id: "chain" });
    await store.attributes.set(`${id}2`, "access", "e", { chain_id: "chain" });
    check.equal(await store.attributes.deleteByChain(id, ["access", "refresh", "absent", "access"], "chain"), 3);
    check.equal((await store.attributes.bucket(id, "access")).map(({ data }) => data), stays);
    check.equal(await store.attributes.bucket(id, "refresh"), []);
    check.equal((await store.attributes.bucket(id, "others")).length, 1);
    check.equal((await store.attributes.bucket(`${id}2`, "access")).length, 1);
    check.equal(await store.attributes.deleteByChain(id, ["access", "refresh"], "chain"), 0);
  },

  "a chain_id that is a number, true or null is not the text": async (store, check, world) => {
    const id = world.id();
    const values: Json[] = [{ chain_id: 1 }, { chain_id: true }, { chain_id: null }, { chain_id: 1.5 }, {
      chain_id: [],
    }];
    await store.attributes.setMany(id, "bucket", values.map((data, index) => [`${index}`, data]));
    for (const chain of ["1", "true", "null", "1.5", "[]", ""]) {
      check.equal(await store.attributes.deleteByChain(id, ["bucket"], chain), 0, chain);
    }
    check.equal((await store.attributes.bucket(id, "bucket")).length, values.length);
  },

  "awkward chain ids are matched exactly": async (store, check, world) => {
    const id = world.id();
    const few = world.awkward.slice(0, 60);
    await store.attributes.setMany(id, "bucket", few.map((text, index) => [`${index}`, { chain_id: text }]));
    for (const text of few) check.equal(await store.attributes.deleteByChain(id, ["bucket"], text), 1, text);
    check.equal(await store.attributes.bucket(id, "bucket"), []);
  },

  "a chain of more than a hundred tokens is removed whole": async (store, check, world) => {
    const id = world.id();
    const entries = Array.from({ length: 130 }, (_, index) => {
      return [`${index}`, { chain_id: index % 10 === 0 ? "other" : "chain", filler: "x".repeat(9_000) }] as const;
    });
    await store.attributes.setMany(id, "bucket", entries);
    check.equal(await store.attributes.deleteByChain(id, ["bucket"], "chain"), 117);
    check.equal((await store.attributes.bucket(id, "bucket")).length, 13);
  },

  "purging removes what has expired from the given buckets, of all actors, and tells how many": async (
    _,
    check,
    world,
  ) => {
    const store = await world.open({ now: () => LONG_AGO * 1000 });
    const ids = [world.id(), world.id()];
    const [tokens, others] = [world.id("tokens"), world.id("others")];
    for (const id of ids) {
      await store.attributes.setMany(id, tokens, [["a", 1], ["b", 2]], { expiresAt: LONG_AGO });
      await store.attributes.set(id, tokens, "long gone", 1, { expiresAt: 0 });
      await store.attributes.set(id, tokens, "later", 3, { expiresAt: LONG_AGO + 1 });
      await store.attributes.set(id, tokens, "never", 4);
      await store.attributes.set(id, others, "a", 5, { expiresAt: LONG_AGO });
      await store.attributes.set(id, `${tokens}2`, "a", 6, { expiresAt: LONG_AGO });
    }
    check.equal(await store.attributes.purgeExpired({ buckets: [tokens, world.id("absent")] }), 6);
    check.equal(await store.attributes.purgeExpired({ buckets: [tokens] }), 0);
    const early = await world.open({ now: () => 0 });
    for (const id of ids) {
      check.equal((await early.attributes.all(id)).map(({ data }) => data), [5, 6, 3, 4], "the rows that are left");
    }
    check.equal(await store.attributes.purgeExpired({ buckets: [others, `${tokens}2`] }), 4);
  },

  "purging without buckets removes what has expired from all": async (_, check, world) => {
    const store = await world.open({ now: () => LONG_AGO * 1000 });
    const id = world.id();
    const buckets = ["a", "b:c", world.id("bucket")];
    for (const bucket of buckets) {
      await store.attributes.setMany(id, bucket, [["gone", 1], ["gone, too", 2]], { expiresAt: LONG_AGO });
      await store.attributes.setMany(id, bucket, [["stays", 3]], { expiresAt: LONG_AGO + 1 });
    }
    const count = await store.attributes.purgeExpired();
    check.true(count >= 6, `${count}`);
    const early = await world.open({ now: () => 0 });
    check.equal((await early.attributes.all(id)).map(({ name }) => name), ["stays", "stays", "stays"]);
  },

  "purging no buckets removes nothing": async (_, check, world) => {
    const store = await world.open({ now: () => LONG_AGO * 1000 });
    const id = world.id();
    await store.attributes.set(id, "bucket", "name", 1, { expiresAt: 0 });
    check.equal(await store.attributes.purgeExpired({ buckets: [] }), 0);
    check.equal(await store.attributes.deleteAll(id), 1, "it is still there");
  },

  "any number of buckets can be purged at once": async (_, check, world) => {
    const store = await world.open({ now: () => LONG_AGO * 1000 });
    const id = world.id();
    const buckets = Array.from({ length: 130 }, (_, index) => `${id} ${index}`);
    await Promise.all(buckets.map((bucket) => store.attributes.set(id, bucket, "name", 1, { expiresAt: 0 })));
    check.equal(await store.attributes.purgeExpired({ buckets }), 130);
    check.equal(await store.attributes.deleteAll(id), 0);
  },

  "an attribute that is written anew while others purge is kept": async (_, check, world) => {
    const store = await world.open({ now: () => LONG_AGO * 1000 });
    const id = world.id();
    const bucket = world.id("bucket");
    for (let round = 0; round < 10; round++) {
      await store.attributes.set(id, bucket, "name", "old", { expiresAt: 0 });
      await Promise.all([
        store.attributes.purgeExpired({ buckets: [bucket] }),
        store.attributes.purgeExpired({ buckets: [bucket] }),
        store.attributes.set(id, bucket, "name", "new"),
      ]);
      check.equal((await store.attributes.get(id, bucket, "name"))?.data, "new", `round ${round}`);
    }
  },

  "two who remove one bucket count each attribute once at least, and leave none": async (store, check, world) => {
    const other = await world.open();
    const id = world.id();
    await store.attributes.setMany(id, "bucket", Array.from({ length: 60 }, (_, index) => [`${index}`, index]));
    const counts = await Promise.all([store, other].map((each: Store) => each.attributes.deleteBucket(id, "bucket")));
    check.true(counts[0]! + counts[1]! >= 60, `${counts}`);
    if (store.capabilities.atomicBatches) check.equal(counts[0]! + counts[1]!, 60);
    check.equal(await store.attributes.bucket(id, "bucket"), []);
  },
});
