/** Behaviours of {@linkcode Diffs}: appending, reading and removing. @module */

import type { Diff, Store } from "../store.ts";
import { group } from "./case.ts";

const PEER = "peer";

async function subscribe(store: Store, actorId: string, ...subscriptionIds: string[]): Promise<void> {
  for (const subscriptionId of subscriptionIds) {
    await store.subscriptions.createIfAbsent(actorId, { peerId: PEER, subscriptionId, target: "properties" });
  }
}

async function append(store: Store, actorId: string, subscriptionId: string, count: number): Promise<void> {
  for (let index = 1; index <= count; index++) {
    await store.diffs.append(actorId, PEER, subscriptionId, `${subscriptionId} change ${index}`);
  }
}

function numbers(diffs: readonly Diff[]): number[] {
  return diffs.map(({ sequence }) => sequence);
}

/** The behaviours. */
export const diffs = group("diffs", {
  "appended diffs get the numbers 1, 2, 3 and are read back as they were answered": async (store, check, world) => {
    const actor = world.id();
    await subscribe(store, actor, "sub");
    const answered: (Diff | null)[] = [];
    for (const data of ['{"a": 1}', "two", "  3  "]) answered.push(await store.diffs.append(actor, PEER, "sub", data));
    check.equal(answered.map((diff) => [diff?.subscriptionId, diff?.sequence, diff?.data]), [
      ["sub", 1, '{"a": 1}'],
      ["sub", 2, "two"],
      ["sub", 3, "  3  "],
    ]);
    check.equal(await store.diffs.all(actor, "sub"), answered);
    for (const diff of answered) check.equal(await store.diffs.get(actor, "sub", diff!.sequence), diff);
    check.equal((await store.subscriptions.get(actor, PEER, "sub"))?.sequence, 3, "the subscription's number");
  },

  "an append goes on from the subscription's number": async (store, check, world) => {
    const actor = world.id();
    await store.subscriptions.createIfAbsent(actor, { peerId: PEER, subscriptionId: "sub", sequence: 41 });
    check.equal((await store.diffs.append(actor, PEER, "sub", "change"))?.sequence, 42);
    check.equal((await store.diffs.append(actor, PEER, "sub", "change"))?.sequence, 43);
    check.equal(numbers(await store.diffs.all(actor, "sub")), [42, 43]);
  },

  "an append changes nothing of the subscription but its number": async (store, check, world) => {
    const actor = world.id();
    const whole = { granularity: "low", target: "t", subtarget: "s", resource: "r", sequence: 0, callback: true };
    const subscription = { peerId: PEER, subscriptionId: "sub", ...whole };
    await store.subscriptions.createIfAbsent(actor, subscription);
    await store.diffs.append(actor, PEER, "sub", "change");
    check.equal(await store.subscriptions.get(actor, PEER, "sub"), { ...subscription, sequence: 1 });
  },

  "an append to a subscription that does not exist is null and stores nothing": async (store, check, world) => {
    const [actor, other] = [world.id(), world.id()];
    await subscribe(store, actor, "sub");
    check.null(await store.diffs.append(actor, PEER, "sub1", "change"), "another subscription");
    check.null(await store.diffs.append(actor, "peer2", "sub", "change"), "another peer");
    check.null(await store.diffs.append(other, PEER, "sub", "change"), "another actor");
    for (const [owner, sub] of [[actor, "sub"], [actor, "sub1"], [other, "sub"]] as const) {
      check.equal(await store.diffs.all(owner, sub), [], `${sub} of ${owner === actor ? "the actor" : "another"}`);
    }
    check.null(await store.subscriptions.get(actor, "peer2", "sub"));
    check.null(await store.subscriptions.get(other, PEER, "sub"));
    check.equal((await store.subscriptions.get(actor, PEER, "sub"))?.sequence, 0);
  },

  "timestamps are of the append, not of the process": async (store, check, world) => {
    const actor = world.id();
    await subscribe(store, actor, "sub");
    let now = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
    const clocked = await world.open({ now: () => now });
    check.equal((await clocked.diffs.append(actor, PEER, "sub", "one"))?.timestamp, "2026-01-02T03:04:05.678000Z");
    now = Date.UTC(2026, 11, 31, 23, 59, 59, 1);
    check.equal((await clocked.diffs.append(actor, PEER, "sub", "two"))?.timestamp, "2026-12-31T23:59:59.001000Z");
    const stored = (await store.diffs.all(actor, "sub")).map(({ timestamp }) => timestamp);
    check.equal(stored, ["2026-01-02T03:04:05.678000Z", "2026-12-31T23:59:59.001000Z"]);
  },

  "a diff that is not there is null": async (store, check, world) => {
    const actor = world.id();
    check.null(await store.diffs.get(actor, "sub", 1));
    check.null(await store.diffs.first(actor, "sub"));
    await subscribe(store, actor, "sub");
    check.null(await store.diffs.first(actor, "sub"));
    await append(store, actor, "sub", 1);
    for (const number of [2, 10, 2_147_483_647]) check.null(await store.diffs.get(actor, "sub", number), `${number}`);
    check.null(await store.diffs.get(actor, "su", 1));
    check.null(await store.diffs.get(world.id(), "sub", 1));
  },

  "the first diff is the one with the lowest number of exactly this subscription": async (store, check, world) => {
    const actor = world.id();
    await subscribe(store, actor, "s", "s1", "s2");
    await append(store, actor, "s2", 1);
    check.null(await store.diffs.first(actor, "s"));
    await append(store, actor, "s", 12);
    check.equal((await store.diffs.first(actor, "s"))?.sequence, 1);
    await store.diffs.deleteUpTo(actor, PEER, "s", 1);
    check.equal((await store.diffs.first(actor, "s"))?.sequence, 2, "2 and not 10");
    await store.diffs.deleteUpTo(actor, PEER, "s", 8);
    check.equal((await store.diffs.first(actor, "s"))?.sequence, 9);
    await store.diffs.deleteUpTo(actor, PEER, "s", 12);
    check.null(await store.diffs.first(actor, "s"));
    check.equal((await store.diffs.first(actor, "s2"))?.data, "s2 change 1");
  },

  "the diffs of subscriptions whose ids begin alike are kept apart": async (store, check, world) => {
    const actor = world.id();
    await subscribe(store, actor, "s", "s1", "s10");
    for (const sub of ["s", "s1", "s10"]) await append(store, actor, sub, 11);
    for (const sub of ["s", "s1", "s10"]) {
      const found = await store.diffs.all(actor, sub);
      check.equal(numbers(found), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], sub);
      check.true(found.every((diff) => diff.subscriptionId === sub && diff.data.startsWith(`${sub} `)), sub);
    }
    check.equal(await store.diffs.deleteUpTo(actor, PEER, "s", 11), 11);
    check.equal(await store.diffs.deleteAll(actor, PEER, "s1"), 11);
    check.equal((await store.diffs.all(actor, "s10")).length, 11);
    check.true(await store.diffs.delete(actor, "s10", 1));
    check.equal((await store.diffs.first(actor, "s10"))?.sequence, 2);
  },

  "the diffs of two actors are kept apart": async (store, check, world) => {
    const [ada, bob] = [world.id("ada"), world.id("bob")];
    for (const actor of [ada, bob]) {
      await subscribe(store, actor, "sub");
      await store.diffs.append(actor, PEER, "sub", `change of ${actor}`);
    }
    check.equal((await store.diffs.all(ada, "sub")).map(({ data }) => data), [`change of ${ada}`]);
    check.equal(await store.diffs.deleteAll(ada, PEER, "sub"), 1);
    check.equal((await store.diffs.all(bob, "sub")).map(({ data }) => data), [`change of ${bob}`]);
  },

  "subscriptions of two peers with the same id do not overwrite each other's diffs": async (store, check, world) => {
    const actor = world.id();
    for (const peerId of ["one", "two"]) {
      await store.subscriptions.createIfAbsent(actor, { peerId, subscriptionId: "sub" });
    }
    const given = ["one", "two", "one", "two"];
    for (const [index, peer] of given.entries()) {
      check.notEqual(await store.diffs.append(actor, peer, "sub", `${index} for ${peer}`), null);
    }
    const found = (await store.diffs.all(actor, "sub")).map(({ data }) => data);
    check.equal(found.toSorted(), given.map((peer, index) => `${index} for ${peer}`));
  },

  "a diff is created under a number of the caller's unless the number is taken": async (store, check, world) => {
    const actor = world.id();
    const diff: Diff = { subscriptionId: "sub", sequence: 5, timestamp: "2026-01-02T03:04:05.678901Z", data: "first" };
    check.true(await store.diffs.createIfAbsent(actor, diff));
    check.false(
      await store.diffs.createIfAbsent(actor, { ...diff, data: "second", timestamp: "2027-01-01T00:00:00Z" }),
    );
    check.equal(await store.diffs.all(actor, "sub"), [diff]);
    check.true(
      await store.diffs.createIfAbsent(actor, { ...diff, sequence: 50, timestamp: "2026-01-02T05:04:05+02:00" }),
    );
    check.equal((await store.diffs.get(actor, "sub", 50))?.timestamp, "2026-01-02T03:04:05.000000Z");
    check.null(await store.subscriptions.get(actor, PEER, "sub"), "no subscription is created");
  },

  "one diff is removed alone, and removing it again is false": async (store, check, world) => {
    const actor = world.id();
    await subscribe(store, actor, "sub");
    await append(store, actor, "sub", 12);
    check.true(await store.diffs.delete(actor, "sub", 1));
    check.false(await store.diffs.delete(actor, "sub", 1));
    check.false(await store.diffs.delete(actor, "sub", 13));
    check.equal(numbers(await store.diffs.all(actor, "sub")), [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    check.equal((await store.subscriptions.get(actor, PEER, "sub"))?.sequence, 12);
  },

  "awkward texts survive as subscription ids and as changes": async (store, check, world) => {
    const actor = world.id();
    await subscribe(store, actor, "sub");
    const texts = world.awkward.filter((text) => text.length <= 200);
    await Promise.all(texts.map(async (text, index) => {
      const diff = { subscriptionId: "sub", sequence: index + 1, timestamp: "2026-01-02T03:04:05Z", data: text };
      check.true(await store.diffs.createIfAbsent(actor, diff), text);
    }));
    const found = await store.diffs.all(actor, "sub");
    check.equal(found.map(({ data }) => data), texts);
    await Promise.all(
      texts.filter((text) => !text.includes(":")).slice(0, 50).map(async (text) => {
        await subscribe(store, actor, text);
        check.equal((await store.diffs.append(actor, PEER, text, text))?.sequence, 1, text);
        check.equal((await store.diffs.first(actor, text))?.data, text, text);
      }),
    );
  },

  "what cannot be kept is refused and takes no number": async (store, check, world) => {
    const actor = world.id();
    await subscribe(store, actor, "sub");
    const { append, createIfAbsent, get, all, deleteUpTo } = store.diffs;
    await check.refused(append(actor, PEER, "sub", ""), "invalid", "data");
    await check.refused(append(actor, PEER, "sub", "a\0b"), "invalid", "data");
    await check.refused(append(actor, PEER, "sub", "x".repeat(400 * 1024)), "too_large", "data");
    await check.refused(append(actor, PEER, "sub:1", "change"), "invalid", "subscriptionId");
    await check.refused(append(actor, PEER, "s".repeat(250), "change"), "too_large", "subscriptionId", "255");
    for (const number of [0, -1, 1.5, 2_147_483_648]) {
      await check.refused(get(actor, "sub", number), "invalid", "sequence");
      const diff: Diff = { subscriptionId: "sub", sequence: number, timestamp: "2026-01-02T03:04:05Z", data: "x" };
      await check.refused(createIfAbsent(actor, diff), "invalid", "sequence");
      if (number !== 0) await check.refused(deleteUpTo(actor, PEER, "sub", number), "invalid", "sequence");
    }
    await check.refused(all(actor, "sub", { after: -1 }), "invalid", "after");
    check.equal((await append(actor, PEER, "sub", "x".repeat(390 * 1024)))?.sequence, 1);
  },
});
