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

import { StoreError } from "../errors.ts";
import { DEFAULT_TIMEOUT, guard } from "../guard.ts";
import type { Store, StoreOptions } from "../store.ts";
import { type MigrateResult, migrateSchema } from "./migrate.ts";
import { connect, type ConnectionOptions, type Driver, postgresClient } from "./postgres_client.ts";
import { PRESETS } from "./presets.ts";
import { postgresqlBackend } from "./store.ts";

export { StoreError } from "../errors.ts";
export { type MigrateResult, migrateSchema } from "./migrate.ts";
export type { ConnectionOptions, Driver } from "./postgres_client.ts";
export { type Preset, type PresetName, PRESETS } from "./presets.ts";
export type { Queries, SqlCall, SqlClient } from "./sql_client.ts";
export { postgresqlBackend } from "./store.ts";

/** Options of {@linkcode postgresqlStore}. */
export interface PostgreSQLStoreOptions extends StoreOptions, ConnectionOptions {
  /** Schema of the tables. Default `public`. */
  readonly schema?: string;
  /** An instance of `postgres` to use instead of connecting; its owner closes it. */
  readonly sql?: Driver;
}

/**
 * Opens a store on PostgreSQL. Connects with the first call; the schema has to be migrated.
 *
 * @param options How to connect, and what differs from the defaults
 * @returns The store
 * @throws {StoreError} `configuration` when the schema is no name
 */
export function postgresqlStore(options: PostgreSQLStoreOptions): Store {
  const schema = schemaOf(options);
  const { sql, prepare } = driverOf(options);
  const client = postgresClient(sql, prepare, options.sql === undefined);
  return guard(postgresqlBackend(client, schema, options), options);
}

/**
 * Creates or updates the schema. Safe for any number of callers at once.
 *
 * @param options How to connect
 * @returns What was found and done
 */
export async function migrate(options: PostgreSQLStoreOptions): Promise<MigrateResult> {
  const schema = schemaOf(options);
  // A migration may take longer than a statement of a store.
  const { sql, prepare } = driverOf({ ...options, max: 1, statementTimeout: options.statementTimeout ?? 0 });
  const client = postgresClient(sql, prepare, options.sql === undefined);
  try {
    return await migrateSchema(client, schema, options.timeout ?? 60_000);
  } finally {
    await client.close();
  }
}

function schemaOf({ schema = "public" }: PostgreSQLStoreOptions): string {
  if (schema === "" || schema.length > 63 || schema.includes("\0")) {
    throw new StoreError("configuration", "postgresqlStore", "schema must be a name of 1 to 63 characters");
  }
  return schema;
}

function driverOf(options: PostgreSQLStoreOptions): { sql: Driver; prepare: boolean } {
  if (options.sql !== undefined) return { sql: options.sql, prepare: PRESETS[options.preset ?? "direct"].prepare };
  const { sql, preset } = connect(options, options.timeout ?? DEFAULT_TIMEOUT);
  return { sql, prepare: preset.prepare };
}
