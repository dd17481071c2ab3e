/** Behaviours of {@linkcode Attributes} when many write at once. @module */

import type { Store } from "../store.ts";
import { group, type World } from "./case.ts";

const RACERS = 50;

/** The behaviours. */
export const attributeRaces = group("attribute races", {
  "fifty writers racing for one swap have exactly one winner, whose value is kept": async (_, check, world) => {
    const id = world.id();
    const stores = await pair(world);
    await stores[0].attributes.set(id, "bucket", "name", { version: 0 });
    const won = await race(stores, (store, index) => {
      return store.attributes.setIfEquals(id, "bucket", "name", { version: 0 }, { version: index + 1 });
    });
    check.equal(won.filter(Boolean).length, 1, "winners");
    const { data } = (await stores[0].attributes.get(id, "bucket", "name"))!;
    check.equal(data, { version: won.indexOf(true) + 1 });
  },

  "fifty creators racing for one name have exactly one winner, whose value is kept": async (_, check, world) => {
    const id = world.id();
    const stores = await pair(world);
    const won = await race(stores, (store, index) => store.attributes.createIfAbsent(id, "bucket", "name", index));
    check.equal(won.filter(Boolean).length, 1, "winners");
    check.equal((await stores[0].attributes.get(id, "bucket", "name"))?.data, won.indexOf(true));
  },

  "fifty creators racing for an expired attribute have exactly one winner": async (_, check, world) => {
    const id = world.id();
    const stores = await pair(world);
    await stores[0].attributes.set(id, "bucket", "name", "old", { expiresAt: 0 });
    const won = await race(stores, (store, index) => store.attributes.createIfAbsent(id, "bucket", "name", index));
    check.equal(won.filter(Boolean).length, 1, "winners");
    check.equal((await stores[0].attributes.get(id, "bucket", "name"))?.data, won.indexOf(true));
  },

  "of fifty who consume one attribute exactly one gets it": async (_, check, world) => {
    const id = world.id();
    const stores = await pair(world);
    await stores[0].attributes.set(id, "bucket", "name", { ticket: 7 });
    const given = await race(stores, (store) => store.attributes.consume(id, "bucket", "name"));
    const got = given.filter((attribute) => attribute !== null);
    check.equal(got.map(({ data }) => data), [{ ticket: 7 }]);
    check.null(await stores[0].attributes.get(id, "bucket", "name"));
  },

  "of fifty who delete one attribute exactly one finds it": async (_, check, world) => {
    const id = world.id();
    const stores = await pair(world);
    await stores[0].attributes.setMany(id, "bucket", [["plain", 1], ["compared", 1]]);
    const plain = await race(stores, (store) => store.attributes.delete(id, "bucket", "plain"));
    check.equal(plain.filter(Boolean).length, 1, "delete");
    const compared = await race(stores, (store) => store.attributes.deleteIfEquals(id, "bucket", "compared", 1));
    check.equal(compared.filter(Boolean).length, 1, "deleteIfEquals");
  },

  "a counter that fifty raise by swaps loses nothing": async (_, check, world) => {
    const id = world.id();
    const stores = await pair(world);
    await stores[0].attributes.set(id, "bucket", "counter", { count: 0 });
    await race(stores, async (store) => {
      for (;;) {
        const { data } = (await store.attributes.get(id, "bucket", "counter"))!;
        const { count } = data as { count: number };
        if (await store.attributes.setIfEquals(id, "bucket", "counter", data, { count: count + 1 })) return;
      }
    }, 10);
    check.equal((await stores[0].attributes.get(id, "bucket", "counter"))?.data, { count: 10 });
  },

  "swaps with the keys in another order race as exactly, too": async (_, check, world) => {
    const id = world.id();
    const stores = await pair(world);
    await stores[0].attributes.set(id, "bucket", "name", { b: 1, a: 2 });
    const won = await race(stores, (store, index) => {
      return store.attributes.setIfEquals(id, "bucket", "name", index % 4 < 2 ? { a: 2, b: 1 } : { b: 1, a: 2 }, index);
    });
    check.equal(won.filter(Boolean).length, 1, "winners");
    check.equal((await stores[0].attributes.get(id, "bucket", "name"))?.data, won.indexOf(true));
  },

  "a swap that meets a removal never brings the attribute back": async (_, check, world) => {
    const stores = await pair(world);
    for (let round = 0; round < 5; round++) {
      const id = world.id();
      await stores[0].attributes.set(id, "bucket", "name", 0);
      const swaps = race(
        stores,
        (store, index) => store.attributes.setIfEquals(id, "bucket", "name", index, index + 1),
        9,
      );
      const [, gone] = await Promise.all([swaps, stores[1].attributes.consume(id, "bucket", "name")]);
      check.true(gone !== null, `round ${round}`);
      check.null(await stores[0].attributes.get(id, "bucket", "name"), `round ${round}`);
    }
  },

  "writers of many attributes at once never stand in each other's way": async (_, check, world) => {
    const id = world.id();
    const stores = await pair(world);
    const names = Array.from({ length: 40 }, (_, index) => `name ${index}`);
    await race(stores, (store, index) => {
      const order = index % 2 === 0 ? names : [...names].reverse();
      return store.attributes.setMany(id, "bucket", order.map((name) => [name, index]));
    }, 10);
    const found = await stores[0].attributes.bucket(id, "bucket");
    check.equal(found.length, names.length);
    if (stores[0].capabilities.atomicBatches) {
      check.equal(new Set(found.map(({ data }) => data)).size, 1, "all of the last writer");
    }
  },
});

/** Two stores on one database. */
async function pair(world: World): Promise<[Store, Store]> {
  return [await world.open(), await world.open()];
}

/** Many callers at once, spread over the stores. */
function race<Result>(
  stores: readonly [Store, Store],
  call: (store: Store, index: number) => Promise<Result>,
  racers = RACERS,
): Promise<Result[]> {
  return Promise.all(Array.from({ length: racers }, (_, index) => call(stores[index % 2 === 0 ? 0 : 1], index)));
}
