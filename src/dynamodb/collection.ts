/**
 * Rows of one kind: what actors, trusts, peer trustees, subscriptions, diffs and suspensions have in common, made of a
 * table of their fields.
 *
 * @module
 */

import type { BackendPage, Call, PageRequest } from "../backend.ts";
import { toStoredInstant } from "../model/time.ts";
import type { AttributeValue, Item } from "./client/mod.ts";
import { type ActorQuery, deleteQuery, type Filter, queryAll, queryPage } from "./queries.ts";
import { changes, conditional, type Context, getItem, N, S } from "./requests.ts";
import { instant, optionalInstant, optionalText, optionalWhole, text, truth, whole } from "./rows.ts";
import type { TableName } from "./tables.ts";

const READERS = {
  text,
  sparse: text,
  truth,
  optional: optionalText,
  instant,
  optionalInstant,
  whole,
  count: (operation: string, item: Item, field: string) => optionalWhole(operation, item, field) ?? 0,
};

/**
 * The attribute that holds a field, and how. What is `null` is left out of the row, and what is `sparse` when it is the
 * empty text; a row without its `instant` or `whole` is corrupt, and without its `count` this is 0.
 */
export type Field = readonly [attribute: string, kind: keyof typeof READERS];
/** The attributes of all fields. */
export type Fields<Row> = { readonly [Name in keyof Row]-?: Field };

/** What can be done with rows of one kind. */
export interface Collection<Row> {
  /** The row with this key, or `null`. */
  get(key: Item, call: Call): Promise<Row | null>;
  /** The actor's rows, or those of a query; `filter` drops what only its prefix matched. */
  all(actorId: string, call: Call, query?: ActorQuery, filter?: Filter): Promise<Row[]>;
  /** One page of them. */
  page(
    actorId: string,
    call: Call & PageRequest,
    query?: ActorQuery,
    filter?: Filter,
  ): Promise<BackendPage<Row>>;
  /** Creates a row; whether there was none. */
  create(key: Item, row: Row, call: Call): Promise<boolean>;
  /** Writes the given fields of a row that is there; whether it is. */
  update(key: Item, fields: Partial<Row>, call: Call): Promise<boolean>;
  /** Removes a row; whether it was there. */
  delete(key: Item, call: Call): Promise<boolean>;
  /** Removes the actor's rows, or those of a query; how many. */
  deleteAll(actorId: string, call: Call, query?: ActorQuery, filter?: Filter): Promise<number>;
}

/** The row in an item. */
export function readRow<Row extends object>(fields: Fields<Row>, { operation }: Call, item: Item): Row {
  const row: Record<string, unknown> = {};
  for (const name in fields) {
    const [attribute, kind] = fields[name];
    row[name] = READERS[kind](operation, item, attribute);
  }
  return row as Row;
}

/** The item of a row. */
export function itemOf<Row extends object>(fields: Fields<Row>, key: Item, row: Row): Item {
  const item = { ...key };
  for (const [attribute, value] of Object.entries(attributesOf(fields, row))) {
    if (value !== null) item[attribute] = value;
  }
  return item;
}

/** The attributes of some fields; `null` are those that a row is without. */
function attributesOf<Row extends object>(fields: Fields<Row>, row: Partial<Row>) {
  const attributes: Record<string, AttributeValue | null> = {};
  for (const [name, [attribute, kind]] of Object.entries<Field>(fields)) {
    const value = row[name as keyof Row];
    if (value !== undefined) attributes[attribute] = encode(kind, value);
  }
  return attributes;
}

function encode(kind: Field[1], value: unknown): AttributeValue | null {
  if (value === null || (value === "" && kind === "sparse")) return null;
  if (typeof value === "boolean") return { BOOL: value };
  if (typeof value === "number") return N(value);
  return S(/instant/i.test(kind) ? toStoredInstant(value as string) : value as string);
}

/** The rows of a table. */
export function collection<Row extends object>(
  context: Context,
  table: TableName,
  fields: Fields<Row>,
): Collection<Row> {
  return {
    async get(key, call) {
      const item = await getItem(context, table, key, call);
      return item && readRow(fields, call, item);
    },

    async all(actorId, call, query = {}, filter) {
      return kept(await queryAll(context, table, actorId, query, call), filter).map((item) =>
        readRow(fields, call, item)
      );
    },

    async page(actorId, call, query = {}, filter) {
      const { items, after } = await queryPage(context, table, actorId, query, call);
      return { items: kept(items, filter).map((item) => readRow(fields, call, item)), after };
    },

    async create(key, row, call) {
      const input = { Item: itemOf(fields, key, row), ConditionExpression: "attribute_not_exists(id)" };
      return (await conditional(context, "PutItem", table, input, call)).held;
    },

    async update(key, given, call) {
      const { held } = await conditional(
        context,
        "UpdateItem",
        table,
        {
          Key: key,
          ...changes(attributesOf(fields, given)),
          ConditionExpression: "attribute_exists(id)",
        },
        call,
        true,
      );
      return held;
    },

    async delete(key, call) {
      const input = { Key: key, ConditionExpression: "attribute_exists(id)" };
      return (await conditional(context, "DeleteItem", table, input, call)).held;
    },

    deleteAll: (actorId, call, query = {}, filter) => deleteQuery(context, table, actorId, query, call, filter),
  };
}

function kept(items: readonly Item[], filter: Filter | undefined): readonly Item[] {
  return filter === undefined ? items : items.filter((item) => filter.matches(item));
}
