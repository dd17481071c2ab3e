/** Behaviours of {@linkcode Properties}: one row at a time. @module */

import { group } from "./case.ts";

/** Bytes of an item on DynamoDB, and of the names of a property's three fields. */
const ITEM = 400 * 1024;
const FIELDS = "id".length + "name".length + "value".length;

/** The behaviours. */
export const properties = group("properties", {
  "a property that was written is read back, by any store": async (store, check, world) => {
    const id = world.id();
    await store.properties.set(id, "name", "value");
    check.equal(await store.properties.get(id, "name"), "value");
    check.equal(await (await world.open()).properties.get(id, "name"), "value");
  },

  "a property that was never written is null": async (store, check, world) => {
    const id = world.id();
    await store.properties.set(id, "name", "value");
    for (const name of ["nam", "name2", "Name", "name ", "list:name"]) {
      check.null(await store.properties.get(id, name), name);
    }
    check.null(await store.properties.get(world.id(), "name"), "of another actor");
  },

  "a later write replaces the text": async (store, check, world) => {
    const id = world.id();
    for (const value of ["first", "second", "3", " ", "first"]) {
      await store.properties.set(id, "name", value);
      check.equal(await store.properties.get(id, "name"), value);
    }
    check.equal(await store.properties.all(id), [{ name: "name", value: "first" }]);
  },

  "a write is seen by the next read of another store, every time": async (store, check, world) => {
    const other = await world.open();
    const id = world.id();
    for (let round = 0; round < 50; round++) {
      const [writer, reader] = round % 2 === 0 ? [store, other] : [other, store];
      await writer.properties.set(id, "name", `${round}`);
      check.equal(await reader.properties.get(id, "name"), `${round}`);
    }
  },

  "a read that may be a moment old finds what was written": async (store, check, world) => {
    const id = world.id();
    await store.properties.set(id, "name", "value");
    let found: string | null = null;
    for (let attempt = 0; attempt < 50 && found === null; attempt++) {
      found = await store.properties.get(id, "name", { consistent: false });
    }
    check.equal(found, "value");
  },

  "texts that look like something else stay texts": async (store, check, world) => {
    const id = world.id();
    for (
      const value of ["0", "false", "null", "{}", "[]", '""', "1.0", "1e3", '{"b":1,"a":2}', " {} ", "NaN", "\\x00"]
    ) {
      await store.properties.set(id, "name", value);
      check.equal(await store.properties.get(id, "name"), value);
    }
  },

  "an empty text deletes the property": async (store, check, world) => {
    const id = world.id();
    await store.properties.set(id, "name", "value");
    await store.properties.set(id, "name", "");
    check.null(await store.properties.get(id, "name"));
    await store.properties.set(id, "name", "");
    check.equal(await store.properties.all(id), []);
    check.true(await store.properties.createIfAbsent(id, "name", "again"), "nothing is left in its place");
  },

  "deleting tells whether the property was there": async (store, check, world) => {
    const id = world.id();
    await store.properties.setMany(id, [["a", "1"], ["ab", "2"]]);
    check.true(await store.properties.delete(id, "a"));
    check.false(await store.properties.delete(id, "a"));
    check.false(await store.properties.delete(world.id(), "ab"));
    check.equal(await store.properties.all(id), [{ name: "ab", value: "2" }]);
  },

  "actors whose ids begin alike keep their own properties": async (store, check, world) => {
    const id = world.id("Actor");
    const ids = [id, `${id}1`, `${id}:`, `${id} `, id.slice(0, -1), id.toLowerCase()];
    for (const each of ids) await store.properties.set(each, "name", each);
    for (const each of ids) check.equal(await store.properties.get(each, "name"), each, each);
    check.true(await store.properties.delete(id, "name"));
    for (const each of ids.slice(1)) check.equal(await store.properties.get(each, "name"), each, each);
  },

  "names are told apart by every character": async (store, check, world) => {
    const id = world.id();
    const names = ["name", "Name", "name ", " name", "na", "name:", "é", "e\u0301", "É", "ﬀ", "ff", "list", "list:"];
    for (const name of names) await store.properties.set(id, name, `value of ${name}`);
    for (const name of names) check.equal(await store.properties.get(id, name), `value of ${name}`, name);
  },

  "awkward texts are kept exactly as values": async (store, check, world) => {
    const id = world.id();
    await store.properties.setMany(id, world.awkward.map((text, index) => [`${index}`, text]));
    const kept = await store.properties.getMany(id, world.awkward.map((_, index) => `${index}`));
    for (const [index, text] of world.awkward.entries()) check.equal(kept.get(`${index}`), text);
    for (const text of world.awkward.slice(0, 40)) {
      await store.properties.set(id, "name", text);
      check.equal(await store.properties.get(id, "name"), text);
    }
  },

  "awkward texts are kept exactly as names": async (store, check, world) => {
    const id = world.id();
    const names = world.awkward.filter((text) => new TextEncoder().encode(text).length <= 1024);
    await store.properties.setMany(id, names.map((name) => [name, `value of ${name}`]));
    for (const [name, value] of await store.properties.getMany(id, names)) check.equal(value, `value of ${name}`);
    const all = await store.properties.all(id, { includeLists: true });
    check.equal(new Set(all.map(({ name }) => name)).size, new Set(names).size);
    for (const { name, value } of all) check.equal(value, `value of ${name}`);
  },

  "every method of one row works with awkward names and values": async (store, check, world) => {
    const id = world.id();
    const { properties } = store;
    for (const text of world.awkward.slice(0, 60)) {
      check.null(await properties.get(id, text), text);
      check.true(await properties.createIfAbsent(id, text, text), text);
      check.false(await properties.createIfAbsent(id, text, "other"), text);
      check.false(await properties.setIfEquals(id, text, `${text} `, "other"), text);
      check.true(await properties.setIfEquals(id, text, text, `${text}${text}`), text);
      check.false(await properties.deleteIfEquals(id, text, text), text);
      check.true(await properties.deleteIfEquals(id, text, `${text}${text}`), text);
      check.false(await properties.delete(id, text), text);
    }
  },

  "a property needs no actor": async (store, check, world) => {
    const id = world.id();
    await store.properties.set(id, "name", "value");
    check.equal(await store.properties.get(id, "name"), "value");
    check.null(await store.actors.get(id));
  },

  "a row of exactly 400 KB is kept, and one byte more is refused before any request": async (_, check, world) => {
    let requests = 0;
    const store = await world.open({ onRequest: () => requests++ });
    const id = world.id();
    for (const [letter, bytes] of [["x", 1], ["｡", 3]] as const) {
      const room = ITEM - FIELDS - id.length - "name".length;
      const value = letter.repeat(Math.floor(room / bytes)) + "y".repeat(room % bytes);
      await store.properties.set(id, "name", value);
      check.true(await store.properties.get(id, "name") === value, `${letter}: the text is not the one written`);
      requests = 0;
      const longer = `${value}y`;
      await check.refused(store.properties.set(id, "name", longer), "too_large", "value", `${ITEM}`);
      await check.refused(store.properties.setMany(id, [["name", longer]]), "too_large", "value");
      await check.refused(store.properties.createIfAbsent(id, "name", longer), "too_large", "value");
      await check.refused(store.properties.setIfEquals(id, "name", value, longer), "too_large", "value");
      check.equal(requests, 0);
    }
  },

  "a name of 1,024 bytes is kept, also under the longest id": async (store, check, world) => {
    const start = world.id();
    const id = `${start}${"😀".repeat(255 - start.length)}`;
    const names = ["x".repeat(1024), `y${"｡".repeat(341)}`, "é".repeat(512), "😀".repeat(256)];
    for (const name of names) {
      await store.properties.set(id, name, "value");
      check.equal(await store.properties.get(id, name), "value");
      check.true(await store.properties.setIfEquals(id, name, "value", "other"));
    }
    check.equal((await store.properties.all(id)).map(({ name }) => name), names);
    check.equal(await store.properties.range(id, names[0]!, names[0]!), [{ name: names[0], value: "other" }]);
  },

  "longer, empty and unstorable names are refused by every method before any request": async (_, check, world) => {
    let requests = 0;
    const { properties } = await world.open({ onRequest: () => requests++ });
    const id = world.id();
    for (const name of ["x".repeat(1025), "é".repeat(513), "", "a\0", "\udc00", "\ud83d"]) {
      const code = name.length > 500 ? "too_large" : "invalid";
      await check.refused(properties.get(id, name), code, "name");
      await check.refused(properties.getMany(id, ["a", name]), code, "name");
      await check.refused(properties.set(id, name, "value"), code, "name");
      await check.refused(properties.setMany(id, [["a", "1"], [name, "2"]]), code, "name");
      await check.refused(properties.delete(id, name), code, "name");
      await check.refused(properties.deleteMany(id, ["a", name]), code, "name");
      await check.refused(properties.createIfAbsent(id, name, "value"), code, "name");
      await check.refused(properties.setIfEquals(id, name, "a", "b"), code, "name");
      await check.refused(properties.deleteIfEquals(id, name, "a"), code, "name");
      await check.refused(properties.range(id, name, "b"), code, "lower");
      await check.refused(properties.rangeNames(id, "a", name), code, "upper");
      await check.refused(properties.last(id, "a", name), code, "upper");
      if (name !== "") await check.refused(properties.prefix(id, name), code, "prefix");
    }
    check.equal(requests, 0);
  },

  "values with NUL or a lone surrogate are refused before any request": async (_, check, world) => {
    let requests = 0;
    const { properties } = await world.open({ onRequest: () => requests++ });
    const id = world.id();
    for (const value of ["\0", "a\0b", "\ud800", "x\udfff"]) {
      await check.refused(properties.set(id, "name", value), "invalid", "value");
      await check.refused(properties.setMany(id, [["name", value]]), "invalid", "value");
      await check.refused(properties.createIfAbsent(id, "name", value), "invalid", "value");
      await check.refused(properties.setIfEquals(id, "name", "a", value), "invalid", "value");
      await check.refused(properties.setIfEquals(id, "name", value, "a"), "invalid", "expected");
      await check.refused(properties.deleteIfEquals(id, "name", value), "invalid", "expected");
    }
    check.equal(requests, 0);
  },

  "each call on one property is one request": async (_, check, world) => {
    let requests = 0;
    const { properties } = await world.open({ onRequest: () => requests++ });
    const id = world.id();
    await properties.set(id, "name", "value");
    await properties.get(id, "name");
    await properties.createIfAbsent(id, "name", "value");
    await properties.setIfEquals(id, "name", "value", "other");
    await properties.deleteIfEquals(id, "name", "value");
    await properties.set(id, "name", "");
    await properties.delete(id, "name");
    check.equal(requests, 7);
  },
});
