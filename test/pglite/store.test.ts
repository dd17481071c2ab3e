// The embedded database: in memory, in a folder, and when something goes wrong.
import { afterAll, expect } from "bun:test";
import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { migrateDatabase, openDatabase, pgliteStore } from "../../src/pglite/mod.ts";
import { behaviours } from "../support/behaviour.ts";

const behaviour = behaviours("pglite store");
const LOCK = "actingweb-edge.lock";
const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "actingweb-edge-store-"));
  folders.push(folder);
  return join(folder, "made", "when needed");
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return await promise.then(() => "no error", ({ code }) => String(code));
}

behaviour("a folder keeps its rows from one opening to the next, and gives the lock back in between", async () => {
  const folder = await newFolder();
  const first = await pgliteStore({ folder });
  await first.actors.createIfAbsent({ id: "a", creator: "me@x.org", passphrase: "secret" });
  await first.properties.set("a", "email", "me@x.org");
  await first.attributes.set("a", "bucket", "name", { deep: [1, 12345678901234567890n] });
  expect(await codeOf(pgliteStore({ folder }))).toBe("locked");
  await first.close();
  expect(await readdir(folder)).not.toContain(LOCK);

  const second = await pgliteStore({ folder });
  expect(await second.lookups.get("email", "me@x.org")).toBe("a");
  expect((await second.attributes.get("a", "bucket", "name"))?.data).toEqual({ deep: [1, 12345678901234567890n] });
  await second.close();
});

behaviour("rows of a process that was killed are there when the next one takes its lock over", async () => {
  const folder = await newFolder();
  const program = `
    import { pgliteStore } from ${JSON.stringify(new URL("../../src/pglite/mod.ts", import.meta.url).href)};
    const store = await pgliteStore({ folder: ${JSON.stringify(folder)} });
    await store.properties.set("a", "name", "value");
    setInterval(() => {}, 1_000);
    console.log("written");`;
  const args = "Deno" in globalThis ? ["eval", "--no-check", "--ext=ts", program] : ["--eval", program];
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const gone = new Promise((resolve) => child.once("close", resolve));
  expect(await new Promise((resolve) => child.stdout.once("data", (bytes) => resolve(String(bytes).trim())))).toBe(
    "written",
  );
  child.kill("SIGKILL");
  await gone;
  expect(await readdir(folder)).toContain(LOCK);
  const store = await pgliteStore({ folder });
  expect(await store.properties.get("a", "name")).toBe("value");
  await store.close();
});

behaviour("a migration that fails gives the folder back", async () => {
  const folder = await newFolder();
  const opened = await openDatabase(folder);
  await migrateDatabase(opened.database);
  await opened.database.exec("UPDATE alembic_version SET version_num = 'ffffffffffff'");
  await opened.close();
  expect(await codeOf(pgliteStore({ folder }))).toBe("not_migrated");
  expect(await readdir(folder)).not.toContain(LOCK);
});

behaviour("databases in memory are each their own, and one that is given stays its owner's", async () => {
  const [own, opened] = await Promise.all([pgliteStore(), openDatabase()]);
  const given = await pgliteStore({ database: opened.database, schema: 'quo"ted' });
  await given.properties.set("a", "name", "value");
  expect(await own.properties.get("a", "name")).toBe(null);
  await given.close();
  await own.close();
  expect(await codeOf(own.properties.get("a", "name"))).toBe("closed");
  const { rows } = await opened.database.query<{ value: string }>('SELECT value FROM "quo""ted".properties');
  expect(rows).toEqual([{ value: "value" }]);
  await opened.close();
});

behaviour(
  "a call that is interrupted before its turn is never begun, and one under way has an unknown outcome",
  async () => {
    const opened = await openDatabase();
    const store = await pgliteStore({ database: opened.database });
    let began: Promise<string> = Promise.resolve("");
    await opened.database.transaction(async () => {
      const controller = new AbortController();
      began = codeOf(store.properties.set("a", "under way", "value", { timeout: 100 }));
      const inLine = codeOf(store.properties.set("a", "in line", "value", { timeout: 100 }));
      const aborted = codeOf(store.properties.set("a", "aborted", "value", { signal: controller.signal }));
      controller.abort();
      expect(await aborted).toBe("aborted");
      expect(await inLine).toBe("timeout");
      expect(await began).toBe("unknown_outcome");
    });
    expect((await store.properties.all("a")).map(({ name }) => name)).toEqual(["under way"]);
    await opened.close();
  },
);

behaviour("a schema's name that PostgreSQL would cut off is refused before anything is opened", async () => {
  const folder = await newFolder();
  expect(await codeOf(pgliteStore({ folder, schema: "x".repeat(64) }))).toBe("configuration");
  expect(await readdir(join(folder, "../.."))).toEqual([]);
});
