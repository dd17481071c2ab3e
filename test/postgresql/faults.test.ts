// Faults of the server under a call: what is tried again, and what is not known.
import { afterAll, beforeAll, expect } from "bun:test";
import type postgres from "postgres";
import { migrate, postgresqlStore } from "../../src/postgresql/mod.ts";
import type { Diff } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";
import { postgresqlUrl, uniqueName } from "../support/stores.ts";
import { codeOf, otherClient, until } from "./database.ts";
import { waits, watched, whileLocked } from "./watched.ts";

const behaviour = behaviours("postgresql faults");
const schema = uniqueName("faults");
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

behaviour(
  "a write whose connection is terminated has an unknown outcome, and the store works right after",
  () =>
    watched(other, { schema }, async (all) => {
      const { store, activity } = all;
      const actor = uniqueName("actor");
      await whileLocked(other, schema, actor, async () => {
        const writing = codeOf(store.properties.set(actor, "name", "after"));
        await until(() => waits(all));
        await other`SELECT pg_terminate_backend(${(await activity())[0]!.pid}::int)`;
        expect(await writing).toBe("unknown_outcome");
        expect(await store.properties.get(actor, "name")).toBe("before");
      });
      await store.properties.set(actor, "name", "later");
      expect(await store.properties.get(actor, "name")).toBe("later");
    }),
);

behaviour(
  "an indexed write whose connection is terminated leaves nothing behind",
  () =>
    watched(other, { schema }, async (all) => {
      const { store, activity } = all;
      const actor = uniqueName("actor");
      await store.actors.createIfAbsent({ id: actor, creator: "me", passphrase: "secret" });
      await store.properties.set(actor, "email", "old@x.org");
      await other.begin(async (sql) => {
        // The lookup row is written last, so all the rest is done when it waits.
        await sql`INSERT INTO ${sql(schema)}.property_lookup VALUES ('email', 'new@x.org', ${actor})`;
        const writing = codeOf(store.properties.setMany(actor, [["email", "new@x.org"], ["plain", "x"]]));
        await until(() => waits(all));
        await other`SELECT pg_terminate_backend(${(await activity())[0]!.pid}::int)`;
        expect(await writing).toBe("unknown_outcome");
        throw new Error("rolled back");
      }).catch((error: Error) => expect(error.message).toBe("rolled back"));
      expect(await store.properties.all(actor)).toEqual([{ name: "email", value: "old@x.org" }]);
      expect(await store.lookups.get("email", "old@x.org")).toBe(actor);
      expect(await store.lookups.get("email", "new@x.org")).toBe(null);
      expect((await activity()).map(({ state }) => state)).toEqual(["idle"]);
    }),
);

behaviour(
  "a read whose connection is terminated is tried again, which is reported",
  () =>
    watched(other, { schema }, async (all) => {
      const { store, activity, requests } = all;
      await store.properties.set("read", "name", "value");
      let reading: Promise<string | null> = Promise.resolve(null);
      await other.begin(async (sql) => {
        await sql`LOCK TABLE ${sql(schema)}.properties IN ACCESS EXCLUSIVE MODE`;
        requests.length = 0;
        reading = store.properties.get("read", "name");
        await until(() => waits(all));
        await other`SELECT pg_terminate_backend(${(await activity())[0]!.pid}::int)`;
        await until(() => Promise.resolve(requests.length > 0));
      });
      expect(await reading).toBe("value");
      expect(requests.map(({ attempt }) => attempt)).toEqual(requests.map((_, index) => index + 1));
      expect(requests.map(({ error }) => error === null)).toEqual(
        requests.map((_, index) => index === requests.length - 1),
      );
      expect(requests.length).toBeGreaterThan(1);
    }),
);

behaviour(
  "a deadlock that the store loses is tried again and then succeeds",
  () =>
    // PostgreSQL looks for a circle once, so long after a wait began; on a slow machine the circle has to be closed by then.
    watched(other, { schema, parameters: { deadlock_timeout: "4s" } }, async (all) => {
      const { store, requests } = all;
      await store.properties.setMany("circle", [["a", "1"], ["b", "1"]]);
      let writing: Promise<void> = Promise.resolve();
      await other.begin(async (sql) => {
        // So that the store's statement is the one that finds the circle.
        await sql`SET LOCAL deadlock_timeout = '30s'`;
        await sql`UPDATE ${sql(schema)}.properties SET value = '2' WHERE id = 'circle' AND name = 'b'`;
        requests.length = 0;
        writing = store.properties.setMany("circle", [["a", "3"], ["b", "3"]]);
        await until(() => waits(all));
        await sql`UPDATE ${sql(schema)}.properties SET value = '2' WHERE id = 'circle' AND name = 'a'`;
      });
      await writing;
      expect(requests[0]?.error).toBe("40P01");
      expect((await store.properties.all("circle")).map(({ value }) => value)).toEqual(["3", "3"]);
    }),
);

behaviour(
  "writers in serializable sessions are tried again until all have succeeded",
  () =>
    watched(
      other,
      { schema, max: 4, parameters: { default_transaction_isolation: "serializable" } },
      async ({ store, requests, activity }) => {
        await store.actors.createIfAbsent({ id: "serial", creator: "me", passphrase: "secret" });
        await store.subscriptions.createIfAbsent("serial", { peerId: "p", subscriptionId: "s" });
        let appending: Promise<(Diff | null)[]> = Promise.resolve([]);
        await other.begin(async (sql) => {
          await sql`UPDATE ${sql(schema)}.subscriptions SET target = 'other' WHERE id = 'serial'`;
          appending = Promise.all(Array.from({ length: 12 }, () => store.diffs.append("serial", "p", "s", "{}")));
          await until(async () => (await activity()).some(({ state }) => state === "active"));
        });
        const diffs = await appending;
        expect(diffs.map((diff) => diff!.sequence).sort((a, b) => a - b)).toEqual(
          Array.from({ length: 12 }, (_, i) => i + 1),
        );
        expect(requests.some(({ error }) => error === "40001")).toBe(true);
      },
    ),
);

async function limitedRole(work: (limited: string) => Promise<void>): Promise<void> {
  const role = uniqueName("limited");
  await other`CREATE ROLE ${other(role)} LOGIN CONNECTION LIMIT 1`;
  await other`GRANT USAGE ON SCHEMA ${other(schema)} TO ${other(role)}`;
  await other`GRANT SELECT ON ALL TABLES IN SCHEMA ${other(schema)} TO ${other(role)}`;
  await work(url.replace(/\/\/[^@]*@/, `//${role}@`));
  await other`DROP OWNED BY ${other(role)}`;
  await other`DROP ROLE ${other(role)}`;
}

behaviour(
  "too many connections are waited for until one is free, and until the deadline",
  () =>
    limitedRole(async (limited) => {
      const first = postgresqlStore({ url: limited, schema, max: 1 });
      expect(await first.properties.get("a", "n")).toBe(null);
      await watched(other, { schema, url: limited }, async ({ store, requests }) => {
        expect(await codeOf(store.properties.get("a", "n", { timeout: 500 }))).toBe("unavailable");
        const patient = store.properties.get("a", "n");
        requests.length = 0;
        await until(() => Promise.resolve(requests.length > 1));
        await first.close();
        expect(await patient).toBe(null);
        expect(requests[0]?.error).toBe("53300");
      });
    }),
);
