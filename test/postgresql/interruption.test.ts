// Calls that are cut short by their deadline or their signal.
import { afterAll, beforeAll, expect } from "bun:test";
import type postgres from "postgres";
import { migrate } from "../../src/postgresql/mod.ts";
import { connect } from "../../src/postgresql/postgres_client.ts";
import { behaviours } from "../support/behaviour.ts";
import { postgresqlUrl, uniqueName } from "../support/stores.ts";
import { codeOf, otherClient, until } from "./database.ts";
import { waits, watched, whileLocked } from "./watched.ts";

const behaviour = behaviours("postgresql interruption");
const schema = uniqueName("interruption");
const url = postgresqlUrl();
let other: postgres.Sql;

beforeAll(async () => {
  other = otherClient({ max: 3 });
  await migrate({ url, schema });
});
afterAll(async () => {
  await other`DROP SCHEMA ${other(schema)} CASCADE`;
  await other.end();
});

for (const reason of ["timeout", "aborted"] as const) {
  behaviour(
    `a write that waits for a lock ends with ${reason}, is gone from the server, and was not applied`,
    () =>
      watched(other, { schema }, async ({ store, activity }) => {
        const actor = uniqueName("actor");
        expect(await store.properties.get(actor, "name")).toBe(null);
        const [before] = await activity();
        await whileLocked(other, schema, actor, async () => {
          const controller = new AbortController();
          const options = reason === "timeout" ? { timeout: 2_000 } : { signal: controller.signal };
          const writing = codeOf(store.properties.set(actor, "name", "after", options));
          // It is active already while it is prepared, when the server would not listen.
          await until(async () => (await activity())[0]?.waitsFor === "Lock");
          controller.abort();
          const started = performance.now();
          expect(await writing).toBe(reason);
          expect(performance.now() - started).toBeLessThan(5_000);
          expect((await activity()).map(({ state }) => state)).toEqual(["idle"]);
        });
        expect(await store.properties.get(actor, "name")).toBe("before");
        expect((await activity()).map(({ pid }) => pid)).toEqual([before!.pid]);
      }),
  );
}

behaviour("a call that waits in line ends at once, and is never sent", () =>
  watched(other, { schema }, async (all) => {
    const { store } = all;
    const actor = uniqueName("actor");
    await whileLocked(other, schema, actor, async () => {
      const blocked = codeOf(store.properties.set(actor, "name", "after", { timeout: 1_000 }));
      await until(() => waits(all));
      const controller = new AbortController();
      const late = codeOf(store.properties.set(actor, "late", "value", { timeout: 50 }));
      const aborted = codeOf(store.properties.set(actor, "aborted", "value", { signal: controller.signal }));
      controller.abort();
      expect(await aborted).toBe("aborted");
      expect(await late).toBe("timeout");
      expect(await waits(all)).toBe(true);
      expect(await blocked).toBe("timeout");
    });
    expect([...(await store.properties.all(actor))]).toEqual([{ name: "name", value: "before" }]);
  }));

behaviour(
  "a call that waits in line does not wait longer than for the first free connection",
  () =>
    watched(other, { schema, max: 2 }, async (all) => {
      const { store } = all;
      const actor = uniqueName("actor");
      await whileLocked(other, schema, actor, async () => {
        const blocked = codeOf(store.properties.set(actor, "name", "after", { timeout: 1_500 }));
        await until(() => waits(all));
        const others = Array.from({ length: 20 }, (_, index) => store.properties.get("other", `${index}`));
        expect(await Promise.all(others)).toEqual(others.map(() => null));
        expect(await waits(all)).toBe(true);
        expect(await blocked).toBe("timeout");
      });
    }),
);

behaviour(
  "hundreds of aborted calls never hit another call on the same connections",
  () =>
    watched(other, { schema, max: 2 }, async ({ store, activity }) => {
      const outcomes = new Map<string, number>();
      const count = (outcome: string) => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      await store.properties.set("many", "name", "value");
      const worker = async (seed: number) => {
        for (let round = 0; round < 100; round++) {
          const controller = new AbortController();
          const timer = setTimeout(() => controller.abort(), (round * 7 + seed) % 3);
          const hurried = codeOf(store.properties.set("many", `name ${round}`, "x", { signal: controller.signal }));
          expect(await store.properties.get("many", "name")).toBe("value");
          count(await hurried);
          clearTimeout(timer);
        }
      };
      await Promise.all([worker(0), worker(1), worker(2)]);
      expect([...outcomes.keys()].filter((outcome) => outcome !== "aborted" && outcome !== "no error")).toEqual([]);
      expect((await activity()).map(({ state }) => state)).toEqual(["idle", "idle"]);
    }),
);

