// `serve` on the embedded database: the first start ever, up to its first answer, and the memory it took.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { SNAPSHOT } from "../src/pglite/snapshot.ts";
import { runToEnd } from "../test/support/processes.ts";
import { quantile } from "./rounds.ts";
import { options, print } from "./work.ts";

const program = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));
const snapshot = fileURLToPath(SNAPSHOT);
const aside = `${snapshot}.aside`;

/** Milliseconds up to the first answer, and megabytes at most, of one process. */
async function start(
  ...args: string[]
): Promise<{ milliseconds: number; megabytes: number }> {
  const started = performance.now();
  const child = spawn(process.execPath, [
    program,
    "serve",
    "--port",
    "0",
    ...args,
  ], {
    env: { PATH: process.env.PATH ?? "" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^Listening on (\S+)/.exec(line)?.[1];
    if (url === undefined) continue;
    const response = await fetch(url, {
      method: "POST",
      body: JSON.stringify({ creator: "ada" }),
    });
    if (response.status !== 201) throw new Error(`answered ${response.status}`);
    const milliseconds = performance.now() - started;
    const megabytes = Number(
      /VmHWM:\s+(\d+) kB/.exec(
        readFileSync(`/proc/${child.pid}/status`, "utf8"),
      )?.[1],
    ) / 1024;
    child.kill();
    await ended;
    return { milliseconds, megabytes };
  }
  throw new Error("serve ended before it listened");
}

/** Medians of some starts. */
async function report(how: string, ...args: string[]): Promise<void> {
  const starts: { milliseconds: number; megabytes: number }[] = [];
  const rounds = Math.min(7, options().rounds);
  for (let round = 0; round < rounds; round++) {
    const folder = mkdtempSync(join(tmpdir(), "actingweb-edge-bench-"));
    starts.push(
      await start(
        ...args.map((each) => each.replace("FOLDER", join(folder, "data"))),
      ),
    );
    rmSync(folder, { recursive: true, force: true });
  }
  const median = (
    of: (each: { milliseconds: number; megabytes: number }) => number,
  ) => quantile(starts.map(of), 0.5);
  print({
    group: "Embedded",
    name: `${how}: first answer`,
    value: median((each) => each.milliseconds),
    unit: "ms",
  });
  print({
    group: "Embedded",
    name: `${how}: memory`,
    value: median((each) => each.megabytes),
    unit: "MB",
  });
}

if (!existsSync(snapshot)) {
  runToEnd(process.execPath, [
    fileURLToPath(new URL("../scripts/build.ts", import.meta.url)),
  ]);
}
await report("from the built snapshot, in memory");
await report("from the built snapshot, in a folder", "--data", "FOLDER");
renameSync(snapshot, aside);
try {
  await report("created, as in a clone that was not built");
} finally {
  renameSync(aside, snapshot);
}
