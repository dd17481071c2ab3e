/**
 * Queries: of one actor's rows or of an index, whole, in pages, or to delete what they find.
 *
 * @module
 */

import type { Call, PageRequest } from "../backend.ts";
import type { AttributeValue, Item, Output } from "./client/mod.ts";
import { batchWrite, type Context, type Input, S, send } from "./requests.ts";
import { text } from "./rows.ts";
import { type TableName, TABLES } from "./tables.ts";

/** The greatest number of rows that can be asked for. */
const LIMIT_MAXIMUM = 2_147_483_647;

/** A query of one actor's rows. */
export interface ActorQuery {
  /** The condition on the sort key, with `:lower`, `:upper` or `:prefix`; all rows when left out. */
  readonly condition?: string;
  /** Values of the condition. */
  readonly values?: { readonly [name: string]: AttributeValue };
  /** Anything else of the Query request. */
  readonly rest?: Input;
}

/** The Query request for one actor's rows. */
export function queryInput(actorId: string, { condition, values, rest }: ActorQuery, consistent: boolean): Input {
  return {
    KeyConditionExpression: condition === undefined ? "id = :id" : `id = :id AND ${condition}`,
    ExpressionAttributeValues: { ":id": S(actorId), ...values },
    ...rest,
    ConsistentRead: consistent,
  };
}

/** The answers of a Query or a Scan, one after the other. */
export async function* answers(
  context: Context,
  target: "Query" | "Scan",
  table: TableName,
  input: Input,
  call: Call,
): AsyncGenerator<Output, void, undefined> {
  let start: Item | undefined;
  do {
    const output = await send(context, target, table, { ...input, ExclusiveStartKey: start }, call);
    yield output;
    start = output.LastEvaluatedKey;
  } while (start !== undefined);
}

/** All rows of a query, however many pages it takes, or the first `limit`. */
export function queryAll(
  context: Context,
  table: TableName,
  actorId: string,
  query: ActorQuery,
  call: Call,
  limit = Infinity,
): Promise<Item[]> {
  const Limit = limit > LIMIT_MAXIMUM ? undefined : limit;
  return rowsOf(context, table, { ...queryInput(actorId, query, call.consistent), Limit }, call, limit);
}

/** All rows that a query finds, or the first `limit`; one of an index, which is never consistent, names it. */
export async function rowsOf(
  context: Context,
  table: TableName,
  input: Input,
  call: Call,
  limit = Infinity,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const output of answers(context, "Query", table, input, call)) {
    for (const item of output.Items ?? []) items.push(item);
    if (items.length >= limit) break;
  }
  return items.slice(0, limit);
}

/** One page of a query, after a sort key. */
export async function queryPage(
  context: Context,
  table: TableName,
  actorId: string,
  query: ActorQuery,
  call: Call & PageRequest,
): Promise<{ items: Item[]; after: string | null }> {
  const sortKey = TABLES[table].range!;
  const output = await send(context, "Query", table, {
    ...queryInput(actorId, query, call.consistent),
    ExclusiveStartKey: call.after === null ? undefined : { id: S(actorId), [sortKey]: S(call.after) },
    Limit: call.limit,
  }, call);
  const { Items: items = [], LastEvaluatedKey: last } = output;
  return { items, after: last === undefined ? null : text(call.operation, last, sortKey) };
}

/** The Query request for the keys of one actor's rows, and for more attributes that a caller needs. */
export function keysInput(
  table: TableName,
  actorId: string,
  query: ActorQuery,
  attributes: readonly string[] = [],
): Input {
  const { hash, range } = TABLES[table];
  const read = [hash, range, ...attributes].map((attribute) => `#${attribute}`);
  return { ...queryInput(actorId, query, true), ProjectionExpression: read.join() };
}

/** Which of the rows that a query finds are meant, by attributes beside the key. */
export interface Filter {
  /** The attributes that it looks at. */
  readonly attributes: readonly string[];
  /** Whether a row is meant. */
  matches(item: Item): boolean;
}

/** Deletes what a query finds, page by page; how many rows. */
export async function deleteQuery(
  context: Context,
  table: TableName,
  actorId: string,
  query: ActorQuery,
  call: Call,
  filter?: Filter,
): Promise<number> {
  const { hash, range } = TABLES[table];
  let count = 0;
  for await (
    const { Items = [] } of answers(context, "Query", table, keysInput(table, actorId, query, filter?.attributes), call)
  ) {
    const meant = Items.filter((item) => filter === undefined || filter.matches(item));
    await batchWrite(
      context,
      meant.map((item) => ({ table, delete: { [hash]: item[hash]!, [range!]: item[range!]! } })),
      call,
    );
    count += meant.length;
  }
  return count;
}
