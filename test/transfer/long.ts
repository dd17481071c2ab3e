// By hand: `bun test/transfer/long.ts ROWS`, with AWS_DB_HOST and TEST_DATABASE_URL. Copies many rows from DynamoDB to
// PostgreSQL and back, compares, and prints rates beside the plain limit and the peak of memory.
import { readFileSync } from "node:fs";
import process from "node:process";
import postgres from "postgres";
import { createDynamoDBClient, type DynamoDBClient, type Item } from "../../src/dynamodb/client/mod.ts";
import { start } from "../cli/program.ts";
import { dynamodbConnection, dynamodbPlace, postgresqlPlace, postgresqlUrl } from "../support/stores.ts";
import { fill } from "./rows.ts";

/** Rows at most with which the plain limits are measured. */
const SAMPLE = 100_000;
const STATEMENT_ROWS = 500;
const PARALLEL = 8;
/** DynamoDB's and PostgreSQL's names of the tables; `null`: rows of another form. */
const TABLES: readonly (readonly [string, string | null])[] = [
  ["actors", "actors"],
  ["properties", "properties"],
  ["trusts", "trusts"],
  ["peertrustees", "peertrustees"],
  ["subscriptions", "subscriptions"],
  ["subscriptiondiffs", "subscription_diffs"],
  ["subscription_suspensions", "subscription_suspensions"],
  ["attributes", "attributes"],
  ["property_lookup_v2", null],
];

const count = Number(process.argv[2] ?? 100_000);
const connection = dynamodbConnection();
const { host } = new URL(connection.endpoint);
const environment = {
  AWS_ACCESS_KEY_ID: connection.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: connection.credentials.secretAccessKey,
};
const side = {
  dynamodb: (prefix: string) => `dynamodb://${host}/${prefix}?region=${connection.region}&tls=false`,
  postgresql: (schema: string) => `${postgresqlUrl()}?schema=${schema}`,
};

