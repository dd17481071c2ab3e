/** Properties on DynamoDB. @module */

import type { BackendPart, Call } from "../backend.ts";
import { compareBytes } from "../model/order.ts";
import type { Properties, Property } from "../store.ts";
import type { Item } from "./client/mod.ts";
import { type Condition, writeIndexed, writeProperty } from "./indexed.ts";
import { type ActorQuery, deleteQuery, queryAll, queryPage } from "./queries.ts";
import { batchGet, batchWrite, type Context, getItem, S } from "./requests.ts";
import { text } from "./rows.ts";

/** List rows begin with `list:`; `;` is the byte after `:`. */
const LISTS_BEGIN = "list:";
const LISTS_END = "list;";
const BEFORE_LISTS: ActorQuery = { condition: "#name < :begin", values: { ":begin": S(LISTS_BEGIN) } };
const AFTER_LISTS: ActorQuery = { condition: "#name >= :end", values: { ":end": S(LISTS_END) } };

/** The part. */
export function properties(context: Context): BackendPart<Properties> {
  const { indexed } = context;

  /** Writes a property with its lookup row, if it has one; `null` deletes it. Whether the condition held. */
  async function write(
    actorId: string,
    name: string,
    next: string | null,
    condition: Condition,
    call: Call,
  ): Promise<boolean> {
    if (indexed.has(name)) return await writeIndexed(context, actorId, name, next, condition, call);
    return (await writeProperty(context, actorId, name, next, condition, undefined, call)).held;
  }

  return {
    async get(actorId, name, call) {
      const item = await getItem(context, "properties", propertyKey(actorId, name), call);
      return item && decode(call, item).value;
    },

    async getMany(actorId, names, call) {
      const keys = [...names].map((name) => propertyKey(actorId, name));
      const rows = (await batchGet(context, "properties", keys, call)).map((item) => decode(call, item));
      return new Map(rows.sort(byName).map(({ name, value }) => [name, value]));
    },

    async set(actorId, name, value, call) {
      await write(actorId, name, value, "any", call);
    },

    async setMany(actorId, entries, call) {
      const plain = [...entries].filter(([name]) => !indexed.has(name));
      const table = "properties";
      await batchWrite(
        context,
        plain.map(([name, value]) =>
          value === "" ? { table, delete: propertyKey(actorId, name) } : { table, put: encode(actorId, name, value) }
        ),
        call,
      );
      for (const [name, value] of entries) {
        if (indexed.has(name)) await write(actorId, name, value || null, "any", call);
      }
    },

    delete: (actorId, name, call) => write(actorId, name, null, "present", call),

    async deleteMany(actorId, names, call) {
      const plain = [...names].filter((name) => !indexed.has(name));
      await batchWrite(
        context,
        plain.map((name) => ({ table: "properties" as const, delete: propertyKey(actorId, name) })),
        call,
      );
      for (const name of names) if (indexed.has(name)) await write(actorId, name, null, "any", call);
    },

    createIfAbsent: (actorId, name, value, call) => write(actorId, name, value, "absent", call),

    setIfEquals: (actorId, name, expected, value, call) => write(actorId, name, value, { equals: expected }, call),

    deleteIfEquals: (actorId, name, expected, call) => write(actorId, name, null, { equals: expected }, call),

    async range(actorId, lower, upper, call) {
      const query = between(lower, upper);
      if (query === null) return [];
      return (await queryAll(context, "properties", actorId, query, call, call.limit)).map((item) =>
        decode(call, item)
      );
    },

    async rangeNames(actorId, lower, upper, call) {
      const query = between(lower, upper);
      if (query === null) return [];
      const items = await queryAll(
        context,
        "properties",
        actorId,
        { ...query, rest: { ProjectionExpression: "#name" } },
        call,
        call.limit,
      );
      return items.map((item) => text(call.operation, item, "name"));
    },

    async last(actorId, lower, upper, call) {
      const query = between(lower, upper);
      if (query === null) return null;
      const backwards = { ...query, rest: { ScanIndexForward: false } };
      const [item] = await queryAll(context, "properties", actorId, backwards, call, 1);
      return item === undefined ? null : decode(call, item);
    },

    async prefix(actorId, prefix, call) {
      const query = { condition: "begins_with(#name, :prefix)", values: { ":prefix": S(prefix) } };
      return (await queryAll(context, "properties", actorId, query, call, call.limit)).map((item) =>
        decode(call, item)
      );
    },

    async all(actorId, call) {
      // DynamoDB cannot leave out the middle of a range, and reading large lists to drop them would cost their size.
      const queries = call.includeLists ? [{}] : [BEFORE_LISTS, AFTER_LISTS];
      const parts = await Promise.all(queries.map((query) => queryAll(context, "properties", actorId, query, call)));
      return parts.flat().map((item) => decode(call, item));
    },

    async page(actorId, call) {
      const read = (query: ActorQuery, after: string | null, limit: number) =>
        queryPage(context, "properties", actorId, query, { ...call, after, limit });
      const rows = (items: Item[]) => items.map((item) => decode(call, item));
      const { after, limit } = call;
      if (call.includeLists) {
        const page = await read({}, after, limit);
        return { items: rows(page.items), after: page.after };
      }
      const inLists = after !== null && compareBytes(after, LISTS_BEGIN) >= 0 && compareBytes(after, LISTS_END) < 0;
      if (after !== null && !inLists && compareBytes(after, LISTS_END) >= 0) {
        const page = await read(AFTER_LISTS, after, limit);
        return { items: rows(page.items), after: page.after };
      }
      const before = inLists ? { items: [], after: null } : await read(BEFORE_LISTS, after, limit);
      if (before.after !== null) return { items: rows(before.items), after: before.after };
      if (before.items.length >= limit) return { items: rows(before.items), after: LISTS_BEGIN };
      const rest = await read(AFTER_LISTS, null, limit - before.items.length);
      return { items: rows([...before.items, ...rest.items]), after: rest.after };
    },

    async deleteAll(actorId, call) {
      const removed = await Promise.all([...indexed].map((name) => write(actorId, name, null, "present", call)));
      const queries: ActorQuery[] = call.includeLists ? [{}] : [BEFORE_LISTS, AFTER_LISTS];
      const counts = await Promise.all(queries.map((query) => {
        return deleteQuery(context, "properties", actorId, query, call);
      }));
      return removed.filter(Boolean).length + counts.reduce((sum, count) => sum + count, 0);
    },
  };
}

/** The key of a property's row. */
export function propertyKey(actorId: string, name: string): Item {
  return { id: S(actorId), name: S(name) };
}

function encode(actorId: string, name: string, value: string): Item {
  return { id: S(actorId), name: S(name), value: S(value) };
}

function decode({ operation }: Call, item: Item): Property {
  return { name: text(operation, item, "name"), value: text(operation, item, "value") };
}

function byName(a: Property, b: Property): number {
  return compareBytes(a.name, b.name);
}

/** DynamoDB refuses bounds in the wrong order; for us such a range is empty. */
function between(lower: string, upper: string): ActorQuery | null {
  if (compareBytes(lower, upper) > 0) return null;
  return {
    condition: "#name BETWEEN :lower AND :upper",
    values: { ":lower": S(lower), ":upper": S(upper) },
  };
}
