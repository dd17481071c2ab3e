/**
 * A store on PGlite: PostgreSQL compiled to WebAssembly, in memory or in a folder, with nothing to install or start.
 *
 * @example
 * ```ts
 * import { pgliteStore } from "actingweb-edge/pglite";
 *
 * const store = await pgliteStore({ folder: "./data" });
 * ```
 *
 * @module
 */

import { PGlite } from "@electric-sql/pglite";
import { guard } from "../guard.ts";
import { type MigrateResult, migrateSchema } from "../postgresql/migrate.ts";
import { checkSchema } from "../postgresql/statements.ts";
import { postgresqlBackend, type PostgreSQLTables } from "../postgresql/store.ts";
import type { Store, StoreOptions } from "../store.ts";
import type { TransferStore } from "../tables.ts";
import { lockFolder } from "./lock.ts";
import { pgliteClient } from "./pglite_client.ts";
import { snapshotFor } from "./snapshot.ts";

/** Options of {@linkcode pgliteStore}. */
export interface PGliteStoreOptions extends StoreOptions {
  /** Where the data is kept. Default: in memory, gone when the store is closed. */
  readonly folder?: string;
  /** An open instance to use instead; its owner closes it. */
  readonly database?: PGlite;
  /** Schema of the tables. Default `public`. */
  readonly schema?: string;
  /** The tables as a whole: `tables` of `actingweb-edge/postgresql/tables`. Default: none, as serving needs none. */
  readonly tables?: PostgreSQLTables | undefined;
}

/** A database and its folder's lock. */
export interface OpenDatabase {
  /** The database. */
  readonly database: PGlite;
  /** Closes it and gives the folder back. */
  close(): Promise<void>;
}

/**
 * Opens the embedded database without a store on it, e.g. to share it or to ask it something in SQL.
 *
 * @param folder Where the data is kept; `undefined`: in memory
 * @throws {StoreError} `locked` when another live process has the folder open
 */
export async function openDatabase(folder?: string): Promise<OpenDatabase> {
  if (folder === undefined) {
    const database = await create();
    return { database, close: () => database.close() };
  }
  const lock = await lockFolder(folder);
  try {
    const database = await create(folder);
    return { database, close: () => database.close().finally(() => lock.release()) };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function create(folder?: string): Promise<PGlite> {
  const snapshot = await snapshotFor(folder);
  return await PGlite.create({
    ...(folder === undefined ? {} : { dataDir: folder }),
    ...(snapshot === null ? {} : { loadDataDir: snapshot }),
  });
}

/**
 * Creates or updates the schema of an open database.
 *
 * @param database The database
 * @param schema Schema of the tables
 */
export function migrateDatabase(database: PGlite, schema = "public"): Promise<MigrateResult> {
  return migrateSchema(pgliteClient(database, () => Promise.resolve()), schema);
}

/**
 * Opens a store that also gives its tables as a whole, for `actingweb-edge/transfer`.
 *
 * @param options With `tables`
 * @returns The store; close it when it is no longer needed
 * @throws {StoreError} As without `tables`
 */
export function pgliteStore(
  options: PGliteStoreOptions & { readonly tables: PostgreSQLTables },
): Promise<TransferStore>;
/**
 * Opens the embedded database, creates or updates its schema, and gives a store on it. One process at a time: the folder
 * is locked. The first start takes 0.7 seconds and 0.5 GB in the npm package, which brings a database to start from, else
 * 2 to 3 seconds and 0.7 to 0.9 GB; a later start takes 0.2 to 0.3 seconds.
 *
 * @param options Where the data is kept, and what differs from the defaults
 * @returns The store; close it when it is no longer needed
 * @throws {StoreError} `locked` when another live process has the folder open
 */
export function pgliteStore(options?: PGliteStoreOptions): Promise<Store>;
export async function pgliteStore(options: PGliteStoreOptions = {}): Promise<Store> {
  const { folder, schema = "public" } = options;
  checkSchema(schema);
  const { database, close } = options.database === undefined
    ? await openDatabase(folder)
    : { database: options.database, close: () => Promise.resolve() };
  try {
    const client = pgliteClient(database, close);
    await migrateSchema(client, schema);
    return guard(postgresqlBackend(client, schema, options), options);
  } catch (error) {
    await close();
    throw error;
  }
}
