// Calls that wait: for a connection, for a lock, for a statement that takes too long.
import { afterAll, beforeAll, expect } from "bun:test";
import type postgres from "postgres";
import { migrate } from "../../src/postgresql/mod.ts";
import { behaviours } from "../support/behaviour.ts";
import { postgresqlUrl, uniqueName } from "../support/stores.ts";
import { CALLS, INDEXED, stateOf } from "../torture/faults/calls.ts";
import { codeOf, otherClient, until } from "./database.ts";
import { watched, whileLocked } from "./watched.ts";

const behaviour = behaviours("postgresql waiting");
const schema = uniqueName("waiting");
const TIMEOUT = 400;
const SLACK = 1_000;
let other: postgres.Sql;

beforeAll(async () => {
  other = otherClient({ max: 3 });
  await migrate({ url: postgresqlUrl(), schema });
});
afterAll(async () => {
  await other`DROP SCHEMA ${other(schema)} CASCADE`;
  await other.end();
});

/** How a call ended, after a look at the time. */
async function inTime(call: Promise<unknown>, most = TIMEOUT): Promise<string> {
  const started = performance.now();
  const code = await codeOf(call);
  expect(performance.now() - started).toBeLessThan(most + SLACK);
  return code;
}

behaviour(
  "hundreds of calls on one connection wait for their turn, and all are done",
  () =>
    watched(other, { schema }, async ({ store, activity }) => {
      const names = Array.from({ length: 300 }, (_, index) => `name ${index}`);
      const writing = names.map((name) => store.properties.set("crowd", name, name));
      const reading = names.map(() => store.properties.get("crowd", "nothing"));
      await Promise.all([...writing, ...reading]);
      expect((await store.properties.all("crowd")).length).toBe(names.length);
      expect((await activity()).length).toBe(1);
    }),
);

behaviour(
  "when all connections are taken, each call ends by its own deadline and is not done; then all goes on",
  () =>
    watched(other, { schema, max: 2 }, async (all) => {
      const { store, activity } = all;
      await whileLocked(other, schema, "full", async () => {
        const long = { timeout: 3_000 };
        const taking = [1, 2].map((value) => inTime(store.properties.set("full", "name", `${value}`, long), 3_000));
        await until(async () => (await activity()).filter(({ waitsFor }) => waitsFor === "Lock").length === 2);
        const timeouts = [50, 100, 200, 400, 800];
        const waiting = timeouts.map((timeout) => [
          inTime(store.properties.set("full", `late ${timeout}`, "value", { timeout }), timeout),
          inTime(store.properties.get("full", "name", { timeout }), timeout),
        ]);
        expect(new Set(await Promise.all(waiting.flat()))).toEqual(new Set(["timeout"]));
        expect(await Promise.all(taking)).toEqual(["timeout", "timeout"]);
      });
      expect(await store.properties.all("full")).toEqual([{ name: "name", value: "before" }]);
      await store.properties.set("full", "name", "after");
      expect(await store.properties.get("full", "name")).toBe("after");
    }),
);

const TABLES = ["actors", "properties", "property_lookup", "subscriptions", "subscription_diffs", "attributes"];
const WRITES = Object.entries(CALLS).filter(([, { writes }]) => writes);

behaviour(
  "a write that waits for a lock until its deadline has changed nothing, whatever table it waits for",
  () =>
    watched(other, { schema, max: WRITES.length, indexedProperties: [INDEXED] }, async ({ store }) => {
      const stopped = new Set<string>();
      for (const table of TABLES) {
        const all = await Promise.all(WRITES.map(async ([name, call]) => {
          const actorId = uniqueName("actor");
          await store.actors.createIfAbsent({ id: actorId, creator: "creator", passphrase: "" });
          await call.prepare(store, actorId);
          return { name, call, actorId, before: await stateOf(store, actorId) };
        }));
        const codes = await other.begin(async (sql) => {
          await sql.unsafe(`LOCK TABLE "${schema}".${table} IN EXCLUSIVE MODE`);
          return await Promise.all(
            all.map(({ call, actorId }) => inTime(call.run(store, actorId, { timeout: TIMEOUT }))),
          );
        });
        for (const [index, { name, call, actorId, before }] of all.entries()) {
          // A statement that does not need the table is simply done.
          expect(codes[index]).toMatch(/^(timeout|no error)$/);
          if (codes[index] !== "timeout") continue;
          stopped.add(name);
          expect(await stateOf(store, actorId)).toBe(before);
          await call.run(store, actorId, {});
          expect(await stateOf(store, actorId)).not.toBe(before);
        }
      }
      expect([...stopped].sort()).toEqual(WRITES.map(([name]) => name).sort());
    }),
);

/** Lets every write of a property sleep. */
async function whileSlow(work: () => Promise<void>): Promise<void> {
  await other.unsafe(`CREATE FUNCTION "${schema}".sleep() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_sleep(30); RETURN NEW; END'`);
  await other.unsafe(`CREATE TRIGGER slow AFTER INSERT OR UPDATE ON "${schema}".properties
    FOR EACH ROW EXECUTE FUNCTION "${schema}".sleep()`);
  try {
    await work();
  } finally {
    await other.unsafe(`DROP TRIGGER slow ON "${schema}".properties`);
    await other.unsafe(`DROP FUNCTION "${schema}".sleep()`);
  }
}

behaviour(
  "a statement that takes too long is stopped at the call's deadline, and nothing of it stays",
  () =>
    watched(other, { schema }, async ({ store, activity }) => {
      await store.properties.set("slow", "name", "before");
      await whileSlow(async () => {
        const many = [["name", "after"], ["other", "after"]] as const;
        expect(await inTime(store.properties.setMany("slow", many, { timeout: TIMEOUT }))).toBe("timeout");
        expect((await activity()).map(({ state }) => state)).toEqual(["idle"]);
      });
      expect(await store.properties.all("slow")).toEqual([{ name: "name", value: "before" }]);
      await store.properties.set("slow", "name", "after");
    }),
);
