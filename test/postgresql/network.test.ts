// The network under a call: slow, silent, cut.
import { afterAll, beforeAll, expect } from "bun:test";
import { once } from "node:events";
import { connect } from "node:net";
import type postgres from "postgres";
import { migrate } from "../../src/postgresql/mod.ts";
import { behaviours } from "../support/behaviour.ts";
import { postgresqlUrl, uniqueName } from "../support/stores.ts";
import { codeOf, otherClient, until } from "./database.ts";
import { openProxy } from "./proxy.ts";
import { waits, watched, whileLocked } from "./watched.ts";

const behaviour = behaviours("postgresql network");
const schema = uniqueName("network");
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
  "a deadline that passes while the connection is made leaves the write undone and the store usable",
  async () => {
    const proxy = await openProxy();
    await watched(other, { schema, url: proxy.url }, async ({ store, activity }) => {
      proxy.block();
      expect(await codeOf(store.properties.set("slow", "name", "value", { timeout: 200 }))).toBe("timeout");
      const next = store.properties.get("slow", "name");
      proxy.resume();
      expect(await next).toBe(null);
      expect(await store.properties.get("slow", "name")).toBe(null);
      expect((await activity()).length).toBe(1);
      expect(proxy.accepted()).toBe(1);
    });
    await proxy.close();
  },
);

behaviour(
  "a server that falls silent leaves a write's outcome unknown, a read with a timeout, and recovers",
  async () => {
    const proxy = await openProxy();
    await watched(other, { schema, url: proxy.url, connectTimeout: 1 }, async ({ store }) => {
      for (const silence of [() => proxy.block(), () => proxy.cut()]) {
        await store.properties.set("silent", "name", "value");
        silence();
        expect(await codeOf(store.properties.get("silent", "name", { timeout: 200 }))).toMatch(
          /^(timeout|unavailable)$/,
        );
        proxy.resume();
        expect(await store.properties.get("silent", "name")).toBe("value");
        silence();
        expect(await codeOf(store.properties.set("silent", "name", "value", { timeout: 200 })))
          .toMatch(/^(unknown_outcome|unavailable)$/);
        proxy.resume();
        expect(await store.properties.get("silent", "name")).toBe("value");
      }
    });
    await proxy.close();
  },
);

behaviour(
  "a connection that falls silent for ever is given up soon, and another one takes its place",
  async () => {
    const proxy = await openProxy();
    for (const call of ["get", "set"] as const) {
      await watched(other, { schema, url: proxy.url }, async ({ store }) => {
        const make = (timeout: number) =>
          call === "get"
            ? store.properties.get("mute", "name", { timeout })
            : store.properties.set("mute", "name", "value", { timeout });
        await make(5_000);
        proxy.mute();
        const started = performance.now();
        expect(await codeOf(make(200))).toBe(call === "get" ? "timeout" : "unknown_outcome");
        expect(performance.now() - started).toBeLessThan(1_000);
        // It waits for the only connection there may be.
        await make(10_000);
        expect(performance.now() - started).toBeLessThan(5_000);
      });
    }
    await proxy.close();
  },
);

behaviour("a server that hangs up on everybody is not called again when nobody waits any more", async () => {
  const proxy = await openProxy();
  await watched(other, { schema, url: proxy.url, connectTimeout: 1 }, async ({ store }) => {
    proxy.hangUp();
    expect(await codeOf(store.properties.get("hung up", "name", { timeout: 200 }))).toMatch(/^(timeout|unavailable)$/);
    await until(async () => {
      const before = proxy.accepted();
      // That nothing comes takes a while to see.
      await new Promise((resolve) => setTimeout(resolve, 500));
      return proxy.accepted() === before;
    });
    proxy.resume();
    expect(await store.properties.get("hung up", "name")).toBe(null);
  });
  await proxy.close();
});

behaviour("a connection that breaks while a statement is about to be sent is replaced at once", async () => {
  const proxy = await openProxy();
  await watched(other, { schema, url: proxy.url }, async ({ store }) => {
    for (let round = 0; round < 10; round++) {
      await store.properties.set("broken", "name", "value");
      // The store's connection breaks in the same moment as this one.
      const witness = connect(Number(new URL(proxy.url).port), "127.0.0.1");
      await once(witness, "connect");
      const gone = once(witness, "close");
      proxy.cut();
      await gone;
      const writing = codeOf(store.properties.set("broken", "name", "value", { timeout: 200 }));
      expect(await writing).toMatch(/^(unknown_outcome|unavailable|timeout)$/);
      proxy.resume();
      expect(await store.properties.get("broken", "name", { timeout: 2_000 })).toBe("value");
    }
  });
  await proxy.close();
});

behaviour("a cancel request that fails harms nobody", async () => {
  const proxy = await openProxy();
  await watched(other, { schema, url: proxy.url, connectTimeout: 1 }, async (all) => {
    const actor = uniqueName("actor");
    await whileLocked(other, schema, actor, async () => {
      const writing = codeOf(all.store.properties.set(actor, "name", "after", { timeout: 500 }));
      await until(() => waits(all));
      proxy.refuse();
      expect(await writing).toBe("unknown_outcome");
      proxy.resume();
    });
    expect(await all.store.properties.get(actor, "name")).toBe("after");
  });
  await proxy.close();
});
