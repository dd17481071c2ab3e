// A pooler in transaction mode before PostgreSQL: many clients on few connections.
// TORTURE_ROUNDS sets how often each client does its work.
import { afterAll, beforeAll, expect } from "bun:test";
import process from "node:process";
import type postgres from "postgres";
import { migrate, postgresqlStore } from "../../src/postgresql/mod.ts";
import type { Store } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";
import { type LocalPgBouncer, startPgBouncer } from "../support/local_pgbouncer.ts";
import { postgresqlUrl, uniqueName } from "../support/stores.ts";
import { codeOf, otherClient, until } from "./database.ts";
import { waits, watched, whileLocked } from "./watched.ts";

const CLIENTS = 200;
const CONNECTIONS = 4;
const ROUNDS = Number(process.env.TORTURE_ROUNDS ?? 2);
const TIME = 60_000 + ROUNDS * 10_000;
/** Counters and subscriptions, each shared by as many clients. */
const SHARED = 40;

const behaviour = behaviours("postgresql pgbouncer");
const schema = uniqueName("pgbouncer");
let pooler: LocalPgBouncer;
let other: postgres.Sql;

beforeAll(async () => {
  other = otherClient({ max: CONNECTIONS + 2 });
  await migrate({ url: postgresqlUrl(), schema });
  pooler = await startPgBouncer(postgresqlUrl(), CONNECTIONS);
}, 120_000);
afterAll(async () => {
  await pooler.stop();
  await other`DROP SCHEMA ${other(schema)} CASCADE`;
  await other.end();
}, 60_000);

const shared = (index: number) => `shared ${index % SHARED}`;

/** Counts one up, however many others do the same. */
async function countUp(store: Store, actorId: string): Promise<void> {
  for (;;) {
    const count = await store.properties.get(actorId, "count");
    if (await store.properties.setIfEquals(actorId, "count", count!, String(Number(count) + 1))) return;
  }
}

/** What a client was told that it has written. */
interface Acknowledged {
  readonly sequences: number[];
  readonly won: string[];
}

/** A client's work: writes of its own, conditional writes and sequence numbers that it shares, and reads. */
async function work(store: Store, index: number): Promise<Acknowledged> {
  const sequences: number[] = [];
  const won: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await store.properties.set(`client ${index}`, `round ${round}`, "value");
    expect(await store.properties.get(`client ${index}`, `round ${round}`)).toBe("value");
    await countUp(store, shared(index));
    const diff = await store.diffs.append(shared(index), "peer", "s", `${index} ${round}`);
    sequences.push(diff!.sequence);
    if (await store.attributes.createIfAbsent(shared(index), "bucket", `round ${round}`, index)) won.push(`${round}`);
  }
  return { sequences, won };
}

behaviour(`${CLIENTS} clients on ${CONNECTIONS} connections: nothing fails, and nothing is lost`, async () => {
  const application = uniqueName("application");
  const stores = Array.from({ length: CLIENTS }, () =>
    postgresqlStore({
      url: pooler.url,
      schema,
      preset: "pgbouncer",
      max: 1,
      parameters: { application_name: application },
    }));
  const [first] = stores as [Store];
  await Promise.all(Array.from({ length: SHARED }, async (_, index) => {
    await first.properties.set(shared(index), "count", "0");
    await first.actors.createIfAbsent({ id: shared(index), creator: "creator", passphrase: "" });
    await first.subscriptions.createIfAbsent(shared(index), { peerId: "peer", subscriptionId: "s" });
  }));
  let most = 0;
  const started = performance.now();
  const working = Promise.all(stores.map(work));
  let done = false;
  working.then(() => done = true, () => done = true);
  await until(async () => {
    const [row] = await other`SELECT count(*)::int AS count FROM pg_stat_activity
      WHERE application_name = ${application}`;
    most = Math.max(most, row!.count as number);
    return done;
  }, TIME / 1_000);
  const all = await working;
  const seconds = (performance.now() - started) / 1_000;

  expect(most).toBe(CONNECTIONS);
  for (let index = 0; index < SHARED; index++) {
    const ours = all.filter((_, client) => client % SHARED === index);
    expect(await first.properties.get(shared(index), "count")).toBe(String(ours.length * ROUNDS));
    const sequences = ours.flatMap((each) => each.sequences).sort((one, next) => one - next);
    expect(sequences).toEqual(sequences.map((_, count) => count + 1));
    expect((await first.diffs.all(shared(index), "s")).map(({ sequence }) => sequence)).toEqual(sequences);
    expect(ours.flatMap((each) => each.won).sort()).toEqual(Array.from({ length: ROUNDS }, (_, round) => `${round}`));
  }
  for (let client = 0; client < CLIENTS; client++) {
    expect((await first.properties.all(`client ${client}`)).length).toBe(ROUNDS);
  }
  await Promise.all(stores.map((store) => store.close()));
  console.log(
    `figure: PgBouncer ${pooler.version}: ${CLIENTS} clients, ${CLIENTS * ROUNDS} rounds, ${seconds.toFixed(1)} s`,
  );
}, TIME);

