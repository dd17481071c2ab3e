/** Behaviours of {@linkcode Diffs}: clearing, and numbers that are never given twice. @module */

import type { Diff, Store } from "../store.ts";
import { group, type World } from "./case.ts";

const PEER = "peer";

async function subscribe(store: Store, actorId: string, subscriptionId: string, sequence = 0): Promise<void> {
  await store.subscriptions.createIfAbsent(actorId, { peerId: PEER, subscriptionId, sequence });
}

async function append(store: Store, actorId: string, subscriptionId: string, count: number): Promise<void> {
  for (let index = 0; index < count; index++) await store.diffs.append(actorId, PEER, subscriptionId, "change");
}

async function numberOf(store: Store, actorId: string, subscriptionId: string): Promise<number | undefined> {
  return (await store.subscriptions.get(actorId, PEER, subscriptionId))?.sequence;
}

/** A diff as the reference leaves it: written without the subscription's number. */
function foreign(subscriptionId: string, sequence: number): Diff {
  return { subscriptionId, sequence, timestamp: "2026-01-02T03:04:05.678901Z", data: `foreign ${sequence}` };
}

function numbers(diffs: readonly Diff[]): number[] {
  return diffs.map(({ sequence }) => sequence);
}

/** The behaviours. */
export const diffNumbers = group("diff numbers", {
  "a number that the caller knows may be old, too great or of no subscription": async (store, check, world) => {
    const actor = world.id();
    await subscribe(store, actor, "sub");
    for (const known of [0, 1, 0, 77, 3]) await store.diffs.append(actor, PEER, "sub", "change", { known });
    check.equal(numbers(await store.diffs.all(actor, "sub")), [1, 2, 3, 4, 5]);
    await store.diffs.deleteUpTo(actor, PEER, "sub", 5);
    const after = await store.diffs.append(actor, PEER, "sub", "change", { known: 2 });
    check.equal(after?.sequence, 6);
    check.equal(numbers(await store.diffs.all(actor, "sub")), [6]);
    const last = { known: 2_147_483_647 };
    check.equal((await store.diffs.append(actor, PEER, "sub", "change", last))?.sequence, 7);
    check.null(await store.diffs.append(actor, PEER, "none", "change", last));
    check.null(await store.diffs.append(actor, PEER, "none", "change", { known: 4 }));
    check.equal(await store.diffs.all(actor, "none"), []);
  },

  "clearing up to a number removes it and all before it": async (store, check, world) => {
    const actor = world.id();
    await subscribe(store, actor, "sub");
    await append(store, actor, "sub", 12);
    check.equal(await store.diffs.deleteUpTo(actor, PEER, "sub", 0), 0, "up to 0");
    check.equal(await store.diffs.deleteUpTo(actor, PEER, "sub", 9), 9, "up to 9");
    check.equal(numbers(await store.diffs.all(actor, "sub")), [10, 11, 12]);
    check.equal(await store.diffs.deleteUpTo(actor, PEER, "sub", 9), 0, "up to 9 again");
    check.equal(await store.diffs.deleteUpTo(actor, PEER, "sub", 1_000), 3, "beyond the last");
    check.equal(await store.diffs.all(actor, "sub"), []);
    check.equal(await numberOf(store, actor, "sub"), 12, "the subscription's number");
  },

  "clearing a subscription leaves those alone whose ids begin alike": async (store, check, world) => {
    const actor = world.id();
    for (const sub of ["s", "s1", "s10"]) {
      await subscribe(store, actor, sub);
      await append(store, actor, sub, 2);
    }
    check.equal(await store.diffs.deleteUpTo(actor, PEER, "s1", 100), 2);
    check.equal(await store.diffs.deleteUpTo(actor, PEER, "s", 1), 1);
    check.equal(numbers(await store.diffs.all(actor, "s")), [2]);
    check.equal(numbers(await store.diffs.all(actor, "s10")), [1, 2]);
  },

  "clearing removes any number of diffs in few requests and tells how many": async (store, check, world) => {
    const actor = world.id();
    await subscribe(store, actor, "sub", 60);
    await Promise.all(
      Array.from({ length: 60 }, (_, index) => store.diffs.createIfAbsent(actor, foreign("sub", index + 1))),
    );
    let requests = 0;
    const counted = await world.open({ onRequest: () => requests++ });
    check.equal(await counted.diffs.deleteUpTo(actor, PEER, "sub", 55), 55);
    check.true(requests <= 6, `${requests} requests`);
    check.equal(numbers(await store.diffs.all(actor, "sub")), [56, 57, 58, 59, 60]);
    check.equal(await store.diffs.deleteAll(actor, PEER, "sub"), 5);
    check.equal(await store.diffs.deleteAll(actor, PEER, "sub"), 0);
  },

  "an append after clearing goes on where it was": async (store, check, world) => {
    const actor = world.id();
    await subscribe(store, actor, "sub");
    await append(store, actor, "sub", 3);
    await store.diffs.deleteUpTo(actor, PEER, "sub", 3);
    check.equal((await store.diffs.append(actor, PEER, "sub", "change"))?.sequence, 4);
    await store.diffs.deleteAll(actor, PEER, "sub");
    check.equal((await store.diffs.append(actor, PEER, "sub", "change"))?.sequence, 5);
    await store.diffs.delete(actor, "sub", 5);
    check.equal((await store.diffs.append(actor, PEER, "sub", "change"))?.sequence, 6);
  },

  "a number that was cleared is never given again, also when the subscription had not reached it": async (
    store,
    check,
    world,
  ) => {
    const actor = world.id();
    for (const sub of ["one by one", "all"]) {
      await subscribe(store, actor, sub);
      check.true(await store.diffs.createIfAbsent(actor, foreign(sub, 5)));
      const { deleteUpTo, deleteAll } = store.diffs;
      check.equal(await (sub === "all" ? deleteAll(actor, PEER, sub) : deleteUpTo(actor, PEER, sub, 5)), 1, sub);
      check.equal(await numberOf(store, actor, sub), 5, sub);
      check.equal((await store.diffs.append(actor, PEER, sub, "change"))?.sequence, 6, sub);
    }
  },

  "clearing raises the subscription's number to the last that was there, and no further": async (
    store,
    check,
    world,
  ) => {
    const actor = world.id();
    await subscribe(store, actor, "sub", 2);
    for (const number of [1, 4, 9]) await store.diffs.createIfAbsent(actor, foreign("sub", number));
    await store.diffs.deleteUpTo(actor, PEER, "sub", 1);
    check.equal(await numberOf(store, actor, "sub"), 2, "it never goes back");
    await store.diffs.deleteUpTo(actor, PEER, "sub", 8);
    check.equal(await numberOf(store, actor, "sub"), 4, "4 was the last up to 8");
    check.equal(numbers(await store.diffs.all(actor, "sub")), [9]);
  },

  "clearing nothing leaves the subscription's number": async (store, check, world) => {
    const actor = world.id();
    await subscribe(store, actor, "sub", 2);
    check.equal(await store.diffs.deleteUpTo(actor, PEER, "sub", 1_000), 0);
    check.equal(await numberOf(store, actor, "sub"), 2);
    check.equal((await store.diffs.append(actor, PEER, "sub", "change"))?.sequence, 3);
  },

  "clearing creates no subscription": async (store, check, world) => {
    const actor = world.id();
    await store.diffs.createIfAbsent(actor, foreign("sub", 1));
    await store.diffs.createIfAbsent(actor, foreign("sub", 2));
    check.equal(await store.diffs.deleteUpTo(actor, PEER, "sub", 1), 1);
    check.equal(await store.diffs.deleteAll(actor, PEER, "sub"), 1);
    check.null(await store.subscriptions.get(actor, PEER, "sub"));
  },

  "a diff left under the next number by a writer that died is kept, and the next append comes after it": async (
    store,
    check,
    world,
  ) => {
    const actor = world.id();
    await subscribe(store, actor, "sub");
    await append(store, actor, "sub", 1);
    check.true(await store.diffs.createIfAbsent(actor, foreign("sub", 2)));
    check.equal((await store.diffs.append(actor, PEER, "sub", "ours"))?.sequence, 3);
    const found = (await store.diffs.all(actor, "sub")).map(({ sequence, data }) => [sequence, data]);
    check.equal(found, [[1, "change"], [2, "foreign 2"], [3, "ours"]]);
    check.equal(await numberOf(store, actor, "sub"), 3);
  },

  "a diff that another one is appended after keeps its microseconds": async (store, check, world) => {
    const actor = world.id();
    await subscribe(store, actor, "sub");
    for (const [index, micros] of ["678905", "678010", "678000"].entries()) {
      const diff = { ...foreign("sub", 1 + index * 2), timestamp: `2026-01-02T03:04:05.${micros}Z` };
      check.true(await store.diffs.createIfAbsent(actor, diff));
      check.equal((await store.diffs.append(actor, PEER, "sub", "change"))?.sequence, diff.sequence + 1);
      const { timestamp, ...kept } = (await store.diffs.get(actor, "sub", diff.sequence))!;
      check.equal(kept, { subscriptionId: "sub", sequence: diff.sequence, data: diff.data });
      const mark = diff.timestamp.replace("000Z", "001Z");
      check.true(timestamp === diff.timestamp || timestamp === mark, `${timestamp} was ${diff.timestamp}`);
    }
  },

  "several diffs left behind are all kept": async (store, check, world) => {
    const actor = world.id();
    await subscribe(store, actor, "sub");
    for (const number of [1, 2, 3, 5]) await store.diffs.createIfAbsent(actor, foreign("sub", number));
    check.equal((await store.diffs.append(actor, PEER, "sub", "four"))?.sequence, 4);
    check.equal((await store.diffs.append(actor, PEER, "sub", "six"))?.sequence, 6);
    const found = (await store.diffs.all(actor, "sub")).map(({ data }) => data);
    check.equal(found, ["foreign 1", "foreign 2", "foreign 3", "four", "foreign 5", "six"]);
  },

  "after the greatest number an append is refused and stores nothing": async (store, check, world) => {
    const actor = world.id();
    await subscribe(store, actor, "sub", 2_147_483_646);
    check.equal((await store.diffs.append(actor, PEER, "sub", "the last"))?.sequence, 2_147_483_647);
    await check.refused(store.diffs.append(actor, PEER, "sub", "one more"), "too_large");
    check.equal(numbers(await store.diffs.all(actor, "sub")), [2_147_483_647]);
    check.equal(await numberOf(store, actor, "sub"), 2_147_483_647);
  },

  "an append that was cut off after any of its requests leaves no gap and no second diff": async (
    store,
    check,
    world,
  ) => {
    for (const cutAfter of [1, 2, 3]) {
      const actor = world.id();
      await subscribe(store, actor, "sub");
      await append(store, actor, "sub", 1);
      const outcome = await appendCutOff(world, actor, cutAfter);
      check.notEqual((await store.diffs.append(actor, PEER, "sub", "after"))?.sequence, undefined);
      const found = await store.diffs.all(actor, "sub");
      const texts = found.map(({ data }) => data);
      check.equal(numbers(found), found.map((_, index) => index + 1), `cut after request ${cutAfter}`);
      check.equal(texts.filter((text) => text === "after").length, 1, `cut after request ${cutAfter}`);
      const kept = texts.filter((text) => text === "cut off").length;
      check.true(outcome.status === "fulfilled" ? kept === 1 : kept <= 1, `${kept} diffs, cut after ${cutAfter}`);
      check.equal(await numberOf(store, actor, "sub"), found.length, `cut after request ${cutAfter}`);
    }
  },

  "an append with a number too great that was cut off loses no diff, and no number is given twice": async (
    store,
    check,
    world,
  ) => {
    for (const cutAfter of [1, 2, 3, 4]) {
      const actor = world.id();
      await subscribe(store, actor, "sub");
      await append(store, actor, "sub", 1);
      const outcome = await appendCutOff(world, actor, cutAfter, { known: 3 });
      for (let index = 0; index < 4; index++) await store.diffs.append(actor, PEER, "sub", `after ${index}`);
      const found = await store.diffs.all(actor, "sub");
      const message = `cut after request ${cutAfter}`;
      // What was left behind under the number too great has its place when the numbers have come up to it.
      check.equal(numbers(found), found.map((_, index) => index + 1), message);
      check.equal(await numberOf(store, actor, "sub"), found.length, message);
      const texts = found.map(({ data }) => data);
      check.equal(texts.filter((text) => text.startsWith("after")), [0, 1, 2, 3].map((index) => `after ${index}`));
      const kept = texts.filter((text) => text === "cut off").length;
      check.true(outcome.status === "fulfilled" ? kept === 1 : kept <= 1, `${kept} diffs, ${message}`);
    }
  },

  "an append without rivals takes at most three requests": async (store, check, world) => {
    const actor = world.id();
    await subscribe(store, actor, "sub");
    let requests = 0;
    const counted = await world.open({ onRequest: () => requests++ });
    for (let number = 1; number <= 5; number++) {
      requests = 0;
      check.equal((await counted.diffs.append(actor, PEER, "sub", "change"))?.sequence, number);
      check.true(requests <= 3, `${requests} requests`);
    }
  },
});

/** Appends once, aborted after so many requests; how it ended. */
async function appendCutOff(world: World, actor: string, after: number, options: { readonly known?: number } = {}) {
  const controller = new AbortController();
  let requests = 0;
  const cut = await world.open({ onRequest: () => ++requests === after && controller.abort() });
  const appending = cut.diffs.append(actor, PEER, "sub", "cut off", { ...options, signal: controller.signal });
  const [outcome] = await Promise.allSettled([appending]);
  return outcome;
}
