// The Python reference in a virtual environment of its own, made once and kept in `.cache`.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { runToEnd } from "../support/processes.ts";

const folder = fileURLToPath(new URL("./", import.meta.url));
const requirements = join(folder, "requirements.txt");
const CANDIDATES = ["python3", "python3.14", "python3.13", "python3.12", "python3.11"];
const VERSION = "import sys, venv, ensurepip; sys.exit(0 if sys.version_info >= (3, 11) else 1)";

/** Alembic's program with the settings that the reference brings. */
const ALEMBIC = `import pathlib, sys, importlib.util, alembic.config
folder = pathlib.Path(importlib.util.find_spec("actingweb").origin).parent
alembic.config.main(["-c", str(folder / "db/postgresql/alembic.ini"), *sys.argv[1:]], prog="alembic")`;
let found: string | null = null;

/** A Python of at least 3.11 that can make virtual environments, or `null`. */
export function findPython(): string | null {
  return CANDIDATES.find((name) => spawnSync(name, ["-c", VERSION], { stdio: "ignore" }).status === 0) ?? null;
}

/**
 * The Python program of the virtual environment with the reference, installing it first where it is missing.
 *
 * @throws When there is no Python, or the package cannot be installed
 */
export function referencePython(): string {
  return found ??= install();
}

function install(): string {
  const python = findPython();
  if (python === null) throw new Error("Python 3.11 or newer with its venv module is missing");
  const version = runToEnd(python, ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"]).trim();
  const home = join(folder, ".cache", `${installed()}-python-${version}`);
  const program = join(home, "bin", "python");
  if (existsSync(program)) return program;
  // Several may install at once: each does it beside the others, and the first to finish gives its own the name.
  const mine = `${home}.${process.pid}`;
  mkdirSync(join(folder, ".cache"), { recursive: true });
  runToEnd(python, ["-m", "venv", mine]);
  const quiet = ["--quiet", "--disable-pip-version-check", "--no-input"];
  runToEnd(join(mine, "bin", "python"), ["-m", "pip", "install", ...quiet, "--requirement", requirements]);
  try {
    renameSync(mine, home);
  } catch (error) {
    rmSync(mine, { recursive: true, force: true });
    if (!existsSync(program)) throw error;
  }
  return program;
}

/** What is installed, as a name of a folder: another list of packages is installed elsewhere. */
function installed(): string {
  const packages = readFileSync(requirements);
  return `packages-${createHash("sha256").update(packages).digest("hex").slice(0, 8)}`;
}

/** Runs a module of the reference's environment to its end; throws with what it printed when it fails. */
export function runModule(args: readonly string[], environment: Readonly<Record<string, string>>): string {
  return runToEnd(referencePython(), ["-m", ...args], { env: { ...process.env, ...environment } });
}

/** Runs Alembic on the reference's migrations; what it printed, its log included. */
export function runAlembic(args: readonly string[], environment: Readonly<Record<string, string>>): string {
  const { status, stdout, stderr } = spawnSync(referencePython(), ["-c", ALEMBIC, ...args], {
    env: { ...process.env, ...environment },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`alembic ${args.join(" ")} failed:\n${stdout}${stderr}`);
  return stdout + stderr;
}