behaviour(
  "a deadline that passes while others have all connections ends the call, and the store goes on",
  async () => {
    const store = postgresqlStore({ url: pooler.url, schema, preset: "pgbouncer", max: 1 });
    await store.properties.set("crowded", "name", "before");
    const hogs = Array.from(
      { length: CONNECTIONS },
      () => postgresqlStore({ url: pooler.url, schema, preset: "pgbouncer", max: 1 }),
    );
    await whileLocked(other, schema, "hogged", async () => {
      const hogging = hogs.map((hog) => codeOf(hog.properties.set("hogged", "name", "after", { timeout: 3_000 })));
      await until(async () => {
        const rows = await other`SELECT 1 FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND query LIKE ${`%${schema}%`}`;
        return rows.length === CONNECTIONS;
      });
      const started = performance.now();
      // The pooler has the statement, and does not take the word to stop one that it has not passed on yet.
      expect(await codeOf(store.properties.set("crowded", "name", "after", { timeout: 300 }))).toBe("unknown_outcome");
      expect(performance.now() - started).toBeLessThan(300 + 1_000);
      expect(await Promise.all(hogging)).toEqual(hogs.map(() => "timeout"));
    });
    await store.properties.set("crowded", "name", "later");
    expect(await store.properties.get("crowded", "name")).toBe("later");
    await Promise.all([store, ...hogs].map((each) => each.close()));
  },
);

behaviour(
  "the word to stop a statement reaches it through the pooler",
  () =>
    watched(other, { url: pooler.url, schema, preset: "pgbouncer" }, async (all) => {
      const { store } = all;
      await whileLocked(other, schema, "stopped", async () => {
        const writing = codeOf(store.properties.set("stopped", "name", "after", { timeout: 500 }));
        await until(() => waits(all));
        expect(await writing).toBe("timeout");
        expect(await waits(all)).toBe(false);
      });
      expect(await store.properties.get("stopped", "name")).toBe("before");
    }),
);

behaviour("a pooler that refuses the preset's parameters is a matter of configuration", async () => {
  const store = postgresqlStore({ url: pooler.url, schema, preset: "direct" });
  expect(await codeOf(store.properties.get("direct", "name"))).toBe("configuration");
  await store.close();
});

behaviour("a pooler that was killed is unavailable, and used again as soon as it is back", async () => {
  const store = postgresqlStore({ url: pooler.url, schema, preset: "pgbouncer", max: 2 });
  await store.properties.set("killed", "name", "before");
  await pooler.crash();
  expect(await codeOf(store.properties.set("killed", "name", "after", { timeout: 300 }))).toMatch(
    /^(unavailable|unknown_outcome)$/,
  );
  const patient = store.properties.get("killed", "name");
  await pooler.restart();
  expect(await patient).toBe("before");
  await store.properties.set("killed", "name", "after");
  expect(await store.properties.get("killed", "name")).toBe("after");
  await store.close();
});
