// scripts/run.mjs, which everything in the manifest's scripts goes through.
import { expect } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { behaviours } from "../support/behaviour.ts";
import { root, start } from "./program.ts";

const behaviour = behaviours("run script");

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "actingweb-edge-run-"));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeProgram(path: string, text: string): void {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}

/** Runs a program with the real Bun, in a project of its own, so that nothing is ever installed here. */
function runReal(folder: string, text: string, ...args: string[]): ReturnType<typeof start> {
  const script = copyScript(folder);
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
  symlinkSync(join(root, "node_modules/.bin/bun"), join(folder, "node_modules/.bin/bun"));
  writeFileSync(join(folder, "program.ts"), text);
  return start(["node", script, "program.ts", ...args]);
}

function copyScript(folder: string): string {
  mkdirSync(join(folder, "scripts"));
  const script = join(folder, "scripts/run.mjs");
  copyFileSync(join(root, "scripts/run.mjs"), script);
  return script;
}

/** A project whose npm and Bun only say what they were asked. */
function fakeProject(folder: string): { run(...args: string[]): ReturnType<typeof start> } {
  const script = copyScript(folder);
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "package-lock.json"), "{}");
  const bun = `#!/bin/sh\\necho "bun $@"\\nexit 7\\n`;
  writeProgram(
    join(folder, "bin/npm"),
    `#!/bin/sh
test "$FAIL" = "" || { echo "no network"; exit 3; }
test "$*" = ci || exit 4
mkdir -p node_modules/.bin
printf '${bun}' > node_modules/.bin/bun
chmod +x node_modules/.bin/bun
echo '{}' > node_modules/.package-lock.json
`,
  );
  const PATH = `${join(folder, "bin")}${delimiter}${process.env.PATH}`;
  return { run: (...args) => start(["node", script, ...args], { PATH }) };
}

behaviour("arguments, output and exit code are the program's own", () =>
  inFolder(async (folder) => {
    const text = "console.log(JSON.stringify(process.argv.slice(2))); process.exit(7 as number);";
    const program = runReal(folder, text, "--port", "0", "a b");
    expect(await program.ended).toBe(7);
    expect([program.output(), program.complaints()]).toEqual(['["--port","0","a b"]\n', ""]);
  }));

behaviour("signals are passed on", () =>
  inFolder(async (folder) => {
    const text = 'process.on("SIGTERM", () => process.exit(9)); setInterval(() => {}, 1000); console.log("ready");';
    const program = runReal(folder, text);
    await program.until("ready");
    program.signal("SIGTERM");
    expect(await program.ended).toBe(9);
  }));

behaviour("a program that a signal ends is reported as shells do", () =>
  inFolder(async (folder) => {
    expect(await runReal(folder, 'process.kill(process.pid, "SIGKILL");').ended).toBe(137);
  }));

behaviour(
  "dependencies are installed when they are missing or old, with one line, and otherwise quietly",
  () =>
    inFolder(async (folder) => {
      const { run } = fakeProject(folder);
      const first = run("src/main.ts", "serve");
      expect(await first.ended).toBe(7);
      expect(first.complaints()).toBe("Installing dependencies (npm ci) …\n");
      expect(first.output()).toBe(`bun ${join(folder, "src/main.ts")} serve\n`);
      const second = run("src/main.ts");
      expect(await second.ended).toBe(7);
      expect(second.complaints()).toBe("");
      const later = new Date(Date.now() + 60_000);
      utimesSync(join(folder, "package-lock.json"), later, later);
      const third = run("src/main.ts");
      expect(await third.ended).toBe(7);
      expect(third.complaints()).toBe("Installing dependencies (npm ci) …\n");
    }),
);

behaviour("a failed installation says what npm said", () =>
  inFolder(async (folder) => {
    fakeProject(folder);
    const PATH = `${join(folder, "bin")}${delimiter}${process.env.PATH}`;
    const program = start(["node", join(folder, "scripts/run.mjs"), "src/main.ts"], { PATH, FAIL: "1" });
    expect(await program.ended).toBe(3);
    expect(program.complaints()).toContain("npm ci failed: no network");
  }));

behaviour("without a file it says how it is used", async () => {
  const program = start(["node", "scripts/run.mjs"]);
  expect(await program.ended).toBe(2);
  expect(program.complaints()).toContain("Usage: node scripts/run.mjs FILE");
});
