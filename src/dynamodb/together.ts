/**
 * Rows that are read together: whoever asks for single rows while a function runs waits for one BatchGetItem.
 *
 * @module
 */

import type { Call } from "../backend.ts";
import type { StoreError } from "../errors.ts";
import type { Item, Output } from "./client/mod.ts";
import { storeError } from "./faults.ts";
import { type Context, getItem, tried } from "./requests.ts";
import { type TableName, tableName } from "./tables.ts";

/** A row that somebody waits for. */
export interface GatheredRead {
  /** The table. */
  readonly table: TableName;
  /** The row's key. */
  readonly key: Item;
  /** Who asks. */
  readonly call: Call;
  /** Whether it must see every earlier write. */
  readonly consistent: boolean;
  /** Gives the row, or `null`. */
  found(item: Item | null | Promise<Item | null>): void;
  /** Gives a fault. */
  failed(error: unknown): void;
}

/** BatchGetItem takes 100 keys. */
const READS = 100;

/** Runs `reads`; the single rows that are asked for until it returns are read in one request. */
export function together<Result>(context: Context, reads: () => Result): Result {
  if (context.gathered !== undefined) return reads();
  const gathered: GatheredRead[] = context.gathered = [];
  try {
    return reads();
  } finally {
    context.gathered = undefined;
    for (let start = 0; start < gathered.length; start += READS) {
      void readAll(context, gathered.slice(start, start + READS));
    }
  }
}

async function readAll(context: Context, reads: readonly GatheredRead[]): Promise<void> {
  try {
    if (reads.length === 1) return reads[0]!.found(readAlone(context, reads[0]!));
    const call = sharedCall(reads);
    const input = { RequestItems: requestOf(context, reads) };
    const output = await tried(context, call, false, () => context.client.send("BatchGetItem", input, call));
    for (const read of reads) read.found(answerIn(context, output, read));
  } catch (error) {
    // The same fault, but each call's own.
    const cause = (error as StoreError).cause ?? error;
    for (const { failed, call } of reads) failed(storeError(call.operation, cause, false));
  }
}

/** The earliest deadline counts for all, and so does any signal. */
function sharedCall(reads: readonly GatheredRead[]): Call {
  const signals = [...new Set(reads.flatMap(({ call: { signal } }) => signal ?? []))];
  return {
    operation: "together",
    deadline: Math.min(...reads.map(({ call }) => call.deadline)),
    consistent: true,
    signal: signals.length > 1 ? AbortSignal.any(signals) : signals[0],
  };
}

function requestOf(context: Context, reads: readonly GatheredRead[]) {
  const tables: Record<string, { Keys: Item[]; ConsistentRead: boolean }> = {};
  for (const { table, key, consistent } of reads) {
    const asked = tables[tableName(context.prefix, table)] ??= { Keys: [], ConsistentRead: false };
    // A key that is there twice would be refused.
    if (!asked.Keys.some((other) => hasKey(other, key))) asked.Keys.push(key);
    asked.ConsistentRead ||= consistent;
  }
  return tables;
}

/** The row in an answer; one that the server left over is asked for again. */
function answerIn(context: Context, output: Output, read: GatheredRead): Item | null | Promise<Item | null> {
  const name = tableName(context.prefix, read.table);
  const { [name]: rows = [] } = output.Responses as { readonly [table: string]: readonly Item[] };
  const row = rows.find((item) => hasKey(item, read.key));
  const isLeftOver = output.UnprocessedKeys?.[name]?.Keys.some((key) => hasKey(key, read.key));
  return row ?? (isLeftOver ? readAlone(context, read) : null);
}

function readAlone(context: Context, { table, key, call, consistent }: GatheredRead): Promise<Item | null> {
  return getItem(context, table, key, call, consistent);
}

/** Keys are texts and numbers. */
function hasKey(item: Item, key: Item): boolean {
  return Object.keys(key).every((name) => JSON.stringify(item[name]) === JSON.stringify(key[name]));
}
