/** Behaviours of the expiry of {@linkcode Attributes}: from its second on an attribute is absent. @module */

import type { Attribute, AttributeOptions, Store } from "../store.ts";
import { group, type World } from "./case.ts";
import type { Check } from "./check.ts";

const INSTANT = "2026-01-02T03:04:05.678901Z";
/** An epoch second far ahead, so that no database removes a row of this by itself. */
const EXPIRY = 4_102_444_800;
const JUST_BEFORE = EXPIRY * 1000 - 1;
const THEN = EXPIRY * 1000;

/** The behaviours. */
export const attributeExpiry = group("attribute expiry", {
  "an attribute is there until its second and absent from then on, for every read": async (_, check, world) => {
    const [before, then] = await clocks(world);
    const id = world.id();
    await before.attributes.set(id, "bucket", "gone", 1, { expiresAt: EXPIRY, timestamp: INSTANT });
    await before.attributes.set(id, "bucket", "later", 2, { expiresAt: EXPIRY + 1 });
    await before.attributes.set(id, "bucket", "never", 3);
    check.equal(await seen(check, before, id), { get: 1, names: ["gone", "later", "never"], timestamps: [INSTANT] });
    check.equal(await seen(check, then, id), { get: null, names: ["later", "never"], timestamps: [] });
    check.equal(await seen(check, before, id), { get: 1, names: ["gone", "later", "never"], timestamps: [INSTANT] });
  },

  "a clock long after the second sees it absent, too": async (_, check, world) => {
    const [before] = await clocks(world);
    const after = await world.open({ now: () => THEN + 999_999_999 });
    const id = world.id();
    await before.attributes.set(id, "bucket", "gone", 1, { expiresAt: EXPIRY });
    check.equal(await seen(check, after, id), { get: null, names: [], timestamps: [] });
  },

  "the stored second is exactly the one asked for": async (_, check, world) => {
    const store = await world.open({ now: () => JUST_BEFORE });
    const id = world.id();
    const asked: readonly (readonly [AttributeOptions, number])[] = [
      [{ expiresAt: EXPIRY }, EXPIRY],
      [{ expiresAt: 253_402_300_799 }, 253_402_300_799],
      [{ ttl: 1 }, EXPIRY],
      [{ ttl: 3600 }, EXPIRY - 1 + 3600],
      [{ ttl: 86_400 * 30 }, EXPIRY - 1 + 86_400 * 30],
    ];
    for (const [options, expiresAt] of asked) {
      const shown = JSON.stringify(options);
      await store.attributes.set(id, "bucket", "set", 1, options);
      check.equal((await store.attributes.get(id, "bucket", "set"))?.expiresAt, expiresAt, shown);
      await store.attributes.setMany(id, "bucket", [["many", 1]], options);
      check.equal((await store.attributes.get(id, "bucket", "many"))?.expiresAt, expiresAt, shown);
      check.true(await store.attributes.createIfAbsent(id, "bucket", `created ${shown}`, 1, options), shown);
      check.equal((await store.attributes.get(id, "bucket", `created ${shown}`))?.expiresAt, expiresAt, shown);
      check.true(await store.attributes.setIfEquals(id, "bucket", "set", 1, 1, options), shown);
      check.equal((await store.attributes.get(id, "bucket", "set"))?.expiresAt, expiresAt, shown);
    }
  },

  "an attribute can be written as expired already": async (store, check, world) => {
    const id = world.id();
    await store.attributes.set(id, "bucket", "name", 1, { expiresAt: 0 });
    check.null(await store.attributes.get(id, "bucket", "name"));
    check.true(await store.attributes.createIfAbsent(id, "bucket", "name", 2));
    check.equal((await store.attributes.get(id, "bucket", "name"))?.data, 2);
  },

  "writing anew without an expiry takes it away": async (_, check, world) => {
    const [before, then] = await clocks(world);
    const id = world.id();
    await before.attributes.setMany(id, "bucket", [["set", 1], ["many", 1]], { expiresAt: EXPIRY });
    await before.attributes.set(id, "bucket", "set", 2);
    await before.attributes.setMany(id, "bucket", [["many", 2]]);
    for (const name of ["set", "many"]) {
      const attribute = await then.attributes.get(id, "bucket", name);
      check.equal([attribute?.data, attribute?.expiresAt], [2, null], name);
    }
  },

  "an expired attribute can be set and created as if it had never been": async (_, check, world) => {
    const [before, then] = await clocks(world);
    const id = world.id();
    const extras = { expiresAt: EXPIRY, timestamp: INSTANT };
    await before.attributes.setMany(id, "bucket", [["set", "old"], ["created", "old"]], extras);
    check.false(await before.attributes.createIfAbsent(id, "bucket", "created", "early"));
    await then.attributes.set(id, "bucket", "set", "new");
    check.true(await then.attributes.createIfAbsent(id, "bucket", "created", "new"));
    check.false(await then.attributes.createIfAbsent(id, "bucket", "created", "newer"));
    for (const name of ["set", "created"]) {
      const fresh: Attribute = { bucket: "bucket", name, data: "new", timestamp: null, expiresAt: null };
      check.equal(await then.attributes.get(id, "bucket", name), fresh);
    }
  },

  "an expired attribute is never swapped": async (_, check, world) => {
    const [before, then] = await clocks(world);
    const id = world.id();
    await before.attributes.set(id, "bucket", "name", "old", { expiresAt: EXPIRY });
    check.false(await then.attributes.setIfEquals(id, "bucket", "name", "old", "new"));
    check.false(await then.attributes.setIfEquals(id, "bucket", "name", "old", "new", { expiresAt: EXPIRY + 60 }));
    check.equal((await before.attributes.get(id, "bucket", "name"))?.data, "old", "nothing was written");
    check.true(await before.attributes.setIfEquals(id, "bucket", "name", "old", "new"));
  },

  "an expired attribute is not there to be removed": async (_, check, world) => {
    const [before, then] = await clocks(world);
    const id = world.id();
    const names = ["compared", "consumed", "deleted"];
    const set = () => before.attributes.setMany(id, "bucket", names.map((name) => [name, 1]), { expiresAt: EXPIRY });
    await set();
    check.false(await then.attributes.deleteIfEquals(id, "bucket", "compared", 1));
    check.null(await then.attributes.consume(id, "bucket", "consumed"));
    check.false(await then.attributes.delete(id, "bucket", "deleted"));
    check.equal((await before.attributes.get(id, "bucket", "compared"))?.data, 1, "what was not equal stays");
    await set();
    check.true(await before.attributes.deleteIfEquals(id, "bucket", "compared", 1));
    check.equal((await before.attributes.consume(id, "bucket", "consumed"))?.data, 1);
    check.true(await before.attributes.delete(id, "bucket", "deleted"));
  },

  "a swap keeps timestamp and expiry unless others are given": async (store, check, world) => {
    const id = world.id();
    const later = "2026-02-03T04:05:06.000007Z";
    const row = { bucket: "bucket", name: "name", data: 1, timestamp: INSTANT, expiresAt: EXPIRY };
    const swap = async (from: number, options?: AttributeOptions) => {
      check.true(await store.attributes.setIfEquals(id, "bucket", "name", from, from + 1, options));
      return await store.attributes.get(id, "bucket", "name");
    };
    await store.attributes.set(id, "bucket", "name", 1, { timestamp: INSTANT, expiresAt: EXPIRY });
    check.equal(await swap(1), { ...row, data: 2 });
    check.equal(await swap(2, { timestamp: later }), { ...row, data: 3, timestamp: later });
    check.equal(await swap(3, { expiresAt: EXPIRY + 9 }), {
      ...row,
      data: 4,
      timestamp: later,
      expiresAt: EXPIRY + 9,
    });
    check.equal(await swap(4, { timestamp: INSTANT, expiresAt: EXPIRY }), { ...row, data: 5 });
    await store.attributes.set(id, "bucket", "name", 1);
    check.equal(await swap(1), { ...row, data: 2, timestamp: null, expiresAt: null }, "there was none to keep");
  },

  "expired attributes between others never end a walk": async (_, check, world) => {
    const [before, then] = await clocks(world);
    const id = world.id();
    const names = Array.from({ length: 30 }, (_, index) => `name ${index + 10}`);
    const live = [names[4], names[17], names[29]];
    for (const name of names) {
      await before.attributes.set(id, "bucket", name, 1, live.includes(name) ? {} : { expiresAt: EXPIRY });
    }
    for (const limit of [1, 3, 7, 30]) {
      const walked = [];
      for await (const { items } of then.attributes.pages(id, { limit })) walked.push(...items);
      check.equal(walked.map(({ name }) => name), live, `limit ${limit}`);
    }
  },

  "emptying buckets removes expired attributes, too, and counts them": async (_, check, world) => {
    const [before, then] = await clocks(world);
    const id = world.id();
    await before.attributes.setMany(id, "bucket", [["a", 1], ["b", 2]], { expiresAt: EXPIRY });
    await before.attributes.set(id, "bucket", "c", 3);
    await before.attributes.set(id, "other", "d", 4, { expiresAt: EXPIRY });
    check.equal(await then.attributes.deleteBucket(id, "bucket"), 3);
    check.equal(await then.attributes.deleteAll(id), 1);
    check.equal(await before.attributes.all(id), []);
  },
});

