// `npm run readme`: writes into README.md what the last run of the matrix has shown to work.
import { existsSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { BACKENDS, type Cell, cellsOf, RUNTIMES } from "../support/cells.ts";
import { readText } from "../support/sources.ts";
import { casesOf, nameOf, readCells, RESULTS } from "./run.ts";

const README = "README.md";
const BEGIN = "<!-- What the matrix runs: written by `npm run readme`. -->\n";
const END = "<!-- Its end. -->\n";

interface Manifest {
  readonly engines: { readonly node: string };
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Cells that a run of everything has, and those that run only where they are asked for. */
export function declaredCells(): { usual: Cell[]; asked: Cell[] } {
  const cells = cellsOf(Object.keys(RUNTIMES), Object.keys(BACKENDS));
  const isAsked = ({ backend }: Cell) => BACKENDS[backend]!.asked === true;
  return { usual: cells.filter((cell) => !isAsked(cell)), asked: cells.filter(isAsked) };
}

/** What stands in the README for these cells, in the order of the matrix. */
export function matrixText({ usual, asked }: { usual: readonly Cell[]; asked: readonly Cell[] }): string {
  const { engines, devDependencies } = JSON.parse(readText("package.json")) as Manifest;
  const runtimes = runtimeTitles(engines.node, devDependencies);
  const backends = backendTitles(devDependencies);
  const columns = Object.keys(RUNTIMES).filter((name) => usual.some(({ runtime }) => runtime === name));
  const rows = Object.keys(BACKENDS).filter((name) => usual.some(({ backend }) => backend === name)).map((backend) => {
    const isThere = (name: string) => usual.some((cell) => cell.backend === backend && cell.runtime === name);
    return [title(backends, backend), ...columns.map((name) => isThere(name) ? extentOf(name, backend) : "")];
  });
  const head = ["", ...columns.map((name) => title(runtimes, name))];
  const table = [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
  const older = [...new Set(asked.map(({ backend }) => title(backends, backend)))];
  return older.length === 0 ? `${table}\n` : `${table}\n\nThe workflow also runs ${older.join(" and ")}.\n`;
}

/** Versions as far as they mean something to a reader: those of the manifest, not of the machine. */
function runtimeTitles(node: string, versions: Manifest["devDependencies"]): Readonly<Record<string, string>> {
  const [, year, month] = /^\d+\.(\d{4})(\d\d)\d\d\./.exec(versions.miniflare!)!;
  const workerd = `workerd ${year}-${month}`;
  return {
    bun: `Bun ${minor(versions.bun)}`,
    deno: `Deno ${minor(versions.deno)}`,
    node: `Node.js ${node.replace(">=", "≥ ")}`,
    workerd,
    "workerd-nodejs-compat": `${workerd}, \`nodejs_compat\``,
  };
}

function backendTitles(versions: Manifest["devDependencies"]): Readonly<Record<string, string>> {
  const databases = Object.entries(BACKENDS).filter(([name]) => name.startsWith("postgresql"));
  return {
    ...Object.fromEntries(databases.map(([name, kind]) => [name, `PostgreSQL ${kind.databases.postgresql}`])),
    dynamodb: "DynamoDB",
    pglite: `PGlite ${minor(versions["@electric-sql/pglite"])}`,
    module: "routes and command line",
    transfer: "from one database to another",
    examples: "the examples of README, docs and docstrings",
    interop: "beside the Python library",
    package: "the package, installed",
  };
}

function minor(version = ""): string {
  return version.split(".").slice(0, 2).join(".");
}

function title(titles: Readonly<Record<string, string>>, name: string): string {
  const found = titles[name];
  if (found === undefined) throw new Error(`README.md has no words for ${name}: test/report/readme.ts`);
  return found;
}

/** A runtime that is asked from outside runs the contract's behaviours, and few of a backend's own. */
function extentOf(runtime: string, backend: string): string {
  return RUNTIMES[runtime]!.suite !== undefined && BACKENDS[backend]!.conforms ? "contract" : "whole";
}

/** The README with the text in its place. */
export function withMatrix(readme: string, text: string): string {
  const [from, to] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`README.md lacks the marks ${BEGIN.trim()} and ${END.trim()}`);
  return `${readme.slice(0, from)}${BEGIN}\n${text}\n${readme.slice(to)}`;
}

/** What is wrong with the README, or `null`. */
export function readmeDiffers(): string | null {
  const readme = readText(README);
  if (withMatrix(readme, matrixText(declaredCells())) === readme) return null;
  return "README.md does not name what the matrix runs: after a run of everything, `npm run readme` writes it";
}

function main(): number {
  const { usual, asked } = declaredCells();
  const results = existsSync(RESULTS) ? readCells() : [];
  const shown = new Set(results.filter((result) => casesOf(result).failed === 0).map(nameOf));
  const unproven = usual.filter((cell) => !shown.has(nameOf(cell)));
  for (const cell of unproven) console.error(`${nameOf(cell)} has not passed in the last run`);
  if (unproven.length > 0) return 1;
  const readme = readText(README);
  writeFileSync(
    fileURLToPath(new URL(`../../${README}`, import.meta.url)),
    withMatrix(readme, matrixText({ usual, asked })),
  );
  return 0;
}

if (import.meta.main) process.exitCode = main();
