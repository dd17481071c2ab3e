/** Behaviours of {@linkcode Subscriptions}: writing, reading and removing. @module */

import type { NewSubscription, Subscription } from "../store.ts";
import { group } from "./case.ts";

type Fields = Omit<Subscription, "peerId" | "subscriptionId">;

/** Every field, each with a value of its own. */
const WHOLE: Fields = {
  granularity: "high",
  target: "properties",
  subtarget: "the subtarget",
  resource: "the resource",
  sequence: 7,
  callback: true,
};

const EMPTY: Fields = { granularity: "", target: "", subtarget: "", resource: "", sequence: 0, callback: false };

const CALLERS = Array.from({ length: 50 }, (_, index) => index);

/** The behaviours. */
export const subscriptions = group("subscriptions", {
  "a subscription is read back with every field as it was written": async (store, check, world) => {
    const actor = world.id();
    const given: Subscription = { peerId: world.id("peer"), subscriptionId: world.id("sub"), ...WHOLE };
    check.true(await store.subscriptions.createIfAbsent(actor, given));
    check.equal(await store.subscriptions.get(actor, given.peerId, given.subscriptionId), given);
    check.equal(await store.subscriptions.all(actor), [given], "all");
  },

  "what a new subscription leaves out is empty, 0 or false": async (store, check, world) => {
    const actor = world.id();
    const key = { peerId: "peer", subscriptionId: "sub" };
    check.true(await store.subscriptions.createIfAbsent(actor, key));
    check.equal(await store.subscriptions.get(actor, "peer", "sub"), { ...key, ...EMPTY });
  },

  "a new subscription is seen at once, also by another store": async (store, check, world) => {
    const actor = world.id();
    const other = await world.open();
    check.equal(await store.subscriptions.all(actor), []);
    check.equal(await other.subscriptions.all(actor), []);
    await store.subscriptions.createIfAbsent(actor, { peerId: "peer", subscriptionId: "sub", ...WHOLE });
    for (const { subscriptions } of [store, other]) check.equal((await subscriptions.all(actor)).length, 1);
  },

  "a subscription that was never created is null": async (store, check, world) => {
    const actor = world.id();
    check.null(await store.subscriptions.get(actor, "peer", "sub"));
    await store.subscriptions.createIfAbsent(actor, { peerId: "peer", subscriptionId: "sub" });
    check.null(await store.subscriptions.get(world.id(), "peer", "sub"), "another actor");
    check.null(await store.subscriptions.get(actor, "sub", "peer"), "the other way round");
  },

  "creating a subscription that exists is refused and changes nothing": async (store, check, world) => {
    const actor = world.id();
    const given: Subscription = { peerId: "peer", subscriptionId: "sub", ...WHOLE };
    await store.subscriptions.createIfAbsent(actor, given);
    check.false(await store.subscriptions.createIfAbsent(actor, { ...given, granularity: "none", sequence: 0 }));
    check.equal(await store.subscriptions.get(actor, "peer", "sub"), given);
  },

  "each field is updated alone": async (store, check, world) => {
    const actor = world.id();
    const key = { peerId: "peer", subscriptionId: "sub" };
    await store.subscriptions.createIfAbsent(actor, key);
    let expected: Subscription = { ...key, ...EMPTY };
    for (const fields of [WHOLE, EMPTY]) {
      for (const name of Object.keys(fields) as (keyof Fields)[]) {
        const change = { [name]: fields[name] };
        check.true(await store.subscriptions.update(actor, "peer", "sub", change), name);
        expected = { ...expected, ...change };
        check.equal(await store.subscriptions.get(actor, "peer", "sub"), expected, name);
      }
    }
  },

  "several fields are updated in one step": async (store, check, world) => {
    const actor = world.id();
    const given: Subscription = { peerId: "peer", subscriptionId: "sub", ...WHOLE };
    await store.subscriptions.createIfAbsent(actor, given);
    const change = { target: "meta", subtarget: "", sequence: 1 };
    check.true(await store.subscriptions.update(actor, "peer", "sub", change));
    check.equal(await store.subscriptions.get(actor, "peer", "sub"), { ...given, ...change });
  },

  "updating a subscription that does not exist is false and creates nothing": async (store, check, world) => {
    const actor = world.id();
    check.false(await store.subscriptions.update(actor, "peer", "sub", { sequence: 1 }));
    check.equal(await store.subscriptions.all(actor), []);
  },

  "every number from 0 to the greatest persists": async (store, check, world) => {
    const actor = world.id();
    const key = { peerId: "peer", subscriptionId: "updated" };
    await store.subscriptions.createIfAbsent(actor, key);
    for (const sequence of [0, 1, 0, 2, 10, 2_147_483_647]) {
      check.true(await store.subscriptions.update(actor, "peer", "updated", { sequence }), `${sequence}`);
      check.equal((await store.subscriptions.get(actor, "peer", "updated"))?.sequence, sequence);
      const created: NewSubscription = { peerId: "peer", subscriptionId: `created${sequence}`, sequence };
      await store.subscriptions.createIfAbsent(actor, created);
      check.equal((await store.subscriptions.get(actor, "peer", created.subscriptionId))?.sequence, sequence);
    }
    for (const sequence of [-1, 0.5, 2_147_483_648, NaN, Infinity]) {
      await check.refused(store.subscriptions.update(actor, "peer", "updated", { sequence }), "invalid", "sequence");
    }
  },

  "a removed subscription is gone, and removing it again is false": async (store, check, world) => {
    const actor = world.id();
    await store.subscriptions.createIfAbsent(actor, { peerId: "peer", subscriptionId: "sub", sequence: 5 });
    check.true(await store.subscriptions.delete(actor, "peer", "sub"));
    check.false(await store.subscriptions.delete(actor, "peer", "sub"));
    check.null(await store.subscriptions.get(actor, "peer", "sub"));
    check.true(await store.subscriptions.createIfAbsent(actor, { peerId: "peer", subscriptionId: "sub" }));
    check.equal((await store.subscriptions.get(actor, "peer", "sub"))?.sequence, 0, "created anew");
  },

  "removing a subscription leaves its diffs to be removed by their own method": async (store, check, world) => {
    const actor = world.id();
    await store.subscriptions.createIfAbsent(actor, { peerId: "peer", subscriptionId: "sub" });
    await store.diffs.append(actor, "peer", "sub", "change");
    await store.subscriptions.delete(actor, "peer", "sub");
    check.equal((await store.diffs.all(actor, "sub")).length, 1);
    check.equal(await store.diffs.deleteAll(actor, "peer", "sub"), 1);
    check.equal(await store.diffs.all(actor, "sub"), []);
    check.null(await store.subscriptions.get(actor, "peer", "sub"));
  },

  "awkward texts survive as peer ids and in every field": async (store, check, world) => {
    const actor = world.id();
    const texts = world.awkward.filter((text) => text.length <= 250);
    const given = texts.map((text): Subscription => {
      const fields = { granularity: text, target: text, subtarget: text, resource: text, sequence: 0, callback: false };
      return { peerId: text, subscriptionId: "sub", ...fields };
    });
    await Promise.all(given.map((each) => store.subscriptions.createIfAbsent(actor, each)));
    const found = new Map((await store.subscriptions.all(actor)).map((each) => [each.peerId, each]));
    check.equal(found.size, texts.length);
    for (const each of given) check.equal(found.get(each.peerId), each, each.peerId);
  },

  "what cannot be kept is refused": async (store, check, world) => {
    const actor = world.id();
    const { createIfAbsent, update } = store.subscriptions;
    await check.refused(createIfAbsent(actor, { peerId: "peer", subscriptionId: "a:b" }), "invalid", "subscriptionId");
    await check.refused(createIfAbsent(actor, { peerId: "peer", subscriptionId: "" }), "invalid", "subscriptionId");
    await check.refused(createIfAbsent(actor, { peerId: "", subscriptionId: "sub" }), "invalid", "peerId");
    const text = "x".repeat(256);
    for (const name of ["granularity", "target", "subtarget", "resource"]) {
      await check.refused(createIfAbsent(actor, { peerId: "p", subscriptionId: "s", [name]: text }), "too_large", name);
      await check.refused(update(actor, "p", "s", { [name]: text }), "too_large", name, "255");
      await check.refused(update(actor, "p", "s", { [name]: null }), "invalid", name);
    }
    await check.refused(
      update(actor, "p", "s", { callback: "true" } as unknown as Partial<Fields>),
      "invalid",
      "callback",
    );
    await check.refused(update(actor, "p", "s", {}), "invalid", "fields");
    check.equal(await store.subscriptions.all(actor), []);
  },

  "fifty callers racing to create one subscription have exactly one winner, whose it is": async (
    store,
    check,
    world,
  ) => {
    const actor = world.id();
    const stores = [store, await world.open()] as const;
    const won = await Promise.all(CALLERS.map((index) => {
      const given: NewSubscription = {
        peerId: "peer",
        subscriptionId: "sub",
        resource: `by ${index}`,
        sequence: index,
      };
      return stores[index % 2]!.subscriptions.createIfAbsent(actor, given);
    }));
    const winners = CALLERS.filter((index) => won[index]);
    check.equal(winners.length, 1);
    const stored = await store.subscriptions.get(actor, "peer", "sub");
    check.equal([stored?.resource, stored?.sequence], [`by ${winners[0]}`, winners[0]]);
  },

  "fifty callers racing to remove one subscription have exactly one winner": async (store, check, world) => {
    const actor = world.id();
    const stores = [store, await world.open()] as const;
    await store.subscriptions.createIfAbsent(actor, { peerId: "peer", subscriptionId: "sub" });
    const won = await Promise.all(
      CALLERS.map((index) => stores[index % 2]!.subscriptions.delete(actor, "peer", "sub")),
    );
    check.equal(won.filter((removed) => removed).length, 1);
  },

  "updates racing a removal never bring the subscription back": async (store, check, world) => {
    const stores = [store, await world.open()] as const;
    for (let round = 0; round < 3; round++) {
      const actor = world.id();
      await store.subscriptions.createIfAbsent(actor, { peerId: "peer", subscriptionId: "sub" });
      await Promise.all(CALLERS.map((index) => {
        const { subscriptions } = stores[index % 2]!;
        return index === 15
          ? subscriptions.delete(actor, "peer", "sub")
          : subscriptions.update(actor, "peer", "sub", { resource: `by ${index}` });
      }));
      check.equal(await store.subscriptions.all(actor), []);
    }
  },
});
