// Arguments of random operations: few of each kind, so that operations meet, and awkward ones among them.
import fc from "fast-check";
import { AWKWARD } from "../../src/conformance/awkward.ts";
import { TOMBSTONE_OWNER } from "../../src/model/tombstone.ts";
import type { Json } from "../../src/store.ts";
import type { TableName } from "../../src/tables.ts";

/** What the clock of a sequence begins with, far enough away that no database removes an expired row by itself. */
export const START = Date.UTC(2090, 0, 1);

/** Ids of the actors; one is a part of another, and one sorts behind everything. */
export const ACTORS: readonly [string, ...string[]] = ["ada", "ada:b", "\u{10ffff}'%_"];
/** Those that are seldom used and nevertheless storable, too. */
export const STORABLE_ACTORS: readonly string[] = [...ACTORS, "a".repeat(255)];
/** Names of properties with a reverse lookup. */
export const INDEXED: readonly [string, ...string[]] = ["email", "oauthId"];

const NAMES = [...INDEXED, "email", "a", "a:b", "list:", "list:a", "list;", "é"];
const CHAINS = ["c1", "c2"];
/** Values that meet each other often. */
const JSON_COMMON: readonly Json[] = [{ a: 1, b: [2] }, { b: [2], a: 1 }, 1, { chain_id: "c1" }];
const JSON_VALUES: readonly Json[] = [
  null,
  true,
  false,
  0,
  1,
  -1.5,
  1e21,
  1e-7,
  2 ** 53,
  9_007_199_254_740_993n,
  -(10n ** 40n),
  "",
  "1",
  "é😀\u2028",
  [],
  {},
  [1, [null]],
  { chain_id: "c2", more: "é" },
  { chain_id: 1 },
  { "": { "a:b": 0 } },
];

/** Mostly the first, often another one of these, now and then one of those. */
function mostly<Value>(values: readonly [Value, ...Value[]], seldom: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
  return fc.oneof(
    { weight: 30, arbitrary: fc.constant(values[0]) },
    { weight: 30, arbitrary: fc.constantFrom(...values) },
    { weight: 1, arbitrary: seldom },
  );
}

/** What no text of the contract may be. */
const unstorable = fc.constantFrom("\0", "a\0b", "\ud800", "b\udfff");
const awkward = fc.constantFrom(...AWKWARD);
const any = fc.oneof(awkward, fc.string({ unit: "binary", minLength: 1, maxLength: 8 }));

export const actorId = mostly(ACTORS, fc.constantFrom(TOMBSTONE_OWNER, "", "a".repeat(255), "a".repeat(256)));
export const creator = mostly(["ada", "ada@example.com", "ADA@example.com", "ADA"], fc.constantFrom("", "é", "\0"));
export const propertyName = mostly(
  ["email", ...NAMES],
  fc.oneof(any, unstorable, fc.constantFrom("", "n".repeat(1025))),
);
export const propertyValue = mostly(
  ["x", "y", "", "X"],
  fc.oneof(any, unstorable, fc.constantFrom("v".repeat(2048), "v".repeat(2049))),
);
export const indexedName = mostly(INDEXED, fc.constantFrom("a", ""));
export const prefix = fc.oneof(propertyName, fc.constantFrom("", "l", "list:", "\u{10ffff}"));
export const peerId = mostly(["p", "p:s", "q", "é"], fc.oneof(any, unstorable, fc.constant("")));
export const subscriptionId = mostly(["s", "t", "S"], fc.oneof(fc.constantFrom("s:1", "", "1"), any));
export const sequence = mostly([1, 0, 2, 3, 5], fc.constantFrom(-1, 1.5, 2_147_483_647, 2_147_483_648));
export const target = mostly(["t", "t:u", "é"], fc.oneof(any, fc.constant("")));
export const subtarget = mostly(["u", "", "u:v", "v"], any);
export const bucket = mostly(["b", "b:c", "bc", "é"], fc.oneof(any, fc.constantFrom("", "b".repeat(255))));
export const attributeName = mostly(["c", "c:d", "d", "é"], fc.oneof(any, fc.constantFrom("", "n".repeat(250))));
export const chainId = fc.constantFrom(...CHAINS, "", "1");
export const text = mostly(["", "x", "y"], fc.oneof(any, unstorable));
export const filled = mostly(["x", "y"], fc.oneof(any, fc.constant("")));
export const secret = mostly(["s1", "s2"], fc.oneof(any, fc.constant("")));
export const type = fc.constantFrom("urn:a", "urn:b", "");
export const truth = fc.boolean();

export const json: fc.Arbitrary<Json> = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...JSON_COMMON) },
  { weight: 3, arbitrary: fc.constantFrom(...JSON_VALUES) },
  {
    weight: 1,
    arbitrary: fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom(...JSON_VALUES),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => Object.is(number, -0) ? 0 : number),
        fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
        fc.string({ unit: "grapheme", maxLength: 5 }),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(fc.string({ maxLength: 3 }), tie("value"), { maxKeys: 3, noNullPrototype: true }),
      ),
    })).value,
  },
);

export const instant = mostly(
  ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678901Z", "2026-01-02T05:04:05.678902+02:00", "2089-12-31T23:59:59"],
  fc.constantFrom("2026-02-30T00:00:00Z", "soon", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"),
);
/** Epoch seconds around the clock's. */
export const expiresAt = fc.integer({ min: -1, max: 5 }).map((seconds) => START / 1000 + seconds);

/** The fields that are given of some, all optional. */
export function some<Fields extends object>(fields: { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> }) {
  return fc.record(fields, { requiredKeys: [], noNullPrototype: true });
}

/** A whole row. */
export function whole<Fields extends object>(
  required: { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> },
  optional: fc.Arbitrary<object> = fc.constant({}),
): fc.Arbitrary<object> {
  return fc.tuple(optional, fc.record(required, { noNullPrototype: true })).map(([extra, row]) => ({
    ...extra,
    ...row,
  }));
}

/** A few of these in a list. */
export function several<Value>(values: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> {
  return fc.array(values, { maxLength: 4 });
}

export const tableName: fc.Arbitrary<TableName> = fc.constantFrom(
  "actors",
  "properties",
  "trusts",
  "peerTrustees",
  "subscriptions",
  "diffs",
  "suspensions",
  "attributes",
  "lookups",
);