/** A store whose clock is at the last millisecond before the expiry, and one whose clock is at the expiry. */
async function clocks(world: World): Promise<[before: Store, then: Store]> {
  return [await world.open({ now: () => JUST_BEFORE }), await world.open({ now: () => THEN })];
}

/** What all the reads see of a bucket; they have to agree about its names. */
async function seen(check: Check, store: Store, id: string) {
  const get = await store.attributes.get(id, "bucket", "gone");
  const names = (await store.attributes.bucket(id, "bucket")).map(({ name }) => name);
  const many = await store.attributes.getMany(id, "bucket", ["gone", "later", "never"]);
  check.equal([...many.keys()], names, "getMany");
  check.equal((await store.attributes.all(id)).map(({ name }) => name), names, "all");
  check.equal(await walked(store, id, {}), names, "pages");
  check.equal(await walked(store, id, { bucket: "bucket" }), names, "pages of the bucket");
  const timestamps = [...(await store.attributes.timestamps(id)).values()];
  return { get: get?.data ?? null, names, timestamps };
}

async function walked(store: Store, id: string, options: { bucket?: string }): Promise<string[]> {
  const names: string[] = [];
  for await (const { items } of store.attributes.pages(id, options)) names.push(...items.map(({ name }) => name));
  return names;
}
