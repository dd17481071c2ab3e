/**
 * A store on PostgreSQL, through npm's `postgres`.
 *
 * @example
 * ```ts
 * import { migrate, postgresqlStore } from "actingweb-edge/postgresql";
 *
 * export async function open(url: string) {
 *   await migrate({ url });
 *   return postgresqlStore({ url, preset: "direct" });
 * }
 * ```
 *
 * @module
 */

import { DEFAULT_TIMEOUT, guard } from "../guard.ts";
import type { Store, StoreOptions } from "../store.ts";
import type { TransferStore } from "../tables.ts";
import { type MigrateResult, migrateSchema } from "./migrate.ts";
import { clientOf, connect, type ConnectionOptions, type Driver } from "./postgres_client.ts";
import type { SqlClient } from "./sql_client.ts";
import { checkSchema } from "./statements.ts";
import { postgresqlBackend, type PostgreSQLTables } from "./store.ts";

export { StoreError } from "../errors.ts";
export type { MigrateResult } from "./migrate.ts";
export type { ConnectionOptions, Driver } from "./postgres_client.ts";
export { type Preset, type PresetName, PRESETS } from "./presets.ts";
export type { PostgreSQLTables } from "./store.ts";

/** Options of {@linkcode postgresqlStore}. */
export interface PostgreSQLStoreOptions extends StoreOptions, ConnectionOptions {
  /** Schema of the tables. Default `public`. */
  readonly schema?: string;
  /** An instance of `postgres` to use instead of connecting; its owner closes it. */
  readonly sql?: Driver;
  /** The tables as a whole: `tables` of `actingweb-edge/postgresql/tables`. Default: none, as serving needs none. */
  readonly tables?: PostgreSQLTables | undefined;
}

/**
 * Opens a store that also gives its tables as a whole, for `actingweb-edge/transfer`.
 *
 * @param options With `tables`
 * @returns The store; close it when it is no longer needed
 * @throws {StoreError} As without `tables`
 */
export function postgresqlStore(options: PostgreSQLStoreOptions & { readonly tables: PostgreSQLTables }): TransferStore;
/**
 * Opens a store on PostgreSQL. Connects with the first call; the schema has to be migrated.
 *
 * @param options How to connect, and what differs from the defaults
 * @returns The store; close it when it is no longer needed
 * @throws {StoreError} `configuration` when the schema is no name
 */
export function postgresqlStore(options: PostgreSQLStoreOptions): Store;
export function postgresqlStore(options: PostgreSQLStoreOptions): Store {
  const { schema = "public" } = options;
  checkSchema(schema);
  return guard(postgresqlBackend(clientFor(options), schema, options), options);
}

/**
 * Creates or updates the schema. Safe for any number of callers at once.
 *
 * @param options How to connect
 * @returns What was found and done
 */
export async function migrate(options: PostgreSQLStoreOptions): Promise<MigrateResult> {
  const { schema = "public" } = options;
  checkSchema(schema);
  // A migration may take longer than a statement of a store.
  const client = clientFor({ ...options, max: 1, statementTimeout: options.statementTimeout ?? 0 });
  try {
    return await migrateSchema(client, schema, options.timeout ?? 60_000);
  } finally {
    await client.close();
  }
}

function clientFor(options: PostgreSQLStoreOptions): SqlClient {
  if (options.sql !== undefined) return clientOf(options.sql, options.preset);
  return connect(options, options.timeout ?? DEFAULT_TIMEOUT);
}
