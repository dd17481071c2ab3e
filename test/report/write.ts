// The files that a run of the matrix leaves in test-results/: of each cell its results and coverage, and the whole.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CellResult } from "../support/cells.ts";
import { sourcesIn } from "../support/sources.ts";
import { codeLines } from "./code_lines.ts";
import { type CellCoverage, type CoverageReport, reportOf } from "./coverage.ts";
import { coveragePicture } from "./coverage_picture.ts";
import { tableOf } from "./coverage_table.ts";
import { junitOf } from "./junit.ts";
import { unionOf, writeLcov } from "./lcov.ts";
import { pageOf } from "./page.ts";
import { RESULTS, type Run } from "./run.ts";
import { summaryOf } from "./summary.ts";

/** Removes what an earlier run has left. */
export function clearResults(): void {
  rmSync(RESULTS, { recursive: true, force: true });
}

/** Writes what a cell did: `results.json` with every case, `junit.xml`, and `lcov.info` where coverage was collected. */
export function writeCell(result: CellResult, root = RESULTS): void {
  const { coverage, ...results } = result;
  const folder = join(root, `test-results-${results.runtime}-${results.backend}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "results.json"), `${JSON.stringify(results, null, 1)}\n`);
  writeFileSync(join(folder, "junit.xml"), junitOf(result));
  if (coverage !== null) writeFileSync(join(folder, "lcov.info"), writeLcov(coverage));
}

/** Adds up what the cells covered, and writes it as lcov, as JSON, as a table and as a picture; `null` without any. */
export function writeCoverage(results: readonly CellResult[], root = RESULTS): CoverageReport | null {
  const cells = results.filter((result): result is CellResult & CellCoverage => result.coverage !== null);
  if (cells.length === 0) return null;
  const paths = ["mod.ts", ...sourcesIn("src").map(({ path }) => path)];
  const report = reportOf(cells, codeLines(paths));
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, "lcov.info"), writeLcov(unionOf(cells.map(({ coverage }) => coverage))));
  writeFileSync(join(root, "coverage.json"), `${JSON.stringify(report, null, 1)}\n`);
  writeFileSync(join(root, "coverage.md"), tableOf(report));
  writeFileSync(join(root, "coverage.svg"), coveragePicture(report));
  return report;
}

/** Writes the page of a run, and its summary in Markdown. */
export function writePages(run: Run, root = RESULTS): void {
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, "report.html"), pageOf(run));
  writeFileSync(join(root, "summary.md"), summaryOf(run));
}
