// Everything that can be checked without running a behaviour.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { migrationsModule } from "../../scripts/build_sql.ts";
import { PACKAGE_CHECKS } from "../package/checks.ts";
import { readmeDiffers } from "../report/readme.ts";
import { command } from "./command.ts";
import { examples, writeExamples } from "./examples.ts";

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
  { name: "deno check of examples in documents and docstrings", run: checkExamples },
  { name: "deno doc --lint: everything exported is documented", run: undocumented },
  {
    name: "package.json and deno.json export the same",
    run: () => Promise.resolve(exportsDiffer()),
  },
  {
    name: "src/postgresql/migrations.ts is made of sql/",
    run: () => Promise.resolve(migrationsDiffer()),
  },
  { name: "README.md names what the matrix runs", run: () => Promise.resolve(readmeDiffers()) },
  ...PACKAGE_CHECKS,
];

async function checkExamples(): Promise<string | null> {
  const { files, remove } = writeExamples(examples());
  try {
    return files.length === 0 ? "there are none" : await command("deno", ["check", "--quiet", ...files]);
  } finally {
    remove();
  }
}

/** What is exported without documentation, or with a type that nobody can import. */
async function undocumented(): Promise<string | null> {
  const printed = await command("deno", ["doc", "--lint", "--quiet", ...Object.values(manifest("deno.json").exports)]);
  if (printed === null) return null;
  const found = [...printed.matchAll(/^error\[[\w-]+\]: (.+)\n *--> (.+?):(\d+):\d+/gm)];
  // The tool may have failed at something else.
  if (found.length === 0) return printed;
  const problems = found.filter(([, what, file]) => !isFromPackage(file!, what!)).map(([, what, file, line]) => {
    return `${file!.replace(root, "")}:${line}: ${what}`;
  });
  return problems.length === 0 ? null : problems.join("\n");
}

/** Whether a type that is called private is one of a package, from which everybody can import it. */
function isFromPackage(file: string, what: string): boolean {
  const type = / references private type '(\w+)'$/.exec(what)?.[1];
  const imports = readFileSync(file, "utf8").matchAll(/^import (?:type )?\{([^}]*)\} from "[^."]/gm);
  return type !== undefined && [...imports].some(([, names]) => new RegExp(`\\b${type}\\b`).test(names!));
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
