/**
 * Each table's rows as columns, for reading and writing whole tables.
 *
 * @module
 */

import { compactJson, parseJson } from "../model/json.ts";
import { joinedKey, keyOf } from "../model/table_rows.ts";
import type { Json } from "../store.ts";
import type { RowKey, TableName, TableRows } from "../tables.ts";
import { actorLayout } from "./actors.ts";
import { type Kind, KINDS as COLUMN_KINDS, type Layout } from "./collection.ts";
import { diffLayout } from "./diffs.ts";
import { peerTrusteeLayout } from "./peer_trustees.ts";
import type { Parameter, Row as SqlRow } from "./sql_client.ts";
import type { Tables } from "./statements.ts";
import { subscriptionLayout } from "./subscriptions.ts";
import { JOINED, suspensionLayout } from "./suspensions.ts";
import { trustLayout } from "./trusts.ts";

const KINDS = {
  ...COLUMN_KINDS,
  json: {
    read: (column) => `${column}::text`,
    write: (parameter) => `${parameter}::text::jsonb`,
    decode: (value) => value === null ? null : parseJson(value as string),
  },
  /** Epoch seconds that may be missing. */
  epoch: {
    read: (column) => `${column}::text`,
    write: (parameter) => `${parameter}::text::bigint`,
    decode: (value) => value === null ? null : Number(value),
  },
} satisfies { readonly [name: string]: Kind };

type Field = readonly [column: string, kind: keyof typeof KINDS];

/** What is different from table to table. */
interface Shape {
  /** The table, quoted and with its schema. */
  readonly table: string;
  /** What is read instead of the table. */
  readonly source?: string;
  /** Columns by fields. */
  readonly fields: { readonly [field: string]: Field };
  /** The columns of the primary key. */
  readonly key: readonly string[];
  /** The columns that a walk goes by, as an index of the table has them; the first is the actor's id. */
  readonly order: readonly string[];
  /** Columns, and what they have to be for a row to be the one with this key. Default: those of the primary key. */
  readonly found?: (key: RowKey) => readonly (readonly [column: string, value: string])[];
  /** A column that holds a joined key. */
  readonly joined?: string;
  /** SQL for the bytes of what may be long. */
  readonly size: string;
}

const ACTOR: Field = ["id", "text"];

/** The shapes of all tables. */
export function shapesOf(tables: Tables): { readonly [Name in TableName]: Shape } {
  const owned = <Row>({ table, fields }: Layout<Row>) => ({
    table,
    fields: { actorId: ACTOR, ...fields } as Shape["fields"],
  });
  const { lookup, properties } = tables;
  return {
    actors: {
      table: tables.actors,
      fields: { ...actorLayout(tables).fields, createdAt: ["created_at", "wall"] },
      key: ["id"],
      order: ["id"],
      size: "octet_length(passphrase)",
    },
    properties: {
      table: properties,
      fields: { actorId: ACTOR, name: ["name", "text"], value: ["value", "text"] },
      key: ["id", "name"],
      order: ["id", `name COLLATE "C"`],
      size: "octet_length(value)",
    },
    trusts: {
      ...owned(trustLayout(tables)),
      key: ["id", "peerid"],
      order: ["id", `peerid COLLATE "C"`],
      size: `octet_length(baseuri) + octet_length(COALESCE("desc", '')) + octet_length(COALESCE(aw_supported, ''))`,
    },
    peerTrustees: {
      ...owned(peerTrusteeLayout(tables)),
      key: ["id", "peerid"],
      order: ["id", `peerid COLLATE "C"`],
      size: "octet_length(baseuri) + octet_length(passphrase)",
    },
    subscriptions: {
      ...owned(subscriptionLayout(tables)),
      key: ["id", "peer_sub_id"],
      order: ["id", `peer_sub_id COLLATE "C"`],
      found: (key) => [["id", key[0]!], ["peer_sub_id", joinedKey("subscriptions", key)]],
      joined: "peer_sub_id",
      size: "0",
    },
    diffs: {
      ...owned(diffLayout(tables)),
      key: ["id", "subid_seqnr"],
      order: ["id", "subid_seqnr"],
      found: (key) => [["id", key[0]!], ["subid_seqnr", joinedKey("diffs", key)]],
      joined: "subid_seqnr",
      size: "octet_length(diff)",
    },
    suspensions: {
      ...owned(suspensionLayout(tables)),
      key: ["id", "target", "subtarget"],
      order: ["id", "target", "subtarget"],
      size: "0",
    },
    attributes: {
      table: tables.attributes,
      fields: {
        actorId: ACTOR,
        bucket: ["bucket", "text"],
        name: ["name", "text"],
        data: ["data", "json"],
        timestamp: ["timestamp", "wall"],
        expiresAt: ["ttl_timestamp", "epoch"],
      },
      key: ["id", "bucket_name"],
      order: ["id", `bucket_name COLLATE "C"`],
      found: (key) => [
        ["id", key[0]!],
        ["bucket_name", joinedKey("attributes", key)],
        ["bucket", key[1]!],
        ["name", key[2]!],
      ],
      joined: "bucket_name",
      size: "COALESCE(pg_column_size(data), 0)",
    },
    lookups: {
      table: lookup,
      // Only the rows that are true.
      source: `(SELECT l.actor_id, l.property_name, l.value FROM ${lookup} l JOIN ${properties} p
        ON p.id = l.actor_id AND p.name = l.property_name AND p.value = l.value)`,
      fields: { actorId: ["actor_id", "text"], name: ["property_name", "text"], value: ["value", "text"] },
      key: ["property_name", "value"],
      order: ["actor_id", "property_name", "value"],
      found: (key) => [["actor_id", key[0]!], ["property_name", key[1]!]],
      size: "octet_length(value)",
    },
  };
}

