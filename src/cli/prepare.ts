/**
 * Preparing a database: the schema of PostgreSQL, the tables of DynamoDB.
 *
 * @module
 */

import type { StoreConfiguration } from "../config.ts";
import { Failure } from "./command.ts";
import { describeDynamoDB, describePostgreSQL, type Of, openPGlite } from "./database.ts";

/** What was done. */
export interface Prepared {
  /** The database, for people. */
  readonly database: string;
  /** The same and more, for programs. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** What was done, for people. */
  readonly done: string;
}

/** Prepares the database of a configuration. Safe to repeat, and for any number of callers at once. */
export function prepare(configuration: StoreConfiguration): Promise<Prepared> {
  switch (configuration.backend) {
    case "dynamodb":
      return prepareDynamoDB(configuration);
    case "postgresql":
      return preparePostgreSQL(configuration);
    case "pglite":
      return preparePGlite(configuration);
  }
}

async function prepareDynamoDB(configuration: Of<"dynamodb">): Promise<Prepared> {
  const { createDynamoDBClient, createTables, DEFAULT_PREFIX, listTables } = await import("../dynamodb/mod.ts");
  const { prefix = DEFAULT_PREFIX } = configuration;
  const client = createDynamoDBClient({ ...configuration, onRequest: undefined });
  const before = new Set(await listTables(client, prefix));
  await createTables(client, prefix);
  const created = (await listTables(client, prefix)).filter((table) => !before.has(table)).sort();
  return {
    database: await describeDynamoDB(configuration),
    facts: { backend: "dynamodb", prefix, created },
    done: created.length === 0 ? "All tables are there." : `Created ${created.join(", ")}.`,
  };
}

async function preparePostgreSQL(configuration: Of<"postgresql">): Promise<Prepared> {
  const { migrate } = await import("../postgresql/mod.ts");
  const database = await describePostgreSQL(configuration);
  const { schema = "public" } = configuration;
  return { database, ...migrated("postgresql", schema, await migrate(configuration)) };
}

async function preparePGlite(configuration: Of<"pglite">): Promise<Prepared> {
  if (configuration.folder === undefined) throw new Failure("PGlite in memory needs no preparation; set PGLITE_DATA");
  const { migrateDatabase } = await import("../pglite/mod.ts");
  const { database, description, close } = await openPGlite(configuration);
  try {
    const { schema = "public" } = configuration;
    return { database: description, ...migrated("pglite", schema, await migrateDatabase(database, schema)) };
  } finally {
    await close();
  }
}

interface Steps {
  readonly from: string | null;
  readonly to: string;
  readonly applied: readonly string[];
}

function migrated(backend: string, schema: string, { from, to, applied }: Steps): Pick<Prepared, "facts" | "done"> {
  const steps = `${applied.length} ${applied.length === 1 ? "step" : "steps"}`;
  const done = from === null
    ? `Created the schema at revision ${to} in ${steps}.`
    : applied.length === 0
    ? `The schema is at revision ${to}; nothing to do.`
    : `Migrated the schema from revision ${from} to ${to} in ${steps}.`;
  return { facts: { backend, schema, from, to, applied }, done };
}
