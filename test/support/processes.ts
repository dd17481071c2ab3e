// Child processes that are servers: started, awaited, and gone when we are.
import { type ChildProcess, spawn, type SpawnOptions, spawnSync } from "node:child_process";
import { connect, createServer } from "node:net";
import process from "node:process";

const LINES = 40;

/** A server that runs. */
export interface Running {
  /** Its process. */
  readonly child: ChildProcess;
  /** The end of what it has printed. */
  printed(): string;
  /** Stops it and waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a server. It is killed when this process ends. */
export function start(command: string, args: readonly string[], options: SpawnOptions = {}): Running {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  let lines: string[] = [];
  const keep = (chunk: unknown) => lines = [...lines, ...String(chunk).split("\n")].slice(-LINES);
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  const gone = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", (error) => {
      keep(error.message);
      resolve();
    });
  });
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  return {
    child,
    printed: () => lines.join("\n").trim(),
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      await gone;
      process.off("exit", kill);
    },
  };
}

/** Runs a command to its end; throws with what it printed when it fails. */
export function runToEnd(command: string, args: readonly string[], options: SpawnOptions = {}): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", ...options, stdio: "pipe" });
  if (error !== undefined || status !== 0) {
    throw new Error(`${command} failed: ${error?.message ?? ""}\n${stdout ?? ""}${stderr ?? ""}`.trim());
  }
  return String(stdout);
}

/** A port of 127.0.0.1 that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => typeof address === "object" && address !== null ? resolve(address.port) : reject());
    });
  });
}

/** Waits until a server prints a text, or throws with what it printed instead. */
export async function untilPrinted(text: string, server: Running, seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!server.printed().includes(text)) {
    if (server.child.exitCode !== null || Date.now() > end) {
      throw new Error(`the server did not start:\n${server.printed()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Waits until somebody listens on a port, or throws with what the server printed. */
export async function untilListening(port: number, server: Running, seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await isListening(port))) {
    if (server.child.exitCode !== null || Date.now() > end) {
      throw new Error(`the server did not start on port ${port}:\n${server.printed()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
