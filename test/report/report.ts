// `npm run report`: the page and the summary of a run of the matrix, made anew of what it left in test-results/.
import { appendFileSync, existsSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { gather, type Planned } from "./gather.ts";
import { countsOf, readRun, RESULTS, type Run } from "./run.ts";
import { summaryOf } from "./summary.ts";
import { writePages } from "./write.ts";

const USAGE = `Usage: npm run report -- [options]

  --planned JSON   the cells that should have left results, as \`npm run plan\` tells them; the exit status is 1 when one
                   did not, when anything failed, or when they cover too little
  --help           this text

The summary is also appended to the file GITHUB_STEP_SUMMARY, where that is set.
`;

function report(planned: string | undefined): Run {
  if (planned !== undefined) return gather(JSON.parse(planned) as Planned[]);
  const run = readRun();
  writePages(run);
  return run;
}

const { values } = parseArgs({ options: { planned: { type: "string" }, help: { type: "boolean" } }, strict: true });
if (values.help) {
  console.log(USAGE);
} else if (values.planned === undefined && !existsSync(RESULTS)) {
  console.error("There are no results; `npm test` leaves some.");
  process.exitCode = 1;
} else {
  const run = report(values.planned);
  const { passed, failed } = countsOf(run);
  const summary = process.env.GITHUB_STEP_SUMMARY;
  if (summary !== undefined) appendFileSync(summary, summaryOf(run));
  for (const problem of run.problems) console.log(`FAILED ${problem}`);
  console.log(`${RESULTS}report.html\n${passed} passed, ${failed} failed`);
  if (values.planned !== undefined && failed > 0) process.exitCode = 1;
}
