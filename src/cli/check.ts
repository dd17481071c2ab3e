/**
 * Comparing a database with what it should be, without touching a row.
 *
 * @module
 */

import type { StoreConfiguration } from "../config.ts";
import { describeDynamoDB, describePostgreSQL, type Of, openPGlite } from "./database.ts";

/** What is wrong with one table, or with all of them. */
export interface Finding {
  /** The table. */
  readonly table: string;
  /** What is wrong, in words. */
  readonly problem: string;
}

/** What was found. */
export interface Check {
  /** The database, for people. */
  readonly database: string;
  /** What is wrong. */
  readonly findings: readonly Finding[];
  /** How much of the reference's old forms is left, each `null` when it cannot be there. */
  readonly old: OldForms;
}

/** The reference's old forms of lookup, on DynamoDB only. */
export interface OldForms {
  /** Rows of the table `property_lookup`; `null`: there is no such table. */
  readonly lookupRows: number | null;
  /** Whether the table of properties still has the index `property-index`. */
  readonly valueIndex: boolean;
}

const TIMEOUT = 60_000;
const NO_OLD_FORMS: OldForms = { lookupRows: null, valueIndex: false };

/** Checks the database of a configuration. */
export function check(configuration: StoreConfiguration): Promise<Check> {
  switch (configuration.backend) {
    case "dynamodb":
      return checkDynamoDB(configuration);
    case "postgresql":
      return checkPostgreSQL(configuration);
    case "pglite":
      return checkPGlite(configuration);
  }
}

async function checkDynamoDB(configuration: Of<"dynamodb">): Promise<Check> {
  const { createDynamoDBClient, DEFAULT_PREFIX, verifyTables } = await import("../dynamodb/mod.ts");
  const { deniedOperations } = await import("../dynamodb/permissions.ts");
  const { countOldLookups, hasOldIndex } = await import("../dynamodb/old_tables.ts");
  const { prefix = DEFAULT_PREFIX } = configuration;
  const client = createDynamoDBClient({ ...configuration, onRequest: undefined });
  const findings = await verifyTables(client, prefix);
  findings.push(...await deniedOperations(client, prefix));
  return {
    database: await describeDynamoDB(configuration),
    findings,
    old: { lookupRows: await countOldLookups(client, prefix), valueIndex: await hasOldIndex(client, prefix) },
  };
}

async function checkPostgreSQL(configuration: Of<"postgresql">): Promise<Check> {
  const { connect } = await import("../postgresql/postgres_client.ts");
  const { verifySchema } = await import("../postgresql/verify.ts");
  const database = await describePostgreSQL(configuration);
  const { schema = "public" } = configuration;
  const client = connect({ ...configuration, max: 1 }, TIMEOUT);
  try {
    const findings = await verifySchema(client, schema, { deadline: Date.now() + TIMEOUT });
    return { database, findings, old: NO_OLD_FORMS };
  } finally {
    await client.close();
  }
}

async function checkPGlite(configuration: Of<"pglite">): Promise<Check> {
  const { verifySchema } = await import("../postgresql/verify.ts");
  const { database, description, close } = await openPGlite(configuration);
  try {
    const { pgliteClient } = await import("../pglite/pglite_client.ts");
    const { schema = "public" } = configuration;
    const client = pgliteClient(database, () => Promise.resolve());
    const findings = await verifySchema(client, schema, { deadline: Date.now() + TIMEOUT });
    return { database: description, findings, old: NO_OLD_FORMS };
  } finally {
    await close();
  }
}
