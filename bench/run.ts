// `npm run bench`: measures everything side by side and writes docs/benchmarks.md.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import process from "node:process";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { dynamodbServer, postgresqlServer, type TestServer } from "../test/support/servers.ts";
import { type Part, readParts, writeDocument } from "./document.ts";
import type { Fact, Result } from "./work.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

/** What is measured, each by a process of its own, and under which runtimes. */
const MEASURES: Readonly<
  Record<
    string,
    { readonly about: string; readonly runtimes: readonly string[] }
  >
> = {
  sizes: {
    about: "bytes of the smallest programs, and where they are; needs no server",
    runtimes: ["bun"],
  },
  dynamodb_sides: {
    about: "DynamoDB against other clients, and the signer alone",
    runtimes: ["bun", "deno"],
  },
  postgresql_sides: {
    about: "PostgreSQL against other clients",
    runtimes: ["bun", "deno"],
  },
  python_sides: {
    about: "both databases against the Python library",
    runtimes: ["bun"],
  },
  http_sides: {
    about: "the routes against a bare route and the Python library's server",
    runtimes: ["bun"],
  },
  starts: {
    about: "a fresh process up to its first answer",
    runtimes: ["bun"],
  },
  many_rows: {
    about: "10, 1,000 and 100,000 rows behind one actor",
    runtimes: ["bun"],
  },
  embedded: { about: "serve on the embedded database", runtimes: ["bun"] },
};

const USAGE = `Usage: npm run bench -- [options]

  --only NAME      only this measure; may be given several times:
${Object.entries(MEASURES).map(([name, { about }]) => `                     ${name.padEnd(18)}${about}`).join("\n")}
  --runtime NAME   only under this runtime: bun, deno
  --rounds N       rounds of each table; default 15
  --slice N        milliseconds of each side in a round; default 100
  --help           this text

Results of measures that are left out stay as they were. The servers are those of \`npm test\`. What is compared with is
installed into bench/node_modules by the first run.
`;

/** Installs what is compared with. */
function install(): void {
  if (existsSync(`${root}bench/node_modules/.package-lock.json`)) return;
  console.error("Installing what is compared with …");
  const { status } = spawnSync("npm", ["ci"], {
    cwd: `${root}bench`,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) process.exit(status ?? 1);
}

function version(command: string, ...args: string[]): string {
  const { stdout } = spawnSync(`${root}node_modules/.bin/${command}`, args, {
    encoding: "utf8",
  });
  return /\d+\.\d+[\w.]*/.exec(stdout)?.[0] ?? "unknown";
}

/** Names and versions of what took part. */
function versionsOf(servers: readonly TestServer[]): Record<string, string> {
  const { dependencies } = JSON.parse(
    readFileSync(`${root}bench/package.json`, "utf8"),
  ) as {
    dependencies: Record<string, string>;
  };
  const databases = servers.map(({ description }) => /^(.*?) (\d[\w.]*)/.exec(description) ?? ["", description, ""]);
  return {
    Bun: version("bun", "--version"),
    Deno: version("deno", "--version"),
    ...Object.fromEntries(
      databases.map(([, name, number]) => [name!, number!]),
    ),
    postgres: "3.4.9",
    ...dependencies,
  };
}

/** Runs one measure under one runtime and gathers what it prints. */
async function work(
  measure: string,
  runtime: string,
  environment: Record<string, string>,
): Promise<(Result | Fact)[]> {
  const args = runtime === "deno" ? ["run", "-A", "--no-check", "--quiet"] : [];
  const child = spawn(`${root}node_modules/.bin/${runtime}`, [
    ...args,
    `${root}bench/${measure}.ts`,
  ], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: (Result | Fact)[] = [];
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(JSON.parse(line) as Result | Fact);
    console.log(summary(lines.at(-1)!));
  }
  const code = await ended;
  if (code !== 0) {
    throw new Error(`${measure} under ${runtime} ended with ${code}`);
  }
  return lines;
}

function summary(line: Result | Fact): string {
  if (!("sides" in line)) {
    return `  ${line.group}: ${line.name} ${line.value} ${line.unit}`;
  }
  const sides = line.sides.map(({ name, ratio }) => `${name} ${ratio.median.toFixed(2)}`);
  return `  ${line.group}: ${line.call}, ${line.parallel} at once: ${sides.join(", ")}`;
}

async function main(): Promise<void> {
  const options = {
    only: { type: "string", multiple: true },
    runtime: { type: "string" },
    rounds: { type: "string" },
    slice: { type: "string" },
    help: { type: "boolean" },
  } as const;
  const { values } = parseArgs({ options, strict: true });
  if (values.help) return console.log(USAGE);
  const chosen = values.only ?? Object.keys(MEASURES);
  for (const name of chosen) {
    if (!(name in MEASURES)) throw new Error(`unknown measure ${name}`);
  }
  const isAlone = chosen.every((name) => name === "sizes");
  if (!isAlone) install();
  const servers = isAlone ? [] : await Promise.all([dynamodbServer(), postgresqlServer()]);
  const rounds = values.rounds ?? "15";
  const environment = {
    ...Object.assign({}, ...servers.map(({ environment }) => environment)),
    BENCH_ROUNDS: rounds,
    ...(values.slice === undefined ? {} : { BENCH_SLICE: values.slice }),
  };
  try {
    for (const measure of chosen) {
      for (const runtime of MEASURES[measure]!.runtimes) {
        if (values.runtime !== undefined && values.runtime !== runtime) {
          continue;
        }
        console.log(`${measure}, ${runtime}`);
        const lines = await work(measure, runtime, environment);
        const date = new Date().toISOString().slice(0, 10);
        const part: Part = {
          measure,
          runtime,
          date,
          rounds: Number(rounds),
          versions: versionsOf(servers),
          lines,
        };
        const others = readParts().filter((each) => each.measure !== measure || each.runtime !== runtime);
        writeDocument([...others, part].sort(byMeasure));
      }
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

function byMeasure(a: Part, b: Part): number {
  const names = Object.keys(MEASURES);
  return names.indexOf(a.measure) - names.indexOf(b.measure) ||
    (a.runtime < b.runtime ? -1 : 1);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
