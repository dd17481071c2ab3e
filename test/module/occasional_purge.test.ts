// Removing expired attributes by the way.
import { expect } from "bun:test";
import { occasionalPurge } from "../../src/occasional_purge.ts";
import { behaviours } from "../support/behaviour.ts";
import { memoryStore } from "../support/memory/mod.ts";

const behaviour = behaviours("occasional purge");
const SECOND = 1_000;

/** A store whose clock is moved by hand, with an attribute that expires at second 10 in each of two buckets. */
async function expiring() {
  const clock = { milliseconds: 0 };
  const now = () => clock.milliseconds;
  const store = memoryStore({ now });
  const fill = async () => {
    for (const bucket of ["a", "b"]) {
      await store.attributes.set("actor", bucket, "name", 1, { expiresAt: Math.floor(now() / SECOND) + 10 });
    }
  };
  await fill();
  return { store, clock, now, fill };
}

behaviour("expired attributes are removed by the first call and then once in a while", async () => {
  const { store, clock, now, fill } = await expiring();
  const purge = occasionalPurge(store, { every: 60, now });
  clock.milliseconds = 20 * SECOND;
  expect(await purge()).toBe(2);
  await fill();
  clock.milliseconds = 79 * SECOND;
  expect(await purge()).toBe(null);
  clock.milliseconds = 80 * SECOND;
  expect(await Promise.all([purge(), purge()])).toEqual([2, null]);
});

behaviour("only the buckets that are named are touched", async () => {
  const { store, clock, now } = await expiring();
  clock.milliseconds = 20 * SECOND;
  expect(await occasionalPurge(store, { buckets: ["b"], now })()).toBe(1);
});

behaviour("nothing is sent to a database that removes them by itself", async () => {
  const { store, clock, now } = await expiring();
  clock.milliseconds = 20 * SECOND;
  const native = { ...store, capabilities: { ...store.capabilities, nativeExpiry: true } };
  expect(await occasionalPurge(native, { now })()).toBe(null);
  expect(await store.attributes.purgeExpired()).toBe(2);
});

behaviour("a fault reaches the caller, and the next attempt waits until it is time again", async () => {
  const { store, clock, now } = await expiring();
  const purge = occasionalPurge(store, { every: 60, now });
  clock.milliseconds = 20 * SECOND;
  await expect(purge({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "aborted" });
  expect(await purge()).toBe(null);
  clock.milliseconds = 80 * SECOND;
  expect(await purge()).toBe(2);
});
