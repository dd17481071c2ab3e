// Deno gives a program only what it is permitted: the README says what a store needs.
import { expect } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, start } from "../cli/program.ts";
import { behaviours } from "../support/behaviour.ts";
import { readText } from "../support/sources.ts";
import { dynamodbConnection, removeTables, uniqueName } from "../support/stores.ts";

const behaviour = behaviours("permissions");
const SAID = /^- \*\*Deno\*\*: (?:.|\n(?= {2}))+/m.exec(readText("README.md"))?.[0];
const MILLISECONDS = 240_000;

/** Runs a program with some permissions and no others, twice; the second time finds what the first has left. */
async function runTwice(permissions: readonly string[], program: (folder: string) => string): Promise<void> {
  mkdirSync(join(root, "test-results"), { recursive: true });
  const folder = mkdtempSync(join(root, "test-results/permissions-"));
  const file = join(folder, "program.ts");
  writeFileSync(file, program(join(folder, "data")));
  try {
    for (const permission of permissions) expect(SAID).toContain(`\`${permission}\``);
    for (let run = 1; run <= 2; run++) {
      const deno = ["run", "--no-check", "--no-prompt", "--quiet", ...permissions, file];
      const child = start([`${root}node_modules/.bin/deno`, ...deno]);
      expect([run, await child.ended, child.complaints()]).toEqual([run, 0, ""]);
      expect(child.output()).toBe("null\n");
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

behaviour("DynamoDB with options needs the network alone", async () => {
  const prefix = uniqueName("permissions");
  const options = JSON.stringify({ ...dynamodbConnection(), prefix });
  await runTwice(["--allow-net"], () => `
import { dynamodbStore } from "actingweb-edge/dynamodb";
console.log(await dynamodbStore(${options}).actors.get("a1"));
`);
  await removeTables(prefix);
});

behaviour("PGlite in a folder reads and writes files, and that is all", async () => {
  await runTwice(["--allow-read", "--allow-write"], (folder) => `
import { pgliteStore } from "actingweb-edge/pglite";
const store = await pgliteStore({ folder: ${JSON.stringify(folder)} });
console.log(await store.actors.get("a1"));
await store.close();
`);
}, MILLISECONDS);
