// Everything that can be checked without running a behaviour.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import process from "node:process";
import { migrationsModule } from "../../scripts/build_sql.ts";
import { writeExamples } from "./examples.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const FOLDERS = ["mod.ts", "src", "test", "scripts"];
/** What the benchmarks compare with is installed by them alone, so their types are left to tsc and bench/tsconfig.json. */
const WITH_BENCH = [...FOLDERS, "bench"];

/** One check: its name, and what is wrong, or `null`. */
export interface StaticCheck {
  readonly name: string;
  run(): Promise<string | null>;
}

/** All checks. */
export const STATIC_CHECKS: readonly StaticCheck[] = [
  { name: "tsc", run: () => command("tsc", ["--project", "."]) },
  {
    name: "deno check",
    run: () => command("deno", ["check", "--quiet", ...FOLDERS]),
  },
  {
    name: "deno lint",
    run: () => command("deno", ["lint", "--quiet", ...WITH_BENCH]),
  },
  {
    name: "deno fmt --check",
    run: () => command("deno", ["fmt", "--config", "deno.json", "--check", "--quiet", ...WITH_BENCH]),
  },
  {
    name: "deno check of examples in docstrings",
    run: () => command("deno", ["check", "--quiet", "--doc", "mod.ts", "src"]),
  },
  { name: "deno check of examples in documents", run: checkExamples },
  {
    name: "package.json and deno.json export the same",
    run: () => Promise.resolve(exportsDiffer()),
  },
  {
    name: "src/postgresql/migrations.ts is made of sql/",
    run: () => Promise.resolve(migrationsDiffer()),
  },
];

async function checkExamples(): Promise<string | null> {
  const { files, remove } = writeExamples();
  try {
    return files.length === 0 ? "there are none" : await command("deno", ["check", "--quiet", ...files]);
  } finally {
    remove();
  }
}

function command(
  name: string,
  args: readonly string[],
): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(`${root}node_modules/.bin/${name}`, args, {
      cwd: root,
      env: { ...process.env, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    child.stdout.on("data", (chunk) => printed += chunk);
    child.stderr.on("data", (chunk) => printed += chunk);
    child.once("error", (error) => resolve(error.message));
    child.once(
      "exit",
      (code) => resolve(code === 0 ? null : printed.trim() || `exit code ${code}`),
    );
  });
}

interface Manifest {
  readonly version: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly imports?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function manifest(file: string): Manifest {
  return JSON.parse(readFileSync(`${root}${file}`, "utf8")) as Manifest;
}

function exportsDiffer(): string | null {
  const npm = manifest("package.json");
  const jsr = manifest("deno.json");
  const problems: string[] = [];
  if (npm.version !== jsr.version) {
    problems.push(`versions ${npm.version} and ${jsr.version}`);
  }
  for (
    const name of new Set([
      ...Object.keys(npm.exports),
      ...Object.keys(jsr.exports),
    ])
  ) {
    if (npm.exports[name] !== jsr.exports[name]) {
      problems.push(`export ${name}`);
    }
  }
  const packages: Record<string, string> = {
    ...npm.devDependencies,
    ...npm.dependencies,
  };
  for (const [name, target] of Object.entries(jsr.imports ?? {})) {
    const wanted = `npm:${name}@${packages[name]}`;
    if (target.startsWith("npm:") && target !== wanted) {
      problems.push(`import ${name}: ${target} is not ${wanted}`);
    }
  }
  return problems.length === 0 ? null : `differ: ${problems.join("; ")}`;
}

function migrationsDiffer(): string | null {
  const written = readFileSync(`${root}src/postgresql/migrations.ts`, "utf8");
  return written === migrationsModule() ? null : "run `bun scripts/build_sql.ts` and commit what it writes";
}
