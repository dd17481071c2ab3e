/**
 * A store on DynamoDB, without the AWS SDK.
 *
 * @example
 * ```ts
 * import { dynamodbStore } from "actingweb-edge/dynamodb";
 *
 * export function open(accessKeyId: string, secretAccessKey: string) {
 *   return dynamodbStore({ region: "eu-west-1", prefix: "demo_actingweb", credentials: { accessKeyId, secretAccessKey } });
 * }
 * ```
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import { DEFAULT_INDEXED_PROPERTIES, DEFAULT_TIMEOUT, guard } from "../guard.ts";
import type { Store, StoreOptions } from "../store.ts";
import { createDynamoDBClient, type DynamoDBClient, type DynamoDBClientOptions } from "./client/mod.ts";
import type { TransferStore } from "../tables.ts";
import type { OldLookups } from "./requests.ts";
import { dynamodbBackend, type DynamoDBTables } from "./store.ts";

export { StoreError } from "../errors.ts";
export { createTables, enableExpiry, listTables, type TableFinding, verifyTables } from "./tables.ts";
export { createDynamoDBClient, type DynamoDBClient, type DynamoDBClientOptions };
export type { OldLookups } from "./requests.ts";
export type { DynamoDBTables } from "./store.ts";

/** What table names begin with unless told; the reference's own default. */
export const DEFAULT_PREFIX = "demo_actingweb";

/** Options of {@linkcode dynamodbStore}. */
export interface DynamoDBStoreOptions
  extends StoreOptions, Omit<DynamoDBClientOptions, "now" | "onRequest" | "timeout"> {
  /** What the table names begin with. Default `demo_actingweb`. */
  readonly prefix?: string;
  /** Whether tables are created when a request first misses one. Default `true`. */
  readonly createTables?: boolean;
  /**
   * `oldLookups` of `actingweb-edge/dynamodb/old-lookups`: with it `lookups.get` also looks in the two forms that the
   * reference has left behind, its table `property_lookup` and its index `property-index`: up to two more requests for a
   * value that is not found. Needed until `actingweb-edge lookup rebuild` has run on the tables of an old deployment.
   * Default: none.
   */
  readonly oldLookups?: OldLookups | undefined;
  /** The tables as a whole: `tables` of `actingweb-edge/dynamodb/tables`. Default: none, as serving needs none. */
  readonly tables?: DynamoDBTables | undefined;
}

/**
 * Opens a store that also gives its tables as a whole, for `actingweb-edge/transfer`.
 *
 * @param options With `tables`
 * @returns The store
 * @throws {StoreError} As without `tables`
 */
export function dynamodbStore(options: DynamoDBStoreOptions & { readonly tables: DynamoDBTables }): TransferStore;
/**
 * Opens a store on DynamoDB. Sends nothing yet; missing tables are created by the first request that misses one.
 *
 * @param options Region, credentials, and what differs from the defaults
 * @returns The store
 * @throws {StoreError} `configuration` when the prefix cannot be part of a table name
 */
export function dynamodbStore(options: DynamoDBStoreOptions): Store;
export function dynamodbStore(options: DynamoDBStoreOptions): Store {
  const { prefix = DEFAULT_PREFIX, createTables = true, oldLookups, now = Date.now } = options;
  const { onRequest, timeout = DEFAULT_TIMEOUT } = options;
  if (!/^[A-Za-z0-9_.-]{1,200}$/.test(prefix)) {
    throw new StoreError("configuration", "dynamodbStore", "prefix must be 1 to 200 letters, digits, '_', '.' or '-'");
  }
  const client = createDynamoDBClient({
    ...options,
    // The store's clock may be moved; signatures and deadlines go by the real one.
    now: Date.now,
    timeout,
    onRequest: onRequest && (({ target, status: _, ...event }) => onRequest({ ...event, request: target, rows: 0 })),
  });
  const indexed = new Set(options.indexedProperties ?? DEFAULT_INDEXED_PROPERTIES);
  const context = { client, prefix, createTables, oldLookups, indexed, now };
  return guard(dynamodbBackend(context, options.tables), options);
}
