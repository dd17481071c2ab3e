// The database that a first start begins from, where the build has made one.
import { afterAll, beforeAll, expect } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import { migrateDatabase, pgliteStore } from "../../src/pglite/mod.ts";
import { snapshotFor } from "../../src/pglite/snapshot.ts";
import { behaviours } from "../support/behaviour.ts";

const behaviour = behaviours("pglite snapshot");
const CREATING = 120_000;
let folder = "";
let file: URL;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "actingweb-edge-snapshot-"));
  file = pathToFileURL(join(folder, "snapshot.tar.gz"));
  const database = await PGlite.create();
  await migrateDatabase(database);
  await database.exec("CHECKPOINT");
  await writeFile(file, new Uint8Array(await (await database.dumpDataDir("gzip")).arrayBuffer()));
  await database.close();
}, CREATING);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function started(dataDir?: string): Promise<PGlite> {
  const loadDataDir = await snapshotFor(dataDir, file);
  return await PGlite.create({
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(loadDataDir === null ? {} : { loadDataDir }),
  });
}

behaviour("a database that begins from a snapshot has the schema, and nothing in it", async () => {
  const database = await started();
  expect((await migrateDatabase(database)).applied).toEqual([]);
  const store = await pgliteStore({ database });
  for await (const { items } of store.actors.pages()) expect(items).toEqual([]);
  await store.properties.set("a", "email", "me@x.org");
  expect(await store.properties.get("a", "email")).toBe("me@x.org");
  await store.close();
  await database.close();
});

behaviour("a folder that has a database is opened as it is", async () => {
  const data = join(folder, "data");
  const first = await started(data);
  await (await pgliteStore({ database: first })).properties.set("a", "name", "kept");
  await first.close();
  expect(await snapshotFor(data, file)).toBe(null);
  const second = await started(data);
  expect(await (await pgliteStore({ database: second })).properties.get("a", "name")).toBe("kept");
  await second.close();
});

behaviour("without a snapshot there is none", async () => {
  expect(await snapshotFor(undefined, pathToFileURL(join(folder, "absent.tar.gz")))).toBe(null);
  expect(await snapshotFor(undefined, new URL("https://packages.example/snapshot.tar.gz"))).toBe(null);
});
