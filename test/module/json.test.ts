// JSON without loss, held against Python's own json module: the vectors are made by scripts/json_vectors.py.
import { readFileSync } from "node:fs";
import { expect } from "bun:test";
import { compactJson, jsonEquals, parseJson, pythonJson } from "../../src/model/json.ts";
import type { Json } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";

type Vector = readonly [text: string, python: string];
const vectors = JSON.parse(readFileSync(new URL("json_vectors.json", import.meta.url), "utf8")) as Vector[];

const behaviour = behaviours("json");

behaviour("every vector is written as Python writes it", () => {
  const wrong = vectors.filter(([text, python]) => pythonJson(parseJson(text)) !== python);
  expect(wrong).toEqual([]);
  expect(vectors.length).toBeGreaterThan(1_000);
});

behaviour("what Python wrote is read and written again as the same text", () => {
  expect(vectors.filter(([, python]) => pythonJson(parseJson(python)) !== python)).toEqual([]);
});

behaviour("the compact form is the vector's own text, so that nothing is lost on the way", () => {
  expect(vectors.filter(([text]) => compactJson(parseJson(text)) !== text && !hasEscapes(text))).toEqual([]);
  expect(vectors.filter(([text]) => !jsonEquals(parseJson(compactJson(parseJson(text))), parseJson(text)))).toEqual([]);
});

behaviour("a float that Python writes with an exponent and JavaScript without keeps its value", () => {
  for (const text of ["1e+16", "1.5e+16", "-1e+20", "1.2345678901234568e+20"]) {
    const written = pythonJson(parseJson(text));
    expect(written).toMatch(/^-?\d+$/);
    expect(Number(written)).toBe(Number(text));
    expect(jsonEquals(parseJson(written), parseJson(text))).toBe(true);
  }
});

behaviour("an integer that JavaScript writes with an exponent keeps its value", () => {
  const text = `1${"0".repeat(22)}`;
  expect(pythonJson(parseJson(text))).toBe("1e+22");
  expect(jsonEquals(parseJson(text), parseJson("1e+22"))).toBe(true);
});

behaviour("an integer that a number would round is a bigint, any other a number", () => {
  expect(parseJson("9007199254740992")).toBe(9007199254740992);
  expect(parseJson("9007199254740993")).toBe(9007199254740993n);
  expect(parseJson("-9007199254740993")).toBe(-9007199254740993n);
  expect(parseJson("10000000000000000000000")).toBe(1e22);
  expect(parseJson("10000000000000000000001")).toBe(10000000000000000000001n);
  const long = "7".repeat(400);
  expect(parseJson(long)).toBe(BigInt(long));
  expect(parseJson(`{"a":[1,${long}],"b":"${long}"}`)).toEqual({ a: [1, BigInt(long)], b: long });
});

behaviour("many digits after a point or in an exponent are part of their number", () => {
  expect(parseJson("[0.010000000000000009]")).toEqual([0.010000000000000009]);
  expect(parseJson("[0.1234567890123456789,-1.00000000000000000001]")).toEqual([0.12345678901234568, -1]);
  expect(parseJson("[12345678901234567890.5]")).toEqual([12345678901234567890.5]);
  expect(parseJson("[1e-0000000000000000005,12345678901234567890e-19]")).toEqual([1e-5, 1.2345678901234567]);
});

behaviour("a text that looks like a marked integer stays a text", () => {
  const texts = ["int12345678901234567890", "intx12345678901234567890", "\u0069nt1", 'a"12345678901234567890"', "\\"];
  const value = { number: 12345678901234567890n, texts };
  expect(parseJson(compactJson(value))).toEqual(value);
  expect(parseJson('["\\u0069nt12345678901234567890",12345678901234567891]'))
    .toEqual(["int12345678901234567890", 12345678901234567891n]);
});

