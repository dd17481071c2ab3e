// The schema that migrations make, from wherever they start.
import { afterAll, beforeAll, expect } from "bun:test";
import type postgres from "postgres";
import { MIGRATIONS } from "../../src/postgresql/migrations.ts";
import { migrate, postgresqlStore } from "../../src/postgresql/mod.ts";
import { behaviours } from "../support/behaviour.ts";
import { postgresqlUrl, uniqueName } from "../support/stores.ts";
import { codeOf, otherClient } from "./database.ts";
import { CATALOG, readCatalog } from "./catalog.ts";

const behaviour = behaviours("postgresql migrations");
const REVISIONS = MIGRATIONS.filter(({ revision }) => revision !== null);
const HEAD = "e5f6a7b8c9d0";

let other: postgres.Sql;
const made: string[] = [];
beforeAll(() => {
  other = otherClient();
});
afterAll(async () => {
  for (const schema of made) await other`DROP SCHEMA IF EXISTS ${other(schema)} CASCADE`;
  await other.end();
});

function newSchema(name = uniqueName("migrations")): string {
  made.push(name);
  return name;
}

const migrated = (schema: string) => migrate({ url: postgresqlUrl(), schema });

/** Runs the first files as they are, as an older version would have. */
async function runFiles(schema: string, count: number): Promise<void> {
  await other`CREATE SCHEMA ${other(schema)}`;
  for (const { sql } of REVISIONS.slice(0, count)) {
    await other.unsafe(sql.replaceAll("{schema}", `"${schema}"`)).simple();
  }
  await setRevision(schema, REVISIONS[count - 1]!.revision!);
}

async function setRevision(schema: string, revision: string): Promise<void> {
  await other.unsafe(`CREATE TABLE "${schema}".alembic_version (version_num varchar(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
    INSERT INTO "${schema}".alembic_version VALUES ('${revision}')`).simple();
}

behaviour("twenty callers at once make one schema, each step taken by one of them", async () => {
  const schema = newSchema();
  const results = await Promise.all(Array.from({ length: 20 }, () => migrated(schema)));
  expect(results.flatMap(({ applied }) => applied).sort()).toEqual(MIGRATIONS.map(({ file }) => file));
  expect(new Set(results.map(({ to }) => to))).toEqual(new Set([HEAD]));
  expect(results.map(({ from }) => from)).toContain(null);
  expect(await readCatalog(other, schema)).toEqual(CATALOG);
});

behaviour("running again changes nothing and waits for nobody", async () => {
  const schema = newSchema();
  await migrated(schema);
  const before = await readCatalog(other, schema);
  await other.begin(async (sql) => {
    await sql.unsafe(`INSERT INTO "${schema}".properties VALUES ('actor', 'name', 'value')`);
    expect(await migrated(schema)).toEqual({ from: HEAD, to: HEAD, applied: [] });
  });
  expect(await readCatalog(other, schema)).toEqual(before);
});

for (const [index, { revision }] of REVISIONS.entries()) {
  behaviour(`a database at revision ${revision} is brought to the newest with all its rows`, async () => {
    const schema = newSchema();
    await runFiles(schema, index + 1);
    await fill(schema, index + 1);
    const before = await rowsOf(schema);
    const { from, to, applied } = await migrated(schema);
    expect([from, to]).toEqual([revision, HEAD]);
    expect(applied).toEqual(MIGRATIONS.slice(index + 1).map(({ file }) => file));
    expect(await rowsOf(schema)).toMatchObject(before);
    expect(await readCatalog(other, schema)).toEqual(CATALOG);
  });
}

/** One row in every table that a revision has. */
async function fill(schema: string, revisions: number): Promise<void> {
  const rows = [
    "actors VALUES ('a', 'me@x.org', 'secret', '2026-01-02 03:04:05.678901')",
    "attributes VALUES ('a', 'b:n', 'b', 'n', '{\"chain_id\": \"c\"}', '2026-01-02 03:04:05', 4102444800)",
    "peertrustees VALUES ('a', 'p', 'https://p/', 'urn:p', 'secret')",
    "properties VALUES ('a', 'email', 'me@x.org')",
    "subscription_diffs VALUES ('a', 's:1', 's', '2026-01-02 03:04:05', '{}', 1)",
    "subscriptions VALUES ('a', 'p:s', 'p', 's', 'high', 'properties', NULL, NULL, 1, false)",
    `trusts (id, peerid, baseuri, type, relationship, secret, approved, peer_approved, verified)
      VALUES ('a', 'p', 'https://p/', 'urn:p', 'friend', 'secret', true, false, true)`,
    ...(revisions > 1 ? ["property_lookup VALUES ('email', 'me@x.org', 'a')"] : []),
    ...(revisions > 3 ? ["subscription_suspensions VALUES ('a', 'properties', '', '2026-01-02 03:04:05Z')"] : []),
  ];
  for (const row of rows) await other.unsafe(`INSERT INTO "${schema}".${row}`);
}

async function rowsOf(schema: string): Promise<Record<string, unknown>> {
  const rows: Record<string, unknown> = {};
  for (const { tablename } of await other`SELECT tablename FROM pg_tables WHERE schemaname = ${schema}`) {
    if (tablename !== "alembic_version") {
      rows[tablename] = [...await other`SELECT * FROM ${other(schema)}.${other(tablename)}`];
    }
  }
  return rows;
}

