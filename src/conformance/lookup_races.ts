/** Behaviours of {@linkcode Lookups} under concurrency: at the end the lookups agree with the properties. @module */

import type { Store } from "../store.ts";
import { group, type World } from "./case.ts";
import type { Check } from "./check.ts";

/** The behaviours. */
export const lookupRaces = group("lookup races", {
  "fifty actors racing for one value have exactly one owner": async (store, check, world) => {
    const other = await world.open();
    const ids = await actors(store, world, 50);
    const value = world.id("value");
    await Promise.all(ids.map((id, index) => (index % 2 === 0 ? store : other).properties.set(id, "email", value)));
    const owner = await store.lookups.get("email", value);
    check.true(owner !== null && ids.includes(owner), "one of them owns it");
    check.equal(await other.lookups.get("email", value), owner);
    for (const id of ids) check.equal(await store.properties.get(id, "email"), value, "all have it");
    for (const id of ids) check.equal(await store.lookups.claim(id, "email", value), id === owner);
  },

  "who was found as the owner stays it while others write the value": async (store, check, world) => {
    const other = await world.open();
    for (let round = 0; round < 5; round++) {
      const value = world.id("value");
      const found = new Set<string | null>();
      await Promise.all((await actors(store, world, 20)).map(async (id, index) => {
        const each = index % 2 === 0 ? store : other;
        await each.properties.set(id, "email", value);
        found.add(await each.lookups.get("email", value));
      }));
      check.equal(found.size, 1, `owners found in round ${round}: ${[...found].join(", ")}`);
      check.false(found.has(null), "each of them was found or another one");
    }
  },

  "fifty claims of one value have exactly one owner": async (store, check, world) => {
    const other = await world.open();
    const plain = await world.open({ indexedProperties: [] });
    const ids = await actors(store, world, 50);
    const value = world.id("value");
    await Promise.all(ids.map((id) => plain.properties.set(id, "email", value)));
    const claimed = await Promise.all(
      ids.map((id, index) => (index % 2 === 0 ? store : other).lookups.claim(id, "email", value)),
    );
    check.equal(claimed.filter(Boolean).length, 1);
    check.equal(await store.lookups.get("email", value), ids[claimed.indexOf(true)]);
  },

  "fifty writers of one property leave the lookup of its last text": async (store, check, world) => {
    const [id] = await actors(store, world, 1);
    const values = Array.from({ length: 50 }, () => world.id("value"));
    await race(store, await world.open(), ({ properties }, index) => properties.set(id!, "email", values[index]!));
    await agrees(store, check, id!, values);
  },

  "several writers that alternate between two texts leave the one of now resolvable": async (store, check, world) => {
    const other = await world.open();
    await Promise.all((await actors(store, world, 8)).map(async (id) => {
      const values = [world.id("one"), world.id("two")];
      await Promise.all(Array.from({ length: 6 }, async (_, writer) => {
        const { properties } = writer % 2 === 0 ? store : other;
        for (let step = 0; step < 3; step++) await properties.set(id, "email", values[(writer + step) % 2]!);
      }));
      await agrees(store, check, id, values);
    }));
  },

  "writers that only now and then meet leave the text of now resolvable": async (store, check, world) => {
    const other = await world.open();
    const [id] = await actors(store, world, 1);
    const values = [world.id("one"), world.id("two")];
    for (let round = 0; round < 6; round++) {
      const [now, before] = round % 2 === 0 ? values : [values[1], values[0]];
      await Promise.all([store.properties.set(id!, "email", now!), other.properties.set(id!, "email", before!)]);
      await agrees(store, check, id!, values);
    }
  },

  "writers and removers of one property end in agreement": async (store, check, world) => {
    const other = await world.open();
    const [id] = await actors(store, world, 1);
    const values = Array.from({ length: 3 }, () => world.id("value"));
    await race<unknown>(store, other, ({ properties }, index) => {
      const value = values[index % 3]!;
      const calls = [
        () => properties.set(id!, "email", value),
        () => properties.delete(id!, "email"),
        () => properties.createIfAbsent(id!, "email", value),
        () => properties.deleteIfEquals(id!, "email", value),
        () => properties.setIfEquals(id!, "email", values[(index + 1) % 3]!, value),
        () => properties.setMany(id!, [["email", value], ["a", "1"]]),
        () => properties.deleteMany(id!, ["a", "email"]),
      ];
      return calls[index % calls.length]!();
    });
    await agrees(store, check, id!, values);
  },

  "fifty creators of one indexed property leave the winner's text resolvable": async (store, check, world) => {
    const [id] = await actors(store, world, 1);
    const values = Array.from({ length: 50 }, () => world.id("value"));
    const created = await race(store, await world.open(), ({ properties }, index) => {
      return properties.createIfAbsent(id!, "email", values[index]!);
    });
    check.equal(created.filter(Boolean).length, 1);
    check.equal(await store.properties.get(id!, "email"), values[created.indexOf(true)]);
    await agrees(store, check, id!, values);
  },

  "fifty compare-and-swaps of one indexed property have one winner, whose text is found": async (
    store,
    check,
    world,
  ) => {
    const [id] = await actors(store, world, 1);
    const start = world.id("start");
    const values = Array.from({ length: 50 }, () => world.id("value"));
    await store.properties.set(id!, "email", start);
    const swapped = await race(store, await world.open(), ({ properties }, index) => {
      return properties.setIfEquals(id!, "email", start, values[index]!);
    });
    check.equal(swapped.filter(Boolean).length, 1);
    check.equal(await store.properties.get(id!, "email"), values[swapped.indexOf(true)]);
    await agrees(store, check, id!, [start, ...values]);
  },

  "a value that stays with its owner is found at every moment": async (store, check, world) => {
    const other = await world.open();
    const [owner, ...others] = await actors(store, world, 6);
    const value = world.id("value");
    await store.properties.set(owner!, "email", value);
    let writing = true;
    const reading = (async () => {
      while (writing) check.equal(await other.lookups.get("email", value), owner);
    })();
    const writers = others.map(async (id) => {
      for (let step = 0; step < 4; step++) {
        await other.properties.set(id, "email", value);
        await store.properties.set(owner!, "email", value);
        await store.properties.set(id, "email", world.id("other"));
      }
    });
    await Promise.all([reading, Promise.all(writers).finally(() => writing = false)]);
  },

  "a release that meets a writer of the value takes nothing away": async (store, check, world) => {
    const other = await world.open();
    const plain = await world.open({ indexedProperties: [] });
    await Promise.all((await actors(store, world, 25)).map(async (id) => {
      const value = world.id("value");
      await store.properties.set(id, "email", value);
      await plain.properties.delete(id, "email");
      await Promise.all([other.lookups.release(id, "email", value), store.properties.set(id, "email", value)]);
      await agrees(store, check, id, [value]);
    }));
  },

  "a value that is handed over at once is nobody else's": async (store, check, world) => {
    const other = await world.open();
    await Promise.all(Array.from({ length: 5 }, async (_, round) => {
      const [first, second] = await actors(store, world, 2);
      const value = world.id("value");
      await store.properties.set(first!, "email", value);
      await Promise.all([
        store.properties.set(first!, "email", world.id("other")),
        other.properties.set(second!, "email", value),
      ]);
      const owner = await store.lookups.get("email", value);
      check.true(owner === null || owner === second, `round ${round}: ${owner}`);
      await other.properties.set(second!, "email", value);
      check.equal(await store.lookups.get("email", value), second, `round ${round}`);
    }));
  },

  "two actors that change places at once both have their new value": async (store, check, world) => {
    const other = await world.open();
    const [first, second] = await actors(store, world, 2);
    const [one, two] = [world.id("one"), world.id("two")];
    await store.properties.set(first!, "email", one);
    await store.properties.set(second!, "email", two);
    await Promise.all([store.properties.set(first!, "email", two), other.properties.set(second!, "email", one)]);
    check.equal(await store.properties.get(first!, "email"), two);
    check.equal(await store.properties.get(second!, "email"), one);
    await store.properties.set(first!, "email", two);
    await store.properties.set(second!, "email", one);
    check.equal(await store.lookups.get("email", two), first);
    check.equal(await store.lookups.get("email", one), second);
  },

  "removing all properties while one is written ends in agreement": async (store, check, world) => {
    const other = await world.open();
    for (let round = 0; round < 5; round++) {
      const [id] = await actors(store, world, 1);
      const values = Array.from({ length: 3 }, () => world.id("value"));
      await store.properties.set(id!, "email", values[0]!);
      await Promise.all([
        store.properties.deleteAll(id!),
        other.properties.set(id!, "email", values[1]!),
        other.properties.set(id!, "email", values[2]!),
        store.properties.deleteAll(id!),
      ]);
      await agrees(store, check, id!, values);
    }
  },

  "erasing an actor while its property is written ends without a fault or a false lookup": async (
    store,
    check,
    world,
  ) => {
    const other = await world.open();
    await Promise.all((await actors(store, world, 25)).map(async (id) => {
      const values = [world.id("one"), world.id("two")];
      await store.properties.set(id, "email", values[0]!);
      await Promise.all([other.properties.set(id, "email", values[1]!), store.actors.erase(id)]);
      const now = await store.properties.get(id, "email");
      for (const value of values) {
        const found = await store.lookups.get("email", value);
        check.true(found === null || (found === id && value === now), `${found} for ${value}`);
      }
      check.null(await store.actors.get(id));
    }));
  },
});

/** The text of now finds the actor, and no other does. */
async function agrees(store: Store, check: Check, id: string, values: readonly string[]): Promise<void> {
  const now = await store.properties.get(id, "email");
  check.true(now === null || values.includes(now), "the text is one of those written");
  for (const value of values) {
    check.equal(await store.lookups.get("email", value), value === now ? id : null, value === now ? "now" : "before");
  }
}

/** Fifty calls at once, over two stores in turn. */
function race<Result>(
  store: Store,
  other: Store,
  call: (store: Store, index: number) => Promise<Result>,
): Promise<Result[]> {
  return Promise.all(Array.from({ length: 50 }, (_, index) => call(index % 2 === 0 ? store : other, index)));
}

/** New actors; their ids. */
async function actors(store: Store, world: World, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => world.id());
  await Promise.all(ids.map((id) => store.actors.createIfAbsent({ id, creator: "ada", passphrase: "" })));
  return ids;
}
