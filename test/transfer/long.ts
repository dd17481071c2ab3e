// `npm run torture:transfer`: moves many rows from DynamoDB to PostgreSQL and back, compares after each step, and prints a
// table of rates beside the plain limits, and of the peaks of memory.
import { readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { postgresqlStore } from "../../src/postgresql/mod.ts";
import { tables } from "../../src/postgresql/table_rows.ts";
import { copy } from "../../src/transfer/mod.ts";
import { start } from "../cli/program.ts";
import { dynamodbServer, postgresqlServer, type TestServer } from "../support/servers.ts";
import { dynamodbConnection, dynamodbPlace, postgresqlPlace, postgresqlUrl, uniqueName } from "../support/stores.ts";
import { madeRows } from "./made_rows.ts";
import { plainBatchWrite, plainInsert, plainScan } from "./plain.ts";
import { fill } from "./rows.ts";

const USAGE = `Usage: npm run torture:transfer -- [options]

  --rows COUNT    rows to move; may be given several times (default 100000)
  --rounds COUNT  how often each copy and its limits are measured, in turn; the median counts (default 3)
  --seed NUMBER   which rows (default: by the clock)
  --help          this text

Servers as for npm test. Exit code 1 when a comparison finds a difference, or a command fails.
`;
/** Rows at most that are made before and held, for a copy without reading. */
const MADE_ROWS = 100_000;
/** How often a command's memory is looked at. The kernel keeps the peak, so only the last moment can be missed. */
const LOOK_MILLISECONDS = 20;

/** What one command did. */
interface Step {
  readonly name: string;
  readonly rows: number;
  readonly seconds: number;
  /** Rows a second, without the start of the program. */
  readonly rate: number;
  /** Peak of its resident memory in megabytes. */
  readonly peak: number;
}

/** Runs a command of the program, which must end with 0. */
async function command(name: string, ...args: string[]): Promise<Step> {
  const { credentials } = dynamodbConnection();
  const program = start([process.execPath, "src/cli/main.ts", ...args, "--json", "--quiet"], {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  });
  let peak = 0;
  const timer = setInterval(() => peak = Math.max(peak, peakOf(program.pid)), LOOK_MILLISECONDS);
  const code = await program.ended;
  clearInterval(timer);
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${program.output()}${program.complaints()}`);
  const report = JSON.parse(program.output().trim().split("\n").at(-1)!) as Record<string, number>;
  const step = { name, rows: report.read!, seconds: report.seconds!, rate: report.rowsPerSecond!, peak };
  print(step);
  return step;
}

function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    // It has just ended.
    return 0;
  }
}

const dynamodb = (prefix: string) => {
  const { endpoint, region } = dynamodbConnection();
  return `dynamodb://${new URL(endpoint).host}/${prefix}?region=${region}&tls=false`;
};
const postgresql = (schema: string) => `${postgresqlUrl()}?schema=${schema}`;

/** Moves so many rows there and back; what each command did. */
async function move(count: number, rounds: number, seed: number): Promise<Step[]> {
  const [a, b, c] = await Promise.all([dynamodbPlace("long_a"), postgresqlPlace("long_b"), dynamodbPlace("long_c")]);
  const file = join(tmpdir(), `${uniqueName("export")}.jsonl`);
  try {
    const store = await a.open();
    const started = performance.now();
    await fill(store, count, seed);
    await store.close();
    console.log(`${count} rows, seed ${seed}: filled in ${((performance.now() - started) / 1000).toFixed(0)} s`);
    const [first, second, third] = [dynamodb(a.prefix), postgresql(b.schema), dynamodb(c.prefix)];
    const between = (one: string, other: string) => ["--from", one, "--to", other];
    const steps = [
      await command("copy DynamoDB → PostgreSQL", "copy", ...between(first, second)),
      await command("compare DynamoDB, PostgreSQL", "compare", ...between(first, second)),
      await command("copy PostgreSQL → DynamoDB", "copy", ...between(second, third)),
      await command("compare PostgreSQL, DynamoDB", "compare", ...between(second, third)),
      await command("compare first, last", "compare", ...between(first, third)),
      await command("export DynamoDB", "export", "--from", first, file),
    ];
    console.log(`the file has ${statSync(file).size} bytes`);
    await printLimits({ prefix: a.prefix, schema: b.schema, rounds, seed }, steps);
    return steps;
  } finally {
    rmSync(file, { force: true });
    await Promise.all([a, b, c].map((place) => place.remove()));
  }
}

function print({ name, rows, seconds, rate, peak }: Step): void {
  const columns = [
    `${rows} rows`,
    `${seconds.toFixed(1)} s`,
    `${Math.round(rate)} rows/s`,
    `peak ${peak.toFixed(0)} MB`,
  ];
  console.log(`| ${[name.padEnd(28), ...columns.map((column) => column.padStart(14))].join(" | ")} |`);
}

/** Measures copies and plain limits in turn, each into empty tables. */
async function printLimits(
  { prefix, schema, rounds, seed }: { prefix: string; schema: string; rounds: number; seed: number },
  steps: readonly Step[],
): Promise<void> {
  const there = { copy: [steps[0]!.rate], made: [] as number[], insert: [] as number[], scan: [] as number[] };
  const back = { copy: [steps[2]!.rate], batch: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    if (round > 0) {
      there.copy.push(
        await onPostgreSQL(async (to) => {
          return (await command(steps[0]!.name, "copy", "--from", dynamodb(prefix), "--to", postgresql(to))).rate;
        }),
      );
      back.copy.push(
        await onDynamoDB(async (to) => {
          return (await command(steps[2]!.name, "copy", "--from", postgresql(schema), "--to", dynamodb(to))).rate;
        }),
      );
    }
    there.made.push(await onPostgreSQL((to) => copyMade(Math.min(MADE_ROWS, steps[0]!.rows), seed, to)));
    there.scan.push(await plainScan(prefix));
    there.insert.push(await onPostgreSQL((to) => plainInsert(schema, to)));
    back.batch.push(await onDynamoDB((to) => plainBatchWrite(prefix, to)));
  }
  const [copied, made, insert, scan] = [there.copy, there.made, there.insert, there.scan].map(median) as Four;
  const both = 1 / (1 / insert + 1 / scan);
  printLimit("copy of rows in memory → PostgreSQL", made, "insert by the bare driver", insert);
  printLimit("copy DynamoDB → PostgreSQL", copied, "insert by the bare driver", insert);
  printLimit("copy DynamoDB → PostgreSQL", copied, "Scan by the bare client, then this insert", both);
  printLimit("copy PostgreSQL → DynamoDB", median(back.copy), "BatchWriteItem by the bare client", median(back.batch));
}

type Four = [number, number, number, number];

/** Rows a second of a copy that has nothing to read, in this very process, as the plain insert is. */
async function copyMade(count: number, seed: number, schema: string): Promise<number> {
  const source = madeRows(count, seed);
  const target = postgresqlStore({ url: postgresqlUrl(), schema, tables });
  try {
    let rate = 0;
    for await (const { rowsPerSecond } of copy(source, target)) rate = rowsPerSecond;
    return rate;
  } finally {
    await target.close();
  }
}

function printLimit(name: string, rate: number, limit: string, limitRate: number): void {
  const share = (rate / limitRate).toFixed(2);
  console.log(`| ${name}: ${Math.round(rate)} rows/s | ${limit}: ${Math.round(limitRate)} rows/s | ${share} of it |`);
}

async function onPostgreSQL(work: (schema: string) => Promise<number>): Promise<number> {
  const place = await postgresqlPlace("long_empty");
  return await work(place.schema).finally(place.remove);
}

async function onDynamoDB(work: (prefix: string) => Promise<number>): Promise<number> {
  const place = await dynamodbPlace("long_empty");
  return await work(place.prefix).finally(place.remove);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      rows: { type: "string", multiple: true, default: ["100000"] },
      rounds: { type: "string", default: "3" },
      seed: { type: "string", default: String(Date.now() % 10_000) },
      help: { type: "boolean" },
    },
    strict: true,
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  for (const number of [...values.rows, values.rounds]) {
    if (!/^[1-9]\d*$/.test(number)) throw new Error("--rows and --rounds must be whole numbers from 1");
  }
  if (!/^\d+$/.test(values.seed)) throw new Error("--seed must be a whole number");
  const servers: TestServer[] = await Promise.all([dynamodbServer(), postgresqlServer()]);
  try {
    for (const { description, environment } of servers) {
      console.log(description);
      Object.assign(process.env, environment);
    }
    const sizes: Step[][] = [];
    for (const rows of values.rows) sizes.push(await move(Number(rows), Number(values.rounds), Number(values.seed)));
    const [smallest, greatest] = [sizes[0]!, sizes.at(-1)!];
    if (sizes.length > 1) {
      for (const [index, { name, peak }] of greatest.entries()) {
        console.log(`${name}: peak ${(peak / smallest[index]!.peak).toFixed(2)} times that of ${values.rows[0]} rows`);
      }
    }
    return 0;
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
