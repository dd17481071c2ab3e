// Puts the summary of a run into the workflow's step, notes for which pull request it is, and fails when a job failed.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";

const { GITHUB_STEP_SUMMARY, PULL_REQUEST = "", NEEDS = "{}" } = process.env;
const file = "test-results/summary.md";
const summary = existsSync(file) ? readFileSync(file, "utf8") : "No cell had to run: only documents have changed.\n";
mkdirSync("test-results", { recursive: true });
writeFileSync(file, summary);
writeFileSync("test-results/pull_request.txt", PULL_REQUEST);
if (GITHUB_STEP_SUMMARY) appendFileSync(GITHUB_STEP_SUMMARY, summary);
else console.log(summary);
const failed = Object.entries(JSON.parse(NEEDS)).filter(([, { result }]) => result !== "success");
for (const [name, { result }] of failed) console.error(`FAILED ${name}: ${result}`);
process.exitCode = failed.length === 0 ? 0 : 1;
