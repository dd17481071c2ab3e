/**
 * The database of a command: described for people, prepared, opened, tried.
 *
 * @module
 */

import type { StoreConfiguration } from "../config.ts";
import { StoreError } from "../errors.ts";
import { openStore } from "../open.ts";
import { Failure } from "./command.ts";
import type { TransferStore } from "../tables.ts";

/** The configuration of one backend. */
export type Of<Backend> = Extract<StoreConfiguration, { readonly backend: Backend }>;

/** An open database. */
export interface OpenedDatabase {
  /** The store. */
  readonly store: TransferStore;
  /** What it is. */
  readonly description: string;
  /** Closes the store and what is under it. */
  close(): Promise<void>;
}

/** Milliseconds for the first call, in which DynamoDB may have to create the tables. */
const FIRST_CALL_MILLISECONDS = 60_000;

/**
 * Opens a database and makes sure that it answers and is prepared.
 *
 * @throws {Failure | StoreError} When it cannot be reached or is not prepared
 */
export function openDatabase(configuration: StoreConfiguration): Promise<OpenedDatabase> {
  switch (configuration.backend) {
    case "dynamodb":
      return openTried(configuration, () => describeDynamoDB(configuration));
    case "postgresql":
      return openTried(configuration, () => describePostgreSQL(configuration));
    case "pglite":
      return openEmbedded(configuration);
  }
}

async function openTried(
  configuration: Of<"dynamodb"> | Of<"postgresql">,
  describe: () => Promise<string>,
): Promise<OpenedDatabase> {
  const description = await describe();
  const store = await openStore(configuration, { tables: true });
  try {
    await store.actors.get("startup", { timeout: FIRST_CALL_MILLISECONDS });
  } catch (error) {
    await store.close();
    throw error;
  }
  return { store, description, close: () => store.close() };
}

async function openEmbedded(configuration: Of<"pglite">): Promise<OpenedDatabase> {
  const { database, description, close } = await openPGlite(configuration);
  try {
    const [{ pgliteStore }, { tables }] = await Promise.all([
      import("../pglite/mod.ts"),
      import("../postgresql/table_rows.ts"),
    ]);
    const store = await pgliteStore({ ...configuration, database, tables });
    collectGarbage();
    return { store, description, close: () => store.close().finally(close) };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Opening PGlite leaves half a gigabyte behind. Bun takes it for memory in use and lets the heap grow in proportion to it,
 * for as long as nobody asks for a collection.
 */
function collectGarbage(): void {
  const { Bun } = globalThis as { readonly Bun?: { gc(isSynchronous: boolean): void } };
  Bun?.gc(true);
}

/** PGlite itself, with its folder locked. */
export async function openPGlite({ folder }: Of<"pglite">) {
  const { openDatabase } = await load();
  const { database, close } = await openDatabase(folder).catch((error: unknown) => {
    throw inFolder(folder, error);
  });
  const { rows } = await database.query<{ server_version: string }>("SHOW server_version");
  const place = folder === undefined ? "in memory" : `in ${folder}`;
  return { database, description: `PGlite, PostgreSQL ${rows[0]?.server_version}, ${place}`, close };
}

/** Names a server and its schema, without secrets; asks for its version, so that it must answer. */
export async function describePostgreSQL(configuration: Of<"postgresql">): Promise<string> {
  const { serverVersion } = await import("../postgresql/version.ts");
  const version = await serverVersion(configuration);
  const { url, host, port, database, schema = "public" } = configuration;
  const place = url === undefined
    ? `${host}:${port}/${database}`
    : url.replace(/^\w+:\/\/([^/?]*@)?/, "").split("?")[0];
  return `PostgreSQL ${version} at ${place}, schema ${schema}`;
}

/** Names a service and its tables. */
export async function describeDynamoDB({ region, endpoint, prefix }: Of<"dynamodb">): Promise<string> {
  const { DEFAULT_PREFIX } = await import("../dynamodb/mod.ts");
  const place = endpoint === undefined ? "" : ` at ${new URL(endpoint).host}`;
  return `DynamoDB${place}, region ${region}, tables ${prefix ?? DEFAULT_PREFIX}_*`;
}

async function load() {
  try {
    return await import("../pglite/mod.ts");
  } catch (cause) {
    throw new Failure("PGlite is missing; install the package @electric-sql/pglite", { cause });
  }
}

function inFolder(folder: string | undefined, error: unknown): unknown {
  if (folder === undefined || !(error instanceof Error)) return error;
  const detail = error instanceof StoreError ? error.message.slice(error.operation.length + 2) : error.message;
  return new Failure(`${folder}: ${detail}`, { cause: error });
}
