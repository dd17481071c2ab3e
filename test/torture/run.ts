// `npm run torture`: the long form of the differential model and of the races, on both databases.
import process from "node:process";
import { parseArgs } from "node:util";
import { BACKENDS, type CellResult, runCell, RUNTIMES } from "../support/cells.ts";

const FILES = ["test/torture/differential.test.ts", "test/torture/races/races.test.ts"];

const USAGE = `Usage: npm run torture -- [options]

  --backend NAME     only dynamodb or only postgresql; may be given several times
  --runtime NAME     ${Object.keys(RUNTIMES).join(" or ")} (default bun)
  --sequences COUNT  random sequences of the differential model (default 20000)
  --seed NUMBER      repeats the sequences of an earlier run
  --processes COUNT  processes of a race (default 4)
  --clients COUNT    clients of each process (default 16)
  --rounds COUNT     how often each client of a race does its work (default 10)
  --help             this text

Servers as for npm test.
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      backend: { type: "string", multiple: true, default: ["dynamodb", "postgresql"] },
      runtime: { type: "string", default: "bun" },
      sequences: { type: "string", default: "20000" },
      seed: { type: "string", default: String(Date.now() % 2 ** 31) },
      processes: { type: "string", default: "4" },
      clients: { type: "string", default: "16" },
      rounds: { type: "string", default: "10" },
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
    if (name !== "dynamodb" && name !== "postgresql") throw new Error(`unknown backend ${name}`);
  }
  if (!(runtime in RUNTIMES)) throw new Error(`unknown runtime ${runtime}`);
  for (const name of ["sequences", "seed", "processes", "clients", "rounds"] as const) {
    if (!/^\d+$/.test(values[name])) throw new Error(`--${name} must be a whole number`);
    process.env[`TORTURE_${name.toUpperCase()}`] = values[name];
  }
  console.log(
    `${values.sequences} sequences, ${values.processes} × ${values.clients} clients, TORTURE_SEED=${values.seed}`,
  );
  const results = await Promise.all(backends.map((backend) => torture(runtime, backend)));
  const outcomes = results.flatMap((result) => result.outcomes);
  const failed = outcomes.filter(({ passed }) => !passed).length + results.filter(({ crash }) => crash !== null).length;
  console.log(`TORTURE_SEED=${values.seed}`);
  console.log(`${outcomes.filter(({ passed }) => passed).length} passed, ${failed} failed`);
  return failed === 0 && outcomes.length > 0 ? 0 : 1;
}

async function torture(runtime: string, backend: string): Promise<CellResult> {
  const server = await BACKENDS[backend]!.server();
  console.log(`${backend}: ${server.description}`);
  try {
    const result = await runCell({ runtime, backend }, server, FILES);
    print(result);
    return result;
  } finally {
    await server.stop();
  }
}

function print({ backend, outcomes, seconds, crash }: CellResult): void {
  for (const { group, name, passed, milliseconds, message } of outcomes) {
    console.log(
      `${backend}: ${passed ? "passed" : "FAILED"} ${group}: ${name} (${(milliseconds / 1000).toFixed(1)} s)`,
    );
    if (!passed) console.error(`  ${message}\n`);
  }
  if (crash !== null) console.error(`FAILED ${backend}: the runtime failed outside of a behaviour\n${crash}\n`);
  console.log(`${backend}: ${seconds.toFixed(0)} s`);
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
