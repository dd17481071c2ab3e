/** Behaviours of the walk over all actors. @module */

import type { PageOptions, Store } from "../store.ts";
import { group, type World } from "./case.ts";

/** The behaviours. */
export const actorPages = group("actor pages", {
  "a walk meets every actor exactly once and whole": async (store, check, world) => {
    const ids = await made(store, world, 25);
    const met = await walked(store, ids, { limit: 10 });
    check.equal(met.map(({ id }) => id).sort(), ids);
    check.equal(met.map(({ passphrase }) => passphrase).sort(), ids, "each with its passphrase");
  },

  "the order is that of the ids' bytes, or at least always the same": async (store, check, world) => {
    const base = world.id();
    const ids = ["!", "Z", "a", "é", "｡", "\uffff", "😀"].map((end) => `${base}${end}`);
    for (const id of [...ids].reverse()) await store.actors.createIfAbsent({ id, creator: base, passphrase: "" });
    const order = (await walked(store, ids, { limit: 30 })).map(({ id }) => id);
    if (store.capabilities.sortedActors) check.equal(order, ids);
    else check.equal((await walked(await world.open(), ids, { limit: 1000 })).map(({ id }) => id), order);
  },

  "no page is longer than its limit, and only the last has no cursor": async (store, check, world) => {
    await made(store, world, 12);
    let ended = false;
    for await (const { items, cursor } of store.actors.pages({ limit: 5 })) {
      check.false(ended, "a page after the last one");
      check.true(items.length <= 5, `a page of ${items.length} rows`);
      ended = cursor === null;
    }
    check.true(ended);
  },

  "a stored cursor goes on in another store where the walk stood": async (store, check, world) => {
    const ids = await made(store, world, 12);
    const met: string[] = [];
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const fresh = await world.open();
      const options: PageOptions = cursor === undefined ? { limit: 40 } : { limit: 40, cursor };
      for await (const page of fresh.actors.pages(options)) {
        for (const { id } of page.items) if (ids.includes(id)) met.push(id);
        cursor = page.cursor;
        break;
      }
      await fresh.close();
    }
    check.equal(met.sort(), ids);
  },

  "actors that are created and removed meanwhile do not disturb a walk": async (store, check, world) => {
    const ids = await made(store, world, 20);
    const doomed = new Set(ids.filter((_, index) => index % 2 === 0));
    const met: string[] = [];
    for await (const { items } of store.actors.pages({ limit: 7 })) {
      for (const { id } of items) {
        if (!ids.includes(id)) continue;
        met.push(id);
        // The row that the cursor stands on is the last of its page, so it goes, too.
        if (doomed.has(id)) await store.actors.delete(id);
      }
      await store.actors.createIfAbsent({ id: world.id(), creator: "new", passphrase: "" });
    }
    check.equal(met.sort(), ids);
  },

  "a limit outside 1 to 1,000 is refused": async (store, check) => {
    for (const limit of [0, -1, 1001, 1.5, NaN, Infinity]) {
      await check.refused(first(store, { limit }), "invalid", "limit", "1000");
    }
    for (const limit of [1, 1000]) check.true((await first(store, { limit })).length <= limit, `${limit}`);
  },

  "a cursor of another method and a text that is no cursor are refused": async (store, check, world) => {
    const id = world.id();
    await store.properties.setMany(id, [["a", "1"], ["b", "2"]]);
    const cursors = ["", "garbage", "AAAA", "😀", "null", id];
    for await (const { cursor } of store.properties.pages(id, { limit: 1 })) if (cursor !== null) cursors.push(cursor);
    check.true(cursors.length > 6, "the other method gave a cursor");
    for (const cursor of cursors) await check.refused(first(store, { cursor }), "invalid", "cursor");
  },
});

/** New actors; their ids in order. */
async function made(store: Store, world: World, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => world.id());
  await Promise.all(ids.map((id) => store.actors.createIfAbsent({ id, creator: "walker", passphrase: id })));
  return ids.sort();
}

/** Those of `ids` that a walk meets, in its order; the database is shared with others. */
async function walked(store: Store, ids: readonly string[], options: PageOptions) {
  const met = [];
  for await (const { items } of store.actors.pages(options)) met.push(...items.filter(({ id }) => ids.includes(id)));
  return met;
}

async function first(store: Store, options: PageOptions) {
  for await (const { items } of store.actors.pages(options)) return items;
  return [];
}
