// A database of Maps, and what the parts of the memory backend share.
import type { BackendPage, PageRequest } from "../../../src/backend.ts";
import { compareBytes } from "../../../src/model/order.ts";
import type { Actor, Diff, PeerTrustee, Subscription, Suspension, Trust } from "../../../src/store.ts";

/** An attribute as it is stored: its value as JSON text, so that nobody shares an object with the database. */
export interface AttributeRow {
  readonly bucket: string;
  readonly name: string;
  readonly data: string;
  readonly timestamp: string | null;
  readonly expiresAt: number | null;
}

/** The rows of one table: by actor, then by sort key. Rows are never changed, only replaced. */
export type Table<Row> = Map<string, Map<string, Row>>;

/** The tables. Any number of stores may share them. */
export interface Database {
  /** By actor id. */
  readonly actors: Map<string, Actor>;
  /** Texts by property name. */
  readonly properties: Table<string>;
  /** The owner's id by {@linkcode lookupKey}. */
  readonly lookups: Map<string, string>;
  /** By peer id. */
  readonly trusts: Table<Trust>;
  /** By peer id. */
  readonly peerTrustees: Table<PeerTrustee>;
  /** By peer id and subscription id, joined. */
  readonly subscriptions: Table<Subscription>;
  /** By subscription id and number, joined. */
  readonly diffs: Table<Diff>;
  /** By target and subtarget, joined. */
  readonly suspensions: Table<Suspension>;
  /** By bucket and name, joined. */
  readonly attributes: Table<AttributeRow>;
}

/** What the parts of the backend share. */
export interface Context {
  /** The tables. */
  readonly database: Database;
  /** Names of properties with a reverse lookup. */
  readonly indexed: ReadonlySet<string>;
  /** Whether a lookup row lives only while its actor does. */
  readonly lookupsNeedActor: boolean;
  /** Whether a refused write of the very value that the property has already claims it, as it may. */
  readonly refusedWritesClaim: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * A part of a backend whose methods answer at once. What cannot wait cannot be interrupted, so that each method is one
 * atomic step.
 */
export type Synchronous<Part> = {
  readonly [Name in keyof Part]: Part[Name] extends (...args: infer Args) => Promise<infer Result>
    ? (...args: Args) => Result
    : never;
};

/** An empty database. */
export function memoryDatabase(): Database {
  return {
    actors: new Map(),
    properties: new Map(),
    lookups: new Map(),
    trusts: new Map(),
    peerTrustees: new Map(),
    subscriptions: new Map(),
    diffs: new Map(),
    suspensions: new Map(),
    attributes: new Map(),
  };
}

/** One actor's rows of a table. */
export function rowsOf<Row>(table: Table<Row>, actorId: string): Map<string, Row> {
  let rows = table.get(actorId);
  if (rows === undefined) table.set(actorId, rows = new Map());
  return rows;
}

/** Entries in the order of their keys. */
export function sorted<Row>(rows: Iterable<readonly [key: string, row: Row]>): (readonly [key: string, row: Row])[] {
  return [...rows].sort(([a], [b]) => compareBytes(a, b));
}

/** Removes the rows for which `condition` holds; how many. */
export function removeWhere<Row>(rows: Map<string, Row>, condition: (row: Row, key: string) => boolean): number {
  let count = 0;
  for (const [key, row] of [...rows]) if (condition(row, key) && rows.delete(key)) count++;
  return count;
}

/** One page of sorted entries. */
export function pageOf<Row, Given>(
  entries: readonly (readonly [key: string, row: Given])[],
  { after, limit }: PageRequest,
  read: (row: Given, key: string) => Row,
): BackendPage<Row> {
  const rest = entries.filter(([key]) => after === null || compareBytes(key, after) > 0);
  const page = rest.slice(0, limit);
  return {
    items: page.map(([key, row]) => read(row, key)),
    after: rest.length > limit ? page.at(-1)![0] : null,
  };
}

/** A copy of a flat row. */
export function copy<Row extends object>(row: Row): Row {
  return { ...row };
}
