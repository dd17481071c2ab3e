/**
 * How the parts of the backend talk to DynamoDB: one request, a conditional one, a batch. Missing tables are created where
 * that is allowed, and faults become the store's.
 *
 * @module
 */

import type { Call } from "../backend.ts";
import { StoreError } from "../errors.ts";
import { wait } from "../model/waiting.ts";
import { DynamoDBError } from "./client/errors.ts";
import type { AttributeValue, DynamoDBClient, Item, Output } from "./client/mod.ts";
import { isRead } from "./client/retry.ts";
import { storeError } from "./faults.ts";
import { createTables, type TableName, tableName } from "./tables.ts";
import type { GatheredRead } from "./together.ts";

/**
 * What the parts of the backend share.
 *
 * @internal
 */
export interface Context {
  /** The client. */
  readonly client: DynamoDBClient;
  /** What the table names begin with. */
  readonly prefix: string;
  /** Whether missing tables are created. */
  readonly createTables: boolean;
  /** Looks for a value that is not found in the reference's old forms, too. */
  readonly oldLookups?: OldLookups | undefined;
  /** Names of properties with a reverse lookup. */
  readonly indexed: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Reads that are to be sent together, while such are gathered. */
  gathered?: GatheredRead[] | undefined;
}

/** Looks for the owner of a value where today's reverse lookup does not know it. */
export type OldLookups = (context: Context, name: string, value: string, call: Call) => Promise<string | null>;

/** What a request holds. */
export type Input = Record<string, unknown>;
type Target = Parameters<DynamoDBClient["send"]>[0];

/** The outcome of a conditional write. */
export interface Conditional {
  /** Whether the condition held. */
  readonly held: boolean;
  /** The row before, where it was asked for; if the condition did not hold, the row as it is, where the server tells. */
  readonly item: Item | undefined;
}

/** Texts as attribute values. */
export function S(text: string): { S: string } {
  return { S: text };
}

/** Numbers as attribute values. */
export function N(number: number): { N: string } {
  return { N: String(number) };
}

/**
 * Sends one request for a table. In its expressions `#name` is the attribute `name`, also where DynamoDB reserves the word.
 *
 * @param repeatable Whether doing it twice is as good as once
 */
export function send(
  context: Context,
  target: Target,
  table: TableName,
  input: Input,
  call: Call,
  repeatable?: boolean,
): Promise<Output> {
  const whole = ofTable(context, table, input);
  return tried(context, call, !isRead(target), () => context.client.send(target, whole, { ...call, repeatable }));
}

/** A request with its table and the names in its expressions. */
function ofTable({ prefix }: Context, table: TableName, input: Input): Input {
  const texts = Object.values(input).filter((value) => typeof value === "string");
  const names = texts.length > 0 && texts.join().match(/#\w+/g);
  return {
    TableName: tableName(prefix, table),
    ...input,
    ExpressionAttributeNames: names ? Object.fromEntries(names.map((name) => [name, name.slice(1)])) : undefined,
  };
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
  try {
    const told = input.ConditionExpression ? { ReturnValuesOnConditionCheckFailure: "ALL_OLD", ...input } : input;
    const output = await send(context, target, table, told, call, repeatable);
    return { held: true, item: output.Attributes };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal?.type !== "ConditionalCheckFailedException") throw error;
    return { held: false, item: refusal.item };
  }
}

/** The row whose condition did not hold, or `null`: not every server tells it with its refusal. */
export async function rowOf(
  { item }: Conditional,
  context: Context,
  table: TableName,
  key: Item,
  call: Call,
): Promise<Item | null> {
  return item ?? await getItem(context, table, key, call, true);
}

/** What sets attributes in an UpdateItem request, and removes those that are `null`; their values are called as they are. */
export function changes(attributes: { readonly [name: string]: AttributeValue | null }) {
  const sets: string[] = [];
  const removals: string[] = [];
  const values: Item = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null) removals.push(`#${name}`);
    else {
      sets.push(`#${name} = :${name}`);
      values[`:${name}`] = value;
    }
  }
  const clauses = [sets.length > 0 ? `SET ${sets}` : "", removals.length > 0 ? `REMOVE ${removals}` : ""];
  return {
    UpdateExpression: clauses.join(" ").trim(),
    ExpressionAttributeValues: sets.length > 0 ? values : undefined,
  };
}

/** Writes several rows at once or none; whether all conditions held. Costs double, so it is kept for rare calls. */
export async function transact(context: Context, writes: readonly Transacted[], call: Call): Promise<boolean> {
  const TransactItems = writes.map(([action, table, input]) => ({ [action]: ofTable(context, table, input) }));
  try {
    await tried(context, call, true, () => context.client.send("TransactWriteItems", { TransactItems }, call));
    return true;
  } catch (error) {
    if (refusalOf(error)?.reasons?.some(({ code }) => code === "ConditionalCheckFailed")) return false;
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
  const { consistent } = call;
  return await tried(context, call, false, () => context.client.batchGet(name, keys, { consistent }, call));
}

/** One put or delete of a batch. */
export type BatchRequest =
  | { readonly table: TableName; readonly put: Item }
  | { readonly table: TableName; readonly delete: Item };

/** Puts and deletes any number of rows. Not atomic; run again, it finishes. */
export function batchWrite(context: Context, requests: readonly BatchRequest[], call: Call): Promise<void> {
  const named = requests.map((request) => ({ ...request, table: tableName(context.prefix, request.table) }));
  return tried(context, call, true, () => context.client.batchWrite(named, call));
}

/** Waits a random while before the next try where writers meet, or throws `contended` when the deadline comes first. */
export async function pause(attempt: number, call: Call): Promise<void> {
  const milliseconds = Math.random() * Math.min(5 * 2 ** attempt, 100);
  if (Date.now() + milliseconds >= call.deadline) throw contended(call);
  await later(milliseconds, call);
}

/** Other writers were quicker until the deadline. */
export function contended({ operation }: Call): StoreError {
  return new StoreError("contended", operation, "too many writers at the same row");
}

/** Waits, or throws `aborted` as soon as the caller's signal is. */
export function later(milliseconds: number, { operation, signal }: Call): Promise<void> {
  return wait(
    milliseconds,
    signal,
    (cause) => storeError(operation, new DynamoDBError(operation, "Aborted", { cause }), false),
  );
}

/** Tries a request; tables are created when it first misses one, so that none is spent on asking beforehand. */
export async function tried<Result>(
  { client, prefix, createTables: creates }: Context,
  call: Call,
  writes: boolean,
  request: () => Promise<Result>,
): Promise<Result> {
  for (let isMissing = false;; isMissing = true) {
    try {
      if (isMissing) await createTables(client, prefix, call);
      return await request();
    } catch (error) {
      const misses = error instanceof DynamoDBError && error.type === "ResourceNotFoundException";
      if (!misses || !creates || isMissing) throw storeError(call.operation, error, writes);
    }
  }
}

/** The client's fault below one of the store's. */
function refusalOf(error: unknown): DynamoDBError | null {
  return error instanceof StoreError && error.cause instanceof DynamoDBError ? error.cause : null;
}
