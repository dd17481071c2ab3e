// What hundreds of calls that meet a fault leave behind: connections, timers, listeners on their signal.
import { afterAll, beforeAll, expect } from "bun:test";
import { StoreError } from "../../../src/errors.ts";
import type { CallOptions, Store } from "../../../src/store.ts";
import { behaviours } from "../../support/behaviour.ts";
import type { Fault } from "../../support/faulty_proxy.ts";
import { watchListeners, watchTimers } from "../../support/leftovers.ts";
import { uniqueName } from "../../support/stores.ts";
import { CALLS } from "./calls.ts";
import { type FaultyPlace, faultyPlace, onDynamoDB, sessionsOf } from "./faulty_place.ts";
import { DYNAMODB_FAULTS, POSTGRESQL_FAULTS } from "./network_faults.ts";

const behaviour = behaviours("leaks");
const ROUNDS = 8;
/** Calls at the same time. */
const TOGETHER = 32;
/** Milliseconds of a call that meets a fault, and how soon nothing is left of it. */
const TIMEOUT = 150;
const SOON = 5_000;

/** From before any store is opened. */
const timers = watchTimers();
/** Of this run's connections to PostgreSQL. */
const application = uniqueName("leaks");
let place: FaultyPlace;
/** One actor that all calls share: what they answer is not the matter here. */
const actorId = uniqueName("actor");

beforeAll(async () => {
  place = await faultyPlace("leaks");
  await place.direct.actors.createIfAbsent({ id: actorId, creator: "creator", passphrase: "" });
  for (const name of ["get", "append", "indexedSet"]) await CALLS[name]!.prepare(place.direct, actorId);
}, 120_000);
afterAll(async () => {
  await place.close();
  timers.restore();
}, 120_000);

const KINDS = ["connections", "sessions", "timers"] as const;

/** What there is of a store outside of it. */
interface Leftovers {
  /** Connections that the proxy has open. */
  readonly connections: number;
  /** Those that PostgreSQL has. */
  readonly sessions: number;
  /** Timers that neither rang nor were taken back. */
  readonly timers: number;
}

async function look(): Promise<Leftovers> {
  const sessions = onDynamoDB ? 0 : await sessionsOf(application);
  return { connections: place.proxy.open(), sessions, timers: timers.left() };
}

/** Waits until there is no more than there was. */
async function noMoreThan(before: Leftovers): Promise<void> {
  const end = performance.now() + SOON;
  const grown = (found: Leftovers) => KINDS.filter((kind) => found[kind] > before[kind]);
  let found = await look();
  while (grown(found).length > 0 && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    found = await look();
  }
  if (grown(found).length === 0) return;
  const counts = grown(found).map((kind) => `${kind}: ${found[kind]}, and before ${before[kind]}`).join("; ");
  throw new Error(`${counts}; timers set ${timers.origins().join("; ")}`);
}

/** Makes many calls of all kinds but erasing at the same time. */
async function callTogether(store: Store, options: () => CallOptions): Promise<void> {
  const calls = Object.entries(CALLS).filter(([name]) => name !== "erase").map(([, call]) => call);
  await Promise.all(Array.from({ length: TOGETHER }, (_, index) => {
    return calls[index % calls.length]!.run(store, actorId, options()).catch((error: unknown) => {
      expect(error).toBeInstanceOf(StoreError);
    });
  }));
}

/** Runs rounds of calls, and counts what they leave behind when the store is idle again and when it is closed. */
async function leavesNothing(round: (store: Store) => Promise<void>): Promise<void> {
  const unopened = await look();
  const store = place.open(application);
  for (let count = 0; count < 2; count++) await callTogether(store, () => ({}));
  const before = await look();
  for (let count = 0; count < ROUNDS; count++) await round(store);
  await store.properties.set(actorId, "afterwards", "value", { timeout: SOON });
  expect(await store.properties.get(actorId, "afterwards", { timeout: SOON })).toBe("value");
  await noMoreThan(before);
  await store.close();
  // Connections of `fetch` are the runtime's.
  await noMoreThan(onDynamoDB ? { ...unopened, connections: before.connections } : unopened);
}

const faults: Readonly<Record<string, { readonly fault: Fault }>> = onDynamoDB ? DYNAMODB_FAULTS : POSTGRESQL_FAULTS;
for (const [title, { fault }] of Object.entries(faults)) {
  behaviour(`${title}: hundreds of calls leave no connection, no timer and no listener behind`, async () => {
    const { signal } = new AbortController();
    const listeners = watchListeners(signal);
    await leavesNothing(async (store) => {
      place.proxy.fail(fault);
      await callTogether(store, () => ({ timeout: TIMEOUT, signal }));
      expect(listeners.left()).toBe(0);
      place.proxy.heal();
    });
    expect(listeners.added()).toBeGreaterThan(ROUNDS * TOGETHER / 2);
  });
}

behaviour("hundreds of calls that are aborted leave no connection, no timer and no listener behind", async () => {
  await leavesNothing(async (store) => {
    const controller = new AbortController();
    const listeners = watchListeners(controller.signal);
    const calling = callTogether(store, () => ({ signal: controller.signal }));
    // Some have ended, some are under way, some wait.
    await store.properties.get(actorId, "name");
    controller.abort();
    await calling;
    expect(listeners.left()).toBe(0);
  });
});
