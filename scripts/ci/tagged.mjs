// Refuses to publish a version that the tag does not name.
import { readFileSync } from "node:fs";
import process from "node:process";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
if (process.env.GITHUB_REF_NAME !== `v${version}`) {
  console.error(`the tag ${process.env.GITHUB_REF_NAME} does not name version ${version}`);
  process.exitCode = 1;
}
