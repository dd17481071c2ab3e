// A store of a test with what it asks of the database, and what its connections do there.
import type postgres from "postgres";
import { postgresqlStore, type PostgreSQLStoreOptions } from "../../src/postgresql/mod.ts";
import type { Store, StoreRequest } from "../../src/store.ts";
import { postgresqlUrl, uniqueName } from "../support/stores.ts";

/** A store under observation. */
export interface Watched {
  readonly store: Store;
  /** Every request to the database. */
  readonly requests: StoreRequest[];
  /** The store's connections: what they do, and their process ids. */
  activity(): Promise<{ pid: number; state: string; query: string; waitsFor: string | null }[]>;
}

/** Runs a test with a store of one connection, unless told otherwise, that is watched through another client. */
export async function watched(
  other: postgres.Sql,
  options: PostgreSQLStoreOptions,
  work: (watched: Watched) => Promise<void>,
): Promise<void> {
  const application = uniqueName("application");
  const requests: StoreRequest[] = [];
  const store = postgresqlStore({
    url: postgresqlUrl(),
    max: 1,
    onRequest: (request) => requests.push(request),
    ...options,
    parameters: { application_name: application, ...options.parameters },
  });
  try {
    await work({
      store,
      requests,
      activity: () =>
        other`SELECT pid, state, query, wait_event_type AS "waitsFor" FROM pg_stat_activity
          WHERE application_name = ${application}`,
    });
  } finally {
    await store.close();
  }
}

/** Runs something while another client holds the property `actor`, `name`. */
export async function whileLocked(
  other: postgres.Sql,
  schema: string,
  actor: string,
  work: () => Promise<void>,
): Promise<void> {
  await other`INSERT INTO ${other(schema)}.properties VALUES (${actor}, 'name', 'before') ON CONFLICT DO NOTHING`;
  await other.begin(async (sql) => {
    await sql`SELECT 1 FROM ${sql(schema)}.properties WHERE id = ${actor} FOR UPDATE`;
    await work();
  });
}

/** Whether a statement about properties waits for a lock. */
export async function waits({ activity }: Watched): Promise<boolean> {
  return (await activity()).some(({ waitsFor, query }) => waitsFor === "Lock" && query.includes("properties"));
}
