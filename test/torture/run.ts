// `npm run torture`: the long form of the differential model, of the races and of faults, on both databases; then of
// hostile input, and of load, which needs the machine for itself.
import process from "node:process";
import { parseArgs } from "node:util";
import { BACKENDS, type CellResult, filesOf, runCell, RUNTIMES } from "../support/cells.ts";

const FILES = [
  "test/torture/differential.test.ts",
  "test/torture/races/races.test.ts",
  "test/torture/faults/network.test.ts",
  "test/torture/faults/leaks.test.ts",
  "test/torture/faults/failover.test.ts",
  "test/torture/faults/tls.test.ts",
  "test/torture/faults/half_done.test.ts",
];

const POSTGRESQL_FILES = ["crash", "failover", "pgbouncer", "waiting"].map((name) => `test/postgresql/${name}.test.ts`);

const LOAD_FILES = ["test/torture/load/load.test.ts"];

const USAGE = `Usage: npm run torture -- [options]

  --backend NAME     only dynamodb, only postgresql, or only module, which is hostile input and load; may be given
                     several times
  --runtime NAME     ${Object.keys(RUNTIMES).join(" or ")} (default bun)
  --sequences COUNT  random sequences of the differential model (default 20000)
  --seed NUMBER      repeats the random choices of an earlier run
  --processes COUNT  processes of a race (default 4)
  --clients COUNT    clients of each process (default 16)
  --rounds COUNT     how often each client of a race, or of PgBouncer, does its work (default 10)
  --rows COUNT       rows of an actor whose eraser is killed (default 10000)
  --kills COUNT      writers that are killed (default 50)
  --crashes COUNT    how often PostgreSQL is killed (default 20)
  --factor COUNT     how many times as much hostile input as in npm test (default 50)
  --minutes COUNT    how long the load lasts (default 1)
  --help             this text

Servers as for npm test.
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      backend: { type: "string", multiple: true, default: ["dynamodb", "postgresql", "module"] },
      runtime: { type: "string", default: "bun" },
      sequences: { type: "string", default: "20000" },
      seed: { type: "string", default: String(Date.now() % 2 ** 31) },
      processes: { type: "string", default: "4" },
      clients: { type: "string", default: "16" },
      rounds: { type: "string", default: "10" },
      rows: { type: "string", default: "10000" },
      kills: { type: "string", default: "50" },
      crashes: { type: "string", default: "20" },
      factor: { type: "string", default: "50" },
      minutes: { type: "string", default: "1" },
      help: { type: "boolean" },
    },
    strict: true,
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const { backend: backends, runtime } = values;
  for (const name of backends) {
    if (!["dynamodb", "postgresql", "module"].includes(name)) throw new Error(`unknown backend ${name}`);
  }
  if (!(runtime in RUNTIMES)) throw new Error(`unknown runtime ${runtime}`);
  for (const name of ["sequences", "seed", "processes", "clients", "rounds", "rows", "kills", "crashes"] as const) {
    if (!/^\d+$/.test(values[name])) throw new Error(`--${name} must be a whole number`);
    process.env[`TORTURE_${name.toUpperCase()}`] = values[name];
  }
  for (const name of ["factor", "minutes"] as const) {
    if (!/^[1-9]\d*$/.test(values[name])) throw new Error(`--${name} must be a whole number from 1`);
  }
  process.env.HOSTILE_FACTOR = values.factor;
  process.env.HOSTILE_SEED = values.seed;
  process.env.TEST_SEED = values.seed;
  process.env.LOAD_MINUTES = values.minutes;
  console.log(
    `${values.sequences} sequences, ${values.processes} × ${values.clients} clients, TORTURE_SEED=${values.seed}`,
  );
  const databases = backends.filter((backend) => backend !== "module");
  const results = await Promise.all(databases.map((backend) => {
    return torture(runtime, backend, backend === "postgresql" ? [...FILES, ...POSTGRESQL_FILES] : FILES);
  }));
  if (backends.includes("module")) {
    const hostile = filesOf({ runtime, backend: "module" }, true).filter((file) => file.startsWith("test/hostile/"));
    for (const files of [hostile, LOAD_FILES]) results.push(await torture(runtime, "module", files));
  }
  const outcomes = results.flatMap((result) => result.outcomes);
  const failed = outcomes.filter(({ passed }) => !passed).length + results.filter(({ crash }) => crash !== null).length;
  console.log(`TORTURE_SEED=${values.seed}`);
  console.log(`${outcomes.filter(({ passed }) => passed).length} passed, ${failed} failed`);
  return failed === 0 && outcomes.length > 0 ? 0 : 1;
}

async function torture(runtime: string, backend: string, files: readonly string[]): Promise<CellResult> {
  const server = await BACKENDS[backend]!.server();
  console.log(`${backend}: ${server.description}`);
  try {
    const result = await runCell({ runtime, backend }, server, files);
    print(result);
    return result;
  } finally {
    await server.stop();
  }
}

function print({ backend, outcomes, figures, seconds, crash }: CellResult): void {
  for (const { group, name, passed, milliseconds, message } of outcomes) {
    console.log(
      `${backend}: ${passed ? "passed" : "FAILED"} ${group}: ${name} (${(milliseconds / 1000).toFixed(1)} s)`,
    );
    if (!passed) console.error(`  ${message}\n`);
  }
  for (const figure of figures) console.log(`${backend}: ${figure}`);
  if (crash !== null) console.error(`FAILED ${backend}: the runtime failed outside of a behaviour\n${crash}\n`);
  console.log(`${backend}: ${seconds.toFixed(0)} s`);
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
