// `npm run report`: the page and the summary of the last run of the matrix, made anew of what it left in test-results/.
import { existsSync } from "node:fs";
import process from "node:process";
import { readRun, RESULTS } from "./run.ts";
import { writePages } from "./write.ts";

if (existsSync(RESULTS)) {
  writePages(readRun());
  console.log(`${RESULTS}report.html`);
} else {
  console.error("There are no results; `npm test` leaves some.");
  process.exitCode = 1;
}
