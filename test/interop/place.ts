// A place that both libraries work in at once: the same tables or schema, and a third way to look at the rows.
import process from "node:process";
import postgres from "postgres";
import { createDynamoDBClient, type DynamoDBClient } from "../../src/dynamodb/client/mod.ts";
import { createTables, dynamodbStore, listTables } from "../../src/dynamodb/mod.ts";
import { migrate, postgresqlStore } from "../../src/postgresql/mod.ts";
import type { StoreOptions } from "../../src/store.ts";
import type { TransferStore } from "../../src/tables.ts";
import { dynamodbConnection, postgresqlUrl, uniqueName } from "../support/stores.ts";
import { type Reference, startReference } from "./reference.ts";
import { tables as dynamodbTables } from "../../src/dynamodb/table_rows.ts";
import { tables as postgresqlTables } from "../../src/postgresql/table_rows.ts";

/** The backends. */
export const BACKENDS = ["dynamodb", "postgresql"] as const;
/** A backend. */
export type BackendName = (typeof BACKENDS)[number];

/** A row as text: its fields by name, sorted, each as stored. */
export type RawRow = Readonly<Record<string, string>>;

/** A shared place. */
export interface SharedPlace {
  readonly backend: BackendName;
  /** What the tables' names begin with, or the schema's name. */
  readonly name: string;
  /** The environment that names it for either library. */
  readonly environment: Readonly<Record<string, string>>;
  /** Opens a store of ours. */
  open(options?: StoreOptions): TransferStore;
  /** Starts a process of the reference. */
  startReference(environment?: Readonly<Record<string, string>>): Reference;
  /** All rows of a table, sorted; `table` is the suffix of DynamoDB's name. On PostgreSQL with where each row lies. */
  rows(table: TableName): Promise<RawRow[]>;
  /** Runs a statement on PostgreSQL. */
  sql(text: string): Promise<void>;
  /** The client for DynamoDB. */
  readonly client: DynamoDBClient;
  /** Removes everything. */
  remove(): Promise<void>;
}

/** Tables, by the suffix of their names on DynamoDB. */
export const TABLES = [
  "actors",
  "attributes",
  "peertrustees",
  "properties",
  "property_lookup_v2",
  "subscription_suspensions",
  "subscriptiondiffs",
  "subscriptions",
  "trusts",
] as const;
/** A table. */
export type TableName = (typeof TABLES)[number];

const ON_POSTGRESQL: Partial<Record<TableName, string>> = {
  property_lookup_v2: "property_lookup",
  subscriptiondiffs: "subscription_diffs",
};

/** Where rows lie and which transaction wrote them: a rewritten row has others. */
export const VERSION = "$version";

/** Makes a place; `prepare` says whether our tables or schema are made in it. */
export async function sharedPlace(backend: BackendName, label: string, prepare = true): Promise<SharedPlace> {
  const place = backend === "dynamodb" ? onDynamoDB(uniqueName(label)) : onPostgreSQL(uniqueName(label));
  if (prepare && backend === "dynamodb") await createTables(place.client, place.name);
  if (prepare && backend === "postgresql") await migrate({ url: postgresqlUrl(), schema: place.name });
  return place;
}

function onDynamoDB(name: string): SharedPlace {
  const connection = dynamodbConnection();
  const client = createDynamoDBClient(connection);
  const environment = { DATABASE_BACKEND: "dynamodb", AWS_DB_PREFIX: name, ...environmentOf() };
  return {
    backend: "dynamodb",
    name,
    environment,
    client,
    open: (options) =>
      dynamodbStore({ ...connection, ...options, prefix: name, createTables: false, tables: dynamodbTables }),
    startReference: (more) => startReference({ ...environment, ...more }),
    async rows(table) {
      const items: RawRow[] = [];
      let start = {};
      for (;;) {
        const output = await client.send("Scan", { TableName: `${name}_${table}`, ConsistentRead: true, ...start });
        for (const item of output.Items ?? []) {
          items.push(sortedRow(Object.entries(item).map(([field, value]) => [field, JSON.stringify(value)])));
        }
        if (output.LastEvaluatedKey === undefined) return items.sort(byText);
        start = { ExclusiveStartKey: output.LastEvaluatedKey };
      }
    },
    sql: () => Promise.reject(new Error("DynamoDB takes no SQL")),
    async remove() {
      const own = await listTables(client, name);
      await Promise.all(own.map((TableName) => client.send("DeleteTable", { TableName })));
    },
  };
}

/** DynamoDB's address for both libraries; the reference's AWS client must look nowhere else. */
function environmentOf(): Record<string, string> {
  const names = ["AWS_DB_HOST", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
  return {
    ...Object.fromEntries(names.map((name) => [name, process.env[name] ?? ""])),
    AWS_SESSION_TOKEN: "",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

function onPostgreSQL(name: string): SharedPlace {
  const url = new URL(postgresqlUrl());
  const sql = postgres(url.href, { max: 2, onnotice: () => {} });
  const environment = {
    DATABASE_BACKEND: "postgresql",
    PG_DB_HOST: url.hostname,
    PG_DB_PORT: url.port || "5432",
    PG_DB_NAME: url.pathname.slice(1),
    PG_DB_USER: decodeURIComponent(url.username),
    PG_DB_PASSWORD: decodeURIComponent(url.password),
    PG_DB_PREFIX: "",
    PG_DB_SCHEMA: name,
    PG_POOL_MIN_SIZE: "1",
  };
  return {
    backend: "postgresql",
    name,
    environment,
    get client(): DynamoDBClient {
      throw new Error("PostgreSQL has no client of DynamoDB");
    },
    open: (options) => postgresqlStore({ url: url.href, ...options, schema: name, max: 4, tables: postgresqlTables }),
    startReference: (more) => startReference({ ...environment, ...more }),
    async rows(table) {
      const from = `"${name}".${ON_POSTGRESQL[table] ?? table}`;
      const found = await sql.unsafe(`SELECT to_jsonb(t)::text AS row, concat(t.xmin, ' ', t.ctid) AS version
        FROM ${from} t`);
      return found.map(({ row, version }) => {
        const fields = Object.entries(JSON.parse(String(row)) as object);
        return sortedRow([
          ...fields.map(([field, value]) => [field, JSON.stringify(value)] as const),
          [VERSION, String(version)],
        ]);
      }).sort(byText);
    },
    async sql(text) {
      await sql.unsafe(text.replaceAll("{schema}", `"${name}"`)).simple();
    },
    async remove() {
      await sql.unsafe(`DROP SCHEMA IF EXISTS "${name}" CASCADE`);
      await sql.end();
    },
  };
}

function sortedRow(fields: readonly (readonly [string, string])[]): RawRow {
  return Object.fromEntries([...fields].sort(([a], [b]) => a < b ? -1 : 1));
}

function byText(a: RawRow, b: RawRow): number {
  return textOf(a) < textOf(b) ? -1 : 1;
}

function textOf(row: RawRow): string {
  return Object.entries(row).filter(([field]) => field !== VERSION).join("\n");
}