behaviour("a schema made by the reference itself is adopted and only gains our indexes", async () => {
  const schema = newSchema();
  await runFiles(schema, REVISIONS.length);
  const reference = await readCatalog(other, schema);
  expect(reference).toEqual(CATALOG.filter((line) => !line.includes("ix_actingweb_edge_")));
  const own = MIGRATIONS.filter((each) => each.revision === null).map(({ file }) => file);
  expect(await migrated(schema)).toEqual({ from: HEAD, to: HEAD, applied: own });
  expect(await readCatalog(other, schema)).toEqual(CATALOG);
});

behaviour("an index of ours that was dropped comes back", async () => {
  const schema = newSchema();
  await migrated(schema);
  await other.unsafe(`DROP INDEX "${schema}".ix_actingweb_edge_diffs`);
  expect((await migrated(schema)).applied).toEqual(["0008_byte_order.sql"]);
  expect(await readCatalog(other, schema)).toEqual(CATALOG);
});

behaviour("a revision that we do not know is refused and nothing is changed", async () => {
  const schema = newSchema();
  await runFiles(schema, REVISIONS.length);
  await other.unsafe(`UPDATE "${schema}".alembic_version SET version_num = 'ffffffffffff'`);
  const before = await readCatalog(other, schema);
  expect(await codeOf(migrated(schema))).toBe("not_migrated");
  expect(await readCatalog(other, schema)).toEqual(before);
});

behaviour("two revisions at once, as of a branch, are refused and nothing is changed", async () => {
  const schema = newSchema();
  await runFiles(schema, 3);
  await other.unsafe(`INSERT INTO "${schema}".alembic_version VALUES ('3307e3616c5e')`);
  const before = await readCatalog(other, schema);
  expect(await codeOf(migrated(schema))).toBe("not_migrated");
  expect(await readCatalog(other, schema)).toEqual(before);
});

behaviour("an alembic_version without a row counts as an empty schema", async () => {
  const schema = newSchema();
  await other`CREATE SCHEMA ${other(schema)}`;
  await setRevision(schema, HEAD);
  await other.unsafe(`DELETE FROM "${schema}".alembic_version`);
  expect((await migrated(schema)).from).toBe(null);
  expect(await readCatalog(other, schema)).toEqual(CATALOG);
});

behaviour("tables of our names without a revision are refused and stay as they are", async () => {
  const schema = newSchema();
  await other.unsafe(`CREATE SCHEMA "${schema}"; CREATE TABLE "${schema}".trusts (mine integer)`).simple();
  const before = await readCatalog(other, schema);
  expect(await codeOf(migrated(schema))).toBe("conflict");
  expect(await readCatalog(other, schema)).toEqual(before);
});

behaviour("a step that fails leaves its revision, and the next run goes on from there", async () => {
  const schema = newSchema();
  await runFiles(schema, 5);
  // PostgreSQL does not change the type of a column that a view shows.
  await other.unsafe(`CREATE VIEW "${schema}".names AS SELECT name FROM "${schema}".properties`);
  expect(await codeOf(migrated(schema))).toBe("internal");
  const [row] = await other.unsafe(`SELECT version_num FROM "${schema}".alembic_version`);
  expect(row?.version_num).toBe("d4e5f6a7b8c9");
  await other.unsafe(`DROP VIEW "${schema}".names`);
  expect((await migrated(schema)).applied).toEqual(["0007_e5f6a7b8c9d0.sql", "0008_byte_order.sql"]);
  expect(await readCatalog(other, schema)).toEqual(CATALOG);
});

const AWKWARD = [
  "two words",
  "UPPER",
  'double"quote',
  "single'quote",
  "dollar $& $1 $$",
  "back\\slash",
  "semi;colon -- comment",
  "{schema}",
  "schön 漢字 😀",
];

for (const name of AWKWARD) {
  behaviour(`a schema may be called ${name}`, async () => {
    const schema = newSchema(`${name} ${crypto.randomUUID().slice(0, 8)}`);
    await migrated(schema);
    expect(await readCatalog(other, schema)).toEqual(CATALOG);
    const store = postgresqlStore({ url: postgresqlUrl(), schema, preset: "lambda" });
    await store.actors.createIfAbsent({ id: "a", creator: "me@x.org", passphrase: "secret" });
    await store.properties.set("a", "email", "me@x.org");
    expect(await store.lookups.get("email", "me@x.org")).toBe("a");
    expect(await store.actors.erase("a")).toBe(true);
    await store.close();
  });
}

behaviour("a schema's name of more than 63 bytes is refused before PostgreSQL would cut it", async () => {
  expect(await codeOf(migrated("ü".repeat(32)))).toBe("configuration");
  expect(() => postgresqlStore({ schema: "x".repeat(64) })).toThrow("63 bytes");
});

behaviour("the owner of a schema needs no right to create schemas", async () => {
  const role = uniqueName("owner");
  const schema = newSchema();
  const url = postgresqlUrl().replace(/\/\/[^@]*@/, `//${role}@`);
  await other`CREATE ROLE ${other(role)} LOGIN`;
  await other`CREATE SCHEMA ${other(schema)} AUTHORIZATION ${other(role)}`;
  await migrate({ url, schema });
  expect(await readCatalog(other, schema)).toEqual(CATALOG);
  expect(await codeOf(migrate({ url, schema: uniqueName("elsewhere") }))).toBe("denied");
  await other`DROP SCHEMA ${other(schema)} CASCADE`;
  await other`DROP ROLE ${other(role)}`;
});
