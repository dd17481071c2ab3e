// `npm run torture:transfer`: moves many rows from DynamoDB to PostgreSQL and back, compares after each step, and prints a
// table of rates beside the plain limits, and of the peaks of memory.
import { readFileSync, rmSync } from "node:fs";
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
  --rounds COUNT  how often everything is measured with the first number of rows, in turn; with the others, which
                  take longer, it is once (default 3)
  --seed NUMBER   which rows (default: by the clock)
  --help          this text

Servers as for npm test. Exit code 1 when a comparison finds a difference, or a command fails.
`;
/** Rows at most that are made before and held, for a copy without reading. */
const MADE_ROWS = 100_000;
/** How often a command's memory is looked at. The kernel keeps the peak, so only the last moment can be missed. */
const LOOK_MILLISECONDS = 20;

const THERE = "copy DynamoDB → PostgreSQL";
const BACK = "copy PostgreSQL → DynamoDB";

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

/** What was measured with one number of rows: of each step and limit one value for each round. */
interface Measured {
  readonly steps: Map<string, Step[]>;
  readonly limits: {
    readonly made: number[];
    readonly insert: number[];
    readonly scan: number[];
    readonly batch: number[];
  };
}

/** Fills a database and moves its rows there and back, `rounds` times into empty ones. */
async function measure(count: number, rounds: number, seed: number): Promise<Measured> {
  const first = await dynamodbPlace("long_a");
  try {
    const store = await first.open();
    const started = performance.now();
    await fill(store, count, seed);
    await store.close();
    console.log(`${count} rows, seed ${seed}: filled in ${((performance.now() - started) / 1000).toFixed(0)} s`);
    const measured: Measured = { steps: new Map(), limits: { made: [], insert: [], scan: [], batch: [] } };
    for (let round = 0; round < rounds; round++) {
      await onPostgreSQL((second) =>
        onDynamoDB((third) =>
          move(first.prefix, second, third, measured.steps)
            .then(() => measureLimits(first.prefix, second, Math.min(MADE_ROWS, count), seed, measured.limits))
        )
      );
    }
    return measured;
  } finally {
    await first.remove();
  }
}

/** Moves all rows there and back, and compares after each step; the first comparison that finds a difference ends it. */
async function move(first: string, second: string, third: string, steps: Measured["steps"]): Promise<void> {
  const [a, b, c] = [dynamodb(first), postgresql(second), dynamodb(third)];
  const file = join(tmpdir(), `${uniqueName("export")}.jsonl`);
  const step = async (name: string, ...args: string[]) => {
    const done = await command(name, ...args);
    steps.set(name, [...steps.get(name) ?? [], done]);
  };
  try {
    await step(THERE, "copy", "--from", a, "--to", b);
    await step("compare DynamoDB, PostgreSQL", "compare", "--from", a, "--to", b);
    await step(BACK, "copy", "--from", b, "--to", c);
    await step("compare PostgreSQL, DynamoDB", "compare", "--from", b, "--to", c);
    await step("compare first, last", "compare", "--from", a, "--to", c);
    await step("export DynamoDB", "export", "--from", a, file);
  } finally {
    rmSync(file, { force: true });
  }
}

async function measureLimits(
  prefix: string,
  schema: string,
  made: number,
  seed: number,
  limits: Measured["limits"],
): Promise<void> {
  limits.made.push(await onPostgreSQL((to) => copyMade(made, seed, to)));
  limits.insert.push(await onPostgreSQL((to) => plainInsert(schema, to)));
  limits.scan.push(await plainScan(prefix));
  limits.batch.push(await onDynamoDB((to) => plainBatchWrite(prefix, to)));
}

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

async function onPostgreSQL<Result>(work: (schema: string) => Promise<Result>): Promise<Result> {
  const place = await postgresqlPlace("long_b");
  return await work(place.schema).finally(place.remove);
}

async function onDynamoDB<Result>(work: (prefix: string) => Promise<Result>): Promise<Result> {
  const place = await dynamodbPlace("long_c");
  return await work(place.prefix).finally(place.remove);
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

/** Prints the median rates and the highest peaks, and the rates beside their limits. */
function printAll(count: string, { steps, limits }: Measured): void {
  console.log(`\n${count} rows, medians of rates and highest peaks:`);
  for (const [name, rounds] of steps) {
    const { rows } = rounds[0]!;
    const rate = median(rounds.map((step) => step.rate));
    print({ name, rows, seconds: rows / rate, rate, peak: peakIn(rounds) });
  }
  const [there, back] = [THERE, BACK].map((name) => median(steps.get(name)!.map(({ rate }) => rate))) as [
    number,
    number,
  ];
  const [made, insert, scan, batch] = [limits.made, limits.insert, limits.scan, limits.batch].map(median) as Four;
  printLimit(THERE, there, "insert by the bare driver", insert);
  printLimit("copy of rows in memory → PostgreSQL", made, "insert by the bare driver", insert);
  printLimit(THERE, there, "Scan by the bare client, then insert", 1 / (1 / insert + 1 / scan));
  printLimit(BACK, back, "BatchWriteItem by the bare client", batch);
}

type Four = [number, number, number, number];

function printLimit(name: string, rate: number, limit: string, limitRate: number): void {
  const share = (rate / limitRate).toFixed(2);
  console.log(`| ${name}: ${Math.round(rate)} rows/s | ${limit}: ${Math.round(limitRate)} rows/s | ${share} of it |`);
}

function peakIn(rounds: readonly Step[]): number {
  return Math.max(...rounds.map(({ peak }) => peak));
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
    const sizes = new Map<string, Measured>();
    for (const rows of values.rows) {
      const rounds = sizes.size === 0 ? Number(values.rounds) : 1;
      sizes.set(rows, await measure(Number(rows), rounds, Number(values.seed)));
    }
    for (const [rows, measured] of sizes) printAll(rows, measured);
    const [[rows, smallest], [, greatest]] = [[...sizes].at(0)!, [...sizes].at(-1)!];
    for (const [name, rounds] of greatest.steps) {
      const times = (peakIn(rounds) / peakIn(smallest.steps.get(name)!)).toFixed(2);
      if (sizes.size > 1) console.log(`${name}: peak ${times} times that of ${rows} rows`);
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
