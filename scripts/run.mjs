// Runs a TypeScript file with the Bun of node_modules, installing the dependencies first where they are missing or old:
// `node scripts/run.mjs FILE ARGUMENTS…`. Plain Node, because nothing else is there in a fresh clone.
import { spawn, spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { constants } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const windows = process.platform === "win32";

/** When a file was written, or 0 when there is none. */
function writtenAt(path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function install() {
  // npm writes this file last, so that an installation that was cut off counts as none.
  if (writtenAt("node_modules/.package-lock.json") >= writtenAt("package-lock.json")) return;
  console.error("Installing dependencies (npm ci) …");
  const { status, stdout, stderr, error } = spawnSync("npm", ["ci"], { cwd: root, encoding: "utf8", shell: windows });
  if (status === 0) return;
  console.error(`npm ci failed: ${error?.message ?? `${stdout}${stderr}`.trim()}`);
  process.exit(status ?? 1);
}

const [file, ...args] = process.argv.slice(2);
if (file === undefined) {
  console.error("Usage: node scripts/run.mjs FILE [ARGUMENTS…]");
  process.exit(2);
}
install();

const bun = join(root, "node_modules", ".bin", windows ? "bun.exe" : "bun");
const child = spawn(bun, [resolve(root, file), ...args], { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
if (process.env.npm_lifecycle_event !== undefined) {
  // npm sends a signal to its shell only, which passes nothing on: when the shell is gone, so are we.
  const shell = process.ppid;
  setInterval(() => process.ppid === shell || child.kill("SIGTERM"), 500);
}
child.once("error", (error) => {
  console.error(`cannot run ${bun}: ${error.message}`);
  process.exit(1);
});
child.once("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
