/**
 * How the parts of the backend talk to DynamoDB: one request, a conditional one, a query, a batch. Missing tables are
 * created where that is allowed, and faults become the store's.
 *
 * @module
 */

import type { Call } from "../backend.ts";
import { StoreError } from "../errors.ts";
import { DynamoDBError } from "./client/errors.ts";
import type { AttributeValue, DynamoDBClient, Item, Output } from "./client/mod.ts";
import { wait } from "./client/retry.ts";
import { storeError } from "./faults.ts";
import { createTables, type TableName, tableName, TABLES } from "./tables.ts";
import type { GatheredRead } from "./together.ts";

/** What the parts of the backend share. */
export interface Context {
  /** The client. */
  readonly client: DynamoDBClient;
  /** What the table names begin with. */
  readonly prefix: string;
  /** Whether missing tables are created. */
  readonly createTables: boolean;
  /** Whether a value that is not found is looked for in the reference's old forms, too. */
  readonly oldLookups: boolean;
  /** Names of properties with a reverse lookup. */
  readonly indexed: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Reads that are to be sent together, while such are gathered. */
  gathered?: GatheredRead[] | undefined;
}

type Input = Record<string, unknown>;
type Target = Parameters<DynamoDBClient["send"]>[0];

/** The greatest number of rows that can be asked for. */
const LIMIT_MAXIMUM = 2_147_483_647;

const READS: ReadonlySet<string> = new Set(["GetItem", "Query", "Scan", "BatchGetItem", "DescribeTable"]);

/** The outcome of a conditional write. */
export type Conditional =
  | { readonly held: true; readonly output: Output }
  /** The condition did not hold; `item` is the row as it is, where the server tells. */
  | { readonly held: false; readonly item: Item | undefined };

/** Texts as attribute values. */
export function S(text: string): { S: string } {
  return { S: text };
}

/** Sends one request for a table. `repeatable` says that doing it twice is as good as once. */
export async function send(
  context: Context,
  target: Target,
  table: TableName | null,
  input: Input,
  call: Call,
  repeatable?: boolean,
): Promise<Output> {
  const named = table === null ? input : { TableName: tableName(context.prefix, table), ...input };
  try {
    return await tried(context, call, () => context.client.send(target, named, { ...call, repeatable }));
  } catch (error) {
    throw storeError(call.operation, error, !READS.has(target));
  }
}

/** Sends a write with a condition; that the condition does not hold is an answer, not a fault. */
export async function conditional(
  context: Context,
  target: "PutItem" | "UpdateItem" | "DeleteItem",
  table: TableName,
  input: Input,
  call: Call,
  repeatable?: boolean,
): Promise<Conditional> {
  const named = {
    TableName: tableName(context.prefix, table),
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    ...input,
  };
  try {
    const output = await tried(context, call, () => context.client.send(target, named, { ...call, repeatable }));
    return { held: true, output };
  } catch (error) {
    if (error instanceof DynamoDBError && error.type === "ConditionalCheckFailedException") {
      return { held: false, item: error.item };
    }
    throw storeError(call.operation, error, true);
  }
}

/** Writes several rows at once or none; whether all conditions held. Costs double, so it is kept for rare calls. */
export async function transact(context: Context, writes: readonly Transacted[], call: Call): Promise<boolean> {
  const items = writes.map(([action, table, input]) => {
    return { [action]: { TableName: tableName(context.prefix, table), ...input } };
  });
  try {
    await send(context, "TransactWriteItems", null, { TransactItems: items }, call);
    return true;
  } catch (error) {
    const cause = error instanceof StoreError ? error.cause : undefined;
    const reasons = cause instanceof DynamoDBError ? cause.reasons : undefined;
    if (reasons?.some(({ code }) => code === "ConditionalCheckFailed")) return false;
    throw error;
  }
}

/** One write of a transaction. */
export type Transacted = readonly [action: "ConditionCheck" | "Delete" | "Put", table: TableName, input: Input];

/** The row with this key, or `null`. */
export async function getItem(
  context: Context,
  table: TableName,
  key: Item,
  call: Call,
  consistent: boolean = call.consistent,
): Promise<Item | null> {
  if (context.gathered !== undefined) return await gather(context.gathered, table, key, call, consistent);
  const output = await send(context, "GetItem", table, { Key: key, ConsistentRead: consistent }, call);
  return output.Item ?? null;
}

/** Waits for a row that is read with others. */
function gather(
  gathered: GatheredRead[],
  table: TableName,
  key: Item,
  call: Call,
  consistent: boolean,
): Promise<Item | null> {
  return new Promise((found, failed) => gathered.push({ table, key, call, consistent, found, failed }));
}

/** Rows with these keys, in no order. */
export async function batchGet(context: Context, table: TableName, keys: readonly Item[], call: Call): Promise<Item[]> {
  const { gathered } = context;
  if (gathered !== undefined) {
    const found = await Promise.all(keys.map((key) => gather(gathered, table, key, call, call.consistent)));
    return found.filter((item) => item !== null);
  }
  const name = tableName(context.prefix, table);
  try {
    return await tried(
      context,
      call,
      () => context.client.batchGet(name, keys, { consistent: call.consistent }, call),
    );
  } catch (error) {
    throw storeError(call.operation, error, false);
  }
}

/** A query of one actor's rows. */
export interface ActorQuery {
  /** The condition on the sort key, with `:lower`, `:upper` or `:prefix`; all rows when left out. */
  readonly condition?: string;
  /** Values of the condition. */
  readonly values?: { readonly [name: string]: AttributeValue };
  /** Real names of `#` names. */
  readonly names?: { readonly [name: string]: string };
  /** What to read of each row; all when left out. */
  readonly projection?: string;
  /** Anything else of the Query request. */
  readonly rest?: Input;
}

