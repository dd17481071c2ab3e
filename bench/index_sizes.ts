// `bun bench/index_sizes.ts ROWS`: how large PostgreSQL's indexes grow, and which ones the store's statements use then.
import process from "node:process";
import postgres from "postgres";
import { guard } from "../src/guard.ts";
import type { Row, SqlClient } from "../src/postgresql/sql_client.ts";
import { postgresqlBackend } from "../src/postgresql/store.ts";
import { postgresqlPlace, postgresqlUrl } from "../test/support/stores.ts";

const rows = Number(process.argv[2] ?? 1_000_000);
/** Properties of one actor. */
const PER_ACTOR = 10;
/** Rows of one statement. */
const BATCH = 250_000;

interface Plan {
  readonly "Node Type": string;
  readonly "Index Name"?: string;
  readonly Plans?: readonly Plan[];
}

/** Rows as a server makes them fastest: ids are hexadecimal and random, as the store's are. */
async function fill(sql: postgres.Sql, schema: string): Promise<void> {
  const id = "md5((n / $1)::text)";
  const one = (from: number) => `FROM generate_series(${from}, ${Math.min(from + BATCH, rows) - 1}) AS n`;
  const once = `AND n % ${PER_ACTOR} = 0`;
  for (let from = 0; from < rows; from += BATCH) {
    const statements = [
      `INSERT INTO properties (id, name, value) SELECT ${id}, 'name ' || n % $1, md5(n::text) || md5(n::text) ${
        one(from)
      }`,
      `INSERT INTO attributes (id, bucket_name, bucket, name, data) SELECT ${id}, 'bucket:' || n % $1, 'bucket', n % $1,
        jsonb_build_object('value', md5(n::text)) ${one(from)}`,
      `INSERT INTO actors (id, creator, passphrase) SELECT ${id}, md5(n::text) || '@x.org', 'secret' ${one(from)}
        WHERE n >= 0 ${once}`,
      `INSERT INTO trusts (id, peerid, baseuri, type, relationship, secret, "desc", approved, peer_approved, verified)
        SELECT ${id}, md5('p' || n), 'https://peer',
        'urn:a', 'friend', md5('s' || n), '', true, true, true ${one(from)} WHERE n >= 0 ${once}`,
      `INSERT INTO property_lookup (property_name, value, actor_id) SELECT 'email', md5(n::text) || '@x.org', ${id}
        ${one(from)} WHERE n >= 0 ${once}`,
    ];
    for (const text of statements) {
      const target = text.replace(/INTO (\w+)/, `INTO "${schema}".$1`)
        .replaceAll("$1", `${PER_ACTOR}`);
      await sql.unsafe(target);
    }
    console.error(`${Math.min(from + BATCH, rows)} of ${rows}`);
  }
  await sql.unsafe(
    `VACUUM (ANALYZE) "${schema}".properties, "${schema}".attributes, "${schema}".actors,
    "${schema}".trusts, "${schema}".property_lookup`,
  );
}

/** A client that explains instead of doing; the indexes of the last statement, in the order of the plan. */
function explaining(sql: postgres.Sql, found: string[]): SqlClient {
  const visit = (plan: Plan) => {
    if (plan["Index Name"] !== undefined) found.push(plan["Index Name"]);
    else if (plan["Node Type"] === "Seq Scan") found.push("SEQUENTIAL SCAN");
    plan.Plans?.forEach(visit);
  };
  return {
    async query(text, parameters) {
      const [row] = await sql.unsafe<
        { "QUERY PLAN": readonly { Plan: Plan }[] }[]
      >(`EXPLAIN (FORMAT JSON) ${text}`, [
        ...parameters,
      ]);
      found.length = 0;
      visit(row!["QUERY PLAN"][0]!.Plan);
      return { rows: [] as Row[], count: 0 };
    },
    script: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

async function plans(sql: postgres.Sql, schema: string): Promise<void> {
  const found: string[] = [];
  const store = guard(postgresqlBackend(explaining(sql, found), schema, {}));
  const { id } = (await sql.unsafe<{ id: string }[]>(`SELECT md5('1') AS id`))[0]!;
  const calls: Record<string, () => Promise<unknown>> = {
    "properties.get": () => store.properties.get(id, "name 1"),
    "properties.set": () => store.properties.set(id, "name 1", "value"),
    "properties.setIfEquals": () => store.properties.setIfEquals(id, "name 1", "a", "b"),
    "properties.range": () => store.properties.range(id, "a", "z"),
    "properties.last": () => store.properties.last(id, "a", "z"),
    "properties.pages": async () => {
      for await (const _ of store.properties.pages(id)) break;
    },
    "lookups.get": () => store.lookups.get("email", "me@x.org"),
    "attributes.get": () => store.attributes.get(id, "bucket", "1"),
    "attributes.bucket": () => store.attributes.bucket(id, "bucket"),
    "actors.get": () => store.actors.get(id),
    "actors.listByCreator": () => store.actors.listByCreator("me@x.org"),
    "trusts.getBySecret": () => store.trusts.getBySecret(id, "secret"),
  };
  for (const [name, call] of Object.entries(calls)) {
    await call();
    console.log(
      `| \`${name}\` | ${
        found.map((index) => `\`${index}\``).join(", ") ||
        "none: it only inserts"
      } |`,
    );
    if (found.includes("SEQUENTIAL SCAN")) process.exitCode = 1;
  }
}

const sql = postgres(postgresqlUrl(), { max: 1, onnotice: () => {} });
const place = await postgresqlPlace("bench");
try {
  await fill(sql, place.schema);
  const sizes = await sql.unsafe<
    { name: string; table: string; bytes: string; rows: string }[]
  >(
    `SELECT c.relname AS name, t.relname AS table, pg_relation_size(c.oid)::text AS bytes, t.reltuples::bigint::text AS rows
     FROM pg_class t JOIN pg_namespace s ON s.oid = t.relnamespace
     LEFT JOIN pg_index i ON i.indrelid = t.oid JOIN pg_class c ON c.oid IN (i.indexrelid, t.oid)
     WHERE s.nspname = $1 AND t.relkind = 'r' AND t.reltuples > 0 GROUP BY 1, 2, 3, 4 ORDER BY 2, c.relname <> t.relname, 1`,
    [place.schema],
  );
  console.log(
    "| table | table or index | rows | MB | bytes a row |\n| --- | --- | --- | --- | --- |",
  );
  for (const { name, table, bytes, rows } of sizes) {
    const perRow = (Number(bytes) / Number(rows)).toFixed(0);
    console.log(
      `| ${table} | \`${name}\` | ${rows} | ${(Number(bytes) / 1e6).toFixed(0)} | ${perRow} |`,
    );
  }
  console.log("\n| call | indexes in its plan |\n| --- | --- |");
  await plans(sql, place.schema);
} finally {
  await place.remove();
  await sql.end();
}
