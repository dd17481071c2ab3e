// A place on the backend of this cell that can be reached past a faulty proxy and through it.
import process from "node:process";
import postgres from "postgres";
import { dynamodbStore } from "../../../src/dynamodb/mod.ts";
import { postgresqlStore } from "../../../src/postgresql/mod.ts";
import type { Store } from "../../../src/store.ts";
import { type FaultyProxy, openFaultyProxy } from "../../support/faulty_proxy.ts";
import { dynamodbConnection, dynamodbPlace, type Place, postgresqlPlace, postgresqlUrl } from "../../support/stores.ts";
import { INDEXED } from "./calls.ts";

/** Whether this cell is DynamoDB's; else it is PostgreSQL's. */
export const onDynamoDB = process.env.TEST_BACKEND === "dynamodb";

/** A place with two ways to it. */
export interface FaultyPlace {
  readonly proxy: FaultyProxy;
  /** Not through the proxy. */
  readonly direct: Store;
  /** Opens a store through the proxy; on PostgreSQL its connections have this name. */
  open(application?: string): Store;
  close(): Promise<void>;
}

/** Opens both ways. */
export async function faultyPlace(label: string): Promise<FaultyPlace> {
  const address = new URL(onDynamoDB ? dynamodbConnection().endpoint : postgresqlUrl());
  const proxy = await openFaultyProxy(address.hostname, Number(address.port));
  address.port = String(proxy.port);
  const { place, open } = onDynamoDB ? await onItsTables(label, address.href) : await inItsSchema(label, address.href);
  const direct = await place.open(OPTIONS);
  return {
    proxy,
    direct,
    open,
    async close() {
      await direct.close();
      await proxy.close();
      await place.remove();
    },
  };
}

const OPTIONS = { indexedProperties: [INDEXED] };
type Opened = Pick<FaultyPlace, "open"> & { readonly place: Place };

async function onItsTables(label: string, endpoint: string): Promise<Opened> {
  const place = await dynamodbPlace(label);
  const connection = { ...dynamodbConnection(), endpoint, prefix: place.prefix };
  return { place, open: () => dynamodbStore({ ...connection, ...OPTIONS, createTables: false }) };
}

async function inItsSchema(label: string, url: string): Promise<Opened> {
  const place = await postgresqlPlace(label);
  // Bun may not notice that a connection broke while it was made.
  const connection = { url, schema: place.schema, connectTimeout: 1 };
  return {
    place,
    open: (application = label) =>
      postgresqlStore({ ...connection, ...OPTIONS, parameters: { application_name: application } }),
  };
}

/** How many connections of this name PostgreSQL has. */
export async function sessionsOf(application: string): Promise<number> {
  const sql = postgres(postgresqlUrl(), { max: 1, onnotice: () => {} });
  try {
    const [row] =
      await sql`SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = ${application}`;
    return Number(row?.count);
  } finally {
    await sql.end();
  }
}
