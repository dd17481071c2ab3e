/**
 * The tables as a whole, for transfers: the one part of the contract that a store has only when it is asked for, so that
 * who serves does not carry its code.
 *
 * @module
 */

import type {
  Actor,
  Attribute,
  CallOptions,
  Diff,
  Json,
  Page,
  PageOptions,
  PeerTrustee,
  Property,
  ReadOptions,
  Store,
  Subscription,
  Suspension,
  Trust,
} from "./store.ts";

/** Fields that only one backend's rows hold, by their stored names; see {@linkcode TableRows}. */
export interface Additional {
  /**
   * What the row holds beyond the contract: on DynamoDB attributes that this version does not know, in DynamoDB's own
   * JSON; on PostgreSQL an actor's `created_at`. Another kind of backend cannot hold it. `null`: nothing.
   */
  readonly additional?: { readonly [field: string]: Json } | null;
}

/** The rows of each table as they are stored, expired and ownerless ones included, each with the id of its actor. */
export interface TableRows {
  /** Actors. */
  readonly actors: Actor & Additional;
  /** Properties, list rows included. */
  readonly properties: { readonly actorId: string } & Property & Additional;
  /** Trusts. */
  readonly trusts: { readonly actorId: string } & Trust & Additional;
  /** Peer trustees. */
  readonly peerTrustees: { readonly actorId: string } & PeerTrustee & Additional;
  /** Subscriptions. */
  readonly subscriptions: { readonly actorId: string } & Subscription & Additional;
  /** Diffs. */
  readonly diffs: { readonly actorId: string } & Diff & Additional;
  /** Suspensions. */
  readonly suspensions: { readonly actorId: string } & Suspension & Additional;
  /** Attributes; here `data` may be `null`, which all other methods take as absent. */
  readonly attributes: { readonly actorId: string } & Attribute & Additional;
  /**
   * Reverse-lookup rows that are true: the actor's property `name` has this value. Others mean nothing and are left
   * out. DynamoDB keeps a digest only, so there the value comes from the property.
   */
  readonly lookups: { readonly actorId: string } & Property & Additional;
}

/** The tables. */
export type TableName = keyof TableRows;

/**
 * What a row is found by: the actor's id, and after it the name (properties, lookups), the peer's id (trusts, peer
 * trustees), peer and subscription, subscription and number, target and subtarget, or bucket and name.
 */
export type RowKey = readonly string[];

/** A row that cannot be read as what it should be. */
export interface UnreadableRow {
  /** Its key, as far as it can be read. */
  readonly key: RowKey;
  /** What is wrong, without any stored value. */
  readonly problem: string;
}

/** Some rows of a table. */
export interface FoundRows<Row> {
  /** The rows that can be read. */
  readonly items: readonly Row[];
  /** Those that cannot. */
  readonly unreadable: readonly UnreadableRow[];
}

/** Options of a walk through a table. */
export interface TablePageOptions extends PageOptions {
  /** Which part of the table, from 0 up to but not including `segments`. Default 0. */
  readonly segment?: number;
  /** Into how many parts the table is divided, 1 to 4,096; together they hold each row once. Default 1. */
  readonly segments?: number;
  /** Only the rows of this actor; not together with `segments`. */
  readonly actorId?: string;
}

/**
 * The tables as a whole, row by row, whoever owns them: for transfers, not for serving. A cursor is valid on the database
 * that gave it, for the same table, segment and actor.
 */
export interface Tables {
  /** All rows of a table, of a segment of it, or of one actor, in no order anyone knows. A page takes at most about 1 MB. */
  pages<Name extends TableName>(
    table: Name,
    options?: TablePageOptions,
  ): AsyncIterable<Page<TableRows[Name]> & FoundRows<TableRows[Name]>>;
  /** Those rows with these keys that exist, in no order. Any count. */
  getMany<Name extends TableName>(
    table: Name,
    keys: readonly RowKey[],
    options?: ReadOptions,
  ): Promise<FoundRows<TableRows[Name]>>;
  /**
   * Writes whole rows, new or in place of those with the same keys, in batches on DynamoDB. Of a row given twice the last
   * counts. Answers how many were written: a lookup row whose actor is missing is not, where `capabilities.lookupsNeedActor`.
   * `additional` is written where the backend can hold it. Writes no lookup row for an indexed property.
   */
  write<Name extends TableName>(
    table: Name,
    rows: readonly TableRows[Name][],
    options?: CallOptions,
  ): Promise<number>;
  /**
   * Removes rows by their keys, in batches on DynamoDB. A lookup row goes while the actor's property has its value. With
   * an actor's row its lookup rows go, too, where `capabilities.lookupsNeedActor`.
   */
  delete(table: TableName, keys: readonly RowKey[], options?: CallOptions): Promise<void>;
  /** About how many rows a table has, by the database's own statistics, which may be hours old; `null`: nobody knows. */
  estimate(table: TableName, options?: CallOptions): Promise<number | null>;
}

/**
 * A store that also gives its tables as a whole.
 *
 * @example
 * ```ts
 * import { openStore } from "actingweb-edge";
 * import type { TransferStore } from "actingweb-edge/transfer";
 *
 * const store: TransferStore = await openStore(environment, { tables: true });
 * console.log(await store.tables.estimate("properties"));
 * ```
 */
export interface TransferStore extends Store {
  /** The tables as a whole. */
  readonly tables: Tables;
}
