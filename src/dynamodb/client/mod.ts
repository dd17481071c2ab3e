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
import { createSender } from "./send.ts";
import type { CallContext, DynamoDBClientOptions, Item, Output, Target } from "./types.ts";

export type { BatchGetOptions, WriteRequest } from "./batches.ts";
export { type CancellationReason, DynamoDBError } from "./errors.ts";
export { credentialsOfEnvironment } from "./credentials.ts";
export { marshal, marshalItem, unmarshal, unmarshalItem, type Value } from "./marshal.ts";
export { ExactNumber } from "./numbers.ts";
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
   * Throttles and transaction conflicts are always tried again: nothing was done. So is what never had a connection.
   * After a broken connection, a timeout or a 5xx nobody knows what was done, so only these are sent again: reads,
   * PutItem and DeleteItem without condition and without `ReturnValues: "ALL_OLD"`, batches, and TransactWriteItems,
   * which carries a token. Any other write then throws with `outcome: "unknown"`, unless `context.repeatable` says that
   * doing it twice is as good as once.
   *
   * Expired credentials of a function are renewed, and a clock that is wrong is set by the server's date, once in a call.
   *
   * @throws {DynamoDBError} With the service's own type, or `Timeout`, `Aborted`, `NetworkError`, `InvalidResponse`,
   * `CredentialsError`
   */
  send(target: Target, input: Record<string, unknown>, context?: CallContext): Promise<Output>;
  /** Walks a Query or a Scan, answer by answer. Without a deadline in `context`, every answer has its own `timeout`. */
  pages(target: "Query" | "Scan", input: Record<string, unknown>, context?: CallContext): AsyncIterable<Output>;
  /**
   * Writes any number of rows over any tables, up to 25 rows and 16 MB a request, four requests at once, with one
   * deadline for all. No row twice in one call. Not atomic; run again, it finishes.
   *
   * @throws {DynamoDBError} `UnprocessedItems`, when some rows stay unprocessed up to the deadline or through
   * `maximumAttempts` answers without progress; or what {@linkcode DynamoDBClient.send} throws. Either carries the
   * writes that are not known to be done as `unprocessed`
   */
  batchWrite(requests: readonly WriteRequest[], context?: CallContext): Promise<void>;
  /**
   * Reads any number of rows of one table, 100 a request, in no order; absent rows are left out, and a key that is
   * given twice is read once.
   *
   * @throws {DynamoDBError} As {@linkcode DynamoDBClient.batchWrite} does, with keys as `unprocessed`
   */
  batchGet(table: string, keys: readonly Item[], options?: BatchGetOptions, context?: CallContext): Promise<Item[]>;
}

/**
 * Makes a client. It has no connections to close and sends nothing yet.
 *
 * @param options Region, credentials, and what differs from the defaults
 * @throws {TypeError} If the endpoint is no URL
 */
export function createDynamoDBClient(options: DynamoDBClientOptions): DynamoDBClient {
  const sender = createSender(options);
  const { send } = sender;

  async function* pages(
    target: "Query" | "Scan",
    input: Record<string, unknown>,
    context?: CallContext,
  ): AsyncGenerator<Output, void, undefined> {
    let start = input.ExclusiveStartKey;
    do {
      const output = await send(target, { ...input, ExclusiveStartKey: start }, context);
      yield output;
      start = output.LastEvaluatedKey;
    } while (start !== undefined);
  }

  return {
    send,
    pages,
    batchWrite: (requests, context) => batchWrite(sender, requests, context),
    batchGet: (table, keys, given = {}, context) => batchGet(sender, table, keys, given, context),
  };
}
