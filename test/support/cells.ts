// The cells of the matrix: one runtime on one backend, each run as a process of its own.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { findPython, referencePython } from "../interop/python.ts";
import { installedPackage } from "../package/installed.ts";
import { collected, collecting } from "../report/collect.ts";
import type { Coverage } from "../report/lcov.ts";
import type { Outcome } from "./behaviour.ts";
import { NEWEST_POSTGRESQL } from "./local_postgresql.ts";
import { dynamodbServer, pgliteServer, postgresqlServer, type TestServer } from "./servers.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** How a runtime runs test files. */
export interface Runtime {
  /** The program and its options; the files come after them. */
  readonly command: readonly string[];
  /** Environment of its own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether it takes the built package of `dist/` in place of the sources. */
  readonly built?: boolean;
  /** The file to run in place of all others, where a runtime runs no files by itself; and those of its folder's backend. */
  readonly suite?: string;
  /** The backends it has; default all. */
  readonly backends?: readonly string[];
}

const NODE = {
  command: ["node", fileURLToPath(new URL("node_files.mjs", import.meta.url))],
  environment: { NODE_OPTIONS: `--import=${new URL("node_hooks.mjs", import.meta.url).href}` },
  built: true,
};
const WORKERD = "test/workerd/conformance.test.ts";

/**
 * Runtimes of the matrix. Workerd, which runs no files by itself, is asked by Node; without `nodejs_compat` it lacks what
 * the `postgres` driver needs.
 */
export const RUNTIMES: Readonly<Record<string, Runtime>> = {
  bun: { command: [installed("bun"), "test", "--timeout", "120000"] },
  deno: {
    command: [installed("deno"), "test", "-A", "--no-check", "--quiet"],
    backends: ["dynamodb", "postgresql", "pglite", "module", "transfer", "examples", "interop", "package"],
  },
  node: { ...NODE, backends: ["dynamodb", "postgresql", "pglite", "module", "transfer", "package"] },
  workerd: { ...NODE, suite: WORKERD, backends: ["dynamodb", "package"] },
  "workerd-nodejs-compat": {
    ...NODE,
    environment: { ...NODE.environment, TEST_NODEJS_COMPAT: "true" },
    suite: WORKERD,
    backends: ["dynamodb", "postgresql", "package"],
  },
};

function installed(program: string): string {
  return join(root, "node_modules/.bin", program);
}

/** What a cell's tests need, and which folders hold them. */
export interface Kind {
  /** Where its rows are kept. */
  readonly server: () => Promise<TestServer>;
  /** Folders of its own tests. */
  readonly folders: readonly string[];
  /** Whether the conformance suite runs on it. */
  readonly conforms: boolean;
  /** The backend it tests, when that is not its name. */
  readonly backend?: string;
  /** The databases behind it, with the version of PostgreSQL. */
  readonly databases: { readonly dynamodb?: true; readonly postgresql?: string };
  /** Whether its tests run our own sources, so that it counts what they cover. Default `true`. */
  readonly covers?: false;
  /** Whether it runs only where it is asked for by its name, as the workflow does. */
  readonly asked?: true;
  /** What is missing on this machine, or `null`. Elsewhere than in CI such a cell is left out, and the run says so. */
  readonly missing?: () => string | null;
}

const dynamodb = once(dynamodbServer);
const postgresql = once(() => postgresqlServer());

const BOTH = { dynamodb: true, postgresql: NEWEST_POSTGRESQL } as const;

/**
 * The backends, PostgreSQL also at older versions, `module` for what needs no server, `transfer` for what needs both,
 * `examples` for what documents and docstrings show, `interop` for what needs both and the Python reference, and `package`
 * for the package as its users install it.
 */
export const BACKENDS: Readonly<Record<string, Kind>> = {
  dynamodb: {
    server: dynamodb,
    folders: ["dynamodb", "torture", "torture/races", "torture/faults"],
    conforms: true,
    databases: { dynamodb: true },
  },
  postgresql: {
    server: postgresql,
    folders: ["postgresql", "torture", "torture/races", "torture/faults"],
    conforms: true,
    databases: { postgresql: NEWEST_POSTGRESQL },
  },
  "postgresql-12": olderPostgresql("12"),
  "postgresql-14": { ...olderPostgresql("14"), asked: true },
  "postgresql-16": { ...olderPostgresql("16"), asked: true },
  pglite: { server: pgliteServer, folders: ["pglite", "torture"], conforms: true, databases: {} },
  module: {
    server: () => Promise.resolve({ description: "no server", environment: {}, stop: () => Promise.resolve() }),
    folders: ["module", "http", "cli", "hostile"],
    conforms: false,
    databases: {},
  },
  transfer: {
    server: async () => together("both databases", await Promise.all([dynamodb(), postgresql()])),
    folders: ["transfer"],
    conforms: false,
    databases: BOTH,
  },
  examples: {
    server: async () => together("both databases", await Promise.all([dynamodb(), postgresql()])),
    folders: ["examples"],
    conforms: false,
    databases: BOTH,
  },
  interop: {
    server: async () => withReference(await Promise.all([dynamodb(), postgresql()])),
    folders: ["interop"],
    conforms: false,
    databases: BOTH,
    missing: () => findPython() === null ? "Python 3.11 or newer, with venv" : null,
  },
  package: {
    server: async () => withPackage(await Promise.all([dynamodb(), postgresql()])),
    folders: ["package"],
    conforms: false,
    databases: BOTH,
    covers: false,
  },
};

