/**
 * Bringing a schema to the reference's newest revision, whoever created it.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import { storeError } from "./faults.ts";
import { MIGRATIONS } from "./migrations.ts";
import type { Queries, SqlCall, SqlClient } from "./sql_client.ts";
import { quote } from "./statements.ts";

/** What a migration found and did. */
export interface MigrateResult {
  /** The reference's revision that was found, or `null` for an empty schema. */
  readonly from: string | null;
  /** The revision it has now. */
  readonly to: string;
  /** Names of the steps that were taken. */
  readonly applied: readonly string[];
}

const REVISIONS = MIGRATIONS.filter(({ revision }) => revision !== null);
const HEAD = REVISIONS.at(-1)!.revision!;

/**
 * Migrates a schema: creates it when it is missing, adopts one that the reference's Alembic made, adds our indexes.
 * All in one transaction under an advisory lock, so that any number of callers at once is safe.
 *
 * @param sql The database
 * @param schema The schema's name
 * @param timeout Milliseconds for all of it
 * @throws {StoreError} `not_migrated` when the schema has a revision that this version does not know
 */
export async function migrateSchema(sql: SqlClient, schema: string, timeout = 60_000): Promise<MigrateResult> {
  const call: SqlCall = { operation: "migrate", deadline: Date.now() + timeout };
  try {
    return await sql.transaction((queries) => steps(queries, schema, call), call);
  } catch (error) {
    throw storeError("migrate", error, true);
  }
}

async function steps(queries: Queries, schema: string, call: SqlCall): Promise<MigrateResult> {
  const quoted = quote(schema);
  await queries.query("SELECT pg_advisory_xact_lock(hashtextextended('actingweb ' || $1::text, 0))", [schema], call);
  // CREATE SCHEMA asks for a right that a user of an existing schema need not have.
  const [exists] = await queries.query("SELECT 1 AS found FROM pg_namespace WHERE nspname = $1::text", [schema], call);
  if (exists === undefined) await queries.query(`CREATE SCHEMA ${quoted}`, [], call);
  await queries.query(
    `CREATE TABLE IF NOT EXISTS ${quoted}.alembic_version (version_num varchar(32) NOT NULL,
      CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))`,
    [],
    call,
  );
  const [row] = await queries.query(`SELECT version_num FROM ${quoted}.alembic_version`, [], call);
  const from = typeof row?.version_num === "string" ? row.version_num : null;
  const known = from === null ? -1 : REVISIONS.findIndex(({ revision }) => revision === from);
  if (from !== null && known < 0) {
    throw new StoreError(
      "not_migrated",
      "migrate",
      "the schema has a revision that this version does not know; update it",
    );
  }
  const applied: string[] = [];
  for (const { file, revision, sql } of MIGRATIONS) {
    if (revision !== null && REVISIONS.findIndex((step) => step.revision === revision) <= known) continue;
    for (const statement of statementsOf(sql)) {
      await queries.query(statement.replaceAll("{schema}", quoted), [], call);
    }
    if (revision !== null) applied.push(file);
  }
  if (from === null) await queries.query(`INSERT INTO ${quoted}.alembic_version VALUES ($1::text)`, [HEAD], call);
  else if (from !== HEAD) {
    await queries.query(`UPDATE ${quoted}.alembic_version SET version_num = $1::text`, [HEAD], call);
  }
  return { from, to: HEAD, applied };
}

/** The files hold no `;` but at the ends of statements, which the test of the generated module checks. */
function statementsOf(sql: string): string[] {
  return sql.replaceAll(/^--.*$/gm, "").split(";").map((part) => part.trim()).filter((part) => part !== "");
}
