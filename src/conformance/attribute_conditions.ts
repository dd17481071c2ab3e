/** Behaviours of conditional writes of {@linkcode Attributes}: values are equal as JSON. @module */

import type { Json } from "../store.ts";
import { group } from "./case.ts";

/** The behaviours. */
export const attributeConditions = group("attribute conditions", {
  "a swap replaces exactly the expected value": async (store, check, world) => {
    const id = world.id();
    await store.attributes.set(id, "bucket", "name", { version: 1 });
    check.true(await store.attributes.setIfEquals(id, "bucket", "name", { version: 1 }, { version: 2 }));
    check.false(await store.attributes.setIfEquals(id, "bucket", "name", { version: 1 }, { version: 3 }));
    check.equal((await store.attributes.get(id, "bucket", "name"))?.data, { version: 2 });
    check.true(await store.attributes.setIfEquals(id, "bucket", "name", { version: 2 }, { version: 2 }), "for itself");
  },

  "a swap of what is not there is false and creates nothing": async (store, check, world) => {
    const id = world.id();
    for (const expected of [null, false, 0, "", [], {}]) {
      check.false(await store.attributes.setIfEquals(id, "bucket", "name", expected, 1), JSON.stringify(expected));
      check.false(await store.attributes.deleteIfEquals(id, "bucket", "name", expected), JSON.stringify(expected));
    }
    check.equal(await store.attributes.all(id), []);
  },

  "values that are the same JSON are equal, however they are written": async (store, check, world) => {
    const id = world.id();
    const pairs: [stored: Json, expected: Json][] = [
      [{ a: 1, b: 2 }, { b: 2, a: 1 }],
      [{ z: { y: 1, x: [{ b: 1, a: 2 }] }, a: 0 }, { a: 0, z: { x: [{ a: 2, b: 1 }], y: 1 } }],
      [[1, { b: 1, a: 1 }], [1, { a: 1, b: 1 }]],
      [{ é: "ü", "😀": "\u2028" }, { "😀": "\u2028", é: "ü" }],
      [{ 2: "a", 1: "b", name: "c" }, { name: "c", 1: "b", 2: "a" }],
      [1, 1n],
      [1n, 1],
      [1.0, 1],
      [100, 1e2],
      [2 ** 53, 2n ** 53n],
      [1e23, 10n ** 23n],
      [0, -0],
      [1e-7, 0.0000001],
    ];
    for (const [stored, expected] of pairs) {
      const shown = String(typeof stored === "object" ? JSON.stringify(stored) : stored);
      await store.attributes.set(id, "bucket", "name", stored);
      check.true(await store.attributes.setIfEquals(id, "bucket", "name", expected, stored), `swap ${shown}`);
      check.true(await store.attributes.deleteIfEquals(id, "bucket", "name", expected), `delete ${shown}`);
    }
    check.equal(await store.attributes.all(id), []);
  },

  "values that only resemble each other are not equal": async (store, check, world) => {
    const id = world.id();
    const pairs: [stored: Json, expected: Json][] = [
      [true, 1],
      [1, true],
      [false, 0],
      [0, false],
      [0, ""],
      ["", false],
      [[], {}],
      [{}, []],
      [[], ""],
      ["1", 1],
      [1, "1"],
      [1, 1.0000000000000002],
      [2 ** 53, 2n ** 53n + 1n],
      [2n ** 53n + 1n, 2 ** 53],
      [1e23, 10n ** 23n - 1n],
      [{ a: 1 }, { a: 1, b: null }],
      [{ a: 1, b: null }, { a: 1 }],
      [{ a: 1 }, { A: 1 }],
      [{ a: true }, { a: 1 }],
      [[1, 2], [2, 1]],
      [[1, 2], [1, 2, 3]],
      [[1, 2, 3], [1, 2]],
      [[null], [false]],
      ["é", "e\u0301"],
      ["a", "a "],
      ["a", "A"],
      ["null", null],
      [{}, null],
      [0, null],
      ['{"a": 1}', { a: 1 }],
      [{ a: 1 }, '{"a": 1}'],
    ];
    for (const [stored, expected] of pairs) {
      const shown = [stored, expected].map((each) => typeof each === "bigint" ? `${each}n` : JSON.stringify(each));
      await store.attributes.set(id, "bucket", "name", stored);
      check.false(await store.attributes.setIfEquals(id, "bucket", "name", expected, "swapped"), `swap ${shown}`);
      check.false(await store.attributes.deleteIfEquals(id, "bucket", "name", expected), `delete ${shown}`);
      check.equal((await store.attributes.get(id, "bucket", "name"))?.data, stored, `stays ${shown}`);
    }
  },

  "a value that was read can be swapped and deleted as it is": async (store, check, world) => {
    const id = world.id();
    const values: Json[] = [
      { nested: { list: [1, 2.5, 1e-7, { deep: [[]] }], text: 'é😀\u0001"\\' }, yes: true, no: false, nothing: null },
      [1e308, 5e-324, 0.1 + 0.2, 2n ** 200n, -1.5],
      "\ufeff mark",
      JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}'),
    ];
    for (const value of values) {
      await store.attributes.set(id, "bucket", "name", value);
      for (let round = 0; round < 3; round++) {
        const { data } = (await store.attributes.get(id, "bucket", "name"))!;
        check.true(await store.attributes.setIfEquals(id, "bucket", "name", data, value), `round ${round}`);
      }
      const { data } = (await store.attributes.get(id, "bucket", "name"))!;
      check.true(await store.attributes.deleteIfEquals(id, "bucket", "name", data));
    }
  },

  "a delete on condition removes exactly the expected value": async (store, check, world) => {
    const id = world.id();
    await store.attributes.setMany(id, "bucket", [["a", "kept"], ["b", "kept"]]);
    check.false(await store.attributes.deleteIfEquals(id, "bucket", "a", "other"));
    check.true(await store.attributes.deleteIfEquals(id, "bucket", "a", "kept"));
    check.false(await store.attributes.deleteIfEquals(id, "bucket", "a", "kept"));
    check.equal((await store.attributes.all(id)).map(({ name }) => name), ["b"]);
  },

  "a refresh token is marked as used once": async (store, check, world) => {
    const id = world.id();
    const token = { user: "ada", used: false, chain_id: "c" };
    await store.attributes.set(id, "tokens", "token", token, { ttl: 60 });
    const { expiresAt } = (await store.attributes.get(id, "tokens", "token"))!;
    const used = { ...token, used: true, used_at: 1_700_000_000 };
    check.true(await store.attributes.setIfEquals(id, "tokens", "token", token, used));
    check.false(await store.attributes.setIfEquals(id, "tokens", "token", token, { ...used, used_at: 1_800_000_000 }));
    const marked = await store.attributes.get(id, "tokens", "token");
    check.equal(marked?.data, used);
    check.equal(marked?.expiresAt, expiresAt, "it still expires");
    check.false(await store.attributes.setIfEquals(id, "tokens", "unknown", token, used));
  },
});
