/**
 * Which rows each writing method changes, so that a mirror can bring them up to date.
 *
 * @module
 */

import { TOMBSTONE_BUCKET, TOMBSTONE_OWNER } from "../model/tombstone.ts";
import type { TransferPartName } from "../backend.ts";
import { keyOf } from "../model/table_rows.ts";
import type { Diff } from "../store.ts";
import type { RowKey, TableName, TableRows, TransferStore } from "../tables.ts";

/** Rows that a call may have changed: some of a table, or with `null` all of an actor's. */
export interface Touched {
  /** The table. */
  readonly table: TableName;
  /** Whose. */
  readonly actorId: string;
  /** Their keys, or `null`. */
  readonly keys: readonly RowKey[] | null;
}

/** What a call with these arguments may have changed; `result` is `undefined` when it failed. */
export type Touches = (args: readonly unknown[], result: unknown) => readonly Touched[];

const PER_ACTOR: readonly TableName[] = [
  "actors",
  "properties",
  "trusts",
  "peerTrustees",
  "subscriptions",
  "diffs",
  "suspensions",
  "attributes",
  "lookups",
];

function some(table: TableName, actorId: string, ...keys: readonly string[][]): Touched {
  return { table, actorId, keys: keys.map((key) => [actorId, ...key]) };
}

function every(table: TableName, actorId: string): Touched {
  return { table, actorId, keys: null };
}

const tombstone = (actorId: string) => some("attributes", TOMBSTONE_OWNER, [TOMBSTONE_BUCKET, actorId]);
const actor = (actorId: string) => some("actors", actorId, []);

/** Properties, and the lookup rows that those of some names have. */
function named(actorId: string, names: Iterable<string>): Touched[] {
  const keys = [...names].map((name) => [name]);
  return [some("properties", actorId, ...keys), some("lookups", actorId, ...keys)];
}

const text = (argument: unknown) => argument as string;
const oneProperty: Touches = ([id, name]) => named(text(id), [text(name)]);
const oneOf = (table: TableName): Touches => ([id, key]) => [some(table, text(id), [text(key)])];
const oneRow = (table: TableName): Touches => ([id, row]) => [
  some(table, text(id), [(row as { readonly peerId: string }).peerId]),
];
const twoOf = (table: TableName): Touches => ([id, left, right]) => [some(table, text(id), [text(left), text(right)])];
const allOf = (...tables: readonly TableName[]): Touches => ([id]) => tables.map((table) => every(table, text(id)));
const cleared: Touches = ([id, peer, subscription]) => [
  some("subscriptions", text(id), [text(peer), text(subscription)]),
  every("diffs", text(id)),
];

type MethodsOf<Part> = { readonly [Name in keyof Part]?: Touches };

/** Keys by their actors. */
function byActor(table: TableName, keys: readonly RowKey[]): Touched[] {
  const groups = new Map<string, RowKey[]>();
  for (const key of keys) groups.set(key[0]!, [...groups.get(key[0]!) ?? [], key]);
  return [...groups].map(([actorId, own]) => ({ table, actorId, keys: own }));
}

/** The writing methods, but for `attributes.purgeExpired`, which is about nobody's rows. */
export const TOUCHES: { readonly [Name in TransferPartName]: MethodsOf<TransferStore[Name]> } = {
  actors: {
    createIfAbsent: ([row]) => {
      const { id } = row as { readonly id: string };
      return [actor(id), tombstone(id)];
    },
    update: ([id]) => [actor(text(id))],
    delete: ([id]) => [actor(text(id))],
    erase: ([id]) => [tombstone(text(id)), ...PER_ACTOR.map((table) => every(table, text(id)))],
  },
  properties: {
    set: oneProperty,
    setMany: ([id, entries]) => named(text(id), [...entries as Iterable<readonly [string]>].map(([name]) => name)),
    delete: oneProperty,
    deleteMany: ([id, names]) => named(text(id), names as Iterable<string>),
    createIfAbsent: oneProperty,
    setIfEquals: oneProperty,
    deleteIfEquals: oneProperty,
    deleteAll: allOf("properties", "lookups"),
  },
  lookups: { claim: ([id, name]) => [some("lookups", text(id), [text(name)])], release: () => [] },
  trusts: {
    createIfAbsent: oneRow("trusts"),
    update: oneOf("trusts"),
    touch: oneOf("trusts"),
    delete: oneOf("trusts"),
    deleteAll: allOf("trusts"),
  },
  peerTrustees: {
    createIfAbsent: oneRow("peerTrustees"),
    update: oneOf("peerTrustees"),
    delete: oneOf("peerTrustees"),
    deleteAll: allOf("peerTrustees"),
  },
  subscriptions: {
    createIfAbsent: ([id, row]) => {
      const { peerId, subscriptionId } = row as { readonly peerId: string; readonly subscriptionId: string };
      return [some("subscriptions", text(id), [peerId, subscriptionId])];
    },
    update: twoOf("subscriptions"),
    delete: twoOf("subscriptions"),
    deleteAll: allOf("subscriptions"),
  },
  diffs: {
    append: ([id, peer, subscription], result) => {
      if (result === null) return [];
      const diffs = result === undefined
        ? every("diffs", text(id))
        : some("diffs", text(id), [text(subscription), String((result as Diff).sequence)]);
      return [some("subscriptions", text(id), [text(peer), text(subscription)]), diffs];
    },
    createIfAbsent: ([id, diff]) => {
      const { subscriptionId, sequence } = diff as Diff;
      return [some("diffs", text(id), [subscriptionId, String(sequence)])];
    },
    delete: ([id, subscription, sequence]) => [some("diffs", text(id), [text(subscription), String(sequence)])],
    deleteUpTo: cleared,
    deleteAll: cleared,
  },
  suspensions: {
    createIfAbsent: twoOf("suspensions"),
    delete: twoOf("suspensions"),
    deleteAll: allOf("suspensions"),
  },
  attributes: {
    set: twoOf("attributes"),
    setMany: ([id, bucket, entries]) => [
      some(
        "attributes",
        text(id),
        ...[...entries as Iterable<readonly [string]>].map(([name]) => [text(bucket), name]),
      ),
    ],
    createIfAbsent: twoOf("attributes"),
    setIfEquals: twoOf("attributes"),
    deleteIfEquals: twoOf("attributes"),
    consume: twoOf("attributes"),
    delete: twoOf("attributes"),
    deleteMany: ([id, bucket, names]) => [
      some("attributes", text(id), ...[...names as Iterable<string>].map((name) => [text(bucket), name])),
    ],
    deleteBucket: allOf("attributes"),
    deleteAll: allOf("attributes"),
    deleteByChain: allOf("attributes"),
  },
  tables: {
    write: ([table, rows]) => {
      const name = table as TableName;
      return byActor(name, (rows as readonly TableRows[TableName][]).map((row) => keyOf(name, row as never)));
    },
    delete: ([table, keys]) => byActor(table as TableName, keys as readonly RowKey[]),
  },
};
