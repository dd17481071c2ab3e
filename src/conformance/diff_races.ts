/** Behaviours of {@linkcode Diffs} when many callers meet at one subscription. @module */

import { StoreError } from "../errors.ts";
import type { Diff, Store } from "../store.ts";
import { group } from "./case.ts";

const PEER = "peer";
const CALLERS = Array.from({ length: 50 }, (_, index) => index);
const UP_TO_50 = CALLERS.map((index) => index + 1);

async function subscribe(store: Store, actorId: string): Promise<void> {
  await store.subscriptions.createIfAbsent(actorId, { peerId: PEER, subscriptionId: "sub" });
}

function numbers(diffs: readonly Diff[]): number[] {
  return diffs.map(({ sequence }) => sequence).toSorted((a, b) => a - b);
}

/** Which text has which number. */
function texts(diffs: readonly Diff[]): Map<number, string> {
  const sorted = diffs.toSorted((a, b) => a.sequence - b.sequence);
  return new Map(sorted.map(({ sequence, data }) => [sequence, data]));
}

/** The behaviours. */
export const diffRaces = group("diff races", {
  "fifty writers at one subscription get the numbers 1 to 50, each once, and each text is found once": async (
    store,
    check,
    world,
  ) => {
    const actor = world.id();
    const stores = [store, await world.open()] as const;
    await subscribe(store, actor);
    const answered = await Promise.all(CALLERS.map(async (index) => {
      const diff = await stores[index % 2]!.diffs.append(actor, PEER, "sub", `change ${index}`);
      check.equal(diff?.data, `change ${index}`);
      return diff!;
    }));
    check.equal(numbers(answered), UP_TO_50);
    const stored = await store.diffs.all(actor, "sub");
    check.equal(numbers(stored), UP_TO_50, "stored");
    check.equal(texts(stored), texts(answered));
    check.equal(new Set(stored.map(({ data }) => data)).size, 50, "different texts");
    check.equal((await store.subscriptions.get(actor, PEER, "sub"))?.sequence, 50);
  },

  "fifty writers who find a diff that was left behind go on after it": async (store, check, world) => {
    const actor = world.id();
    const stores = [store, await world.open()] as const;
    await subscribe(store, actor);
    const left: Diff = { subscriptionId: "sub", sequence: 1, timestamp: "2026-01-02T03:04:05.678901Z", data: "left" };
    await store.diffs.createIfAbsent(actor, left);
    const answered = await Promise.all(CALLERS.map(async (index) => {
      return (await stores[index % 2]!.diffs.append(actor, PEER, "sub", `change ${index}`))!;
    }));
    check.equal(numbers(answered), UP_TO_50.map((number) => number + 1));
    check.equal(texts(await store.diffs.all(actor, "sub")), texts([left, ...answered]));
  },

  "writers at different subscriptions do not share numbers": async (store, check, world) => {
    const actor = world.id();
    const stores = [store, await world.open()] as const;
    const subs = ["s", "s1", "s2", "s10", "t"];
    for (const subscriptionId of subs) {
      await store.subscriptions.createIfAbsent(actor, { peerId: PEER, subscriptionId });
    }
    await Promise.all(CALLERS.map((index) => {
      return stores[index % 2]!.diffs.append(actor, PEER, subs[index % 5]!, `change ${index}`);
    }));
    for (const sub of subs) check.equal(numbers(await store.diffs.all(actor, sub)), UP_TO_50.slice(0, 10), sub);
  },

  "updates of a subscription and appends to it at the same time are all kept": async (store, check, world) => {
    const actor = world.id();
    const stores = [store, await world.open()] as const;
    await subscribe(store, actor);
    await Promise.all(CALLERS.map(async (index) => {
      const { diffs, subscriptions } = stores[index % 2]!;
      if (index % 5 === 0) check.true(await subscriptions.update(actor, PEER, "sub", { granularity: `g${index}` }));
      else check.notEqual(await diffs.append(actor, PEER, "sub", `change ${index}`), null);
    }));
    check.equal(numbers(await store.diffs.all(actor, "sub")), UP_TO_50.slice(0, 40));
    const subscription = await store.subscriptions.get(actor, PEER, "sub");
    check.equal(subscription?.sequence, 40);
    check.true(/^g\d+$/.test(subscription?.granularity ?? ""), "the granularity");
  },

  "a subscriber that clears while fifty write sees every answered diff, and no number is answered twice": async (
    store,
    check,
    world,
  ) => {
    const actor = world.id();
    const stores = [store, await world.open()] as const;
    await subscribe(store, actor);
    const seen: Diff[] = [];
    let writing = true;
    const clear = async () => {
      for (let last = false; !last;) {
        last = !writing;
        const found = await store.diffs.all(actor, "sub");
        seen.push(...found);
        if (found.length > 0) await store.diffs.deleteUpTo(actor, PEER, "sub", found.at(-1)!.sequence);
      }
    };
    const answered: Diff[] = [];
    const write = async (index: number) => {
      try {
        answered.push((await stores[index % 2]!.diffs.append(actor, PEER, "sub", `change ${index}`))!);
      } catch (error) {
        // A diff that is cleared before its writer could confirm it counts, but its writer cannot know.
        if (!(error instanceof StoreError && error.code === "unknown_outcome")) throw error;
      }
    };
    await Promise.all([Promise.all(CALLERS.map(write)).finally(() => writing = false), clear()]);
    check.equal(new Set(numbers(answered)).size, answered.length, "numbers that were answered");
    const found = new Set(seen.map(({ sequence, data }) => `${sequence}: ${data}`));
    for (const { sequence, data } of answered) check.true(found.has(`${sequence}: ${data}`), `${sequence}: ${data}`);
    const last = (await store.subscriptions.get(actor, PEER, "sub"))!.sequence;
    check.equal([...new Set(numbers(seen))], UP_TO_50.slice(0, last), "numbers that were seen");
    check.equal(await store.diffs.all(actor, "sub"), []);
    check.equal((await store.diffs.append(actor, PEER, "sub", "the next"))?.sequence, last + 1);
  },

  "appends racing the removal of their subscription leave no diff but those that were answered": async (
    store,
    check,
    world,
  ) => {
    const stores = [store, await world.open()] as const;
    for (let round = 0; round < 3; round++) {
      const actor = world.id();
      await subscribe(store, actor);
      const answered: Diff[] = [];
      await Promise.all(CALLERS.map(async (index) => {
        const { diffs, subscriptions } = stores[index % 2]!;
        if (index === 10) return check.true(await subscriptions.delete(actor, PEER, "sub"));
        const diff = await diffs.append(actor, PEER, "sub", `change ${index}`);
        if (diff !== null) answered.push(diff);
      }));
      const stored = await store.diffs.all(actor, "sub");
      check.equal(texts(stored), texts(answered), "stored as answered");
      check.equal(numbers(stored), UP_TO_50.slice(0, stored.length), "without a gap");
      check.null(await store.subscriptions.get(actor, PEER, "sub"), "the subscription");
    }
  },

  "nothing is left of a subscription that is removed with its diffs while others append": async (
    store,
    check,
    world,
  ) => {
    const stores = [store, await world.open()] as const;
    for (let round = 0; round < 3; round++) {
      const actor = world.id();
      await subscribe(store, actor);
      await Promise.all(CALLERS.map(async (index) => {
        const { diffs, subscriptions } = stores[index % 2]!;
        if (index !== 10) return await diffs.append(actor, PEER, "sub", `change ${index}`);
        check.true(await subscriptions.delete(actor, PEER, "sub"));
        await diffs.deleteAll(actor, PEER, "sub");
      }));
      check.equal(await store.diffs.all(actor, "sub"), []);
      check.null(await store.subscriptions.get(actor, PEER, "sub"));
    }
  },

  "fifty callers racing for one number have exactly one winner, whose diff it is": async (store, check, world) => {
    const actor = world.id();
    const stores = [store, await world.open()] as const;
    const won = await Promise.all(CALLERS.map((index) => {
      const timestamp = "2026-01-02T03:04:05.678901Z";
      const diff: Diff = { subscriptionId: "sub", sequence: 7, timestamp, data: `by ${index}` };
      return stores[index % 2]!.diffs.createIfAbsent(actor, diff);
    }));
    const winners = CALLERS.filter((index) => won[index]);
    check.equal(winners.length, 1);
    check.equal((await store.diffs.all(actor, "sub")).map(({ data }) => data), [`by ${winners[0]}`]);
  },

  "fifty callers racing to remove one diff have exactly one winner": async (store, check, world) => {
    const actor = world.id();
    const stores = [store, await world.open()] as const;
    await subscribe(store, actor);
    await store.diffs.append(actor, PEER, "sub", "change");
    const won = await Promise.all(CALLERS.map((index) => stores[index % 2]!.diffs.delete(actor, "sub", 1)));
    check.equal(won.filter((removed) => removed).length, 1);
  },
});
