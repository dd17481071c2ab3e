/** Behaviours of every call: signals, deadlines, closing. @module */

import { StoreError, type StoreErrorCode } from "../errors.ts";
import type { Store } from "../store.ts";
import { group, type World } from "./case.ts";
import type { Check } from "./check.ts";
import { everyMethod } from "./every_method.ts";

/** Methods that change nothing. */
const READ = /\.(get\w*|list\w*|has|all|pages|range\w*|last|prefix|first|bucket|tombstone|timestamps)$/;
const SAFE = everyMethod.filter(({ operation }) => operation !== "attributes.purgeExpired");

/** The behaviours. */
export const calls = group("calls", {
  "a signal that was aborted before refuses every method without a request": async (_, check, world) => {
    let requests = 0;
    const store = await world.open({ onRequest: () => requests++ });
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    for (const { operation, acceptable, call } of everyMethod) {
      const error = await check.refused(call(store, ...acceptable("actor"), { signal }), "aborted", `${operation}: `);
      check.equal([error.operation, error.retryable, error.cause === reason], [operation, false, true], operation);
    }
    check.equal(requests, 0);
  },

  "a signal aborted during a call ends every method, and the store stays usable": async (store, check, world) => {
    const id = world.id();
    for (const { operation, acceptable, call } of SAFE) {
      const controller = new AbortController();
      const calling = call(store, ...acceptable(id), { signal: controller.signal });
      controller.abort();
      await endsAs(check, calling, ["aborted"], operation);
    }
    await usable(check, store, world);
  },

  "of fifty calls aborted at once none goes on, and no connection is lost": async (store, check, world) => {
    const id = world.id();
    await store.properties.set(id, "name", "value");
    for (const milliseconds of [0, 1, 3]) {
      const controller = new AbortController();
      const calling = Array.from({ length: 50 }, (_, index) => {
        const options = { signal: controller.signal };
        return index % 2 === 0
          ? store.properties.all(id, options)
          : store.properties.set(id, `name ${index}`, "x".repeat(10_000), options);
      });
      const ended = Promise.all(calling.map((each) => endsAs(check, each, ["aborted"], `after ${milliseconds} ms`)));
      if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
      controller.abort();
      const outcomes = await ended;
      if (milliseconds === 0) check.true(outcomes.includes("aborted"), "the signal is heard");
    }
    await usable(check, store, world);
  },

  "an aborted write has happened whole or not at all": async (store, check, world) => {
    const id = world.id();
    await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "" });
    for (let round = 0; round < 10; round++) {
      const address = `${id}-${round}@example.org`;
      const controller = new AbortController();
      const writing = store.properties.set(id, "email", address, { signal: controller.signal });
      setTimeout(() => controller.abort(), round / 3);
      await endsAs(check, writing, ["aborted"], `round ${round}`);
      // What was sent may still arrive for a moment.
      for (let tries = 50;; tries--) {
        const owner = await store.lookups.get("email", address);
        const value = await store.properties.get(id, "email");
        if ((owner === id) === (value === address)) break;
        if (tries === 1) check.fail(`round ${round}: ${owner} owns the value, and the property is ${value}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  },

  "a signal aborted between two pages ends the walk": async (store, check, world) => {
    const id = world.id();
    await store.properties.setMany(id, Array.from({ length: 6 }, (_, index) => [`name ${index}`, "value"]));
    const controller = new AbortController();
    let pages = 0;
    const walking = (async () => {
      for await (const _page of store.properties.pages(id, { limit: 2, signal: controller.signal })) {
        pages++;
        controller.abort();
      }
    })();
    await check.refused(walking, "aborted", "properties.pages");
    check.equal(pages, 1);
    await usable(check, store, world);
  },

  "a signal that is never aborted keeps no listener behind": async (store, check, world) => {
    const id = world.id();
    const { signal } = new AbortController();
    const listeners = new Set<unknown>();
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    Object.assign(signal, {
      addEventListener: (...given: Parameters<typeof add>) => void (listeners.add(given[1]), add(...given)),
      removeEventListener: (...given: Parameters<typeof remove>) => void (listeners.delete(given[1]), remove(...given)),
    });
    for (const { operation, acceptable, call } of SAFE) {
      await call(store, ...acceptable(id), { signal });
      check.equal(listeners.size, 0, operation);
    }
  },

  "a deadline that no database meets gives the result or a timeout": async (store, check, world) => {
    const id = world.id();
    for (const timeout of [0.001, 0.3, 1]) {
      for (const { operation, acceptable, call } of SAFE) {
        const codes: StoreErrorCode[] = READ.test(operation)
          ? ["timeout"]
          : ["timeout", "unknown_outcome", "contended"];
        await endsAs(check, call(store, ...acceptable(id), { timeout }), codes, `${operation} in ${timeout} ms`);
      }
    }
    await usable(check, store, world);
  },

  "a deadline that has passed ends the call soon": async (store, check, world) => {
    const id = world.id();
    const started = performance.now();
    const calling = Array.from({ length: 50 }, () => store.properties.all(id, { timeout: 0.001 }));
    await Promise.all(calling.map((each) => endsAs(check, each, ["timeout"], "all")));
    const milliseconds = performance.now() - started;
    check.true(milliseconds < 2_000, `${Math.round(milliseconds)} ms`);
    await usable(check, store, world);
  },

  "a store's own deadline is that of every call, unless the call has another": async (_, check, world) => {
    const hasty = await world.open({ timeout: 0.001 });
    const id = world.id();
    for (let round = 0; round < 5; round++) await endsAs(check, hasty.properties.get(id, "name"), ["timeout"], "get");
    const patient = { timeout: 10_000 };
    await hasty.properties.set(id, "name", "value", patient);
    check.equal(await hasty.properties.get(id, "name", patient), "value");
  },

  "a timeout of a read says that the call can be made again": async (store, check, world) => {
    const id = world.id();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => store.properties.get(id, "name", { timeout: 0.001 })),
    );
    for (const outcome of outcomes) {
      if (outcome.status === "fulfilled") continue;
      const { code, retryable, operation } = outcome.reason as StoreError;
      check.equal([code, retryable, operation], ["timeout", true, "properties.get"]);
    }
  },

  "closing waits for the calls under way, which end as if nothing had been": async (store, check, world) => {
    const closing = await world.open();
    const id = world.id();
    await closing.properties.get(id, "name");
    let ended = 0;
    const calling = Array.from({ length: 30 }, async (_, index) => {
      await closing.properties.set(id, `name ${index + 10}`, `${index}`);
      ended++;
    });
    const closed = closing.close();
    await closed;
    check.equal(ended, 30, "calls that ended before the store was closed");
    await Promise.all(calling);
    check.equal((await store.properties.all(id)).length, 30);
  },

  "a closed store refuses every method without a request": async (_, check, world) => {
    let requests = 0;
    const store = await world.open({ onRequest: () => requests++ });
    await store.close();
    for (const { operation, acceptable, call } of everyMethod) {
      const error = await check.refused(call(store, ...acceptable("actor")), "closed", `${operation}: `);
      check.equal([error.operation, error.retryable], [operation, false], operation);
    }
    check.equal(requests, 0);
  },

  "a call is refused as soon as closing has begun": async (_, check, world) => {
    const store = await world.open();
    const before = store.properties.get("actor", "name");
    const closed = store.close();
    await check.refused(store.properties.get("actor", "name"), "closed");
    check.null(await before);
    await closed;
  },

  "closing twice, also at the same time, does nothing": async (store, check, world) => {
    const closing = await world.open();
    await closing.properties.get(world.id(), "name");
    await Promise.all([closing.close(), closing.close()]);
    await closing.close();
    await (await world.open()).close();
    await usable(check, store, world);
  },

  "a walk under way is refused its next page when the store is closed": async (store, check, world) => {
    const closing = await world.open();
    const id = world.id();
    await store.properties.setMany(id, [["a", "1"], ["b", "2"], ["c", "3"]]);
    const walking = (async () => {
      for await (const _page of closing.properties.pages(id, { limit: 1 })) await closing.close();
    })();
    await check.refused(walking, "closed", "properties.pages");
  },

  "closing one store leaves another on the same database open": async (store, check, world) => {
    const other = await world.open();
    await other.properties.get(world.id(), "name");
    await other.close();
    await usable(check, store, world);
  },

  "a walk can be broken off after any page": async (store, check, world) => {
    const id = world.id();
    await store.properties.setMany(id, Array.from({ length: 20 }, (_, index) => [`name ${index + 10}`, "value"]));
    for (let round = 0; round < 30; round++) {
      let pages = 0;
      for await (const _page of store.properties.pages(id, { limit: 3 })) if (++pages > round % 5) break;
    }
    const walk = store.properties.pages(id, { limit: 3 })[Symbol.asyncIterator]();
    await walk.next();
    check.equal(await walk.return?.(), { done: true, value: undefined });
    check.equal(await walk.next(), { done: true, value: undefined });
    await usable(check, store, world);
  },
});

/** The code that a call ends with, one of these, or `null` for a result. */
async function endsAs(
  check: Check,
  calling: Promise<unknown>,
  codes: readonly StoreErrorCode[],
  message: string,
): Promise<StoreErrorCode | null> {
  try {
    await calling;
    return null;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    check.true(codes.includes(error.code), `${message} ended as ${error.code}: ${error.message}`);
    return error.code;
  }
}

/** More calls than a store has connections, at once, all go through. */
async function usable(check: Check, store: Store, world: World): Promise<void> {
  const id = world.id("usable");
  const named = Array.from({ length: 30 }, (_, index) => `name ${index}`);
  await Promise.all(named.map((name) => store.properties.set(id, name, name)));
  const found = await Promise.all(named.map((name) => store.properties.get(id, name)));
  check.equal(found, named, "the store is usable");
}
