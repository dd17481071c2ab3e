// `npm run release`: publishes the version that a tag names, to npm or to JSR.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import process from "node:process";
import { parseArgs } from "node:util";
import { buildPackage } from "./build.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

const USAGE = `Usage: npm run release -- npm|jsr --tag v1.2.3 [--dry-run]

Publishes the version of both manifests, which the tag has to name and CHANGELOG.md to describe. Without --dry-run it needs
the identity of the workflow publish.yml. GITHUB_SERVER_URL and GITHUB_REPOSITORY name the repository that npm is told.
`;

/** The texts that have to agree. */
export interface Release {
  readonly tag: string;
  readonly npmVersion: string;
  readonly jsrVersion: string;
  readonly changelog: string;
}

/** Why this must not be published. */
export function releaseProblems({ tag, npmVersion, jsrVersion, changelog }: Release): string[] {
  const problems: string[] = [];
  if (npmVersion !== jsrVersion) problems.push(`package.json has version ${npmVersion}, deno.json ${jsrVersion}`);
  if (tag !== `v${npmVersion}`) problems.push(`the tag ${tag} does not name version ${npmVersion}`);
  const described = changelog.split("\n").some((line) =>
    line === `## ${npmVersion}` || line.startsWith(`## ${npmVersion} `)
  );
  if (!described) problems.push(`CHANGELOG.md has no section “## ${npmVersion}”`);
  return problems;
}

function manifest(file: string): { version: string; [field: string]: unknown } {
  return JSON.parse(readFileSync(`${root}${file}`, "utf8"));
}

function run(command: string, args: readonly string[], cwd = root): void {
  const { status, error } = spawnSync(command, args, { cwd, stdio: "inherit" });
  if (status !== 0) throw new Error(`${command} failed: ${error?.message ?? `exit code ${status}`}`);
}

/** npm proves where a package was built only if the package says so itself. */
function nameRepository(): void {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
  if (server === undefined || name === undefined) return;
  const repository = { type: "git", url: `git+${server}/${name}.git` };
  writeFileSync(
    `${root}dist/package.json`,
    `${JSON.stringify({ ...manifest("dist/package.json"), repository }, null, 2)}\n`,
  );
}

async function publishToNpm(dry: boolean): Promise<void> {
  await buildPackage();
  nameRepository();
  run("npm", ["publish", "--access", "public", ...(dry ? ["--dry-run"] : ["--provenance"])], `${root}dist`);
}

async function publishToJsr(dry: boolean): Promise<void> {
  // What JSR takes is the sources and the database that the build makes.
  await buildPackage();
  run(`${root}node_modules/.bin/deno`, ["publish", ...(dry ? ["--dry-run", "--allow-dirty"] : ["--allow-dirty"])]);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { tag: { type: "string" }, "dry-run": { type: "boolean" }, help: { type: "boolean" } },
    allowPositionals: true,
    strict: true,
  });
  const [registry] = positionals;
  const publish = registry === "npm" ? publishToNpm : registry === "jsr" ? publishToJsr : null;
  if (values.help || publish === null || values.tag === undefined) {
    console.log(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const problems = releaseProblems({
    tag: values.tag,
    npmVersion: manifest("package.json").version,
    jsrVersion: manifest("deno.json").version,
    changelog: readFileSync(`${root}CHANGELOG.md`, "utf8"),
  });
  for (const problem of problems) console.error(problem);
  const dry = values["dry-run"] ?? false;
  // A rehearsal goes on, so that everything that is missing is found at once.
  if (problems.length > 0 && !dry) throw new Error("this is not what the tag names");
  await publish(dry);
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