function olderPostgresql(version: string): Kind {
  return {
    server: () => postgresqlServer(version),
    folders: ["postgresql"],
    conforms: true,
    backend: "postgresql",
    databases: { postgresql: version },
  };
}

/** Minutes for one cell; the longest takes three. */
const CELL_MINUTES = 20;

/** The same server for every cell that needs it. */
function once(server: () => Promise<TestServer>): () => Promise<TestServer> {
  let started: Promise<TestServer> | undefined;
  return () => started ??= server();
}

/** Both servers, with the reference installed. */
function withReference(servers: readonly TestServer[]): TestServer {
  referencePython();
  return together("the Python reference", servers);
}

/** Both servers, with the package installed. */
async function withPackage(servers: readonly TestServer[]): Promise<TestServer> {
  const { alone, whole } = await installedPackage();
  const { environment, ...server } = together("the installed package", servers);
  return { ...server, environment: { ...environment, TEST_PACKAGE_ALONE: alone, TEST_PACKAGE_WHOLE: whole } };
}

/** Several servers as one; they are stopped by the cells they belong to, or here. */
function together(name: string, servers: readonly TestServer[]): TestServer {
  return {
    description: `${name}, ${servers.map(({ description }) => description).join(", ")}`,
    environment: Object.assign({}, ...servers.map(({ environment }) => environment)),
    stop: async () => void await Promise.all(servers.map((server) => server.stop())),
  };
}

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
  /** Lines that its tests have printed with `figure: ` before them. */
  readonly figures: readonly string[];
  /** What the runtime printed when it failed without a failed behaviour, e.g. for a file that does not load; or `null`. */
  readonly crash: string | null;
  /** The lines of our own sources that it ran; `null` when that was not asked for, or its runtime cannot tell. */
  readonly coverage: Coverage | null;
}

/** The cells of these runtimes and backends, where the runtime has the backend. */
export function cellsOf(runtimes: readonly string[], backends: readonly string[]): Cell[] {
  return backends.flatMap((backend) => {
    const able = runtimes.filter((runtime) => RUNTIMES[runtime]!.backends?.includes(backend) ?? true);
    return able.map((runtime) => ({ runtime, backend }));
  });
}

/** Whether a cell can tell which of our own sources it runs. */
export function covers({ runtime, backend }: Cell): boolean {
  return collecting(runtime) !== null && BACKENDS[backend]!.covers !== false;
}

/** The test files of a cell. `own` leaves the conformance suite out. */
export function filesOf({ runtime, backend }: Cell, own: boolean): string[] {
  const { suite } = RUNTIMES[runtime]!;
  const { conforms } = BACKENDS[backend]!;
  if (suite !== undefined) return own ? [] : [...conforms ? [suite] : [], ...testFiles(join(dirname(suite), backend))];
  const files = own || !conforms ? [] : ["test/conformance.test.ts"];
  return [...files, ...BACKENDS[backend]!.folders.flatMap((folder) => testFiles(`test/${folder}`))];
}

function testFiles(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith(".test.ts")).sort();
  return names.map((name) => `${folder}/${name}`);
}

/** Runs test files of a cell in its runtime, and collects what they cover where that is asked for. */
export async function runCell(
  cell: Cell,
  server: TestServer,
  files: readonly string[],
  covering = false,
): Promise<CellResult> {
  const folder = mkdtempSync(join(tmpdir(), "actingweb-edge-cell-"));
  const results = join(folder, "results.jsonl");
  const covered = join(folder, "coverage");
  const collector = covering && covers(cell) ? collecting(cell.runtime) : null;
  const { command, environment } = RUNTIMES[cell.runtime]!;
  const [program, ...args] = [...command, ...collector?.args(covered) ?? []];
  const started = performance.now();
  const { code, printed } = await run(program!, [...args, ...files], {
    ...process.env,
    ...environment,
    ...server.environment,
    ...collector?.environment(covered),
    TEST_BACKEND: BACKENDS[cell.backend]!.backend ?? cell.backend,
    TEST_RESULTS: results,
    NO_COLOR: "1",
  });
  const lines = existsSync(results) ? readFileSync(results, "utf8").trim().split("\n") : [];
  const outcomes = lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Outcome);
  const coverage = collector === null ? null : collected(cell.runtime, covered);
  rmSync(folder, { recursive: true, force: true });
  const explained = outcomes.some(({ passed }) => !passed);
  return {
    ...cell,
    server: server.description,
    outcomes,
    figures: printed.split("\n").filter((line) => line.startsWith("figure: ")).map((line) => line.slice(8)),
    seconds: (performance.now() - started) / 1000,
    crash: code === 0 || explained ? null : printed,
    coverage,
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
    const end = (code: number, text: string) => {
      clearTimeout(late);
      resolve({ code, printed: text });
    };
    const late = setTimeout(() => {
      child.kill("SIGKILL");
      // What it has started may hold its output open.
      end(1, `${printed}\nnot finished after ${CELL_MINUTES} minutes`);
    }, CELL_MINUTES * 60_000);
    child.once("error", (error) => end(1, error.message));
    child.once("close", (code) => end(code ?? 1, printed));
  });
}
