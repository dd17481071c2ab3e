/** Behaviours of conditional writes of properties. @module */

import type { Store } from "../store.ts";
import { group } from "./case.ts";

/** The behaviours. */
export const propertyConditions = group("property conditions", {
  "creating makes a property that is absent and leaves one that is there": async (store, check, world) => {
    const id = world.id();
    check.true(await store.properties.createIfAbsent(id, "name", "first"));
    check.false(await store.properties.createIfAbsent(id, "name", "second"));
    check.false(await store.properties.createIfAbsent(id, "name", "first"));
    check.equal(await store.properties.get(id, "name"), "first");
    check.true(await store.properties.createIfAbsent(`${id}2`, "name", "other"), "of another actor");
  },

  "a property that was deleted can be created again": async (store, check, world) => {
    const id = world.id();
    for (const value of ["first", "second", "third"]) {
      check.true(await store.properties.createIfAbsent(id, "name", value), value);
      check.true(await store.properties.deleteIfEquals(id, "name", value), value);
    }
    check.null(await store.properties.get(id, "name"));
  },

  "an empty text can be neither created nor swapped in": async (store, check, world) => {
    const id = world.id();
    await check.refused(store.properties.createIfAbsent(id, "name", ""), "invalid", "value");
    await store.properties.set(id, "name", "value");
    await check.refused(store.properties.setIfEquals(id, "name", "value", ""), "invalid", "value");
    check.equal(await store.properties.get(id, "name"), "value");
  },

  "a swap replaces exactly the expected text": async (store, check, world) => {
    const id = world.id();
    await store.properties.set(id, "name", "first");
    check.true(await store.properties.setIfEquals(id, "name", "first", "second"));
    check.equal(await store.properties.get(id, "name"), "second");
    check.false(await store.properties.setIfEquals(id, "name", "first", "third"));
    check.equal(await store.properties.get(id, "name"), "second");
    check.true(await store.properties.setIfEquals(id, "name", "second", "second"), "a text for itself");
  },

  "a swap of a property that is not there is false and creates none": async (store, check, world) => {
    const id = world.id();
    for (const expected of ["", "null", "value"]) {
      check.false(await store.properties.setIfEquals(id, "name", expected, "value"), expected);
      check.false(await store.properties.deleteIfEquals(id, "name", expected), expected);
    }
    check.null(await store.properties.get(id, "name"));
  },

  "texts that only mean the same are not equal": async (store, check, world) => {
    const id = world.id();
    const pairs = [
      ["1", "1.0"],
      ['{"a":1}', '{"a": 1}'],
      ['{"a":1,"b":2}', '{"b":2,"a":1}'],
      ["value", "value "],
      ["value", "Value"],
      ["é", "e\u0301"],
      ["ß", "ss"],
      ["ﬀ", "ff"],
      ["x", ""],
    ] as const;
    for (const [stored, expected] of pairs) {
      await store.properties.set(id, "name", stored);
      check.false(await store.properties.setIfEquals(id, "name", expected, "other"), stored);
      check.false(await store.properties.deleteIfEquals(id, "name", expected), stored);
      check.equal(await store.properties.get(id, "name"), stored);
    }
  },

  "a removal of exactly the expected text happens once": async (store, check, world) => {
    const id = world.id();
    await store.properties.set(id, "name", "value");
    check.false(await store.properties.deleteIfEquals(id, "name", "other"));
    check.equal(await store.properties.get(id, "name"), "value");
    check.true(await store.properties.deleteIfEquals(id, "name", "value"));
    check.false(await store.properties.deleteIfEquals(id, "name", "value"));
    check.null(await store.properties.get(id, "name"));
  },

  "long texts are compared to their last character": async (store, check, world) => {
    const id = world.id();
    const long = "x".repeat(300_000);
    await store.properties.set(id, "name", `${long}a`);
    check.false(await store.properties.setIfEquals(id, "name", `${long}b`, "other"));
    check.true(await store.properties.setIfEquals(id, "name", `${long}a`, `${long}b`));
    check.true(await store.properties.deleteIfEquals(id, "name", `${long}b`));
  },

  "conditions are about one actor's property": async (store, check, world) => {
    const id = world.id();
    await store.properties.set(`${id}2`, "name", "value");
    await store.properties.set(id, "name2", "value");
    check.false(await store.properties.setIfEquals(id, "name", "value", "other"));
    check.false(await store.properties.deleteIfEquals(id, "name", "value"));
    check.equal(await store.properties.get(`${id}2`, "name"), "value");
    check.equal(await store.properties.get(id, "name2"), "value");
  },

  "fifty creators racing for one property have exactly one winner": async (store, check, world) => {
    const id = world.id();
    const created = await race(store, await world.open(), (each, index) => {
      return each.properties.createIfAbsent(id, "name", `writer ${index}`);
    });
    check.equal(created.filter(Boolean).length, 1);
    check.equal(await store.properties.get(id, "name"), `writer ${created.indexOf(true)}`);
  },

  "fifty writers racing for one compare-and-swap have exactly one winner": async (store, check, world) => {
    const id = world.id();
    await store.properties.set(id, "name", "start");
    const swapped = await race(store, await world.open(), (each, index) => {
      return each.properties.setIfEquals(id, "name", "start", `writer ${index}`);
    });
    check.equal(swapped.filter(Boolean).length, 1);
    check.equal(await store.properties.get(id, "name"), `writer ${swapped.indexOf(true)}`);
  },

  "of fifty conditional removals exactly one removes": async (store, check, world) => {
    const id = world.id();
    await store.properties.set(id, "name", "value");
    const removed = await race(
      store,
      await world.open(),
      (each) => each.properties.deleteIfEquals(id, "name", "value"),
    );
    check.equal(removed.filter(Boolean).length, 1);
    check.null(await store.properties.get(id, "name"));
  },

  "of fifty removals exactly one finds the property": async (store, check, world) => {
    const id = world.id();
    await store.properties.set(id, "name", "value");
    const removed = await race(store, await world.open(), (each) => each.properties.delete(id, "name"));
    check.equal(removed.filter(Boolean).length, 1);
  },

  "swaps and removals that race for one text have one winner among them all": async (store, check, world) => {
    const other = await world.open();
    for (let round = 0; round < 4; round++) {
      const id = world.id();
      await store.properties.set(id, "name", "start");
      const won = await race(store, other, ({ properties }, index) => {
        return index % 2 === 0
          ? properties.setIfEquals(id, "name", "start", `writer ${index}`)
          : properties.deleteIfEquals(id, "name", "start");
      });
      const winner = won.indexOf(true);
      check.equal(won.filter(Boolean).length, 1, `round ${round}`);
      check.equal(await store.properties.get(id, "name"), winner % 2 === 0 ? `writer ${winner}` : null);
    }
  },

  "a counter that fifty writers raise by compare-and-swap counts every success": async (store, check, world) => {
    const id = world.id();
    await store.properties.set(id, "count", "0");
    const raised = await race(store, await world.open(), async ({ properties }) => {
      let successes = 0;
      for (let attempt = 0; attempt < 4; attempt++) {
        const before = await properties.get(id, "count");
        if (await properties.setIfEquals(id, "count", before!, `${Number(before) + 1}`)) successes++;
      }
      return successes;
    });
    const total = raised.reduce((sum, count) => sum + count, 0);
    check.true(total > 0);
    check.equal(await store.properties.get(id, "count"), `${total}`);
  },

  "fifty writers of fifty properties lose none": async (store, check, world) => {
    const id = world.id();
    await race(store, await world.open(), ({ properties }, index) => properties.set(id, `${100 + index}`, "value"));
    const names = (await store.properties.all(id)).map(({ name }) => name);
    check.equal(names, Array.from({ length: 50 }, (_, index) => `${100 + index}`));
  },
});

/** Fifty calls at once, over two stores in turn. */
function race<Result>(
  store: Store,
  other: Store,
  call: (store: Store, index: number) => Promise<Result>,
): Promise<Result[]> {
  return Promise.all(Array.from({ length: 50 }, (_, index) => call(index % 2 === 0 ? store : other, index)));
}
