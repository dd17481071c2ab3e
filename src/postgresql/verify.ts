/**
 * Comparing a schema with what it should be: revision, tables, columns, keys, indexes, permissions. Reads only.
 *
 * @module
 */

import { storeError } from "./faults.ts";
import { MIGRATIONS } from "./migrations.ts";
import type { Row, SqlCall, SqlClient } from "./sql_client.ts";
import { quote } from "./statements.ts";

/** What is wrong with one table, or with the schema as a whole. */
export interface SchemaFinding {
  /** Name of the table, or of the schema. */
  readonly table: string;
  /** What is wrong, in words. */
  readonly problem: string;
}

interface Shape {
  /** Columns of the primary key. */
  readonly key: readonly string[];
  /** Type of each column, without `NOT NULL` where it may be missing. */
  readonly columns: Readonly<Record<string, string>>;
}

const NAME = "character varying(255) NOT NULL";
const OPTIONAL_NAME = "character varying(255)";
const TEXT = "text NOT NULL";
const TRUTH = "boolean NOT NULL";
const WHOLE = "integer NOT NULL";
const TIME = "timestamp without time zone";
const INSTANT = "timestamp with time zone";

const SHAPES: Readonly<Record<string, Shape>> = {
  actors: { key: ["id"], columns: { id: NAME, creator: NAME, passphrase: TEXT, created_at: TIME } },
  attributes: {
    key: ["id", "bucket_name"],
    columns: {
      id: NAME,
      bucket_name: NAME,
      bucket: NAME,
      name: NAME,
      data: "jsonb",
      timestamp: TIME,
      ttl_timestamp: "bigint",
    },
  },
  peertrustees: {
    key: ["id", "peerid"],
    columns: { id: NAME, peerid: NAME, baseuri: TEXT, type: NAME, passphrase: TEXT },
  },
  properties: { key: ["id", "name"], columns: { id: NAME, name: TEXT, value: TEXT } },
  property_lookup: {
    key: ["property_name", "value"],
    columns: { property_name: NAME, value: TEXT, actor_id: NAME },
  },
  subscription_diffs: {
    key: ["id", "subid_seqnr"],
    columns: { id: NAME, subid_seqnr: NAME, subid: NAME, timestamp: `${TIME} NOT NULL`, diff: TEXT, seqnr: WHOLE },
  },
  subscription_suspensions: {
    key: ["id", "target", "subtarget"],
    columns: { id: NAME, target: NAME, subtarget: NAME, suspended_at: `${INSTANT} NOT NULL` },
  },
  subscriptions: {
    key: ["id", "peer_sub_id"],
    columns: {
      id: NAME,
      peer_sub_id: NAME,
      peerid: NAME,
      subid: NAME,
      granularity: OPTIONAL_NAME,
      target: OPTIONAL_NAME,
      subtarget: OPTIONAL_NAME,
      resource: OPTIONAL_NAME,
      seqnr: WHOLE,
      callback: TRUTH,
    },
  },
  trusts: {
    key: ["id", "peerid"],
    columns: {
      id: NAME,
      peerid: NAME,
      baseuri: TEXT,
      type: NAME,
      relationship: NAME,
      secret: NAME,
      desc: "text",
      approved: TRUTH,
      peer_approved: TRUTH,
      verified: TRUTH,
      verification_token: OPTIONAL_NAME,
      peer_identifier: OPTIONAL_NAME,
      established_via: OPTIONAL_NAME,
      created_at: TIME,
      last_accessed: TIME,
      last_connected_via: OPTIONAL_NAME,
      client_name: OPTIONAL_NAME,
      client_version: OPTIONAL_NAME,
      client_platform: OPTIONAL_NAME,
      oauth_client_id: OPTIONAL_NAME,
      aw_supported: "text",
      aw_version: "character varying(50)",
      capabilities_fetched_at: INSTANT,
    },
  },
};

const HEAD = MIGRATIONS.findLast(({ revision }) => revision !== null)!.revision!;
const PRIVILEGES = ["SELECT", "INSERT", "UPDATE", "DELETE"];

/** Indexes beside the primary keys, by name: the reference's, then ours. */
const INDEXES: Readonly<Record<string, string>> = {
  ix_actors_creator: "actors",
  idx_attributes_chain_id: "attributes",
  idx_attributes_ttl: "attributes",
  idx_property_lookup_actor_id: "property_lookup",
  idx_trusts_secret: "trusts",
  ...Object.fromEntries(
    MIGRATIONS.filter(({ revision }) => revision === null).flatMap(({ sql }) =>
      [...sql.matchAll(/CREATE INDEX IF NOT EXISTS (\w+)\s+ON \{schema\}\.(\w+)/g)].map((
        [, name, table],
      ) => [name, table])
    ),
  ),
};

/**
 * Compares a schema with what it should be. Columns and indexes that it has besides are no finding: a newer reference may
 * have added them.
 *
 * @param call The deadline for all of it, and a signal
 * @returns What is wrong; empty when nothing is
 */
