// Values to DynamoDB's own JSON and back.
import { expect } from "bun:test";
import {
  type AttributeValue,
  ExactNumber,
  marshal,
  marshalItem,
  unmarshal,
  unmarshalItem,
  type Value,
} from "../../src/dynamodb/client/mod.ts";
import { behaviours } from "../support/behaviour.ts";
import { type Random, random } from "../support/random.ts";

const behaviour = behaviours(import.meta.url);
const bytes = Uint8Array.of(0, 1, 127, 128, 255);

const FORMS: readonly (readonly [what: string, value: Value, form: AttributeValue])[] = [
  ["text", "Gr\u00fc\u00dfe \ud83d\ude00", { S: "Gr\u00fc\u00dfe \ud83d\ude00" }],
  ["an empty text", "", { S: "" }],
  ["null", null, { NULL: true }],
  ["true", true, { BOOL: true }],
  ["false", false, { BOOL: false }],
  ["zero", 0, { N: "0" }],
  ["a fraction", 0.1, { N: "0.1" }],
  ["a small fraction", 1e-7, { N: "1e-7" }],
  ["the smallest exact integer", -9007199254740991, { N: "-9007199254740991" }],
  ["a bigint beyond 2^53", 9007199254740993n, { N: "9007199254740993" }],
  ["a bigint of 38 digits", 12345678901234567890123456789012345678n, { N: "12345678901234567890123456789012345678" }],
  ["a bigint of many zeros", 10n ** 125n, { N: "1" + "0".repeat(125) }],
  ["a fraction of 38 digits", new ExactNumber("-0.12345678901234567890123456789012345678"), {
    N: "-0.12345678901234567890123456789012345678",
  }],
  ["bytes", bytes, { B: "AAF/gP8=" }],
  ["no bytes", new Uint8Array(), { B: "" }],
  ["a set of texts", new Set(["a", "b"]), { SS: ["a", "b"] }],
  ["a set of numbers", new Set([1, 2n ** 60n]), { NS: ["1", "1152921504606846976"] }],
  ["a set of bytes", new Set([bytes]), { BS: ["AAF/gP8="] }],
  ["a list", [1, "a", null, []], { L: [{ N: "1" }, { S: "a" }, { NULL: true }, { L: [] }] }],
  ["a map", { a: { b: [{}] } }, { M: { a: { M: { b: { L: [{ M: {} }] } } } } }],
];

for (const [what, value, form] of FORMS) {
  behaviour(`${what} has the form that DynamoDB defines, and comes back`, () => {
    expect(marshal(value)).toEqual(form);
    expect(unmarshal(form)).toEqual(value);
  });
}

behaviour("negative zero is zero", () => {
  expect(marshal(-0)).toEqual({ N: "0" });
  for (const text of ["0", "-0", "0.0", "0E+5"]) expect(Object.is(unmarshal({ N: text }), 0)).toBe(true);
});

const NUMBERS: readonly (readonly [text: string, value: Value])[] = [
  ["100", 100],
  ["1E+2", 100],
  ["1.00", 1],
  ["+7", 7],
  ["9007199254740991", 9007199254740991],
  ["9007199254740992", 9007199254740992n],
  ["9007199254740993", 9007199254740993n],
  ["-9007199254740993", -9007199254740993n],
  ["1152921504606847000", 1152921504606847000n],
  ["1e21", 10n ** 21n],
  ["123456789012345678E+5", 12345678901234567800000n],
  ["0.1", 0.1],
  ["1e-130", 1e-130],
  ["0.30000000000000004", 0.30000000000000004],
  ["0.3000000000000000444", new ExactNumber("0.3000000000000000444")],
  ["1.00000000000000000001", new ExactNumber("1.00000000000000000001")],
  ["9007199254740990.6", new ExactNumber("9007199254740990.6")],
  ["-1.1e-40", -1.1e-40],
];

for (const [text, value] of NUMBERS) {
  behaviour(`the number ${text} is read without rounding`, () => {
    const read = unmarshal({ N: text });
    expect(typeof read).toBe(typeof value);
    expect(read).toEqual(value);
  });
}

behaviour("an exact number is written as it is, and shown as its digits", () => {
  const number = new ExactNumber("1.00000000000000000001");
  expect(marshal(number)).toEqual({ N: "1.00000000000000000001" });
  expect(`${number}`).toBe("1.00000000000000000001");
});

behaviour("numbers that DynamoDB would refuse or round are refused", () => {
  const tooPrecise = [10n ** 38n + 1n, new ExactNumber(`0.${"1".repeat(39)}`), new ExactNumber(`1${"0".repeat(38)}.1`)];
  for (const value of tooPrecise) expect(() => marshal(value)).toThrow(RangeError);
  const outside = [
    1e126,
    -1e300,
    1e-131,
    5e-324,
    10n ** 126n,
    new ExactNumber("1e-131"),
    new ExactNumber("1e99999999"),
  ];
  for (const value of outside) expect(() => marshal(value)).toThrow(RangeError);
  for (const value of [9.9e125, 1e-130, new ExactNumber("9e125")]) expect(marshal(value)).toEqual({ N: String(value) });
  const none = [NaN, Infinity, -Infinity, ...["", ".", "e5", "1e", "0x10", " 1", "1,5", "1n", "--1"].map(exact)];
  for (const value of none) expect(() => marshal(value)).toThrow(TypeError);
});

