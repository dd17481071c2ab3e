/** Behaviours of reading, writing and removing many properties. @module */

import { group } from "./case.ts";

/** The behaviours. */
export const propertyBatches = group("property batches", {
  "any number of properties is read by name, in name order": async (store, check, world) => {
    const id = world.id();
    const names = Array.from({ length: 250 }, (_, index) => `name-${1000 + index}`);
    await store.properties.setMany(id, names.map((name) => [name, `value of ${name}`]));
    const asked = [...names].reverse().flatMap((name) => [name, `${name}-missing`]);
    const found = await store.properties.getMany(id, asked);
    check.equal(found, new Map(names.map((name) => [name, `value of ${name}`])));
  },

  "the order is that of bytes, and list rows are read like others": async (store, check, world) => {
    const id = world.id();
    const names = ["Z", "a", "list:n-#a0", "é", "｡", "😀"];
    await store.properties.setMany(id, names.map((name) => [name, name]));
    const found = await store.properties.getMany(id, new Set([...names].reverse()));
    check.equal([...found.keys()], names);
  },

  "a name asked for twice is answered once": async (store, check, world) => {
    const id = world.id();
    await store.properties.set(id, "name", "value");
    function* names() {
      for (let count = 0; count < 150; count++) yield "name";
    }
    check.equal(await store.properties.getMany(id, names()), new Map([["name", "value"]]));
  },

  "names of other actors are not answered": async (store, check, world) => {
    const id = world.id();
    await store.properties.set(`${id}2`, "name", "value");
    check.equal(await store.properties.getMany(id, ["name"]), new Map());
  },

  "more than sixteen megabytes are read by name": async (store, check, world) => {
    const id = world.id();
    const names = Array.from({ length: 45 }, (_, index) => `name-${100 + index}`);
    await store.properties.setMany(id, names.map((name) => [name, name.padEnd(390_000, "x")]));
    const found = await store.properties.getMany(id, names);
    check.equal([...found.keys()], names);
    for (const [name, value] of found) check.true(value === name.padEnd(390_000, "x"), name);
  },

  "any number of properties is written, new ones and others": async (store, check, world) => {
    const id = world.id();
    const names = Array.from({ length: 130 }, (_, index) => `name-${100 + index}`);
    await store.properties.setMany(id, names.filter((_, index) => index % 3 === 0).map((name) => [name, "old"]));
    await store.properties.set(id, "other", "stays");
    await store.properties.setMany(id, new Map(names.map((name) => [name, `value of ${name}`])));
    check.equal(await store.properties.all(id), [
      ...names.map((name) => ({ name, value: `value of ${name}` })),
      { name: "other", value: "stays" },
    ]);
  },

  "of a name given twice the last text counts": async (store, check, world) => {
    const id = world.id();
    await store.properties.setMany(id, [["a", "1"], ["b", "1"], ["a", "2"], ["email", "1"], ["email", "2"]]);
    check.equal(
      await store.properties.getMany(id, ["a", "b", "email"]),
      new Map([["a", "2"], ["b", "1"], ["email", "2"]]),
    );
  },

  "an empty text among many deletes its property": async (store, check, world) => {
    const id = world.id();
    await store.properties.setMany(id, [["a", "1"], ["b", "1"], ["c", "1"]]);
    await store.properties.setMany(id, [["a", ""], ["b", "2"], ["c", "2"], ["c", ""], ["d", ""], ["d", "2"], [
      "e",
      "",
    ]]);
    check.equal(await store.properties.all(id), [{ name: "b", value: "2" }, { name: "d", value: "2" }]);
  },

  "what is written and what is removed together shows together where batches are atomic": async (_, check, world) => {
    const [writer, reader] = [await world.open(), await world.open()];
    const id = world.id();
    await writer.properties.setMany(id, [["a", "1"], ["b", ""], ["email", ""]]);
    let writing = true;
    const reading = (async () => {
      while (writing) {
        const names = (await reader.properties.all(id)).map(({ name }) => name).join();
        if (reader.capabilities.atomicBatches) check.true(names === "a" || names === "b,email", names);
        else check.true(["", "a", "b", "email", "a,b", "a,email", "b,email", "a,b,email"].includes(names), names);
      }
    })();
    const alternating = async () => {
      for (let round = 0; round < 20; round++) {
        const [one, other] = round % 2 === 0 ? ["", "1"] : ["1", ""];
        await writer.properties.setMany(id, [["a", one!], ["b", other!], ["email", other!]]);
      }
    };
    await Promise.all([reading, alternating().finally(() => writing = false)]);
    check.equal((await reader.properties.all(id)).map(({ name }) => name), ["a"]);
  },

  "nothing is written when one of many is refused": async (store, check, world) => {
    const id = world.id();
    const good = Array.from({ length: 60 }, (_, index) => [`name-${index}`, "value"] as const);
    const bad: [string, string][] = [["", "x"], ["x".repeat(1025), "x"], ["x", "a\0"], ["x", "x".repeat(410_000)]];
    for (const pair of bad) {
      const code = pair.some((text) => text.length > 1000) ? "too_large" : "invalid";
      await check.refused(store.properties.setMany(id, [...good, pair]), code);
    }
    check.equal(await store.properties.all(id), []);
  },

  "writers of the same properties at once leave one writer's texts each, or all of one": async (
    store,
    check,
    world,
  ) => {
    const other = await world.open();
    const id = world.id();
    const names = Array.from({ length: 60 }, (_, index) => `name-${100 + index}`);
    await Promise.all(Array.from({ length: 50 }, (_, writer) => {
      const shuffled = writer % 3 === 0 ? [...names].reverse() : names;
      const entries = shuffled.map((name) => [name, `writer ${writer}`] as const);
      return (writer % 2 === 0 ? store : other).properties.setMany(id, entries);
    }));
    const rows = await store.properties.all(id);
    check.equal(rows.map(({ name }) => name), names);
    for (const { name, value } of rows) check.true(/^writer \d+$/.test(value), name);
    if (store.capabilities.atomicBatches) check.equal(new Set(rows.map(({ value }) => value)).size, 1, "writers");
  },

  "any number of properties is removed by name, and others stay": async (store, check, world) => {
    const id = world.id();
    const names = Array.from({ length: 130 }, (_, index) => `name-${100 + index}`);
    await store.properties.setMany(id, [...names, "other"].map((name) => [name, "value"]));
    await store.properties.setMany(`${id}2`, names.map((name) => [name, "value"]));
    await store.properties.deleteMany(id, [...names, ...names, "missing"]);
    check.equal(await store.properties.all(id), [{ name: "other", value: "value" }]);
    check.equal((await store.properties.all(`${id}2`)).length, names.length);
    await store.properties.deleteMany(id, names);
    check.equal(await store.properties.all(id), [{ name: "other", value: "value" }]);
  },

  "of no names nothing is asked": async (_, check, world) => {
    let requests = 0;
    const { properties } = await world.open({ onRequest: () => requests++ });
    const id = world.id();
    check.equal(await properties.getMany(id, []), new Map());
    await properties.setMany(id, new Map());
    await properties.deleteMany(id, new Set<string>());
    check.equal(requests, 0);
  },

  "a hundred properties are read in one request, and written and removed in four": async (_, check, world) => {
    let requests = 0;
    const { properties } = await world.open({ onRequest: () => requests++ });
    const id = world.id();
    const names = Array.from({ length: 100 }, (_, index) => `name-${index}`);
    const calls: [most: number, call: () => Promise<unknown>][] = [
      [4, () => properties.setMany(id, names.map((name) => [name, "value"]))],
      [1, () => properties.getMany(id, names)],
      [4, () => properties.setMany(id, names.map((name, index) => [name, index % 2 === 0 ? "" : "other"]))],
      [4, () => properties.deleteMany(id, names)],
    ];
    for (const [index, [most, call]] of calls.entries()) {
      requests = 0;
      await call();
      check.true(requests >= 1 && requests <= most, `call ${index} took ${requests} requests`);
    }
  },

  "a text in place of many names is refused": async (store, check, world) => {
    const id = world.id();
    await check.refused(store.properties.getMany(id, "name"), "invalid", "names");
    await check.refused(store.properties.deleteMany(id, "name"), "invalid", "names");
  },

  "all properties are removed with the lists, and how many is answered": async (store, check, world) => {
    const id = world.id();
    const names = Array.from({ length: 60 }, (_, index) => `name-${index}`);
    const lists = Array.from({ length: 60 }, (_, index) => `list:notes-#a${index}`);
    await store.properties.setMany(id, [...names, ...lists, "email", "zebra"].map((name) => [name, "value"]));
    check.equal(await store.properties.deleteAll(id), 122);
    check.equal(await store.properties.all(id, { includeLists: true }), []);
    check.equal(await store.properties.deleteAll(id), 0);
  },

  "all properties but the lists are removed when told so": async (store, check, world) => {
    const id = world.id();
    const lists = ["list:", "list:a-meta", "list:a-#a0", "list:é-meta", "list:\u{10ffff}"];
    const plain = ["LIST:a", "a", "email", "list", "list;", "listen", "zebra", "😀"];
    await store.properties.setMany(id, [...lists, ...plain].map((name) => [name, "value"]));
    check.equal(await store.properties.deleteAll(id, { includeLists: false }), plain.length);
    const left = await store.properties.all(id, { includeLists: true });
    check.equal(
      new Set(left.map(({ name }) => name)),
      new Set(["list:", "list:a-#a0", "list:a-meta", "list:é-meta", "list:\u{10ffff}"]),
    );
  },

  "removing all of one actor's properties leaves those of others": async (store, check, world) => {
    const id = world.id("Actor");
    const others = [`${id}2`, `${id}:`, id.slice(0, -1), id.toLowerCase()];
    for (const each of [id, ...others]) await store.properties.setMany(each, [["a", "1"], ["email", each]]);
    check.equal(await store.properties.deleteAll(id), 2);
    for (const other of others) {
      check.equal(
        await store.properties.all(other),
        [{ name: "a", value: "1" }, { name: "email", value: other }],
        other,
      );
    }
  },

  "megabytes of properties are removed in one call": async (store, check, world) => {
    const id = world.id();
    const names = Array.from({ length: 30 }, (_, index) => `name-${index}`);
    await store.properties.setMany(id, names.map((name) => [name, "x".repeat(60_000)]));
    check.equal(await store.properties.deleteAll(id), 30);
    check.equal(await store.properties.all(id), []);
  },
});
