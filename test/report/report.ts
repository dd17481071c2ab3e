// `npm run report`: the page and the summary of the last run of the matrix, made anew of what it left in test-results/.
// With --merge its cells may come from several machines, and what they cover is added up here.
import { existsSync } from "node:fs";
import process from "node:process";
import { readCells, readRun, RESULTS } from "./run.ts";
import { writeCoverage, writePages } from "./write.ts";

if (existsSync(RESULTS)) {
  if (process.argv.includes("--merge")) writeCoverage(readCells());
  writePages(readRun());
  console.log(`${RESULTS}report.html`);
} else {
  console.error("There are no results; `npm test` leaves some.");
  process.exitCode = 1;
}
