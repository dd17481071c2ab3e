// What the store says when PostgreSQL, or the way to it, is not as it should be.
import { afterAll, beforeAll, expect } from "bun:test";
import postgres from "postgres";
import { migrate, postgresqlStore, type PostgreSQLStoreOptions, StoreError } from "../../src/postgresql/mod.ts";
import { behaviours } from "../support/behaviour.ts";
import { postgresqlUrl, uniqueName } from "../support/stores.ts";
import { codeOf, otherClient, partsOf } from "./database.ts";
import { startFakeServer } from "./fake_server.ts";

const behaviour = behaviours("postgresql refusals");
const schema = uniqueName("refusals");
const url = postgresqlUrl();
let other: postgres.Sql;

beforeAll(async () => {
  other = otherClient();
  await migrate({ url, schema });
});
afterAll(async () => {
  await other`DROP SCHEMA ${other(schema)} CASCADE`;
  await other.end();
});

const SECRET = "s3cr3t-w0rd";

/** What a call throws, after a look at its message. */
async function refusal(options: PostgreSQLStoreOptions): Promise<string> {
  const store = postgresqlStore({ timeout: 700, password: SECRET, ...options });
  try {
    await store.properties.set("actor", "name", "a stored value");
    return "no error";
  } catch (error) {
    expect(error).toBeInstanceOf(StoreError);
    const { message, code, operation } = error as StoreError;
    expect(message).not.toContain(SECRET);
    expect(message).not.toContain("a stored value");
    expect(operation).toBe("properties.set");
    return code;
  } finally {
    await store.close();
  }
}

behaviour("a port where nobody listens is unavailable", async () => {
  expect(await refusal({ ...partsOf(url), port: 1 })).toBe("unavailable");
});

behaviour("a host that does not exist is unavailable", async () => {
  expect(await refusal({ ...partsOf(url), host: "no-such-host.invalid" })).toBe("unavailable");
});

behaviour("a database that does not exist is not migrated", async () => {
  expect(await refusal({ ...partsOf(url), database: "no_such_database" })).toBe("not_migrated");
});

behaviour("a schema without tables is not migrated", async () => {
  expect(await refusal({ url, schema: "no_such_schema" })).toBe("not_migrated");
});

behaviour("a user that does not exist is denied", async () => {
  expect(await refusal({ ...partsOf(url), user: "no_such_user" })).toBe("denied");
});

behaviour("a user without rights on the tables is denied", async () => {
  const role = uniqueName("stranger");
  await other`CREATE ROLE ${other(role)} LOGIN`;
  await other`GRANT USAGE ON SCHEMA ${other(schema)} TO ${other(role)}`;
  expect(await refusal({ ...partsOf(url), user: role, schema })).toBe("denied");
  await other`DROP OWNED BY ${other(role)}`;
  await other`DROP ROLE ${other(role)}`;
});

const REFUSALS: readonly (readonly [title: string, state: string, code: string])[] = [
  ["a wrong password is denied", "28P01", "denied"],
  ["a server that starts up is unavailable", "57P03", "unavailable"],
  ["a pooler that knows no such start-up parameter is a matter of configuration", "08P01", "configuration"],
];

for (const [title, state, code] of REFUSALS) {
  behaviour(title, async () => {
    const server = await startFakeServer({ asks: true, refuses: state });
    expect(await refusal({ host: "127.0.0.1", port: server.port })).toBe(code);
    expect(server.passwords[0]).toBe(SECRET);
    await server.close();
  });
}

behaviour("an instance of postgres that is given stays its owner's, also after the store is closed", async () => {
  const sql = postgres(url, { max: 2, onnotice: () => {} });
  const store = postgresqlStore({ sql, schema });
  await store.properties.set("given", "name", "value");
  expect(await store.properties.get("given", "name")).toBe("value");
  await store.close();
  expect((await sql`SELECT 1 AS one`)[0]?.one).toBe(1);
  await sql.end();
});

behaviour("an instance that its owner has ended is closed for the store, too", async () => {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  const store = postgresqlStore({ sql, schema });
  await store.properties.get("given", "name");
  await sql.end();
  expect(await codeOf(store.properties.get("given", "name"))).toBe("closed");
});

behaviour("an instance that transforms its results is refused, for the store would read wrong rows", async () => {
  const sql = postgres(url, { transform: postgres.camel });
  expect(() => postgresqlStore({ sql, schema })).toThrow("transform");
  await sql.end();
});
