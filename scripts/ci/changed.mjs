// Tells the workflow whether a pull request changes documents alone: `documents-only=true` in its outputs.
import { execFileSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import process from "node:process";

const { BASE, GITHUB_OUTPUT } = process.env;
// Without a base, e.g. on a push, everything runs.
const changed = BASE ? execFileSync("git", ["diff", "--name-only", `${BASE}...HEAD`], { encoding: "utf8" }) : "";
const files = changed.split("\n").filter((file) => file !== "");
// The README and the tables in it are held against the code by tests.
const isDocument = (file) => /^docs\/.*\.(md|svg)$|^(CHANGELOG|CONTRIBUTING|SECURITY)\.md$|^LICENSE$/.test(file);
const answer = `documents-only=${files.length > 0 && files.every(isDocument)}`;
console.log(`${files.length} files changed, ${answer}`);
if (GITHUB_OUTPUT) appendFileSync(GITHUB_OUTPUT, `${answer}\n`);
