/**
 * The front door: from a configuration to a store, loading the one backend that it names.
 *
 * @module
 */

import { type Environment, readConfiguration, type StoreConfiguration } from "./config.ts";
import { StoreError } from "./errors.ts";
import type { Store, StoreOptions } from "./store.ts";
import type { TransferStore } from "./tables.ts";

/** Options of {@linkcode openStore}. */
export interface OpenOptions extends StoreOptions {
  /** Whether the store gets its tables as a whole, which `actingweb-edge/transfer` needs and serving does not. Default `false`. */
  readonly tables?: boolean;
}

/**
 * Opens a store that also gives its tables as a whole, for `actingweb-edge/transfer`.
 *
 * @param source The configuration or the environment
 * @param options With `tables: true`
 * @returns The store; close it when it is no longer needed
 * @throws {StoreError} As without `tables`
 */
export function openStore(
  source: StoreConfiguration | Environment,
  options: OpenOptions & { readonly tables: true },
): Promise<TransferStore>;
/**
 * Opens a store on the backend that a configuration object names. Nothing connects before the first call, except that
 * PGlite starts here.
 *
 * @param configuration The backend and its options
 * @param options Options that come before those of the configuration
 * @returns The store; close it when it is no longer needed
 * @throws {StoreError} `configuration` when settings are wrong or missing: the message names them and shows no value;
 * `locked` when another process has PGlite's folder open
 *
 * @example
 * ```ts
 * import { openStore } from "actingweb-edge";
 *
 * const store = await openStore({ backend: "postgresql", url: "postgres://localhost/actingweb" });
 * ```
 */
export function openStore(configuration: StoreConfiguration, options?: OpenOptions): Promise<Store>;
/**
 * Opens a store on the backend that an environment names: `process.env`, `Deno.env.toObject()` or a worker's `env`.
 *
 * `DATABASE_BACKEND` is `dynamodb`, `postgresql` or `pglite`; `DATABASE_URL` alone means PostgreSQL. There is no default:
 * an environment that names no database is an error.
 *
 * @param environment The settings, under the reference's names; values that are no texts are not looked at
 * @param options Options that come before those of the environment
 * @returns The store; close it when it is no longer needed
 * @throws {StoreError} `configuration` when settings are wrong or missing: the message names them and shows no value;
 * `locked` when another process has PGlite's folder open
 *
 * @example
 * ```ts
 * import process from "node:process";
 * import { openStore } from "actingweb-edge";
 *
 * const store = await openStore(process.env);
 * ```
 */
export function openStore(environment: Environment, options?: OpenOptions): Promise<Store>;
export async function openStore(
  source: StoreConfiguration | Environment,
  { tables: whole = false, ...options }: OpenOptions = {},
): Promise<Store> {
  const configuration = readConfiguration(source);
  switch (configuration.backend) {
    case "dynamodb": {
      const { dynamodbStore } = await import("./dynamodb/mod.ts");
      const tables = whole ? (await import("./dynamodb/table_rows.ts")).tables : undefined;
      const oldLookups = configuration.oldLookups ? (await import("./dynamodb/old_lookups.ts")).oldLookups : undefined;
      return dynamodbStore({ ...configuration, ...options, tables, oldLookups });
    }
    case "postgresql": {
      const { postgresqlStore } = await import("./postgresql/mod.ts");
      const tables = whole ? (await import("./postgresql/table_rows.ts")).tables : undefined;
      return postgresqlStore({ ...configuration, ...options, tables });
    }
    case "pglite": {
      const { pgliteStore } = await loadPGlite();
      const tables = whole ? (await import("./postgresql/table_rows.ts")).tables : undefined;
      return await pgliteStore({ ...configuration, ...options, tables });
    }
  }
}

/**
 * PGlite's code is found when it is asked for, out of bundlers' sight: it needs a file system, and a worker's bundle with
 * it in would not even start.
 */
async function loadPGlite(): Promise<typeof import("./pglite/mod.ts")> {
  try {
    const location = import.meta.url?.replace(/\/open(\.\w+)$/, "/pglite/mod$1");
    // In a bundle this file has another name, or none at all.
    if (location === import.meta.url) throw new Error("this code is part of a bundle");
    return await import(location) as typeof import("./pglite/mod.ts");
  } catch (cause) {
    const detail = "backend pglite needs the package @electric-sql/pglite; in a bundle, use pgliteStore itself";
    throw new StoreError("configuration", "openStore", detail, { cause });
  }
}