/** Runs a command; its result, seconds and peak of memory in megabytes. */
async function command(...args: string[]): Promise<{ report: Record<string, number>; seconds: number; peak: number }> {
  const started = performance.now();
  const program = start([process.execPath, "src/cli/main.ts", ...args, "--json", "--quiet"], environment);
  let peak = 0;
  const timer = setInterval(() => peak = Math.max(peak, peakOf(program.pid)), 50);
  const code = await program.ended;
  clearInterval(timer);
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}: ${program.output()}${program.complaints()}`);
  const report = JSON.parse(program.output().trim().split("\n").at(-1)!) as Record<string, number>;
  return { report, seconds: (performance.now() - started) / 1000, peak };
}

function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

async function timed(rows: number, work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return Math.round(rows / ((performance.now() - started) / 1000));
}

async function inParallel<Each>(items: readonly Each[], work: (item: Each) => Promise<unknown>): Promise<void> {
  const queue = items.values();
  await Promise.all(Array.from({ length: PARALLEL }, async () => {
    for (const item of queue) await work(item);
  }));
}

function chunksOf<Row>(rows: readonly Row[], size: number): Row[][] {
  return Array.from(
    { length: Math.ceil(rows.length / size) },
    (_, index) => rows.slice(index * size, (index + 1) * size),
  );
}

/** Rows a second by BatchWriteItem alone. */
async function plainDynamoDB(client: DynamoDBClient, from: string, to: string): Promise<number> {
  const requests: { table: string; put: Item }[] = [];
  for (const [name] of TABLES) {
    const share = Math.ceil((await countOf(client, `${from}_${name}`)) * Math.min(1, SAMPLE / count));
    let taken = 0;
    for await (const { Items = [] } of client.pages("Scan", { TableName: `${from}_${name}` })) {
      for (const put of Items.slice(0, share - taken)) requests.push({ table: `${to}_${name}`, put });
      taken += Items.length;
      if (taken >= share) break;
    }
  }
  return await timed(
    requests.length,
    () => inParallel(chunksOf(requests, STATEMENT_ROWS), (each) => client.batchWrite(each)),
  );
}

async function countOf(client: DynamoDBClient, table: string): Promise<number> {
  const { Table } = await client.send("DescribeTable", { TableName: table });
  return Number(Table?.ItemCount ?? 0);
}

/** Rows a second by the bare driver's own way to insert many. */
async function plainPostgreSQL(from: string, to: string): Promise<number> {
  const sql = postgres(postgresqlUrl(), { max: PARALLEL, onnotice: () => {} });
  try {
    const inserts: (readonly [table: string, rows: Record<string, unknown>[]])[] = [];
    let rows = 0;
    for (const table of [...TABLES.map(([, name]) => name), "property_lookup"]) {
      if (table === null) continue;
      const [{ total }] = await sql`SELECT count(*)::int AS total FROM ${sql(from)}.${sql(table)}` as unknown as [
        { total: number },
      ];
      const limit = Math.ceil(total * Math.min(1, SAMPLE / count));
      // Attributes come as text, which the driver would otherwise take apart and put together again.
      const columns = table === "attributes" ? sql.unsafe("*, data::text AS data") : sql.unsafe("*");
      const found = await sql`SELECT ${columns} FROM ${sql(from)}.${sql(table)} LIMIT ${limit}`;
      rows += found.length;
      for (const each of chunksOf([...found] as Record<string, unknown>[], STATEMENT_ROWS)) inserts.push([table, each]);
    }
    // Lookup rows need their actors, which come first; the last ones wait for all others.
    const [lookups, others] = [
      inserts.filter(([table]) => table === "property_lookup"),
      inserts.filter(([table]) => table !== "property_lookup"),
    ];
    const insert = ([table, each]: (typeof inserts)[number]) => sql`INSERT INTO ${sql(to)}.${sql(table)} ${sql(each)}`;
    return await timed(rows, async () => {
      await inParallel(others, insert);
      await inParallel(lookups, insert);
    });
  } finally {
    await sql.end();
  }
}

const places = await Promise.all([
  dynamodbPlace("long_a"),
  postgresqlPlace("long_b"),
  dynamodbPlace("long_c"),
  dynamodbPlace("long_plain"),
  postgresqlPlace("long_plain"),
]);
const [a, b, c, plainA, plainB] = places;
try {
  const store = await a.open();
  console.log(`filling: ${await timed(count, () => fill(store, count))} rows/s`);
  const steps = [
    ["copy", side.dynamodb(a.prefix), side.postgresql(b.schema)],
    ["compare", side.dynamodb(a.prefix), side.postgresql(b.schema)],
    ["copy", side.postgresql(b.schema), side.dynamodb(c.prefix)],
    ["compare", side.postgresql(b.schema), side.dynamodb(c.prefix)],
    ["compare", side.dynamodb(a.prefix), side.dynamodb(c.prefix)],
  ] as const;
  const rates: number[] = [];
  for (const [name, from, to] of steps) {
    const { report, seconds, peak } = await command(name, "--from", from, "--to", to);
    rates.push(Math.round(report.rowsPerSecond!));
    const [one, other] = [from, to].map((each) => each.split(":")[0]);
    console.log(
      `${name} ${one} to ${other}: ${report.read} rows in ${seconds.toFixed(1)} s, ${rates.at(-1)} rows/s, ` +
        `peak ${peak.toFixed(0)} MB`,
    );
  }
  const there = await plainPostgreSQL(b.schema, plainB.schema);
  console.log(
    `plain limit, bare postgres driver: ${there} rows/s; copy reaches ${(rates[0]! / there).toFixed(2)} of it`,
  );
  const back = await plainDynamoDB(createDynamoDBClient(connection), a.prefix, plainA.prefix);
  console.log(`plain limit, bare BatchWriteItem: ${back} rows/s; copy reaches ${(rates[2]! / back).toFixed(2)} of it`);
} finally {
  await Promise.all(places.map((place) => place.remove()));
}
