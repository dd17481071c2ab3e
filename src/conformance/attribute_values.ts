/** Behaviours of the values of {@linkcode Attributes}: any JSON comes back equal. @module */

import type { Json, Store } from "../store.ts";
import { group } from "./case.ts";

/** Levels of nested arrays and objects that a value may have. */
const DEPTH = 500;

/** The behaviours. */
export const attributeValues = group("attribute values", {
  "every kind of JSON comes back equal, alone and inside of others": async (store, check, world) => {
    const id = world.id();
    const kinds: Json[] = [true, false, 0, 1, -1, 1.5, "", " ", "text", [], {}, [[]], [{}], { a: {} }, { a: [] }];
    for (const data of [...kinds, kinds, { kinds }, [null], { a: null }, [null, [null, { b: null }]]]) {
      check.equal(await kept(store, id, data), data, JSON.stringify(data));
    }
  },

  "numbers up to their last digit come back the same": async (store, check, world) => {
    const numbers = [
      1,
      -1,
      0.1,
      -0.5,
      1 / 3,
      0.1 + 0.2,
      100,
      1e15,
      1e16,
      123456789012345680,
      1e20,
      1e21,
      1.5e21,
      1e22,
      1e23,
      1.2345678901234567e100,
      1e308,
      Number.MAX_VALUE,
      -Number.MAX_VALUE,
      1e-4,
      0.00012345,
      1e-5,
      1e-6,
      1e-7,
      -1.5e-7,
      1.2345e-10,
      1e-100,
      2.2250738585072014e-308,
      5e-324,
      Number.MAX_SAFE_INTEGER,
      Number.MIN_SAFE_INTEGER,
      2 ** 53,
      -(2 ** 53),
      2 ** 53 + 2,
      2 ** 63,
      2 ** 64,
      4_294_967_295.5,
    ];
    const id = world.id();
    check.equal(await kept(store, id, numbers), numbers);
    for (const number of numbers) check.equal(await kept(store, id, number), number, String(number));
  },

  "a negative zero is a zero": async (store, check, world) => {
    const id = world.id();
    await store.attributes.set(id, "bucket", "name", { zero: -0 });
    const data = (await store.attributes.get(id, "bucket", "name"))?.data as { zero: number };
    check.true(data.zero === 0, String(data.zero));
    check.true(await store.attributes.setIfEquals(id, "bucket", "name", { zero: 0 }, -0));
    check.true(await store.attributes.setIfEquals(id, "bucket", "name", 0, 1));
  },

  "a whole number that a number cannot hold is a bigint, of any length": async (store, check, world) => {
    const id = world.id();
    const numbers = [
      2n ** 53n + 1n,
      -(2n ** 53n) - 1n,
      2n ** 63n - 1n,
      -(2n ** 63n) + 1n,
      2n ** 64n - 1n,
      2n ** 70n,
      12345678901234567890123456789012345678n,
      -99999999999999999999999999999999999999n,
      10n ** 38n + 1n,
      10n ** 125n + 3n,
      10n ** 309n + 7n,
      10n ** 4299n - 1n,
    ];
    for (const number of numbers) {
      const shown = `${String(number).length} digits`;
      check.equal(await kept(store, id, number), number, shown);
      check.equal(await kept(store, id, { a: [number] }), { a: [number] }, shown);
      check.false(await store.attributes.setIfEquals(id, "bucket", "name", { a: [number + 1n] }, 1), shown);
      check.true(await store.attributes.setIfEquals(id, "bucket", "name", { a: [number] }, number), shown);
    }
  },

  "a bigint that a number can hold comes back as the number": async (store, check, world) => {
    const id = world.id();
    for (const number of [0, 5, -5, 2 ** 53 - 1, 2 ** 53, 1e21, -1e22]) {
      check.equal(await kept(store, id, [BigInt(number)]), [number], String(number));
    }
  },

  "texts that look like numbers, escapes or JSON stay texts": async (store, check, world) => {
    const texts = [
      "12345678901234567890",
      "int12345678901234567890",
      '"12345678901234567890"',
      "1e-07",
      "null",
      "true",
      "{}",
      "[1, 2]",
      '{"a": 1}',
      "\\u0000",
      "\\u00e9",
      "\\\\",
      '\\"',
      "/",
      "</script>",
      "\u2028\u2029",
    ];
    const id = world.id();
    check.equal(await kept(store, id, texts), texts);
    const data = Object.fromEntries(texts.map((text) => [text, { [text]: 12345678901234567890n }]));
    check.equal(await kept(store, id, data), data);
  },

  "every character but NUL is kept in texts and keys": async (store, check, world) => {
    const id = world.id();
    for (let start = 0; start < 0x10000; start += 0x2000) {
      let text = "";
      for (let unit = Math.max(1, start); unit < start + 0x2000; unit++) {
        if (unit < 0xd800 || unit > 0xdfff) text += String.fromCharCode(unit);
      }
      check.equal(await kept(store, id, text), text, start.toString(16));
      check.equal(await kept(store, id, { [text.slice(0, 256)]: text.slice(-256) }), {
        [text.slice(0, 256)]: text.slice(-256),
      }, start.toString(16));
    }
    const above = "\u{10000}\u{1f600}\u{2fa1d}\u{e0001}\u{10ffff}";
    check.equal(await kept(store, id, { [above]: above }), { [above]: above });
  },

  "keys that mean something to a language are kept as keys": async (store, check, world) => {
    const keys = [
      "__proto__",
      "constructor",
      "toString",
      "hasOwnProperty",
      "",
      " ",
      "0",
      "10",
      "-1",
      "a.b",
      "#n",
      ":v",
    ];
    // Parsed, as a literal would not make a key of `__proto__`.
    const data = JSON.parse(`{${keys.map((key) => `${JSON.stringify(key)}:{"is":"kept"}`).join(",")}}`) as Json;
    const id = world.id();
    const found = await kept(store, id, data) as { [key: string]: Json };
    check.equal(Object.keys(found).sort(), [...keys].sort());
    for (const key of keys) check.equal(Object.getOwnPropertyDescriptor(found, key)?.value, { is: "kept" }, key);
    check.true(await store.attributes.setIfEquals(id, "bucket", "name", data, 1));
  },

  "values at the deepest level that is taken come back equal": async (store, check, world) => {
    const id = world.id();
    let arrays: Json = [];
    let objects: Json = {};
    for (let level = 1; level < DEPTH; level++) {
      arrays = [arrays];
      objects = { a: objects };
    }
    check.equal(await kept(store, id, arrays), arrays);
    check.equal(await kept(store, id, objects), objects);
    check.true(await store.attributes.setIfEquals(id, "bucket", "name", objects, arrays));
    await check.refused(store.attributes.set(id, "bucket", "name", [arrays]), "too_large", "data", String(DEPTH));
    await check.refused(store.attributes.set(id, "bucket", "name", { a: objects }), "too_large", "data", String(DEPTH));
    check.equal((await store.attributes.get(id, "bucket", "name"))?.data, arrays);
  },

  "an object of a thousand keys and an array of ten thousand items come back equal": async (store, check, world) => {
    const id = world.id();
    const object = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`key ${index}`, index]));
    const array = Array.from({ length: 10_000 }, (_, index) => index % 2 === 0 ? index : `${index}`);
    check.equal(await kept(store, id, object), object);
    check.equal(await kept(store, id, array), array);
  },

  "what is given back is the caller's own": async (store, check, world) => {
    const id = world.id();
    const data = { list: [1] };
    await store.attributes.set(id, "bucket", "name", data);
    data.list.push(2);
    const found = await store.attributes.get(id, "bucket", "name");
    (found?.data as { list: number[] }).list.push(3);
    check.equal((await store.attributes.get(id, "bucket", "name"))?.data, { list: [1] });
  },
});

/** What a value comes back as. */
async function kept(store: Store, actorId: string, data: Json): Promise<Json | undefined> {
  await store.attributes.set(actorId, "bucket", "name", data);
  return (await store.attributes.get(actorId, "bucket", "name"))?.data;
}
