// Hostile values: what attackers, broken clients and broken files give where something else is expected.
import fc from "fast-check";
import { awkwardTexts } from "../support/awkward.ts";

/** Names that mean something to JavaScript's objects. */
export const OBJECT_NAMES: readonly string[] = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "__defineGetter__",
  "then",
  "toJSON",
  "length",
];

/** Texts that would be more than data in SQL, an expression, a path, a header, a log or a terminal. */
export const INJECTIONS: readonly string[] = [
  "'; DROP TABLE properties; --",
  "' OR '1'='1",
  '"; DELETE FROM actors; --',
  "\\'; SELECT pg_sleep(10); --",
  "$1",
  "$$; SELECT 1; $$",
  "E'\\\\x00'",
  "%",
  "_%\\",
  "#name",
  ":value",
  "attribute_exists(id)",
  "a = :a OR size(b) > :zero",
  "../../etc/passwd",
  "..%2f..%2f",
  "value\r\nSet-Cookie: admin=1",
  "line\nfaked: everything is fine",
  "\x1b[2J\x1b]0;title\x07",
  "\u009b31m",
  "\u202eevil\u202c",
  "${7*7}",
  "{{constructor.constructor('return 1')()}}",
  "<script>alert(1)</script>",
];

/** Characters that no database stores, and texts that are long. */
export const UNSTORABLE: readonly string[] = ["\0", "a\0b", "\ud800", "b\udfff", "\udc00\ud800"];
const LONG: readonly string[] = ["a".repeat(256), "é".repeat(1_000), "a".repeat(1_025), "x".repeat(500_000)];

/** A hostile text. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...awkwardTexts),
  fc.constantFrom(...INJECTIONS),
  fc.constantFrom(...OBJECT_NAMES),
  fc.constantFrom(...UNSTORABLE),
  { weight: 1, arbitrary: fc.constantFrom(...LONG) },
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constant(""),
);

/** Arrays in arrays. */
export function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Small in memory, and endless when it is written out: each level holds the next one ten times. */
function swelling(): unknown {
  let value: unknown = "swelling";
  for (let level = 0; level < 30; level++) value = Array.from({ length: 10 }, () => value);
  return value;
}

function circular(): unknown {
  const value: Record<string, unknown> = {};
  value.self = value;
  return value;
}

/** Values that are no texts, or objects that pretend to be something. */
const ODD: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => NaN,
  () => Infinity,
  () => -0,
  () => -1,
  () => 1.5,
  () => 2 ** 53,
  () => Number.MAX_VALUE,
  () => 10n ** 5_000n,
  () => -(10n ** 20_000n),
  () => true,
  () => Symbol("odd"),
  () => () => "a function",
  () => [],
  () => ({}),
  () => Object.create(null),
  () => new Date(0),
  () => new Date(NaN),
  () => new Map([["a", "b"]]),
  () => new Set([1]),
  () => /a/,
  () => new Uint8Array(3),
  () => Object.assign(Object.create({ inherited: 1 }), { own: 1 }),
  () => ({ toString: 1, valueOf: 1 }),
  () => ({ then: 1 }),
  () => ({ length: 2 ** 32 }),
  () => JSON.parse('{"__proto__": {"polluted": true}}'),
  () => JSON.parse('{"constructor": {"prototype": {"polluted": true}}}'),
  () => new Array(3),
  () => [undefined],
  () => [[["a", "b", "c"]]],
  () => ["a", 1, null],
  () => [["a"], ["a", "b", "c"]],
  () => deep(400),
  () => deep(5_000),
  () => swelling(),
  () => circular(),
  () => Array.from({ length: 2_000 }, (_, index) => `name ${index}`),
];

/** A hostile value of any kind. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: hostileText },
  { weight: 4, arbitrary: fc.constantFrom(...ODD).map((make) => make()) },
  fc.dictionary(fc.oneof(fc.constantFrom(...OBJECT_NAMES), hostileText), hostileText, { maxKeys: 3 }),
  fc.array(hostileText, { maxLength: 3 }),
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withSparseArray: true }),
);

/** JSON of any kind, with names that mean something to objects. */
export const hostileJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      hostileText,
      fc.constantFrom(null, true, 0, -1, 1e308, 1e-320, 2 ** 53),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.oneof(fc.constantFrom(...OBJECT_NAMES), fc.string({ maxLength: 4 })), tie("value"), {
        maxKeys: 3,
      }),
    ),
  })).value,
);

/** What every object would have if one of them had changed all of them. */
export function pollution(): string[] {
  const plain: Record<string, unknown> = {};
  const found = [];
  for (const name in plain) found.push(name);
  if (plain.polluted !== undefined) found.push("polluted");
  return found;
}
