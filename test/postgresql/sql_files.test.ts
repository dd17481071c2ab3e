// The files of sql/: what may stand in them, and how they are sent.
import { expect } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { migrationsModule } from "../../scripts/build_sql.ts";
import { migrateSchema } from "../../src/postgresql/migrate.ts";
import { connect } from "../../src/postgresql/postgres_client.ts";
import { behaviours } from "../support/behaviour.ts";
import { postgresqlUrl, uniqueName } from "../support/stores.ts";
import { codeOf, otherClient } from "./database.ts";

const behaviour = behaviours("postgresql files");
const call = () => ({ operation: "test", deadline: Date.now() + 10_000 });

behaviour("a file comes into the module as it is, whatever its characters", async () => {
  const sql = "-- `a` ${b} \\c 'd''e';\nSELECT ';', $$;$$, E'\\n', \"q;\"; /* ; */\n";
  const folder = await mkdtemp(join(tmpdir(), "actingweb-edge-files-"));
  const file = join(folder, "migrations.ts");
  await writeFile(file, migrationsModule([{ name: "0001_3307e3616c5e.sql", sql }]));
  const module = await import(pathToFileURL(file).href);
  await rm(folder, { recursive: true });
  expect(module.MIGRATIONS).toEqual([{ file: "0001_3307e3616c5e.sql", revision: "3307e3616c5e", sql }]);
});

const REFUSED: readonly (readonly [title: string, name: string, sql: string, words: string])[] = [
  ["a number that leaves a gap", "0002_3307e3616c5e.sql", "", "expected 0001_"],
  ["a name without a number", "first.sql", "", "expected 0001_"],
  ["a transaction of its own", "0001_3307e3616c5e.sql", "SELECT 1;\nCOMMIT;", "one transaction already"],
  [
    "what no transaction can do",
    "0001_ours.sql",
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (c);",
    "one transaction",
  ],
  ["a step of ours that works only once", "0001_ours.sql", "CREATE INDEX i ON t (c);", "repeatable"],
  ["a step of ours that changes a table", "0001_ours.sql", "ALTER TABLE t ADD COLUMN c text;", "repeatable"],
];

for (const [title, name, sql, words] of REFUSED) {
  behaviour(`${title} is refused`, () => {
    expect(() => migrationsModule([{ name, sql }])).toThrow(words);
  });
}

behaviour("words in a comment are no statements", () => {
  const sql = "-- create it\nCREATE INDEX IF NOT EXISTS i ON t (c); -- commit;\n";
  expect(migrationsModule([{ name: "0001_ours.sql", sql }])).toContain("revision: null");
});

behaviour("several statements are sent as one transaction, with any ; inside", async () => {
  const client = connect({ url: postgresqlUrl(), max: 1 }, 10_000);
  const schema = uniqueName("files");
  const table = `"${schema}"."a;b"`;
  await client.script(
    `CREATE SCHEMA "${schema}"; -- ; 'open
    CREATE TABLE ${table} (text text DEFAULT ';'); /* ; */ INSERT INTO ${table} VALUES ($$;$$), (';')`,
    call(),
  );
  expect(await codeOf(client.script(`INSERT INTO ${table} VALUES ('third'); SELECT 1 / 0`, call()))).toBe("22012");
  expect((await client.query(`SELECT text FROM ${table}`, [], call())).rows).toEqual([{ text: ";" }, { text: ";" }]);
  await client.script(`DROP SCHEMA "${schema}" CASCADE`, call());
  await client.close();
});

behaviour("a migration that finds no time is given up and leaves nothing half done", async () => {
  const other = otherClient();
  const client = connect({ url: postgresqlUrl(), max: 1, statementTimeout: 0 }, 10_000);
  const schema = uniqueName("late");
  await other.begin(async (sql) => {
    await sql`SELECT pg_advisory_xact_lock(hashtextextended('actingweb-edge migrate', 0))`;
    expect(await codeOf(migrateSchema(client, schema, 300))).toBe("timeout");
  });
  expect((await other`SELECT 1 FROM pg_namespace WHERE nspname = ${schema}`).length).toBe(0);
  await client.close();
  await other.end();
});
