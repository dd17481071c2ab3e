// `npm run plan`: the cells that the workflow runs, each a check of its own, as JSON for the workflow's matrix.
import { spawnSync } from "node:child_process";
import { appendFileSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import process from "node:process";
import { BACKENDS, cellsOf, covers, RUNTIMES } from "../../test/support/cells.ts";
import { NEWEST_POSTGRESQL } from "../../test/support/local_postgresql.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** The oldest Node.js that is supported runs the cells called after it; what only starts the others is a newer one. */
const NODE = { oldest: "20", other: "24" };
/** Before version 15 PostgreSQL takes no collation of ICU for a whole database. */
const FIRST_WITH_ICU = 15;
const DOCUMENTS = /\.md$|^docs\/|^LICENSE$|^bench\/results\//;
/** Their tests read documents, too, or run what these show. */
const READ_DOCUMENTS: readonly string[] = ["module", "examples"];

/** A cell of the workflow. */
export interface PlannedCell {
  readonly runtime: string;
  readonly backend: string;
  /** Whether it runs; when it does not, its check passes without it. */
  readonly run: boolean;
  /** Whether it can tell what it covers. */
  readonly covers: boolean;
  /** Version of Node.js. */
  readonly node: string;
  /** Image of its DynamoDB; empty for none. */
  readonly dynamodb: string;
  /** Image of its PostgreSQL; empty for none. */
  readonly postgresql: string;
  /** What its PostgreSQL's `initdb` gets. */
  readonly initdb: string;
}

/**
 * All cells, always the same ones, so that every required check reports.
 *
 * @param changed Paths that a pull request changes; `null` for whatever else is tested, which is tested whole
 */
export function planOf(changed: readonly string[] | null): PlannedCell[] {
  const documents = changed !== null && changed.length > 0 && changed.every((path) => DOCUMENTS.test(path));
  return cellsOf(Object.keys(RUNTIMES), Object.keys(BACKENDS)).map((cell) => {
    const run = !documents || READ_DOCUMENTS.includes(cell.backend);
    const { databases } = BACKENDS[cell.backend]!;
    const version = run ? databases.postgresql ?? null : null;
    return {
      ...cell,
      run,
      covers: covers(cell),
      node: cell.runtime === "node" ? NODE.oldest : NODE.other,
      dynamodb: run && databases.dynamodb ? imageOf("dynamodb-test") : "",
      postgresql: version === null
        ? ""
        : version === NEWEST_POSTGRESQL
        ? imageOf("postgres-test")
        : `postgres:${version}`,
      initdb: version === null ? "" : collationOf(version),
    };
  });
}

function collationOf(version: string): string {
  return Number(version) < FIRST_WITH_ICU ? "--locale=C.UTF-8" : "--locale-provider=icu --icu-locale=en-US";
}

/** The image that `compose.test.yml` has, so that there is one place for it. */
function imageOf(service: string): string {
  const compose = readFileSync(`${root}compose.test.yml`, "utf8");
  const image = new RegExp(`^  ${service}:\\n    image: (\\S+)$`, "m").exec(compose);
  if (image === null) throw new Error(`compose.test.yml has no image of ${service}`);
  return image[1]!;
}

/** What a pull request changes: the difference that its merge makes. */
function changedPaths(): string[] | null {
  if (process.env.GITHUB_EVENT_NAME !== "pull_request") return null;
  const { status, stdout, stderr } = spawnSync("git", ["diff", "--name-only", "-z", "HEAD^1", "HEAD"], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`git diff failed: ${stderr}`);
  return stdout.split("\0").filter((path) => path !== "");
}

if (import.meta.main) {
  const line = `cells=${JSON.stringify(planOf(changedPaths()))}`;
  console.log(line);
  if (process.env.GITHUB_OUTPUT !== undefined) appendFileSync(process.env.GITHUB_OUTPUT, `${line}\n`);
}
