// Stores on the backend of this cell, each test file in tables of its own.
import process from "node:process";
import postgres from "postgres";
import { createTables, dynamodbStore } from "../../src/dynamodb/mod.ts";
import { createDynamoDBClient, type Credentials } from "../../src/dynamodb/client/mod.ts";
import { migrate, postgresqlStore } from "../../src/postgresql/mod.ts";
import type { StoreOptions } from "../../src/store.ts";
import type { TransferStore } from "../../src/tables.ts";
import { tables as dynamodbTables } from "../../src/dynamodb/table_rows.ts";
import { tables as postgresqlTables } from "../../src/postgresql/table_rows.ts";

/** Where a test file keeps its rows. */
export interface Place {
  /** The backend of this cell. */
  readonly backend: string;
  /** Opens a store; any number at once. */
  open(options?: StoreOptions): Promise<TransferStore>;
  /** What server answers, asked by other means than the store. */
  server(): Promise<string>;
  /** Removes the tables. */
  remove(): Promise<void>;
}

/** A name for tables or a schema that no other run has. */
export function uniqueName(label: string): string {
  return `${label}_${Date.now().toString(36)}${crypto.randomUUID().slice(0, 8)}`;
}

/** A place on the backend that `TEST_BACKEND` names. */
export function placeOfCell(label: string): Promise<Place> {
  const backend = process.env.TEST_BACKEND;
  if (backend === "dynamodb") return dynamodbPlace(label);
  if (backend === "postgresql") return postgresqlPlace(label);
  if (backend === "pglite") return pglitePlace();
  throw new Error("TEST_BACKEND must be dynamodb, postgresql or pglite; `npm test` sets it");
}

/** How to reach the tests' DynamoDB. */
export function dynamodbConnection(): { region: string; endpoint: string; credentials: Credentials } {
  const credentials = {
    accessKeyId: required("AWS_ACCESS_KEY_ID"),
    secretAccessKey: required("AWS_SECRET_ACCESS_KEY"),
  };
  return { region: required("AWS_DEFAULT_REGION"), endpoint: required("AWS_DB_HOST"), credentials };
}

/** The URL of the tests' PostgreSQL. */
export function postgresqlUrl(): string {
  return required("TEST_DATABASE_URL");
}

/** A place on DynamoDB. */
export async function dynamodbPlace(label: string): Promise<Place & { readonly prefix: string }> {
  const connection = dynamodbConnection();
  const prefix = uniqueName(label);
  const client = createDynamoDBClient(connection);
  await createTables(client, prefix);
  return {
    backend: "dynamodb",
    prefix,
    open: (options) =>
      Promise.resolve(
        dynamodbStore({ ...connection, ...options, prefix, createTables: false, tables: dynamodbTables }),
      ),
    async server() {
      const response = await fetch(connection.endpoint);
      return `DynamoDB answers with status ${response.status} and ${
        response.headers.get("x-amzn-requestid") ? "a" : "no"
      } request id`;
    },
    remove: () => removeTables(prefix),
  };
}

/** Removes all tables of a prefix from the tests' DynamoDB. */
export async function removeTables(prefix: string): Promise<void> {
  // A large table may take DynamoDB Local long.
  const client = createDynamoDBClient({ ...dynamodbConnection(), attemptTimeout: 120_000, timeout: 120_000 });
  let start: string | undefined;
  do {
    const { TableNames = [], LastEvaluatedTableName } = await client.send("ListTables", {
      ...(start === undefined ? {} : { ExclusiveStartTableName: start }),
    });
    const mine = TableNames.filter((name) => name.startsWith(`${prefix}_`));
    await Promise.all(mine.map((TableName) => client.send("DeleteTable", { TableName })));
    start = LastEvaluatedTableName;
  } while (start !== undefined);
}

/** A place on PostgreSQL. */
export async function postgresqlPlace(label: string): Promise<Place & { readonly schema: string }> {
  const url = postgresqlUrl();
  const schema = uniqueName(label);
  await migrate({ url, schema });
  const ask = async (text: string) => {
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    try {
      return await sql.unsafe(text);
    } finally {
      await sql.end();
    }
  };
  return {
    backend: "postgresql",
    schema,
    open: (options) => Promise.resolve(postgresqlStore({ url, ...options, schema, tables: postgresqlTables })),
    server: async () => String((await ask("SELECT version() AS version"))[0]?.version),
    remove: async () => void await ask(`DROP SCHEMA "${schema}" CASCADE`),
  };
}

async function pglitePlace(): Promise<Place> {
  // Imported here, so that the other cells do not load it.
  const { PGlite } = await import("@electric-sql/pglite");
  const { pgliteStore } = await import("../../src/pglite/mod.ts");
  const database = await PGlite.create();
  return {
    backend: "postgresql",
    open: (options) => pgliteStore({ ...options, database, tables: postgresqlTables }),
    async server() {
      const { rows } = await database.query<{ version: string }>("SELECT version() AS version");
      return `${rows[0]?.version}`;
    },
    remove: () => database.close(),
  };
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set; \`npm test\` sets it`);
  return value;
}
