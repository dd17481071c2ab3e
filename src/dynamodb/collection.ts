/**
 * Rows of one kind: what trusts, subscriptions, peer trustees and actors have in common, made of a table of their fields.
 *
 * @module
 */

import type { BackendPage, Call, PageRequest } from "../backend.ts";
import { toStoredInstant } from "../model/time.ts";
import type { AttributeValue, Item } from "./client/mod.ts";
import {
  type ActorQuery,
  conditional,
  type Context,
  deleteQuery,
  type Filter,
  getItem,
  queryAll,
  queryPage,
  S,
} from "./requests.ts";
import { optionalInstant, optionalText, optionalWhole, text, truth } from "./rows.ts";
import { type TableName, TABLES } from "./tables.ts";

const READERS = {
  text,
  sparse: text,
  truth,
  optional: optionalText,
  instant: optionalInstant,
  whole: (operation: string, item: Item, field: string) => optionalWhole(operation, item, field) ?? 0,
};

/**
 * The attribute that holds a field, and how: `optional` and `instant` are left out of the row when they are `null`, and
 * `sparse` when it is the empty text.
 */
export type Field = readonly [attribute: string, kind: keyof typeof READERS];
/** The attributes of all fields. */
export type Fields<Row> = { readonly [Name in keyof Row]-?: Field };

/** What can be done with rows of one kind. */
export interface Collection<Row> {
  /** The row in an item. */
  read(call: Call, item: Item): Row;
  /** The item of a row. */
  item(key: Item, row: Row): Item;
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

/** The rows of a table. */
export function collection<Row extends object>(
  context: Context,
  table: TableName,
  fields: Fields<Row>,
): Collection<Row> {
  const names = Object.keys(fields) as (keyof Row & string)[];
  const sortKey = TABLES[table].range!;

  const read = (call: Call, item: Item): Row =>
    Object.fromEntries(names.map((name) => {
      const [attribute, kind] = fields[name];
      return [name, READERS[kind](call.operation, item, attribute)];
    })) as Row;

  function encode(name: keyof Row, value: unknown): AttributeValue | null {
    if (value === null || (value === "" && fields[name][1] === "sparse")) return null;
    if (typeof value === "boolean") return { BOOL: value };
    if (typeof value === "number") return { N: String(value) };
    return S(fields[name][1] === "instant" ? toStoredInstant(value as string) : value as string);
  }

  function itemOf(key: Item, row: Row): Item {
    const item = { ...key };
    for (const name of names) {
      const value = encode(name, row[name]);
      if (value !== null) item[fields[name][0]] = value;
    }
    return item;
  }

  return {
    read,

    item: itemOf,

    async get(key, call) {
      const item = await getItem(context, table, key, call);
      return item && read(call, item);
    },

    async all(actorId, call, query = {}, filter) {
      return kept(await queryAll(context, table, actorId, query, call), filter).map((item) => read(call, item));
    },

    async page(actorId, call, query = {}, filter) {
      const { items, after } = await queryPage(context, table, actorId, query, { ...call, sortKey }, call);
      return { items: kept(items, filter).map((item) => read(call, item)), after };
    },

    async create(key, row, call) {
      const input = { Item: itemOf(key, row), ConditionExpression: "attribute_not_exists(id)" };
      return (await conditional(context, "PutItem", table, input, call)).held;
    },

    async update(key, given, call) {
      const sets: string[] = [];
      const removals: string[] = [];
      const attributes: Record<string, string> = {};
      const values: Item = {};
      for (const name of Object.keys(given) as (keyof Row & string)[]) {
        const value = encode(name, given[name]);
        attributes[`#${name}`] = fields[name][0];
        if (value === null) removals.push(`#${name}`);
        else {
          sets.push(`#${name} = :${name}`);
          values[`:${name}`] = value;
        }
      }
      const { held } = await conditional(
        context,
        "UpdateItem",
        table,
        {
          Key: key,
          UpdateExpression: [sets.length > 0 ? `SET ${sets}` : "", removals.length > 0 ? `REMOVE ${removals}` : ""]
            .join(" ").trim(),
          ConditionExpression: "attribute_exists(id)",
          ExpressionAttributeNames: attributes,
          ...(sets.length > 0 ? { ExpressionAttributeValues: values } : {}),
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
