/**
 * Bringing a schema to the reference's newest revision, whoever created it.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import { driverCode, storeError } from "./faults.ts";
import { type Migration, MIGRATIONS } from "./migrations.ts";
import type { Row, SqlCall, SqlClient } from "./sql_client.ts";
import { orTakenBack, quote } from "./statements.ts";

/** What a migration found and did. */
export interface MigrateResult {
  /** The reference's revision that was found, or `null` for an empty schema. */
  readonly from: string | null;
  /** The revision it has now. */
  readonly to: string;
  /** Files of the steps that this call took; others may have taken the rest at the same time. */
  readonly applied: readonly string[];
}

/** The steps that bring a revision of the reference. */
const REVISIONS = MIGRATIONS.filter(({ revision }) => revision !== null);
/** Steps of ours, which only add indexes. */
const ADDITIONS = MIGRATIONS.filter(({ revision }) => revision === null);
const HEAD = REVISIONS.at(-1)!.revision!;
/** A step found that another caller has taken it meanwhile. */
const OVERTAKEN = "22012";
const DUPLICATE_TABLE = "42P07";

/**
 * Migrates a schema: creates it when it is missing, adopts one that the reference's Alembic made, adds our indexes.
 * Each step is a transaction under an advisory lock, so that any number of callers at once is safe, and what was cut off
 * is finished by the next.
 *
 * @param sql The database
 * @param schema The schema's name
 * @param timeout Milliseconds for all of it
 * @throws {StoreError} `not_migrated` when the schema has a revision that this version does not know; `conflict` when it
 *   has tables of these names but no revision
 */
export async function migrateSchema(sql: SqlClient, schema: string, timeout = 60_000): Promise<MigrateResult> {
  const call: SqlCall = { operation: "migrate", deadline: Date.now() + timeout };
  const applied: string[] = [];
  let from: string | null | undefined;
  try {
    for (;;) {
      const state = await readState(sql, schema, call);
      if (from === undefined) from = state.revision;
      const step = nextStep(state);
      if (step === undefined) return { from, to: HEAD, applied };
      if (await take(sql, schema, state, step, call)) applied.push(step.file);
    }
  } catch (error) {
    throw storeError("migrate", error, true);
  }
}

/** How far a schema is. */
interface State {
  /** PostgreSQL's number of the schema, or `null` when there is none. */
  readonly namespace: string | null;
  readonly revision: string | null;
  readonly indexes: ReadonlySet<string>;
}

async function readState(sql: SqlClient, schema: string, call: SqlCall): Promise<State> {
  const read = async (text: string, ...parameters: string[]) => (await sql.query(text, parameters, call)).rows;
  const [namespace] = await read("SELECT oid::text AS oid FROM pg_namespace WHERE nspname = $1::text", schema);
  const versioned = await read(
    "SELECT 1 FROM pg_tables WHERE schemaname = $1::text AND tablename = 'alembic_version'",
    schema,
  );
  const indexes = await read("SELECT indexname::text AS name FROM pg_indexes WHERE schemaname = $1::text", schema);
  const versions: readonly Row[] = versioned.length === 0
    ? []
    : await read(`SELECT version_num FROM ${quote(schema)}.alembic_version`);
  const revision = versions[0]?.version_num as string | undefined ?? null;
  if (versions.length > 1 || (revision !== null && !REVISIONS.some((step) => step.revision === revision))) {
    throw new StoreError(
      "not_migrated",
      "migrate",
      "the schema has a revision that this version does not know; update it",
    );
  }
  return {
    namespace: namespace === undefined ? null : String(namespace.oid),
    revision,
    indexes: new Set(indexes.map(({ name }) => String(name))),
  };
}

function nextStep({ revision, indexes }: State): Migration | undefined {
  const reached = REVISIONS.findIndex((step) => step.revision === revision);
  return REVISIONS[reached + 1] ?? ADDITIONS.find(({ sql }) => !indexNames(sql).every((name) => indexes.has(name)));
}

function indexNames(sql: string): string[] {
  return [...sql.matchAll(/CREATE INDEX IF NOT EXISTS (\w+)/g)].map(([, name]) => name!);
}

/** Takes a step; `false` when another caller was faster. */
async function take(sql: SqlClient, schema: string, state: State, step: Migration, call: SqlCall): Promise<boolean> {
  const quoted = quote(schema);
  const versions = `${quoted}.alembic_version`;
  const { namespace, revision } = state;
  const statements = ["SELECT pg_advisory_xact_lock(hashtextextended('actingweb-edge migrate', 0))"];
  // Asks for a right that the user of an existing schema need not have.
  if (namespace === null) statements.push(`CREATE SCHEMA IF NOT EXISTS ${quoted}`);
  if (revision === null) {
    statements.push(
      `CREATE TABLE IF NOT EXISTS ${versions} (version_num varchar(32) NOT NULL,
        CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))`,
      `SELECT ${orTakenBack(`NOT EXISTS (SELECT 1 FROM ${versions})`)}`,
      `INSERT INTO ${versions} VALUES ('${step.revision}')`,
    );
  } else if (step.revision !== null) {
    statements.push(
      `SELECT ${orTakenBack(`EXISTS (SELECT 1 FROM ${versions} WHERE version_num = '${revision}')`)}`,
      `UPDATE ${versions} SET version_num = '${step.revision}'`,
    );
  } else {
    const names = indexNames(step.sql);
    const there = `SELECT count(*) FROM pg_class WHERE relnamespace = ${namespace} AND relname IN ('${
      names.join("', '")
    }')`;
    statements.push(`SELECT ${orTakenBack(`(${there}) < ${names.length}`)}`);
  }
  // A function, because in a replacement text `$&` and the like have a meaning.
  statements.push(step.sql.replaceAll("{schema}", () => quoted));
  try {
    await sql.script(statements.join(";\n"), call);
    return true;
  } catch (error) {
    const code = driverCode(error);
    if (code === OVERTAKEN) return false;
    if (code !== DUPLICATE_TABLE) throw error;
    const detail =
      "the schema has tables of these names but no revision; set its alembic_version or use another schema";
    throw new StoreError("conflict", "migrate", detail, { cause: error });
  }
}
