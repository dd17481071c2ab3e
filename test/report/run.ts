// A run of the matrix as its pages tell it: written at its end, and read back from the files that its cells left, which
// may come from other machines.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import type { CellResult } from "../support/cells.ts";
import { COMPONENTS, type CoverageReport } from "./coverage.ts";
import { readLcov } from "./lcov.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** Where the files of the last run are. */
export const RESULTS = join(root, "test-results/");

/** A run. */
export interface Run {
  /** When it ended: UTC, ISO-8601. */
  readonly ended: string;
  readonly cells: readonly CellResult[];
  readonly coverage: CoverageReport | null;
  /** The static checks, and what each has found, or `null`. */
  readonly checks: readonly { readonly name: string; readonly problem: string | null }[];
  /** What is wrong with the run and is in none of its cells, e.g. a cell that did not run. */
  readonly problems: readonly string[];
}

// A pull request can leave any file here. So much of it is believed, and nothing more.
const name = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,40}$/));
const count = v.pipe(v.number(), v.minValue(0));
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const cellSchema = v.object({
  runtime: name,
  backend: name,
  server: v.string(),
  outcomes: v.array(v.object({
    group: v.string(),
    name: v.string(),
    passed: v.boolean(),
    milliseconds: count,
    message: v.optional(v.string()),
  })),
  seconds: count,
  figures: v.array(v.string()),
  crash: v.nullable(v.string()),
});
const figure = v.object({ covered: whole, lines: whole });
const coverageSchema = v.object({
  rows: v.array(v.object({
    cells: name,
    components: v.object(Object.fromEntries(COMPONENTS.map((component) => [component, figure]))),
    total: figure,
  })),
  problems: v.array(v.string()),
  uncovered: v.record(v.string(), v.array(whole)),
});
const runSchema = v.object({
  ended: v.pipe(v.string(), v.isoTimestamp()),
  checks: v.array(v.object({ name: v.string(), problem: v.nullable(v.string()) })),
  problems: v.array(v.string()),
});

/** Writes what no cell tells about a run. */
export function writeRun(run: Pick<Run, "ended" | "checks" | "problems">, folder = RESULTS): void {
  const { ended, checks, problems } = run;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "run.json"), `${JSON.stringify({ ended, checks, problems }, null, 1)}\n`);
}

/**
 * Reads a run from its folder.
 *
 * @throws {v.ValiError} for a file that no run writes
 */
export function readRun(folder = RESULTS): Run {
  const told = existsSync(join(folder, "run.json")) ? v.parse(runSchema, json(join(folder, "run.json"))) : null;
  return {
    ended: told?.ended ?? new Date().toISOString(),
    cells: readCells(folder),
    coverage: readCoverage(folder),
    checks: told?.checks ?? [],
    problems: told?.problems ?? [],
  };
}

/** The results of the cells, each with its coverage where it has any. */
export function readCells(folder = RESULTS): CellResult[] {
  if (!existsSync(folder)) return [];
  const folders = readdirSync(folder).filter((each) => existsSync(join(folder, each, "results.json"))).sort();
  return folders.map((each) => {
    const lcov = join(folder, each, "lcov.info");
    const coverage = existsSync(lcov) ? readLcov(readFileSync(lcov, "utf8"), root) : null;
    return { ...v.parse(cellSchema, json(join(folder, each, "results.json"))), coverage };
  });
}

function readCoverage(folder: string): CoverageReport | null {
  const file = join(folder, "coverage.json");
  return existsSync(file) ? v.parse(coverageSchema, json(file)) : null;
}

function json(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** What a run counts: cases and static checks; a fault outside of any behaviour is a case, and so is a problem. */
export function countsOf({ cells, checks, problems }: Run): { passed: number; failed: number } {
  const counts = cells.map(casesOf);
  const cases = checks.length + counts.reduce((sum, each) => sum + each.cases, 0);
  const wrong = checks.filter(({ problem }) => problem !== null).length;
  const failed = wrong + counts.reduce((sum, each) => sum + each.failed, 0);
  return { passed: cases - failed, failed: failed + problems.length };
}

/** How many cases a cell had, and how many of them failed. */
export function casesOf({ outcomes, crash }: CellResult): { cases: number; failed: number } {
  const crashed = crash === null ? 0 : 1;
  return { cases: outcomes.length + crashed, failed: outcomes.filter(({ passed }) => !passed).length + crashed };
}

/** A cell's name for people. */
export function nameOf({ runtime, backend }: Pick<CellResult, "runtime" | "backend">): string {
  return `${runtime} × ${backend}`;
}

/** Cells by their backend, in the order in which backends come first. */
export function byBackend(cells: readonly CellResult[]): Map<string, CellResult[]> {
  const backends = new Map<string, CellResult[]>();
  for (const cell of cells) backends.set(cell.backend, [...backends.get(cell.backend) ?? [], cell]);
  return backends;
}
