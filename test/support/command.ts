// Runs one of the tools of node_modules, for a static check.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import process from "node:process";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Runs a tool to its end; what it complains about, or `null`. */
export function command(name: string, args: readonly string[], cwd = root): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(`${root}node_modules/.bin/${name}`, args, {
      cwd,
      env: { ...process.env, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    child.stdout.on("data", (chunk) => printed += chunk);
    child.stderr.on("data", (chunk) => printed += chunk);
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code) => resolve(code === 0 ? null : printed.trim() || `exit code ${code}`));
  });
}