/** Runs a test with a client of one connection, on which a first statement has prepared what the others send. */
async function withOneConnection(
  work: (ask: (text: string, timeout?: number, signal?: AbortSignal) => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const client = connect({ url, max: 1 }, 5_000);
  const ask = async (text: string, timeout = 5_000, signal?: AbortSignal) => {
    const call = { operation: "test", deadline: Date.now() + timeout, ...(signal && { signal }) };
    return (await client.query(text, [], call)).rows[0]?.value;
  };
  try {
    await ask("SELECT 'ready' AS value");
    await work(ask);
  } finally {
    await client.close();
  }
}

behaviour(
  "a read behind another read ends at its own deadline, and the one before it goes on",
  () =>
    withOneConnection(async (ask) => {
      const slow = ask("SELECT pg_sleep(0.5)::text || 'slow' AS value");
      const started = performance.now();
      await expect(ask("SELECT 'late' AS value", 50)).rejects.toThrow("timeout");
      expect(performance.now() - started).toBeLessThan(400);
      expect(await slow).toBe("slow");
      expect(await ask("SELECT 'next' AS value")).toBe("next");
    }),
);

behaviour("a read that is aborted leaves the reads behind it whole", () =>
  withOneConnection(async (ask) => {
    const controller = new AbortController();
    const slow = ask("SELECT pg_sleep(0.3)::text || 'slow' AS value", 5_000, controller.signal);
    const behind = ["a", "b", "c"].map((value) => ask(`SELECT '${value}' AS value`));
    controller.abort();
    await expect(slow).rejects.toThrow("aborted");
    expect(await Promise.all(behind)).toEqual(["a", "b", "c"]);
  }));

behaviour(
  "a write is never sent behind another statement, nor anything behind a write",
  () =>
    withOneConnection(async (ask) => {
      const slow = ask("SELECT pg_sleep(0.3)::text || 'slow' AS value");
      const write = "WITH nothing AS (SELECT 'written' AS value) SELECT value FROM nothing";
      // Never sent, so it ends at once with that certainty.
      await expect(ask(write, 50)).rejects.toMatchObject({ reason: "timeout", certain: true });
      const slowWrite = ask(
        "WITH nothing AS (SELECT pg_sleep(0.2)::text AS slept) SELECT 'written' AS value FROM nothing",
      );
      await expect(ask("SELECT 'read' AS value", 20)).rejects.toMatchObject({ reason: "timeout", certain: true });
      expect(await Promise.all([slow, slowWrite])).toEqual(["slow", "written"]);
    }),
);

behaviour("a statement that is cancelled amid its rows leaves those of the next one whole", async () => {
  const client = connect({ url, max: 1 }, 5_000);
  const call = (milliseconds: number) => ({ operation: "test", deadline: Date.now() + milliseconds });
  const slowly = "SELECT repeat('x', 10000) AS x, pg_sleep(0.005)::text AS slept FROM generate_series(1, 5000)";
  await expect(client.query(slowly, [], call(300))).rejects.toThrow("timeout");
  const { rows, count } = await client.query("SELECT n::text AS n FROM generate_series(1, 2) AS n", [], call(5_000));
  expect(rows).toEqual([{ n: "1" }, { n: "2" }]);
  expect(count).toBe(2);
  await client.close();
});

behaviour(
  "a statement that the server stops is tried again while the call has time",
  () =>
    watched(other, { schema, statementTimeout: 200 }, async ({ store, requests }) => {
      const actor = uniqueName("actor");
      let patient: Promise<void> = Promise.resolve();
      await whileLocked(other, schema, actor, async () => {
        expect(await codeOf(store.properties.set(actor, "name", "hasty", { timeout: 2_000 }))).toBe("timeout");
        requests.length = 0;
        patient = store.properties.set(actor, "name", "patient");
        await until(() => Promise.resolve(requests.length > 1));
      });
      await patient;
      expect(await store.properties.get(actor, "name")).toBe("patient");
      expect(requests[0]?.error).toBe("57014");
    }),
);
