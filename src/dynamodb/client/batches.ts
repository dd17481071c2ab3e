/**
 * Batches of any size: split at DynamoDB's limits, what comes back unprocessed is sent again, and what is left over at
 * the end is thrown, never dropped.
 *
 * @module
 */

import { DynamoDBError } from "./errors.ts";
import { backoff, wait } from "./retry.ts";
import type { Sender } from "./send.ts";
import type { CallContext, Item, Output } from "./types.ts";

/** BatchWriteItem takes 25 requests. */
const WRITES = 25;
/** BatchGetItem takes 100 keys. */
const READS = 100;
/** A request takes 16 MB; this leaves room for what is around the rows. */
const BYTES = 16_000_000;
/** Batches under way at once. */
const PARALLEL = 4;

const encoder = new TextEncoder();

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

/** Writes any number of rows. */
export function batchWrite(
  sender: Sender,
  requests: readonly WriteRequest[],
  context: CallContext | undefined,
): Promise<void> {
  return finish(sender, split(requests, WRITES, writeBytes), "BatchWriteItem", context, async (batch, limits) => {
    // Without a prototype, as `constructor` and `__proto__` may be names of tables.
    const RequestItems: Record<string, unknown[]> = Object.create(null);
    for (const request of batch) {
      const native = "put" in request
        ? { PutRequest: { Item: request.put } }
        : { DeleteRequest: { Key: request.delete } };
      (RequestItems[request.table] ??= []).push(native);
    }
    return unprocessed(await sender.send("BatchWriteItem", { RequestItems }, limits));
  });
}

function unprocessed({ UnprocessedItems = {} }: Output): WriteRequest[] {
  return Object.entries(UnprocessedItems).flatMap(([table, requests]) =>
    requests.map((request) =>
      "PutRequest" in request ? { table, put: request.PutRequest.Item } : { table, delete: request.DeleteRequest.Key }
    )
  );
}

/** Reads any number of rows of one table. */
export async function batchGet(
  sender: Sender,
  table: string,
  keys: readonly Item[],
  options: BatchGetOptions,
  context: CallContext | undefined,
): Promise<Item[]> {
  const found: Item[] = [];
  const unique = [...new Map(keys.map((key) => [identity(key), key])).values()];
  const { consistent = false, projection, names } = options;
  await finish(sender, split(unique, READS, () => 0), "BatchGetItem", context, async (Keys, limits) => {
    const request = {
      Keys,
      ConsistentRead: consistent,
      ProjectionExpression: projection,
      ExpressionAttributeNames: names,
    };
    const output = await sender.send("BatchGetItem", { RequestItems: { [table]: request } }, limits);
    // There is one table in it, by whatever name the server calls it.
    for (const row of Object.values(output.Responses ?? {}).flat()) found.push(row as Item);
    return Object.values(output.UnprocessedKeys ?? {}).flatMap((left) => left.Keys);
  });
  return found;
}

/** The same text for the same key, in whatever order it is written. */
function identity(key: Item): string {
  return JSON.stringify(Object.entries(key).sort());
}

/**
 * Sends every batch until nothing of it is left, some of them at once. After a fault no request is begun; the error is
 * thrown when those under way have ended, with everything that is not known to be done.
 *
 * @param step Sends one batch, and gives what came back unprocessed
 */
async function finish<Each>(
  { now, random, timeout, maximumAttempts }: Sender,
  batches: Each[][],
  target: string,
  context: CallContext = {},
  step: (batch: Each[], limits: CallContext) => Promise<Each[]>,
): Promise<void> {
  const { operation = target, deadline = now() + timeout, signal } = context;
  const queue = batches.keys();
  let failure: unknown = null;

  async function work(): Promise<void> {
    for (const index of queue) {
      for (let fruitless = 0; failure === null;) {
        const sent = batches[index]!;
        const left = batches[index] = await step(sent, { ...context, operation, deadline });
        if (left.length === 0) break;
        // Only answers without any progress count as tries: one of reads ends at 16 MB, which is no throttle.
        fruitless = left.length < sent.length ? 0 : fruitless + 1;
        const pause = backoff(fruitless + 1, true, random);
        if (fruitless >= maximumAttempts || now() + pause >= deadline) {
          throw new DynamoDBError(operation, "UnprocessedItems", { retryable: true, attempts: fruitless || 1 });
        }
        await wait(pause, operation, signal);
      }
    }
  }
  const workers = batches.slice(0, PARALLEL).map(() =>
    work().catch((error) => {
      failure ??= error;
    })
  );
  await Promise.all(workers);
  if (failure instanceof DynamoDBError) Object.defineProperty(failure, "unprocessed", { value: batches.flat() });
  if (failure !== null) throw failure;
}

function writeBytes(request: WriteRequest): number {
  return encoder.encode(JSON.stringify(request)).length;
}

function split<Each>(items: readonly Each[], count: number, bytes: (item: Each) => number): Each[][] {
  const batches: Each[][] = [];
  let size = 0;
  for (const item of items) {
    const length = bytes(item);
    const last = batches.at(-1);
    if (last === undefined || last.length === count || size + length > BYTES) {
      batches.push([]);
      size = 0;
    }
    batches.at(-1)!.push(item);
    size += length;
  }
  return batches;
}
