/**
 * Each table's rows as items, for reading and writing whole tables.
 *
 * @module
 */

import type { Call } from "../backend.ts";
import { StoreError } from "../errors.ts";
import { joinedKey, keyOf } from "../model/table_rows.ts";
import type { Attribute, Json } from "../store.ts";
import type { FoundRows, RowKey, TableName, TableRows } from "../tables.ts";
import { FIELDS as ACTOR } from "./actors.ts";
import { attributeItem, readData } from "./attributes.ts";
import type { AttributeValue, Item } from "./client/mod.ts";
import { type Fields, itemOf, readRow } from "./collection.ts";
import { FIELDS as DIFF } from "./diffs.ts";
import { FIELDS as PEER_TRUSTEE } from "./peer_trustees.ts";
import { S } from "./requests.ts";
import { optionalInstant, optionalWhole, text } from "./rows.ts";
import { FIELDS as SUBSCRIPTION } from "./subscriptions.ts";
import { FIELDS as SUSPENSION } from "./suspensions.ts";
import { type TableName as StoredName, TABLES } from "./tables.ts";
import { FIELDS as TRUST } from "./trusts.ts";

/** Lookup rows are no rows of their own: see `table_rows.ts`. */
export type ItemTable = Exclude<TableName, "lookups">;

/** The names of the tables without their prefix. */
export const STORED_NAMES: { readonly [Name in TableName]: StoredName } = {
  actors: "actors",
  properties: "properties",
  trusts: "trusts",
  peerTrustees: "peertrustees",
  subscriptions: "subscriptions",
  diffs: "subscriptiondiffs",
  suspensions: "subscription_suspensions",
  attributes: "attributes",
  lookups: "property_lookup_v2",
};

interface Form<Row> {
  /** Names of the attributes that it knows beside the key. */
  readonly attributes: readonly string[];
  read(call: Call, item: Item): Row;
  write(key: Item, row: Row): Item;
}

/** Rows in and out of items. */
export interface StoredRows {
  /** The rows in items; those that cannot be read are told apart. */
  read(table: ItemTable, items: readonly Item[], call: Call): FoundRows<TableRows[TableName]>;
  /** The item of a row. */
  item(table: ItemTable, row: TableRows[TableName]): Item;
}

/** The key of a row's item. */
export function itemKey(table: ItemTable, key: RowKey): Item {
  const { hash, range } = TABLES[STORED_NAMES[table]];
  const item: Item = { [hash]: S(key[0]!) };
  if (range !== undefined) item[range] = S(joinedKey(table, key));
  return item;
}

/** Makes readers and writers. */
export function storedRows(): StoredRows {
  const forms = formsOf();

  function readOne(table: ItemTable, item: Item, call: Call): TableRows[TableName] {
    const form = forms[table] as Form<TableRows[TableName]>;
    const row = form.read(call, item);
    const { hash, range } = TABLES[STORED_NAMES[table]];
    const key = keyOf(table, row as never);
    check(call, item, hash, key[0]!);
    if (range !== undefined) check(call, item, range, joinedKey(table, key));
    const others = Object.keys(item).filter((name) => {
      return name !== hash && name !== range && !form.attributes.includes(name);
    });
    const additional = others.length === 0 ? null : Object.fromEntries(others.map((name) => [name, item[name]!]));
    return { ...row, additional: additional as { [name: string]: Json } | null };
  }

  return {
    read(table, items, call) {
      const found = { items: [] as TableRows[TableName][], unreadable: [] as { key: RowKey; problem: string }[] };
      for (const item of items) {
        try {
          found.items.push(readOne(table, item, call));
        } catch (error) {
          if (!(error instanceof StoreError) || error.code !== "corrupt") throw error;
          const { hash, range } = TABLES[STORED_NAMES[table]];
          const key = [hash, range].filter((name) => name !== undefined).map((name) => textOf(item[name]));
          found.unreadable.push({ key, problem: error.message.slice(error.operation.length + 2) });
        }
      }
      return found;
    },

    item(table, row) {
      const form = forms[table] as Form<TableRows[TableName]>;
      const known = form.write(itemKey(table, keyOf(table, row as never)), row);
      // What a row of PostgreSQL holds beyond is no value of DynamoDB's.
      const others = Object.entries(row.additional ?? {}).filter(([name, value]) => {
        return !(name in known) && !form.attributes.includes(name) && typeof value === "object" && value !== null;
      });
      return others.length === 0
        ? known
        : { ...known, ...Object.fromEntries(others) as Record<string, AttributeValue> };
    },
  };
}

function formsOf(): { readonly [Name in ItemTable]: Form<TableRows[Name]> } {
  /** Rows that are described by their fields, with the id of their actor. */
  function owned<Row extends object>(fields: Fields<Row>): Form<{ actorId: string } & Row> {
    return {
      attributes: attributesOf(fields),
      read: (call, item) => ({ actorId: text(call.operation, item, "id"), ...readRow(fields, call, item) }),
      write: (key, row) => itemOf(fields, key, row),
    };
  }
  return {
    actors: {
      attributes: attributesOf(ACTOR),
      read: (call, item) => readRow(ACTOR, call, item),
      write: (key, row) => itemOf(ACTOR, key, row),
    },
    properties: {
      attributes: ["value"],
      read: ({ operation }, item) => ({
        actorId: text(operation, item, "id"),
        name: text(operation, item, "name"),
        value: text(operation, item, "value"),
      }),
      write: (key, { value }) => ({ ...key, value: S(value) }),
    },
    trusts: owned(TRUST),
    peerTrustees: owned(PEER_TRUSTEE),
    subscriptions: owned(SUBSCRIPTION),
    diffs: owned(DIFF),
    suspensions: owned(SUSPENSION),
    attributes: {
      attributes: ["bucket", "name", "data", "timestamp", "ttl_timestamp"],
      read: (call, item): { actorId: string } & Attribute => ({
        actorId: text(call.operation, item, "id"),
        bucket: text(call.operation, item, "bucket"),
        name: text(call.operation, item, "name"),
        data: readData(call, item),
        timestamp: optionalInstant(call.operation, item, "timestamp"),
        expiresAt: optionalWhole(call.operation, item, "ttl_timestamp"),
      }),
      write(_, { actorId, bucket, name, data, timestamp, expiresAt }) {
        const extras = { timestamp: timestamp ?? undefined, expiresAt: expiresAt ?? undefined };
        const item = attributeItem(actorId, bucket, name, data, extras);
        if (data === null) delete item.data;
        return item;
      },
    },
  };
}

function check({ operation }: Call, item: Item, name: string, value: string): void {
  if (text(operation, item, name) === value) return;
  throw new StoreError("corrupt", operation, `${name} is not made of the row's own fields`);
}

function attributesOf<Row>(fields: Fields<Row>): string[] {
  return Object.values<readonly [attribute: string, kind: string]>(fields).map(([attribute]) => attribute);
}

function textOf(value: AttributeValue | undefined): string {
  return value !== undefined && "S" in value ? value.S : "";
}