/** The columns to read: each field under its name, the walk's position as `k0`, `k1`, …, and a joined key. */
export function columnsOf({ fields, order, joined }: Shape): string {
  const read = Object.entries(fields).map(([field, [column, kind]]) => `${KINDS[kind].read(column)} AS "${field}"`);
  const position = order.map((column, index) => `${plain(column)} AS k${index}`);
  return [...read, ...position, ...(joined === undefined ? [] : [`${joined} AS joined`])].join(", ");
}

/** A column without its collation. */
function plain(column: string): string {
  return column.replace(/ COLLATE .*$/, "");
}

/** The position of a row in its walk. */
export function positionIn({ order }: Shape, row: SqlRow): string[] {
  return order.map((_, index) => String(row[`k${index}`]));
}

/** The row of a table in a row of columns, or what is wrong with it. */
export function decode(table: TableName, { fields, joined }: Shape, row: SqlRow): TableRows[TableName] | string {
  const decoded: Record<string, unknown> = { additional: null };
  for (const field in fields) decoded[field] = KINDS[fields[field]![1]].decode(row[field] ?? null);
  if (table === "actors") {
    const { createdAt } = decoded;
    delete decoded.createdAt;
    decoded.additional = createdAt === null ? null : { created_at: createdAt };
  }
  const complete = decoded as unknown as TableRows[TableName];
  if (joined !== undefined && row.joined !== joinedKey(table, keyOf(table, complete as never))) {
    return `${joined} is not made of the row's own fields`;
  }
  return complete;
}

/** SQL that writes the rows of `$1`, a JSON array of {@linkcode recordOf}, new or in place of those with the same keys. */
export function writeText(table: TableName, shape: Shape, tables: Tables): string {
  const { fields, key, joined } = shape;
  const given = Object.keys(fields).map((field) => `"${field}" text`);
  const columns = Object.values(fields).map(([column]) => column);
  const values = Object.entries(fields).map(([field, [, kind]]) => KINDS[kind].write(`given."${field}"`));
  if (joined !== undefined) {
    columns.push(joined);
    values.push("given.joined");
    given.push("joined text");
  }
  if (table === "suspensions") values[columns.indexOf("target")] = unlessOther(shape.table);
  const needed = table === "lookups" ? `JOIN ${tables.actors} AS actor ON actor.id = given."actorId"` : "";
  const assignments = columns.filter((column) => !key.includes(column)).map((column) =>
    `${column} = ${REPLACED[table]?.[column] ?? `EXCLUDED.${column}`}`
  );
  return `INSERT INTO ${shape.table} AS mine (${columns}) SELECT ${values}
    FROM json_to_recordset($1::text::json) AS given (${given}) ${needed}
    ON CONFLICT (${key}) DO UPDATE SET ${assignments}`;
}

/** What becomes of a column of a row that is there, where it is not simply replaced. */
const REPLACED: { readonly [Name in TableName]?: { readonly [column: string]: string } } = {
  actors: { created_at: "COALESCE(EXCLUDED.created_at, mine.created_at)" },
  // Another bucket's row may have the same joined key. It is given NULL, which its column refuses with all the statement.
  attributes: { bucket: "CASE WHEN mine.bucket = EXCLUDED.bucket AND mine.name = EXCLUDED.name THEN mine.bucket END" },
};

/** The target, or NULL, which its column refuses, where another row has the same joined key, which DynamoDB cannot hold. */
function unlessOther(table: string): string {
  return `CASE WHEN EXISTS (SELECT 1 FROM ${table} WHERE id = given."actorId"
    AND ${JOINED} = CASE WHEN given.subtarget = '' THEN given.target ELSE given.target || ':' || given.subtarget END
    AND (target <> given.target OR subtarget <> given.subtarget)) THEN NULL ELSE given.target END`;
}

/** A row as {@linkcode writeText} takes it: every field a text or `null`. */
export function recordOf(
  table: TableName,
  { fields, joined }: Shape,
  row: TableRows[TableName],
): { readonly [field: string]: Parameter } {
  const source = row as unknown as { readonly [field: string]: unknown };
  const record: Record<string, Parameter> = {};
  for (const field in fields) {
    const value = source[field] ?? null;
    if (value !== null) record[field] = fields[field]![1] === "json" ? compactJson(value as Json) : String(value);
  }
  if (joined !== undefined) record.joined = joinedKey(table, keyOf(table, row as never));
  const createdAt = row.additional?.created_at;
  if (table === "actors" && typeof createdAt === "string") record.createdAt = createdAt;
  return record;
}
