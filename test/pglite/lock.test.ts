// The lock of a database folder, tried by real processes.
import { afterAll, expect } from "bun:test";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { lockFolder } from "../../src/pglite/lock.ts";
import { behaviours } from "../support/behaviour.ts";

const behaviour = behaviours("pglite lock");
const FILE = "actingweb-edge.lock";
const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "actingweb-edge-lock-"));
  folders.push(folder);
  return folder;
}

interface Contender {
  readonly child: ChildProcess;
  /** `won`, or why not. */
  readonly outcome: Promise<string>;
}

/** Another process that takes the lock and keeps it until it is killed. */
function contend(folder: string): Contender {
  const program = `
    import { lockFolder } from ${JSON.stringify(new URL("../../src/pglite/lock.ts", import.meta.url).href)};
    setInterval(() => {}, 1_000);
    console.log(await lockFolder(${JSON.stringify(folder)}).then(() => "won", (error) => error.message));`;
  const args = "Deno" in globalThis ? ["eval", "--no-check", "--ext=ts", program] : ["--eval", program];
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const outcome = new Promise<string>((resolve) => {
    child.stdout!.once("data", (bytes: unknown) => resolve(String(bytes).trim()));
    child.once("close", (code) => resolve(`ended with ${code} before it said anything`));
  });
  return { child, outcome };
}

async function kill({ child }: Contender): Promise<void> {
  const gone = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGKILL");
  await gone;
}

async function codeAndMessage(promise: Promise<unknown>): Promise<string> {
  return await promise.then(() => "no error", ({ code, message }) => `${code}: ${message}`);
}

behaviour("a second process is told who has the folder open, until it is released", async () => {
  const folder = await newFolder();
  const lock = await lockFolder(folder);
  const second = contend(folder);
  expect(await second.outcome).toContain(`process ${process.pid} has had this folder open since 20`);
  await kill(second);
  await lock.release();
  const third = contend(folder);
  expect(await third.outcome).toBe("won");
  expect(await codeAndMessage(lockFolder(folder))).toContain(`locked: pgliteStore: process ${third.child.pid} `);
  await kill(third);
});

behaviour("the lock of a process that was killed is taken over", async () => {
  const folder = await newFolder();
  const first = contend(folder);
  expect(await first.outcome).toBe("won");
  await kill(first);
  const lock = await lockFolder(folder);
  expect(JSON.parse(await readFile(join(folder, FILE), "utf8")).pid).toBe(process.pid);
  await lock.release();
  expect(await readdir(folder)).toEqual([]);
});

behaviour("a process that opens its own folder again is refused", async () => {
  const folder = await newFolder();
  const lock = await lockFolder(folder);
  expect(await codeAndMessage(lockFolder(folder))).toContain(`locked: pgliteStore: process ${process.pid} `);
  await lock.release();
  await (await lockFolder(folder)).release();
});

for (
  const text of [
    "",
    "{",
    "null",
    "12345",
    '{"pid":"1"}',
    '{"pid":-1,"token":"x"}',
    '{"pid":1,"token":"../x"}',
    "\0\0\0",
  ]
) {
  behaviour(`a lock that reads ${JSON.stringify(text)} may be a live one's, so it is left alone`, async () => {
    const folder = await newFolder();
    await writeFile(join(folder, FILE), text);
    expect(await codeAndMessage(lockFolder(folder))).toMatch(/^locked: .*cannot be read.*remove /);
    expect(await readdir(folder)).toEqual([FILE]);
    expect(await readFile(join(folder, FILE), "utf8")).toBe(text);
  });
}

behaviour(
  "a process that only has the number of the one that is gone keeps no lock, where the platform can tell",
  async () => {
    const folder = await newFolder();
    await writeFile(join(folder, FILE), holderText(process.pid, "another-boot 1", "old"));
    const outcome = await codeAndMessage(lockFolder(folder));
    expect(outcome).toContain(process.platform === "linux" ? "no error" : "locked");
    expect(await codeAndMessage(lockFolder(folder))).toContain("locked");
  },
);

function holderText(pid: number, began: string | null, token: string): string {
  return JSON.stringify({ pid, process: began, since: "2026-01-02T03:04:05.000Z", token });
}

behaviour("where the platform tells nothing but the number, a live process keeps its lock", async () => {
  const folder = await newFolder();
  await writeFile(join(folder, FILE), holderText(process.pid, null, "old"));
  expect(await codeAndMessage(lockFolder(folder))).toContain(
    `process ${process.pid} has had this folder open since 2026`,
  );
});

behaviour("a release that comes late takes no lock of somebody else", async () => {
  const folder = await newFolder();
  const first = await lockFolder(folder);
  await rm(join(folder, FILE));
  const second = await lockFolder(folder);
  await first.release();
  expect(await codeAndMessage(lockFolder(folder))).toContain("locked");
  await second.release();
  await second.release();
  expect(await readdir(folder)).toEqual([]);
});

behaviour("of twenty processes that race for one dead lock exactly one wins", async () => {
  const folder = await newFolder();
  const dead = contend(folder);
  expect(await dead.outcome).toBe("won");
  await kill(dead);
  const contenders = Array.from({ length: 20 }, () => contend(folder));
  const outcomes = await Promise.all(contenders.map(({ outcome }) => outcome));
  const winner = contenders[outcomes.indexOf("won")]!;
  expect(outcomes.filter((outcome) => outcome === "won").length).toBe(1);
  const losers = outcomes.filter((outcome) => outcome !== "won");
  for (const loser of losers) expect(loser).toContain(`process ${winner.child.pid} has had this folder open`);
  await Promise.all(contenders.map(kill));
  expect(await readdir(folder)).toEqual([FILE]);
});

behaviour("fifty callers in one process that race for one dead lock have one winner, again and again", async () => {
  const folder = await newFolder();
  const { pid } = spawnSync(process.execPath, ["--version"]);
  for (let round = 0; round < 20; round++) {
    await writeFile(join(folder, FILE), holderText(pid, null, `old-${round}`));
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => lockFolder(folder)));
    const winners = results.flatMap((result) => result.status === "fulfilled" ? [result.value] : []);
    expect(winners.length).toBe(1);
    await winners[0]!.release();
    expect(await readdir(folder)).toEqual([]);
  }
});
