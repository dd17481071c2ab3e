// The cells of the matrix: one runtime on one backend, each run as a process of its own.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { Outcome } from "./behaviour.ts";
import { dynamodbServer, pgliteServer, postgresqlServer, type TestServer } from "./servers.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Runtimes of the matrix, and how each runs test files. */
export const RUNTIMES: Readonly<Record<string, readonly string[]>> = {
  bun: ["bun", "test", "--timeout", "120000"],
  deno: ["deno", "test", "-A", "--no-check", "--quiet"],
};

/** Where the rows of a backend are kept, and which folders hold its own tests. `module` has what needs no server. */
export const BACKENDS: Readonly<Record<string, { server: () => Promise<TestServer>; folders: readonly string[] }>> = {
  dynamodb: { server: dynamodbServer, folders: ["dynamodb"] },
  postgresql: { server: postgresqlServer, folders: ["postgresql"] },
  pglite: { server: pgliteServer, folders: ["pglite"] },
  module: {
    server: () => Promise.resolve({ description: "no server", environment: {}, stop: () => Promise.resolve() }),
    folders: ["module", "http", "cli"],
  },
};

/** One runtime on one backend. */
export interface Cell {
  readonly runtime: string;
  readonly backend: string;
}

/** What a cell did. */
export interface CellResult extends Cell {
  readonly server: string;
  readonly outcomes: readonly Outcome[];
  readonly seconds: number;
  /** What the runtime printed when it failed without a failed behaviour, e.g. for a file that does not load; or `null`. */
  readonly crash: string | null;
}

/** The test files of a cell. `own` leaves the conformance suite out. */
export function filesOf({ backend }: Cell, own: boolean): string[] {
  const files = own || backend === "module" ? [] : ["test/conformance.test.ts"];
  for (const folder of BACKENDS[backend]!.folders) {
    if (!existsSync(join(root, "test", folder))) continue;
    const names = readdirSync(join(root, "test", folder)).filter((name) => name.endsWith(".test.ts")).sort();
    files.push(...names.map((name) => `test/${folder}/${name}`));
  }
  return files;
}

/** Runs the test files of a cell in its runtime. */
export async function runCell(cell: Cell, server: TestServer, own: boolean): Promise<CellResult> {
  const folder = mkdtempSync(join(tmpdir(), "actingweb-edge-cell-"));
  const results = join(folder, "results.jsonl");
  const [program, ...args] = RUNTIMES[cell.runtime]!;
  const started = performance.now();
  const { code, printed } = await run(join(root, "node_modules/.bin", program!), [...args, ...filesOf(cell, own)], {
    ...process.env,
    ...server.environment,
    TEST_BACKEND: cell.backend,
    TEST_RESULTS: results,
    NO_COLOR: "1",
  });
  const lines = existsSync(results) ? readFileSync(results, "utf8").trim().split("\n") : [];
  const outcomes = lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Outcome);
  rmSync(folder, { recursive: true, force: true });
  const explained = outcomes.some(({ passed }) => !passed);
  return {
    ...cell,
    server: server.description,
    outcomes,
    seconds: (performance.now() - started) / 1000,
    crash: code === 0 || explained ? null : printed,
  };
}

function run(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number; printed: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    let printed = "";
    const keep = (chunk: unknown) => printed = (printed + String(chunk)).slice(-20_000);
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.once("error", (error) => resolve({ code: 1, printed: error.message }));
    child.once("close", (code) => resolve({ code: code ?? 1, printed }));
  });
}