export async function verifySchema(
  sql: SqlClient,
  schema: string,
  call: Omit<SqlCall, "operation">,
): Promise<SchemaFinding[]> {
  try {
    const read = async (text: string, ...parameters: string[]) =>
      (await sql.query(text, parameters, { operation: "verify", ...call })).rows;
    const [namespace] = await read(NAMESPACE, schema);
    if (namespace === undefined) return [{ table: schema, problem: "there is no such schema" }];
    if (namespace.usable !== true) return [{ table: schema, problem: "the permission USAGE is missing" }];
    const found = await read(TABLES, schema);
    const [columns, keys, indexes] = [
      await read(COLUMNS, schema),
      await read(KEYS, schema),
      await read(INDEXES_THERE, schema),
    ];
    return [
      ...revisionProblems(schema, await versions(read, schema, found)),
      ...Object.entries(SHAPES).flatMap(([table, shape]) => {
        const row = found.find(({ name }) => name === table);
        if (row === undefined) return [{ table, problem: "the table is missing" }];
        const problems = [...columnProblems(table, shape, columns), ...keyProblems(table, shape, keys)];
        const denied = PRIVILEGES.filter((privilege) => row[privilege.toLowerCase()] !== true);
        if (denied.length > 0) problems.push(`permissions are missing: ${denied.join(", ")}`);
        return [...problems, ...indexProblems(table, indexes)].map((problem) => ({ table, problem }));
      }),
    ];
  } catch (error) {
    throw storeError("verify", error, false);
  }
}

type Read = (text: string, ...parameters: string[]) => Promise<readonly Row[]>;

const NAMESPACE = `SELECT has_schema_privilege(oid, 'USAGE') AS usable FROM pg_namespace WHERE nspname = $1::text`;
const OF_SCHEMA = `pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = $1::text`;
const TABLES = `SELECT c.relname::text AS name, ${
  PRIVILEGES.map((privilege) => `has_table_privilege(c.oid, '${privilege}') AS "${privilege.toLowerCase()}"`)
} FROM ${OF_SCHEMA} WHERE c.relkind IN ('r', 'p')`;
const COLUMNS = `SELECT c.relname::text AS "table", a.attname::text AS name,
  format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END AS type
  FROM ${OF_SCHEMA} JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relkind IN ('r', 'p')`;
const KEYS = `SELECT c.relname::text AS "table", (SELECT string_agg(a.attname, ', ' ORDER BY k.place)
    FROM unnest(o.conkey) WITH ORDINALITY AS k (number, place)
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number)::text AS columns
  FROM ${OF_SCHEMA} JOIN pg_constraint o ON o.conrelid = c.oid AND o.contype = 'p'`;
const INDEXES_THERE = `SELECT c.relname::text AS name, i.indisvalid AS valid
  FROM ${OF_SCHEMA} JOIN pg_index i ON i.indexrelid = c.oid`;

async function versions(read: Read, schema: string, tables: readonly Row[]): Promise<string[] | null> {
  const table = tables.find(({ name }) => name === "alembic_version");
  if (table === undefined) return [];
  if (table.select !== true) return null;
  return (await read(`SELECT version_num FROM ${quote(schema)}.alembic_version`)).map((row) => String(row.version_num));
}

/** `null`: it may not be read, which a store does not need to. */
function revisionProblems(schema: string, revisions: readonly string[] | null): SchemaFinding[] {
  if (revisions === null || (revisions.length === 1 && revisions[0] === HEAD)) return [];
  const found = revisions.length === 0 ? "no revision" : `revision ${revisions.join(" and ")}`;
  return [{ table: schema, problem: `it has ${found} instead of ${HEAD}; run \`actingweb-edge migrate\`` }];
}

function columnProblems(table: string, { columns }: Shape, found: readonly Row[]): string[] {
  return Object.entries(columns).flatMap(([column, type]) => {
    const row = found.find((each) => each.table === table && each.name === column);
    if (row === undefined) return [`column ${column} is missing`];
    return row.type === type ? [] : [`column ${column} is ${row.type} instead of ${type}`];
  });
}

function keyProblems(table: string, { key }: Shape, found: readonly Row[]): string[] {
  const columns = found.find((each) => each.table === table)?.columns ?? "none";
  return columns === key.join(", ") ? [] : [`its primary key is ${columns} instead of ${key.join(", ")}`];
}

function indexProblems(table: string, found: readonly Row[]): string[] {
  const own = Object.entries(INDEXES).filter(([, its]) => its === table).map(([name]) => name);
  return own.flatMap((name) => {
    const row = found.find((each) => each.name === name);
    if (row === undefined) return [`index ${name} is missing; run \`actingweb-edge migrate\``];
    return row.valid === true ? [] : [`index ${name} is not valid; build it again with REINDEX`];
  });
}