/** The Query request for one actor's rows. */
export function queryInput(actorId: string, query: ActorQuery, consistent: boolean): Input {
  const { condition, values, names, projection, rest } = query;
  return {
    KeyConditionExpression: condition === undefined ? "id = :id" : `id = :id AND ${condition}`,
    ExpressionAttributeValues: { ":id": S(actorId), ...values },
    ...(names === undefined ? {} : { ExpressionAttributeNames: names }),
    ...(projection === undefined ? {} : { ProjectionExpression: projection }),
    ...rest,
    ConsistentRead: consistent,
  };
}

/** All rows of a query, however many pages it takes, or the first `limit`. */
export async function queryAll(
  context: Context,
  table: TableName,
  actorId: string,
  query: ActorQuery,
  call: Call,
  limit = Infinity,
): Promise<Item[]> {
  const items: Item[] = [];
  const rest = limit > LIMIT_MAXIMUM ? query.rest : { ...query.rest, Limit: limit };
  let input = queryInput(actorId, { ...query, rest }, call.consistent);
  for (;;) {
    const output = await send(context, "Query", table, input, call);
    for (const item of output.Items ?? []) items.push(item);
    if (output.LastEvaluatedKey === undefined || items.length >= limit) return items.slice(0, limit);
    input = { ...input, ExclusiveStartKey: output.LastEvaluatedKey };
  }
}

/** All rows that a query of an index finds; an index is never consistent. */
export async function queryIndex(
  context: Context,
  table: TableName,
  index: string,
  input: Input,
  call: Call,
): Promise<Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const from = start === undefined ? {} : { ExclusiveStartKey: start };
    const output = await send(context, "Query", table, { IndexName: index, ...input, ...from }, call);
    for (const item of output.Items ?? []) items.push(item);
    start = output.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}

/** One page of a query, after a sort key. */
export async function queryPage(
  context: Context,
  table: TableName,
  actorId: string,
  query: ActorQuery,
  page: { readonly sortKey: string; readonly after: string | null; readonly limit: number },
  call: Call,
): Promise<{ items: Item[]; after: string | null }> {
  const start = page.after === null ? {} : { ExclusiveStartKey: { id: S(actorId), [page.sortKey]: S(page.after) } };
  const input = { ...queryInput(actorId, query, call.consistent), ...start, Limit: page.limit };
  const output = await send(context, "Query", table, input, call);
  const last = output.LastEvaluatedKey?.[page.sortKey];
  return { items: output.Items ?? [], after: last !== undefined && "S" in last ? last.S : null };
}

/** One put or delete of a batch. */
export type BatchRequest =
  | { readonly table: TableName; readonly put: Item }
  | { readonly table: TableName; readonly delete: Item };

/** Puts and deletes any number of rows. Not atomic; run again, it finishes. */
export async function batchWrite(context: Context, requests: readonly BatchRequest[], call: Call): Promise<void> {
  if (requests.length === 0) return;
  const named = requests.map((request) => ({ ...request, table: tableName(context.prefix, request.table) }));
  try {
    await tried(context, call, () => context.client.batchWrite(named, call));
  } catch (error) {
    throw storeError(call.operation, error, true);
  }
}

/** The Query request for the keys of one actor's rows, and for more attributes that a caller needs. */
export function keysInput(
  table: TableName,
  actorId: string,
  query: ActorQuery,
  attributes: readonly string[] = [],
): Input {
  const { hash, range } = TABLES[table];
  const read = [hash, range!, ...attributes];
  const names = Object.fromEntries(read.map((attribute, index) => [`#read${index}`, attribute]));
  const projection = Object.keys(names).join(", ");
  return queryInput(actorId, { ...query, projection, names: { ...query.names, ...names } }, true);
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
  let input = keysInput(table, actorId, query, filter?.attributes);
  for (;;) {
    const output = await send(context, "Query", table, input, call);
    const items = (output.Items ?? []).filter((item) => filter === undefined || filter.matches(item));
    const keys = items.map((item) => ({ [hash]: item[hash]!, [range!]: item[range!]! }));
    await batchWrite(context, keys.map((key) => ({ table, delete: key })), call);
    count += keys.length;
    if (output.LastEvaluatedKey === undefined) return count;
    input = { ...input, ExclusiveStartKey: output.LastEvaluatedKey };
  }
}

/** Waits a random while before the next try where writers meet, or throws `contended` when the deadline comes first. */
export async function pause(attempt: number, call: Call, detail: string): Promise<void> {
  const milliseconds = Math.random() * Math.min(5 * 2 ** attempt, 100);
  if (Date.now() + milliseconds >= call.deadline) throw new StoreError("contended", call.operation, detail);
  await later(milliseconds, call);
}

/** Waits, or throws `aborted` as soon as the caller's signal is. */
export async function later(milliseconds: number, { operation, signal }: Call): Promise<void> {
  try {
    await wait(milliseconds, operation, signal);
  } catch (error) {
    throw storeError(operation, error, false);
  }
}

/** Tables are created when a request first misses one, so that no request is spent on asking beforehand. */
export async function tried<Result>(context: Context, call: Call, request: () => Promise<Result>): Promise<Result> {
  try {
    return await request();
  } catch (error) {
    const missing = error instanceof DynamoDBError && error.type === "ResourceNotFoundException";
    if (!missing || !context.createTables) throw error;
    await createTables(context.client, context.prefix, call);
    return await request();
  }
}
