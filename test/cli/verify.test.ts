// The operators' commands on the embedded database, which needs no server.
import { expect } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "../../src/cli/program.ts";
import { behaviours } from "../support/behaviour.ts";
import { createEmpty } from "../support/embedded.ts";

const behaviour = behaviours("command line verify");

async function call(environment: Readonly<Record<string, string>>, ...args: string[]) {
  const printed: string[] = [];
  const complained: string[] = [];
  const shell = {
    environment,
    print: (line: string) => void printed.push(line),
    complain: (line: string) => void complained.push(line),
  };
  const code = await runProgram(args, shell);
  return { code, printed: printed.join("\n"), complained: complained.join("\n") };
}

behaviour("an embedded database is verified, walked and purged in its folder", async () => {
  const folder = mkdtempSync(join(tmpdir(), "actingweb-edge-verify-"));
  const environment = { DATABASE_BACKEND: "pglite", PGLITE_DATA: folder };
  try {
    await createEmpty(folder);
    const before = await call(environment, "verify");
    expect([before.code, before.printed.includes("it has no revision instead of")]).toEqual([1, true]);
    expect((await call(environment, "migrate")).code).toBe(0);
    const after = await call(environment, "verify", "--json");
    expect([after.code, JSON.parse(after.printed).ok]).toEqual([0, true]);
    const lists = await call(environment, "verify", "--lists");
    expect([lists.code, lists.printed]).toEqual([0, "0 lists, 0 of them in the old format.\nNothing is wrong."]);
    const orphans = await call(environment, "verify", "--orphans");
    expect([orphans.code, orphans.complained.includes("not a single actor")]).toEqual([2, true]);
    expect((await call(environment, "purge-expired")).printed).toContain("Removed 0 expired attributes.");
    expect((await call(environment, "lookup", "rebuild")).printed).toContain("0 indexed properties");
    expect((await call(environment, "lists", "convert")).printed).toContain("0 lists in the old format");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);

behaviour("what cannot be meant is a wrong call", async () => {
  const environment = { DATABASE_BACKEND: "pglite" };
  for (const flags of [["--orphans", "--lists"], ["--repair"]]) {
    const { code, complained } = await call(environment, "verify", ...flags);
    expect([flags, code, complained.includes("--orphans")]).toEqual([flags, 2, true]);
  }
});

behaviour("wrong settings keep verify from looking: code 2", async () => {
  expect((await call({}, "verify")).code).toBe(2);
});
