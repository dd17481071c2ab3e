// A server that is killed amid writes and starts again, and one that takes no more connections.
// TORTURE_CRASHES sets how often it is killed.
import { afterAll, beforeAll, expect } from "bun:test";
import process from "node:process";
import postgres from "postgres";
import { StoreError } from "../../src/errors.ts";
import { migrate, postgresqlStore } from "../../src/postgresql/mod.ts";
import { behaviours } from "../support/behaviour.ts";
import { type LocalPostgreSQL, startPostgreSQL } from "../support/local_postgresql.ts";
import { codeOf, until } from "./database.ts";

const CRASHES = Number(process.env.TORTURE_CRASHES ?? 2);
const TIME = 60_000 + CRASHES * 20_000;
const WRITERS = 8;
/** Acknowledged writes before the server is killed. */
const WRITES = 400;

const behaviour = behaviours("postgresql crash");
let server: LocalPostgreSQL;

beforeAll(async () => {
  server = await startPostgreSQL(undefined, ["synchronous_commit=on", "max_connections=12"]);
  await migrate({ url: server.url });
}, 120_000);
afterAll(() => server.stop("SIGINT"), 60_000);

behaviour("every write that was acknowledged is there after the server was killed and started again", async () => {
  const store = postgresqlStore({ url: server.url, max: WRITERS });
  const acknowledged: string[] = [];
  const codes = new Set<string>();
  const write = async (writer: number, crash: number) => {
    for (let count = 0;; count++) {
      const name = `${crash} ${writer} ${count}`;
      try {
        await store.properties.set("actor", name, "value", { timeout: 1_000 });
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        codes.add(error.code);
        return;
      }
      acknowledged.push(name);
    }
  };
  for (let crash = 0; crash < CRASHES; crash++) {
    const enough = acknowledged.length + WRITES;
    const writers = Array.from({ length: WRITERS }, (_, writer) => write(writer, crash));
    await until(() => Promise.resolve(acknowledged.length >= enough));
    await server.crash();
    await Promise.all(writers);
    await server.restart();
    const found = new Set((await store.properties.all("actor")).map(({ name }) => name));
    expect(acknowledged.filter((name) => !found.has(name))).toEqual([]);
  }
  await store.close();
  for (const code of codes) expect(["unknown_outcome", "unavailable", "timeout"]).toContain(code);
  console.log(`figure: killed ${CRASHES} times: ${acknowledged.length} acknowledged writes, none lost`);
}, TIME);

behaviour("a server without a free connection is unavailable, and is used again as soon as it has one", async () => {
  const store = postgresqlStore({ url: server.url, max: 1 });
  const hogs: postgres.Sql[] = [];
  const take = async () => {
    const hog = postgres(server.url, { max: 1, onnotice: () => {} });
    hogs.push(hog);
    await hog`SELECT 1`;
  };
  let refused = false;
  while (!refused) await take().catch(() => refused = true);
  expect(await codeOf(store.properties.set("full", "name", "value", { timeout: 500 }))).toBe("unavailable");
  expect(await codeOf(store.properties.get("full", "name", { timeout: 500 }))).toBe("unavailable");
  await Promise.all(hogs.map((hog) => hog.end()));
  await store.properties.set("full", "name", "value", { timeout: 5_000 });
  expect(await store.properties.get("full", "name")).toBe("value");
  await store.close();
});
