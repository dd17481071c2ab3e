/** What the methods of {@linkcode Tables} take. @module */

import { StoreError } from "../errors.ts";
import { EXPIRY_MAXIMUM, ITEM_BYTES, SEGMENTS_MAXIMUM } from "../model/limits.ts";
import { identityOf, keyLength, keyOf, placeOf, storedKeyOf, TABLE_NAMES } from "../model/table_rows.ts";
import type { Json } from "../store.ts";
import type { RowKey, TableName, TableRows, Tables } from "../tables.ts";
import { ROW as ACTOR } from "./actors.ts";
import * as check from "./check.ts";
import { ROW as DIFF } from "./diffs.ts";
import { type At, type Check, created, type FieldChecks, type Methods, methodWith } from "./method.ts";
import { ROW as PEER_TRUSTEE } from "./peer_trustees.ts";
import { ROW as SUBSCRIPTION } from "./subscriptions.ts";
import { ROW as TRUST } from "./trusts.ts";

/** Bytes of a cursor's position: an actor's id, a name or two, escaped, and what they belong to. */
const POSITION_BYTES = 16_384;

type Test = FieldChecks<{ field: unknown }>["field"];

const data: Test = (operation, argument, given) => {
  check.item(operation, argument, { data: check.json(operation, argument, given as Json), others: 4096 });
  return given;
};
const optionalInstant: Test = (operation, argument, given) => check.optional(operation, argument, given, check.instant);
const additional: Test = (operation, argument, given) => {
  if (given === null || given === undefined) return null;
  check.json(operation, argument, check.object(operation, argument, given) as Json);
  return given;
};
const propertyRow = {
  actorId: check.key,
  name: check.propertyName,
  value: (operation: string, argument: string, given: unknown) =>
    check.filled(operation, argument, check.text(operation, argument, given)),
};

/** One check per field of each table's rows; creators come as they are stored. */
const CHECKS: { readonly [Name in TableName]: FieldChecks<Omit<TableRows[Name], "additional">> } = {
  actors: { ...ACTOR.checks, creator: check.key },
  properties: propertyRow,
  trusts: { actorId: check.key, ...TRUST.checks },
  peerTrustees: { actorId: check.key, ...PEER_TRUSTEE.checks },
  subscriptions: { actorId: check.key, ...SUBSCRIPTION.checks },
  diffs: { actorId: check.key, ...DIFF.checks },
  suspensions: { actorId: check.key, target: check.key, subtarget: check.field, suspendedAt: check.instant },
  attributes: {
    actorId: check.key,
    bucket: check.key,
    name: check.key,
    data,
    timestamp: optionalInstant,
    expiresAt: (operation, argument, given) =>
      given === null || given === undefined ? null : check.whole(operation, argument, given, 0, EXPIRY_MAXIMUM),
  },
  lookups: {
    ...propertyRow,
    value: (operation, argument, given) => check.indexedValue(operation, propertyRow.value(operation, argument, given)),
  },
};

/** Parts of keys that are stored joined, with what errors call them. */
const JOINED: { readonly [Name in TableName]?: readonly [names: string, left: string, right: string] } = {
  subscriptions: ["peerId with subscriptionId", "peerId", "subscriptionId"],
  suspensions: ["target with subtarget", "target", "subtarget"],
  attributes: ["bucket with name", "bucket", "name"],
};

const LONG: { readonly [Name in TableName]?: readonly string[] } = {
  actors: ACTOR.long,
  trusts: TRUST.long,
  peerTrustees: PEER_TRUSTEE.long,
};

const ROWS = Object.fromEntries(TABLE_NAMES.map((table) => {
  const checks = { ...CHECKS[table], additional } as FieldChecks<Record<string, unknown>>;
  const others = table === "trusts" ? TRUST.others : undefined;
  return [table, created<Record<string, unknown>>({ argument: "row", checks, long: LONG[table] ?? [], others })];
})) as { readonly [Name in TableName]: Check };

const table: Check = ({ operation }, given) =>
  (TABLE_NAMES as readonly unknown[]).includes(given)
    ? given
    : check.refuse(operation, "table", `one of ${TABLE_NAMES.join(", ")}`);

function row(at: At, name: TableName, given: unknown): TableRows[TableName] {
  const checked = ROWS[name](at, given, []) as Record<string, unknown>;
  const joined = JOINED[name];
  if (joined !== undefined && checked[joined[2]] !== "") {
    check.joined(at.operation, joined[0], checked[joined[1]] as string, checked[joined[2]] as string);
  }
  if (name === "properties") {
    check.item(at.operation, "value", checked as { actorId: string; name: string; value: string; additional: null });
  }
  return checked as unknown as TableRows[TableName];
}

/** Rows, of those in one place the last; two that only their joined keys have in common cannot both be kept. */
const rows: Check = (at, given, [name]) => {
  if (!Array.isArray(given)) check.refuse(at.operation, "rows", "an array of rows");
  const places = new Map<string, TableRows[TableName]>();
  for (const each of given) {
    const checked = row(at, name as TableName, each);
    const place = placeOf(name as TableName, checked);
    const other = places.get(place);
    if (other !== undefined && name !== "lookups" && !haveSameKey(name as TableName, other, checked)) {
      throw new StoreError("conflict", at.operation, "two of the rows are stored under the same joined key");
    }
    places.set(place, checked);
  }
  return [...places.values()];
};

function haveSameKey(name: TableName, one: TableRows[TableName], other: TableRows[TableName]): boolean {
  return identityOf(keyOf(name, one)) === identityOf(keyOf(name, other));
}

const keys: Check = ({ operation }, given, [name]) => {
  const length = keyLength(name as TableName);
  const expected = `an array of keys of ${length} ${length === 1 ? "text" : "texts"}`;
  if (!Array.isArray(given)) check.refuse(operation, "keys", expected);
  const checked = new Map<string, RowKey>();
  for (const key of given) {
    if (!Array.isArray(key) || key.length !== length) check.refuse(operation, "keys", expected);
    for (const [index, part] of key.entries()) {
      check.text(operation, "keys", part);
      // Only the subtarget of a whole target is empty.
      if (part === "" && !(name === "suspensions" && index === 2)) {
        check.refuse(operation, "keys", "without empty texts");
      }
      if (check.bytes(part) > ITEM_BYTES) check.tooLarge(operation, "keys", "as long as keys may be");
    }
    checked.set(identityOf(key), key);
  }
  return [...checked.values()];
};

/** The methods. */
export const tables: Methods<Tables> = {
  pages: {
    args: [table],
    positionBytes: POSITION_BYTES,
    options: ({ operation }, { segment = 0, segments = 1, actorId, cursor }, [name]) => {
      const count = check.whole(operation, "segments", segments, 1, SEGMENTS_MAXIMUM);
      const walk = {
        segment: check.whole(operation, "segment", segment, 0, count - 1),
        segments: count,
        actorId: actorId === undefined ? null : check.key(operation, "actorId", actorId),
      };
      if (walk.actorId !== null && count > 1) check.refuse(operation, "segments", "left out when actorId is given");
      if (typeof cursor === "string" && storedKeyOf({ table: name as TableName, ...walk }, cursor) === null) {
        check.refuse(operation, "cursor", "of a walk of the same table, segment and actor");
      }
      return walk;
    },
  },
  getMany: { args: [table, keys], nothing: () => ({ items: [], unreadable: [] }) },
  write: { args: [table, rows], nothing: () => 0 },
  delete: { args: [table, keys], nothing: () => undefined },
  estimate: methodWith(() => ({}), table),
};
