/**
 * A small DynamoDB client on `fetch`: signed, retried, exact, and without the AWS SDK.
 *
 * @example
 * ```ts
 * import { createDynamoDBClient } from "actingweb-edge/dynamo-db-client-lite";
 *
 * export async function read(accessKeyId: string, secretAccessKey: string) {
 *   const client = createDynamoDBClient({ region: "eu-west-1", credentials: { accessKeyId, secretAccessKey } });
 *   const { Item } = await client.send("GetItem", { TableName: "notes", Key: { id: { S: "a" } } });
 *   return Item ?? null;
 * }
 * ```
 *
 * @module
 */

import { batchGet, type BatchGetOptions, batchWrite, type WriteRequest } from "./batches.ts";
import { createSend } from "./send.ts";
import type { CallContext, DynamoDBClientOptions, Item, Output, Target } from "./types.ts";

export type { BatchGetOptions, WriteRequest } from "./batches.ts";
export { type CancellationReason, DynamoDBError } from "./errors.ts";
export { ExactNumber, marshal, marshalItem, unmarshal, unmarshalItem, type Value } from "./marshal.ts";
export { createSigner, type Signer, type SignRequest } from "./sign.ts";
export type {
  AttributeValue,
  CallContext,
  Credentials,
  DynamoDBClientOptions,
  Item,
  Output,
  RequestEvent,
  Target,
} from "./types.ts";

/** The client. */
export interface DynamoDBClient {
  /**
   * Sends one operation with DynamoDB's own JSON.
   *
   * Throttles and transaction conflicts are always tried again: nothing was done. After a broken connection, a timeout
   * or a 5xx nobody knows what was done, so only these are sent again: reads, PutItem and DeleteItem without condition
   * and without `ReturnValues: "ALL_OLD"`, batches, and TransactWriteItems, which carries a token. Any other write then
   * throws with `outcome: "unknown"`, unless `context.repeatable` says that doing it twice is as good as once.
   *
   * @throws {DynamoDBError} With the service's own type, or `Timeout`, `Aborted`, `NetworkError`, `InvalidResponse`
   */
  send(target: Target, input: Record<string, unknown>, context?: CallContext): Promise<Output>;
  /** Walks a Query or a Scan, answer by answer. */
  pages(target: "Query" | "Scan", input: Record<string, unknown>, context?: CallContext): AsyncIterable<Output>;
  /**
   * Writes any number of rows over any tables, 25 a request, four requests at once. No row twice in one call.
   *
   * @throws {DynamoDBError} `UnprocessedItems`, carrying them as `unprocessed`, when the deadline comes first
   */
  batchWrite(requests: readonly WriteRequest[], context?: CallContext): Promise<void>;
  /** Reads any number of rows of one table, 100 a request, in no order; absent rows are left out. */
  batchGet(table: string, keys: readonly Item[], options?: BatchGetOptions, context?: CallContext): Promise<Item[]>;
}

/**
 * Makes a client. It has no connections to close and sends nothing yet.
 *
 * @param options Region, credentials, and what differs from the defaults
 */
export function createDynamoDBClient(options: DynamoDBClientOptions): DynamoDBClient {
  const send = createSend(options);
  const { now = Date.now, random = Math.random, timeout = 15_000 } = options;
  const client = { send, now, random, timeout };

  async function* pages(
    target: "Query" | "Scan",
    input: Record<string, unknown>,
    context?: CallContext,
  ): AsyncGenerator<Output, void, undefined> {
    let start = input.ExclusiveStartKey;
    do {
      const output = await send(target, start === undefined ? input : { ...input, ExclusiveStartKey: start }, context);
      yield output;
      start = output.LastEvaluatedKey;
    } while (start !== undefined);
  }

  return {
    send,
    pages,
    batchWrite: (requests, context) => batchWrite(client, requests, context),
    batchGet: (table, keys, given = {}, context) => batchGet(client, table, keys, given, context),
  };
}