behaviour("a long integer beside texts of millions of characters is still a bigint, and the texts stay whole", () => {
  for (const text of ["\\u00e9", "\\\\", '\\"', "123456789012345678", "x"]) {
    const long = `{"before":12345678901234567890,"text":"${text.repeat(1_000_000)}","after":-12345678901234567890}`;
    const value = parseJson(long) as { before: Json; text: string; after: Json };
    expect([value.before, value.after]).toEqual([12345678901234567890n, -12345678901234567890n]);
    expect(value.text === (JSON.parse(`"${text}"`) as string).repeat(1_000_000)).toBe(true);
  }
});

behaviour("a key named __proto__ is a key like any other", () => {
  const value = parseJson('{"__proto__":{"a":12345678901234567890}}') as { [key: string]: Json };
  expect(Object.keys(value)).toEqual(["__proto__"]);
  expect(compactJson(value)).toBe('{"__proto__":{"a":12345678901234567890}}');
});

behaviour("what is no JSON is refused, also beside a long integer", () => {
  for (const text of ["", "{", "NaN", "[12345678901234567890", "012345678901234567890", "[1,]", "Infinity"]) {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  }
});

const EQUAL: readonly (readonly [Json, Json])[] = [
  [1, 1n],
  [0, -0],
  [0.5, 0.5],
  [1e22, 10n ** 22n],
  [1e23, 10n ** 23n],
  [{ a: 1, b: [2, { c: null }] }, { b: [2n, { c: null }], a: 1 }],
  [[], []],
  [12345678901234567890n, 12345678901234567890n],
];

const DIFFERENT: readonly (readonly [Json, Json])[] = [
  [1, true],
  [0, false],
  [0, null],
  [1, "1"],
  [1n, "1"],
  [1n, true],
  [1n, null],
  [9007199254740992, 9007199254740993n],
  [1e23, 99999999999999991611392n],
  [[1, 2], [2, 1]],
  [[1], [1, 1]],
  [[], {}],
  [{ a: 1 }, { a: 1, b: 1 }],
  [{ a: 1 }, { b: 1 }],
  [{ a: null }, {}],
  [{ toString: 1 }, {}],
  ["é", "e\u0301"],
];

behaviour("equality is JSON's: the order of keys and the kind of a number mean nothing", () => {
  for (const [left, right] of EQUAL) {
    expect([left, right, jsonEquals(left, right), jsonEquals(right, left)]).toEqual([left, right, true, true]);
  }
  for (const [left, right] of DIFFERENT) {
    expect([left, right, jsonEquals(left, right), jsonEquals(right, left)]).toEqual([left, right, false, false]);
  }
});

behaviour("every vector equals itself as Python wrote it and no other number", () => {
  const numbers = vectors.filter(([text]) => /^-?\d/.test(text)).map(([text, python]) => {
    return [parseJson(text), parseJson(python)] as const;
  });
  for (const [value, python] of numbers) expect(jsonEquals(value, python)).toBe(true);
  const distinct = new Set(numbers.map(([value]) => String(value)));
  let equal = 0;
  for (const [left] of numbers) for (const [, right] of numbers) if (jsonEquals(left, right)) equal++;
  expect(distinct.size).toBeGreaterThan(600);
  expect(equal).toBe(numbers.reduce((sum, [left]) => {
    return sum + numbers.filter(([right]) => String(left) === String(right) || (left === 0 && right === 0)).length;
  }, 0));
});

/** JavaScript writes control characters in other forms than Python's `ensure_ascii=False` and `-0.0` as it is. */
function hasEscapes(text: string): boolean {
  return text.startsWith('"') && text.includes("\\");
}

behaviour("a text made to hold every mark for long integers costs no more time than its length", () => {
  const marks = Array.from({ length: 20_000 }, (_, number) => `int${number}:`).join("");
  const text = `{"a":"int${"x".repeat(500_000)}","b":"${marks}","c":1234567890123456789,"d":"int7:8"}`;
  const started = performance.now();
  const { a, c, d } = parseJson(text) as { readonly [name: string]: Json };
  expect(performance.now() - started).toBeLessThan(2_000);
  expect([(a as string).length, c, d]).toEqual([500_003, 1234567890123456789n, "int7:8"]);
});
