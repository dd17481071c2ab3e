/** Behaviours of reading all properties, at once and in pages. @module */

import type { PageOptions, PropertyOptions, Store } from "../store.ts";
import { group } from "./case.ts";

const BEFORE_LISTS = ["LIST:a", "Z", "a", "lisa", "list", "list!", "list9"];
const LISTS = [
  "list:",
  "list::",
  "list:a-#a0",
  "list:a-meta",
  "list:é-#a0",
  "list:é-meta",
  "list:😀-meta",
  "list:\u{10ffff}",
];
const AFTER_LISTS = ["list;", "list;a", "lista", "listen", "lisu", "é", "｡", "😀"];
const PLAIN = [...BEFORE_LISTS, ...AFTER_LISTS];
const EVERY = [...BEFORE_LISTS, ...LISTS, ...AFTER_LISTS];

/** The behaviours. */
export const propertyPages = group("property pages", {
  "all properties come in byte order, without list rows unless asked for": async (store, check, world) => {
    const id = await filled(store, world.id(), EVERY);
    check.equal(await store.properties.all(id), PLAIN.map((name) => ({ name, value: `value of ${name}` })));
    check.equal(
      await store.properties.all(id, { includeLists: true }),
      EVERY.map((name) => ({ name, value: `value of ${name}` })),
    );
    check.equal(await store.properties.all(id, { includeLists: false }), await store.properties.all(id));
  },

  "an actor without properties has an empty collection": async (store, check, world) => {
    const id = world.id();
    await filled(store, `${id}2`, ["a"]);
    check.equal(await store.properties.all(id), []);
    check.equal(await store.properties.all(id, { includeLists: true }), []);
    check.equal(await walked(store, id, {}), []);
  },

  "pages of every size hold together what the collection holds": async (store, check, world) => {
    const id = await filled(store, world.id(), EVERY);
    for (const includeLists of [false, true]) {
      const expected = includeLists ? EVERY : PLAIN;
      for (let limit = 1; limit <= expected.length + 1; limit++) {
        check.equal(
          await walked(store, id, { limit, includeLists }),
          expected,
          `limit ${limit}, lists ${includeLists}`,
        );
      }
      check.equal(await walked(store, id, { includeLists }), expected);
    }
  },

  "an actor whose properties are all list rows has no plain ones in pages": async (store, check, world) => {
    const id = await filled(store, world.id(), LISTS);
    check.equal(await walked(store, id, { limit: 3 }), []);
    check.equal(await walked(store, id, { limit: 3, includeLists: true }), LISTS);
  },

  "no page is longer than its limit, and only the last has no cursor": async (store, check, world) => {
    const id = await filled(store, world.id(), EVERY);
    for (const limit of [1, 4, 7, 15, 100]) {
      let ended = false;
      for await (const { items, cursor } of store.properties.pages(id, { limit })) {
        check.false(ended, `limit ${limit}: a page after the last one`);
        check.true(items.length <= limit, `limit ${limit}: a page of ${items.length} rows`);
        ended = cursor === null;
      }
      check.true(ended, `limit ${limit}`);
    }
  },

  "a page has a hundred rows unless told otherwise, and a thousand at most": async (store, check, world) => {
    const names = Array.from({ length: 1001 }, (_, index) => `${1000 + index}`);
    const id = await filled(store, world.id(), names);
    check.equal((await firstPage(store, id, {})).items.length, 100);
    check.equal((await firstPage(store, id, { limit: 1000 })).items.length, 1000);
    check.equal(await walked(store, id, { limit: 1000 }), names);
    for (const limit of [0, -1, 1001, 2.5, NaN]) {
      await check.refused(firstPage(store, id, { limit }), "invalid", "limit");
    }
  },

  "a stored cursor goes on in another store, after any time and as often as wanted": async (store, check, world) => {
    const id = await filled(store, world.id(), EVERY);
    for (const includeLists of [false, true]) {
      const expected = includeLists ? EVERY : PLAIN;
      const met: string[] = [];
      for await (const { items, cursor } of store.properties.pages(id, { limit: 1, includeLists })) {
        met.push(...items.map(({ name }) => name));
        check.equal(met, expected.slice(0, met.length));
        if (cursor === null) break;
        const later = await world.open({ now: () => Date.now() + 365 * 86_400_000 });
        check.equal(await walked(later, id, { limit: 4, includeLists, cursor }), expected.slice(met.length));
        await later.close();
      }
      check.equal(met, expected);
    }
  },

  "a cursor between list rows goes on behind the lists when they are not wanted": async (store, check, world) => {
    const id = await filled(store, world.id(), EVERY);
    let seen = 0;
    for await (const { items, cursor } of store.properties.pages(id, { limit: 1, includeLists: true })) {
      seen += items.length;
      if (cursor === null) break;
      const rest = EVERY.slice(seen).filter((name) => PLAIN.includes(name));
      check.equal(await walked(store, id, { limit: 2, cursor }), rest, `after ${seen} rows`);
    }
  },

  "rows that come and go meanwhile do not disturb a walk": async (store, check, world) => {
    const id = await filled(store, world.id(), ["b", "d", "f", "h", "j", "l"]);
    const met: string[] = [];
    for await (const { items } of store.properties.pages(id, { limit: 2 })) {
      const names = items.map(({ name }) => name);
      met.push(...names);
      if (names.includes("d")) {
        // The row that the cursor stands on, the next one, one behind and one ahead.
        await store.properties.deleteMany(id, ["d", "f"]);
        await store.properties.setMany(id, [["c", "behind"], ["k", "ahead"]]);
      }
    }
    check.equal(met, ["b", "d", "h", "j", "k", "l"]);
  },

  "a walk whose rest was removed ends": async (store, check, world) => {
    const id = await filled(store, world.id(), ["a", "b", "c", "d"]);
    const { cursor } = await firstPage(store, id, { limit: 2 });
    await store.properties.deleteAll(id);
    check.equal(await walked(store, id, { cursor: cursor! }), []);
    await store.properties.set(id, "e", "value of e");
    check.equal(await walked(store, id, { cursor: cursor! }), ["e"]);
  },

  "each page is read when it is asked for, and shows the rows of that moment": async (_, check, world) => {
    let requests = 0;
    const store = await world.open({ onRequest: () => requests++ });
    const id = await filled(store, world.id(), ["a", "b", "c", "d"]);
    requests = 0;
    const pages = store.properties.pages(id, { limit: 2, includeLists: true })[Symbol.asyncIterator]();
    check.equal(requests, 0);
    await pages.next();
    check.equal(requests, 1);
    await store.properties.set(id, "d", "changed");
    const second = await pages.next();
    check.equal(second.value?.items.at(-1), { name: "d", value: "changed" });
  },

  "more than a megabyte is read whole, at once and in pages": async (store, check, world) => {
    const id = world.id();
    const names = Array.from({ length: 30 }, (_, index) => `${index % 2 === 0 ? "list:n-#a" : "m"}${10 + index}`)
      .sort();
    await store.properties.setMany(id, names.map((name) => [name, name.padEnd(60_000, "x")]));
    const plain = names.filter((name) => name.startsWith("m"));
    check.equal((await store.properties.all(id)).map(({ name }) => name), plain);
    check.equal((await store.properties.all(id, { includeLists: true })).map(({ name }) => name), names);
    check.equal(await walked(store, id, { limit: 1000, includeLists: true }), names);
    check.equal(await walked(store, id, { limit: 1000 }), plain);
    check.equal(await walked(store, id, { limit: 10, includeLists: true }), names);
  },

  "names of the greatest length make cursors that work": async (store, check, world) => {
    const names = ["x".repeat(1024), "é".repeat(512), "😀".repeat(256)];
    const id = await filled(store, world.id(), names);
    check.equal(await walked(store, id, { limit: 1 }), names);
  },

  "awkward names are met exactly once in pages": async (store, check, world) => {
    const fitting = world.awkward.filter((text) => new TextEncoder().encode(text).length <= 1024);
    const id = await filled(store, world.id(), fitting);
    const met = await walked(store, id, { limit: 13, includeLists: true });
    check.equal(met.length, new Set(fitting).size);
    check.equal(
      new Set(met),
      new Set((await store.properties.all(id, { includeLists: true })).map(({ name }) => name)),
    );
  },

  "a cursor of another method and a text that is no cursor are refused": async (store, check, world) => {
    const id = await filled(store, world.id(), ["a", "b"]);
    await store.attributes.setMany(id, "bucket", [["a", 1], ["b", 2]]);
    const cursors = ["", "garbage", "AAAA", "====", "😀", "null", "a"];
    for await (const { cursor } of store.attributes.pages(id, { limit: 1 })) if (cursor !== null) cursors.push(cursor);
    check.true(cursors.length > 7, "the other method gave a cursor");
    const { cursor } = await firstPage(store, id, { limit: 1 });
    for (const each of [...cursors, cursor!.slice(1), cursor!.slice(0, -2)]) {
      await check.refused(firstPage(store, id, { cursor: each }), "invalid", "cursor");
    }
    await check.refused(firstPage(store, id, { cursor: null as unknown as string }), "invalid", "cursor");
  },
});

async function filled(store: Store, id: string, names: readonly string[]): Promise<string> {
  await store.properties.setMany(id, [...names].reverse().map((name) => [name, `value of ${name}`]));
  return id;
}

/** The names that a walk meets. */
async function walked(store: Store, id: string, options: PageOptions & PropertyOptions): Promise<string[]> {
  const names: string[] = [];
  for await (const { items } of store.properties.pages(id, options)) names.push(...items.map(({ name }) => name));
  return names;
}

async function firstPage(store: Store, id: string, options: PageOptions & PropertyOptions) {
  for await (const page of store.properties.pages(id, options)) return page;
  throw new Error("a walk without a page");
}
