// The program as a child process, on the runtime of the test or on Node.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { build, stop } from "esbuild";

/** The project's folder. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

const SECONDS = 120;
/** Where Deno writes which lines it ran, when the run collects that. */
const { DENO_COVERAGE_DIR } = process.env;
const COVERING: Readonly<Record<string, string>> = DENO_COVERAGE_DIR === undefined ? {} : { DENO_COVERAGE_DIR };

/** A program that runs. */
export interface Program {
  /** Its process id. */
  readonly pid: number;
  /** Sends a signal. */
  signal(name: NodeJS.Signals): void;
  /** What it has written to standard output. */
  output(): string;
  /** What it has written to standard error. */
  complaints(): string;
  /** Its exit code, when it has ended. */
  readonly ended: Promise<number | null>;
  /** Waits until it has written a text to standard output. */
  until(text: string): Promise<void>;
}

/** The command of the program on the runtime that runs this test; Node has the built one. */
export function ownCommand(): string[] {
  if (process.versions.bun !== undefined) return [process.execPath, "src/cli/main.ts"];
  if ("Deno" in globalThis) return [process.execPath, "run", "-A", "--quiet", "src/cli/main.ts"];
  return [process.execPath, "dist/src/cli/main.js"];
}

/** Makes the program for Node, which runs no TypeScript; `remove` takes it away again. */
export async function nodeCommand(): Promise<{ command: string[]; remove(): void }> {
  // Inside the project, where Node finds its packages.
  const folder = mkdtempSync(join(root, "node_modules", ".cli-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    await build({
      absWorkingDir: root,
      entryPoints: ["src/cli/main.ts"],
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      packages: "external",
      outdir: folder,
    });
  } catch (error) {
    remove();
    throw error;
  } finally {
    await stop();
  }
  return { command: ["node", join(folder, "main.js")], remove };
}

/** Starts a command with an environment that holds nothing of the test's own but where programs are. */
export function start(command: readonly string[], environment: Readonly<Record<string, string>> = {}): Program {
  const [file, ...args] = command;
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, NO_COLOR: "1", ...COVERING, ...environment };
  const child = spawn(file!, args, { cwd: root, env });
  let output = "";
  let complaints = "";
  let noticed = () => {};
  child.stdout.on("data", (chunk) => {
    output += chunk;
    noticed();
  });
  child.stderr.on("data", (chunk) => complaints += chunk);
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      process.off("exit", kill);
      noticed();
      resolve(code);
    });
  });
  const pid = child.pid!;
  return {
    pid,
    // The child's own kill() does not let it finish on Deno.
    signal: (name) => void process.kill(pid, name),
    output: () => output,
    complaints: () => complaints,
    ended,
    until: (text) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => fail(`within ${SECONDS} seconds`), SECONDS * 1000);
        const fail = (when: string) => {
          clearTimeout(timer);
          reject(new Error(`the program did not write “${text}” ${when}:\n${output}${complaints}`));
        };
        noticed = () => {
          if (output.includes(text)) {
            clearTimeout(timer);
            resolve();
          } else if (child.exitCode !== null || child.signalCode !== null) fail("before it ended");
        };
        noticed();
      }),
  };
}

/** Starts `serve` on any free port and waits until it listens. */
export async function serve(
  command: readonly string[],
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Program & { readonly url: string }> {
  const program = start([...command, "serve", "--port", "0", ...args], environment);
  await program.until("Listening on ");
  await program.until("/\n");
  return { ...program, url: /^Listening on (\S+)$/m.exec(program.output())![1]! };
}

/** Stops a program as an operator does. */
export function terminate(program: Program): Promise<number | null> {
  program.signal("SIGTERM");
  return program.ended;
}
