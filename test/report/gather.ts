// A run whose cells ran on machines of their own, put together from what each has left.
import { missingBehaviours } from "./missing.ts";
import { nameOf, readCells, RESULTS, type Run, writeRun } from "./run.ts";
import { writeCoverage, writePages } from "./write.ts";

/** A cell that should have left results, unless it was not to run. */
export interface Planned {
  readonly runtime: string;
  readonly backend: string;
  readonly run: boolean;
}

/**
 * Puts a run together, and writes its pages. A cell without results is a problem; so is too little coverage, provided
 * that every cell was to run.
 */
export function gather(planned: readonly Planned[], folder = RESULTS): Run {
  const cells = readCells(folder);
  const there = new Set(cells.map(nameOf));
  const absent = planned.filter((cell) => cell.run && !there.has(nameOf(cell)));
  const problems = [
    ...absent.map((cell) => `${nameOf(cell)} left no results`),
    ...missingBehaviours(cells, false),
  ];
  const coverage = writeCoverage(cells, folder);
  if (coverage !== null && absent.length === 0 && planned.every(({ run }) => run)) problems.push(...coverage.problems);
  const run: Run = { ended: new Date().toISOString(), cells, coverage, checks: [], problems };
  writeRun(run, folder);
  writePages(run, folder);
  return run;
}