function exact(text: string): ExactNumber {
  return new ExactNumber(text);
}

behaviour("a number of a million digits is refused in no time", () => {
  const started = performance.now();
  expect(() => marshal(new ExactNumber(`1${"0".repeat(1_000_000)}1`))).toThrow(RangeError);
  expect(() => marshal(new ExactNumber(`${"1".repeat(1_000_000)}x`))).toThrow(TypeError);
  expect(performance.now() - started).toBeLessThan(2_000);
});

behaviour("values that DynamoDB cannot hold are refused", () => {
  class Point {
    x = 1;
  }
  const unsupported: unknown[] = [
    undefined,
    Symbol("a"),
    () => 1,
    new Date(),
    new Map([["a", 1]]),
    new Point(),
    new ArrayBuffer(1),
    new Uint16Array(1),
    new WeakSet(),
    /a/,
    new String("a"),
    Promise.resolve(1),
    new Set(),
    new Set<unknown>([1, "a"]),
    new Set([null]),
    new Set([[1]]),
    [1, undefined],
    // deno-lint-ignore no-sparse-arrays
    [1, , 2],
    { a: undefined },
    { a: { b: [NaN] } },
  ];
  for (const value of unsupported) expect(() => marshal(value as Value)).toThrow(TypeError);
});

behaviour("a message does not quote the value that is refused", () => {
  for (
    const value of ["hidden", { hidden: Symbol("hidden") }, new Map([["hidden", 1]]), exact("hidden")] as unknown[]
  ) {
    for (const given of [value, new Set([value, 1])]) {
      try {
        marshal(given as Value);
      } catch (error) {
        expect(String(error)).not.toContain("hidden");
      }
    }
  }
});

behaviour("values of a kind that DynamoDB does not have are refused when they are read", () => {
  for (const value of [{}, { X: "a" }, { N: "abc" }, { NS: ["1", ""] }] as unknown as AttributeValue[]) {
    expect(() => unmarshal(value)).toThrow(TypeError);
  }
});

behaviour("an attribute named __proto__ is a field like any other", () => {
  const stored = JSON.parse('{"__proto__":{"M":{"polluted":{"BOOL":true}}},"constructor":{"S":"c"}}');
  const read = unmarshalItem(stored);
  expect(Object.keys(read)).toEqual(["__proto__", "constructor"]);
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  expect((read as { polluted?: unknown }).polluted).toBeUndefined();
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(JSON.stringify(marshalItem(read))).toBe(JSON.stringify(stored));
  expect(() => marshal({ __proto__: { a: 1 } } as unknown as Value)).toThrow(TypeError);
});

behaviour("an object without a prototype is a plain one", () => {
  expect(marshal(Object.assign(Object.create(null), { a: 1 }))).toEqual({ M: { a: { N: "1" } } });
});

behaviour("400 KB of bytes come back", () => {
  const large = Uint8Array.from({ length: 400_000 }, (_, index) => index * 31 & 255);
  expect(unmarshal(marshal(large))).toEqual(large);
});

behaviour("five hundred random values come back as they were", () => {
  const source = random();
  console.log(`random values of TEST_SEED=${source.seed}`);
  for (let count = 0; count < 500; count++) {
    const value = randomValue(source, 4);
    const sent = JSON.parse(JSON.stringify(marshal(value))) as AttributeValue;
    expect(unmarshal(sent)).toEqual(value);
  }
});

function randomValue(source: Random, depth: number): Value {
  const { below, pick } = source;
  const many = <Each>(make: () => Each) => Array.from({ length: 1 + below(4) }, make);
  const numeric = () => randomNumber(source);
  const kinds: [() => Value, ...(() => Value)[]] = [
    () => null,
    () => below(2) === 1,
    () => randomText(source),
    numeric,
    numeric,
    () => randomBytes(source),
    () => new Set(many(() => randomText(source))),
    () => new Set(many(numeric)),
    () => new Set(many(() => randomBytes(source))),
  ];
  if (depth === 0) return pick(kinds)();
  const nested = () => randomValue(source, depth - 1);
  return pick([
    ...kinds,
    () => many(nested),
    () => [],
    () => Object.fromEntries(many(() => [pick(["a", "__proto__", "", randomText(source)]), nested()])),
    () => ({}),
  ])();
}

function randomNumber({ below, pick }: Random): number | bigint | ExactNumber {
  const sign = pick(["", "-"]);
  const digits = (count: number) => Array.from({ length: count }, () => 1 + below(9)).join("");
  return pick<() => number | bigint | ExactNumber>([
    () => Number(sign + digits(1 + below(15))),
    () => BigInt(sign + digits(17 + below(22))),
    () => Number(`${sign}0.${digits(1 + below(15))}e${below(40) - 40}`) || 0.5,
    () => exact(`${sign}${digits(1 + below(10))}.${digits(20 + below(8))}`),
  ])();
}

function randomText({ below, pick }: Random): string {
  return Array.from(
    { length: below(12) },
    () => pick(["a", "B", " ", "\u0000", "\u00e9", "\u2028", "\ud83d\ude00", '"']),
  ).join("");
}

function randomBytes({ below }: Random): Uint8Array {
  return Uint8Array.from({ length: below(20) }, () => below(256));
}
