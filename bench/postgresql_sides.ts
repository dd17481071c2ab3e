// A property on PostgreSQL: the store, and the limit, the bare driver with the same statements.
import process from "node:process";
import postgres from "postgres";
import { postgresqlStore } from "../src/postgresql/mod.ts";
import { postgresqlPlace, postgresqlUrl } from "../test/support/stores.ts";
import { measureWays, type Ways } from "./ways.ts";
import { load, options } from "./work.ts";

/** The statements of the three calls. */
export interface Statements {
  readonly get: string;
  readonly set: string;
  readonly swap: string;
}

/** Other clients. */
interface Competitors {
  competitors(
    url: string,
    schema: string,
    max: number,
    statements: Statements,
  ): {
    readonly ways: Record<string, Ways>;
    close(): Promise<void>;
  };
}

/** Connections of each side; the store's default. */
const CONNECTIONS = 10;

/** The store's own statements, which a test of the budgets would miss if they were others. */
function statementsOf(schema: string): Statements {
  const table = `"${schema}".properties`;
  const one = "id = $1::text AND name = $2::text";
  return {
    get: `SELECT value FROM ${table} WHERE ${one}`,
    set: `INSERT INTO ${table} (id, name, value) VALUES ($1::text, $2::text, $3::text) ON CONFLICT (id, name)
      DO UPDATE SET value = EXCLUDED.value`,
    swap: `UPDATE ${table} SET value = $4::text WHERE ${one} AND value = $3::text RETURNING 1`,
  };
}

function bareDriver(sql: postgres.Sql, { get, set, swap }: Statements): Ways {
  const prepare = { prepare: true };
  return {
    get: async (id, name) =>
      (await sql.unsafe<{ value: string }[]>(get, [id, name], prepare))[0]
        ?.value ?? null,
    set: (id, name, value) => sql.unsafe(set, [id, name, value], prepare),
    swap: (id, name, expected, value) => sql.unsafe(swap, [id, name, expected, value], prepare),
  };
}

const url = postgresqlUrl();
const place = await postgresqlPlace("bench");
const { competitors } = await load<Competitors>("postgresql");
try {
  const statements = statementsOf(place.schema);
  for (
    const [parallel, max] of [[1, CONNECTIONS], [16, CONNECTIONS], [
      16,
      16,
    ]] as const
  ) {
    const sql = postgres(url, { max, fetch_types: false, onnotice: () => {} });
    const store = postgresqlStore({ url, schema: place.schema, max });
    const others = competitors(url, place.schema, max, statements);
    const ways = {
      "bare postgres driver": bareDriver(sql, statements),
      "actingweb-edge": {
        get: (id: string, name: string) => store.properties.get(id, name),
        set: (id: string, name: string, value: string) => store.properties.set(id, name, value),
        swap: (id: string, name: string, expected: string, value: string) =>
          store.properties.setIfEquals(id, name, expected, value),
      },
      ...others.ways,
    };
    await measureWays(`PostgreSQL, ${max} connections`, ways, {
      ...options(),
      parallel,
    });
    await Promise.all([sql.end(), store.close(), others.close()]);
  }
} finally {
  await place.remove();
}
process.exit(0);
