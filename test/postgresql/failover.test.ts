// A server that dies, and its standby that takes over under the same address.
import { afterAll, beforeAll, expect } from "bun:test";
import postgres from "postgres";
import { StoreError } from "../../src/errors.ts";
import { migrate, postgresqlStore } from "../../src/postgresql/mod.ts";
import { behaviours } from "../support/behaviour.ts";
import { type FaultyProxy, openFaultyProxy } from "../support/faulty_proxy.ts";
import { type LocalPostgreSQL, startPair } from "../support/local_postgresql.ts";
import { codeOf, until } from "./database.ts";

const WRITERS = 8;
const TIMEOUT = 1_000;
const SLACK = 1_000;
/** Writes that are acknowledged before the server dies, and after. */
const WRITES = 200;
/** The codes that promise that nothing was applied. */
const PROMISES = ["timeout", "unavailable", "contended", "throttled"];

const behaviour = behaviours("postgresql failover");
let primary: LocalPostgreSQL;
let standby: LocalPostgreSQL;
let proxy: FaultyProxy;
let url: string;
let onStandby: postgres.Sql;

beforeAll(async () => {
  ({ primary, standby } = await startPair());
  await migrate({ url: primary.url });
  proxy = await openFaultyProxy("127.0.0.1", Number(new URL(primary.url).port));
  url = `postgres://postgres@127.0.0.1:${proxy.port}/postgres`;
  onStandby = postgres(standby.url, { max: 1, onnotice: () => {} });
}, 120_000);
afterAll(async () => {
  await onStandby.end({ timeout: 1 });
  await proxy.close();
  await Promise.all([primary.stop(), standby.stop()]);
}, 60_000);

behaviour("a write whose deadline passes while the standby does not confirm it is not acknowledged", async () => {
  const parameters = { synchronous_commit: "remote_apply" };
  const store = postgresqlStore({ url, max: 1, parameters });
  await store.properties.set("confirmed", "name", "before");
  await onStandby`SELECT pg_wal_replay_pause()`;
  expect(await codeOf(store.properties.set("confirmed", "name", "after", { timeout: 300 }))).toBe("unknown_outcome");
  await onStandby`SELECT pg_wal_replay_resume()`;
  await store.properties.set("confirmed", "name", "later");
  expect(await store.properties.get("confirmed", "name")).toBe("later");
  await store.close();
});

behaviour(
  "every acknowledged write is there after the standby took over, and the store goes on by itself",
  async () => {
    const store = postgresqlStore({ url, max: WRITERS, timeout: TIMEOUT });
    const endings: { readonly name: string; readonly code: string; readonly milliseconds: number }[] = [];
    const acknowledged = () => endings.filter(({ code }) => code === "acknowledged").length;
    let enough = Infinity;
    const write = async (writer: number) => {
      for (let count = 0; acknowledged() < enough; count++) {
        const name = `${writer} ${count}`;
        const started = performance.now();
        const code = await store.properties.set("actor", name, "value").then(() => "acknowledged", (error) => {
          if (error instanceof StoreError) return error.code;
          throw error;
        });
        endings.push({ name, code, milliseconds: performance.now() - started });
      }
    };
    const writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
    await until(() => Promise.resolve(acknowledged() >= WRITES));
    await primary.crash();
    // The address moves first: until it is promoted, the standby takes no writes.
    proxy.aim("127.0.0.1", Number(new URL(standby.url).port));
    // The server's own children outlive it for a moment.
    proxy.cut();
    await until(() => Promise.resolve(endings.some(({ code }) => code === "unavailable")));
    const before = acknowledged();
    const promoted = performance.now();
    await onStandby`SELECT pg_promote()`;
    await until(() => Promise.resolve(acknowledged() > before));
    const seconds = (performance.now() - promoted) / 1_000;
    enough = acknowledged() + WRITES;
    await writing;
    await store.close();

    const found = new Set((await onStandby`SELECT name FROM properties WHERE id = 'actor'`).map(({ name }) => name));
    const names = (among: (code: string) => boolean) =>
      endings.filter(({ code }) => among(code)).map(({ name }) => name);
    expect(names((code) => code === "acknowledged").filter((name) => !found.has(name))).toEqual([]);
    expect(names((code) => PROMISES.includes(code)).filter((name) => found.has(name))).toEqual([]);
    for (const { code } of endings) expect(["acknowledged", "unknown_outcome", ...PROMISES]).toContain(code);
    for (const { milliseconds } of endings) expect(milliseconds).toBeLessThan(TIMEOUT + SLACK);
    console.log(
      `figure: failover: ${acknowledged()} acknowledged writes, none lost; the first ${
        seconds.toFixed(2)
      } s after the promotion`,
    );
  },
);
