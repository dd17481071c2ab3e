/**
 * Batches of any size: split at DynamoDB's limits, what comes back unprocessed is sent again, and what is left over at
 * the deadline is thrown, never dropped.
 *
 * @module
 */

import { DynamoDBError } from "./errors.ts";
import { backoff, wait } from "./retry.ts";
import type { Send } from "./send.ts";
import type { CallContext, Item } from "./types.ts";

/** BatchWriteItem takes 25 requests. */
const WRITES = 25;
/** BatchGetItem takes 100 keys. */
const READS = 100;
/** A request takes 16 MB; JSON and names need some of it. */
const BYTES = 12 * 1024 * 1024;
/** Batches under way at once. */
const PARALLEL = 4;

/** One put or delete. */
export type WriteRequest =
  | { readonly table: string; readonly put: Item }
  | { readonly table: string; readonly delete: Item };

/** Options of a batch of reads. */
export interface BatchGetOptions {
  /** Whether reads see every earlier write. Default `false`. */
  readonly consistent?: boolean;
  /** What to read of each row. */
  readonly projection?: string;
  /** Real names of `#` names. */
  readonly names?: Record<string, string>;
}

/** What batches need of a client. */
export interface BatchClient {
  readonly send: Send;
  readonly now: () => number;
  readonly random: () => number;
  readonly timeout: number;
}

/** Writes any number of rows. */
export async function batchWrite(
  client: BatchClient,
  requests: readonly WriteRequest[],
  context: CallContext | undefined,
): Promise<void> {
  const limits = limitsOf(client, context);
  await inParallel(split(requests, WRITES, writeBytes), async (batch) => {
    let tables: Record<string, unknown[]> = {};
    for (const request of batch) {
      const native = "put" in request
        ? { PutRequest: { Item: request.put } }
        : { DeleteRequest: { Key: request.delete } };
      (tables[request.table] ??= []).push(native);
    }
    for (let attempt = 1;; attempt++) {
      const output = await client.send("BatchWriteItem", { RequestItems: tables }, limits);
      tables = output.UnprocessedItems ?? {};
      if (Object.keys(tables).length === 0) return;
      await pause(client, limits, attempt, tables);
    }
  });
}

/** Reads any number of rows of one table. */
export async function batchGet(
  client: BatchClient,
  table: string,
  keys: readonly Item[],
  options: BatchGetOptions,
  context: CallContext | undefined,
): Promise<Item[]> {
  const limits = limitsOf(client, context);
  const found: Item[] = [];
  const unique = [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()];
  const request = {
    ConsistentRead: options.consistent ?? false,
    ...(options.projection === undefined ? {} : { ProjectionExpression: options.projection }),
    ...(options.names === undefined ? {} : { ExpressionAttributeNames: options.names }),
  };
  await inParallel(split(unique, READS, () => 0), async (batch) => {
    let left: Item[] = batch;
    for (let attempt = 1;; attempt++) {
      const output = await client.send(
        "BatchGetItem",
        { RequestItems: { [table]: { ...request, Keys: left } } },
        limits,
      );
      const rows = output.Responses?.[table] ?? [];
      for (const row of rows) found.push(row);
      left = output.UnprocessedKeys?.[table]?.Keys ?? [];
      if (left.length === 0) return;
      // An answer holds 16 MB; what did not fit is no throttle and is fetched at once.
      if (rows.length === 0) await pause(client, limits, attempt, left);
    }
  });
  return found;
}

function limitsOf(client: BatchClient, context: CallContext | undefined): CallContext & { deadline: number } {
  return { ...context, deadline: context?.deadline ?? client.now() + client.timeout };
}

async function pause(
  { now, random }: BatchClient,
  { operation = "batch", deadline, signal }: CallContext & { deadline: number },
  attempt: number,
  unprocessed: unknown,
): Promise<void> {
  const milliseconds = backoff(attempt, true, random);
  if (now() + milliseconds >= deadline) {
    throw new DynamoDBError(operation, "UnprocessedItems", { retryable: true, attempts: attempt, unprocessed });
  }
  await wait(milliseconds, operation, signal);
}

function writeBytes(request: WriteRequest): number {
  return "put" in request ? JSON.stringify(request.put).length : 2_048;
}

function split<Each>(items: readonly Each[], count: number, bytes: (item: Each) => number): Each[][] {
  const batches: Each[][] = [];
  let batch: Each[] = [];
  let size = 0;
  for (const item of items) {
    const length = bytes(item);
    if (batch.length === count || (batch.length > 0 && size + length > BYTES)) {
      batches.push(batch);
      batch = [];
      size = 0;
    }
    batch.push(item);
    size += length;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

async function inParallel<Each>(items: readonly Each[], work: (item: Each) => Promise<void>): Promise<void> {
  const queue = items[Symbol.iterator]();
  await Promise.all(Array.from({ length: Math.min(PARALLEL, items.length) }, async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) await work(next.value);
  }));
}
