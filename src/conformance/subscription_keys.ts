/** Behaviours of {@linkcode Subscriptions}: keys, filters, order and pages. @module */

import type { Page, Store, Subscription, SubscriptionFilter } from "../store.ts";
import { group } from "./case.ts";

/** Keys of which one is a prefix of another, or would be another if peer and subscription were not told apart. */
const KEYS: readonly (readonly [peerId: string, subscriptionId: string])[] = [
  ["p", "s"],
  ["p", "s1"],
  ["p", "s10"],
  ["p1", "s"],
  ["p:", "s"],
  ["p:s", "s"],
  ["p:s", "s1"],
  ["p:s:s", "s1"],
  [":p", "s"],
  ["s", "p"],
];

async function create(store: Store, actorId: string, keys: Iterable<readonly [string, string]>): Promise<void> {
  for (const [peerId, subscriptionId] of keys) {
    await store.subscriptions.createIfAbsent(actorId, {
      peerId,
      subscriptionId,
      resource: `${peerId} ${subscriptionId}`,
    });
  }
}

function keysOf(subscriptions: readonly Subscription[]): [string, string][] {
  return subscriptions.map(({ peerId, subscriptionId }) => [peerId, subscriptionId]);
}

async function collect(pages: AsyncIterable<Page<Subscription>>): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for await (const { items } of pages) found.push(...keysOf(items));
  return found;
}

/** The behaviours. */
export const subscriptionKeys = group("subscription keys", {
  "keys that begin alike are different subscriptions": async (store, check, world) => {
    const actor = world.id();
    await create(store, actor, KEYS);
    for (const [peer, sub] of KEYS) {
      check.equal((await store.subscriptions.get(actor, peer, sub))?.resource, `${peer} ${sub}`, `${peer} ${sub}`);
    }
    check.equal((await store.subscriptions.all(actor)).length, KEYS.length);
  },

  "updating or removing one subscription leaves those alone whose keys begin alike": async (store, check, world) => {
    const actor = world.id();
    await create(store, actor, KEYS);
    for (const [peer, sub] of KEYS) {
      check.true(await store.subscriptions.update(actor, peer, sub, { granularity: `${peer} ${sub}` }));
    }
    for (const { peerId, subscriptionId, granularity } of await store.subscriptions.all(actor)) {
      check.equal(granularity, `${peerId} ${subscriptionId}`);
    }
    const left = new Set(KEYS.map(([peer, sub]) => `${peer} ${sub}`));
    for (const [peer, sub] of KEYS) {
      check.true(await store.subscriptions.delete(actor, peer, sub), `${peer} ${sub}`);
      left.delete(`${peer} ${sub}`);
      const found = (await store.subscriptions.all(actor)).map(({ resource }) => resource);
      check.equal(found.toSorted(), [...left].toSorted(), `without ${peer} ${sub}`);
    }
  },

  "two peers may have subscriptions with the same id": async (store, check, world) => {
    const actor = world.id();
    for (const peerId of ["one", "two"]) {
      check.true(await store.subscriptions.createIfAbsent(actor, { peerId, subscriptionId: "sub", target: peerId }));
    }
    await store.subscriptions.update(actor, "one", "sub", { sequence: 9 });
    check.equal((await store.subscriptions.get(actor, "two", "sub"))?.sequence, 0);
    check.true(await store.subscriptions.delete(actor, "one", "sub"));
    check.equal((await store.subscriptions.get(actor, "two", "sub"))?.target, "two");
  },

  "the subscriptions of one peer are exactly its own": async (store, check, world) => {
    const actor = world.id();
    await create(store, actor, KEYS);
    for (const [peerId] of KEYS) {
      const own = KEYS.filter(([peer]) => peer === peerId);
      check.equal(keysOf(await store.subscriptions.all(actor, { peerId })), own, `all of ${peerId}`);
      for (const limit of [1, 2, 100]) {
        const walked = await collect(store.subscriptions.pages(actor, { peerId, limit }));
        check.equal(walked, own, `pages of ${limit} of ${peerId}`);
      }
    }
    for (const peerId of ["P", "p:s:", "s1", "p s", "%"]) {
      check.equal(await store.subscriptions.all(actor, { peerId }), [], peerId);
    }
  },

  "removing all subscriptions of one peer removes exactly its own": async (store, check, world) => {
    const actor = world.id();
    await create(store, actor, KEYS);
    check.equal(await store.subscriptions.deleteAll(actor, { peerId: "p" }), 3);
    check.equal(await store.subscriptions.deleteAll(actor, { peerId: "p:s" }), 2);
    check.equal(await store.subscriptions.deleteAll(actor, { peerId: "nobody" }), 0);
    const left = keysOf(await store.subscriptions.all(actor));
    check.equal(left, [[":p", "s"], ["p1", "s"], ["p:", "s"], ["p:s:s", "s1"], ["s", "p"]]);
  },

  "removing all subscriptions tells how many and touches one actor only": async (store, check, world) => {
    const [actor, other] = [world.id(), world.id()];
    const keys = Array.from({ length: 30 }, (_, index) => [`peer${index % 3}`, `sub${index}`] as const);
    await create(store, actor, keys);
    await create(store, other, KEYS);
    check.equal(await store.subscriptions.deleteAll(actor, { peerId: "peer1" }), 10);
    check.equal(await store.subscriptions.deleteAll(actor), 20);
    check.equal(await store.subscriptions.all(actor), []);
    check.equal(await store.subscriptions.deleteAll(actor), 0);
    check.equal((await store.subscriptions.all(other)).length, KEYS.length);
  },

  "subscriptions are sorted by the bytes of peer id and subscription id joined": async (store, check, world) => {
    const actor = world.id();
    const sorted = [
      ["A", "s"],
      ["a!", "s"],
      ["a", "S"],
      ["a:b", "s"],
      ["a", "s"],
      ["a", "s!"],
      ["a", "s1"],
      ["a", "s10"],
      ["a", "s2"],
      ["a;", "s"],
      ["b", "s"],
      ["ﾡ", "s"],
      ["😀", "s"],
    ] as const;
    await create(store, actor, sorted.toReversed());
    check.equal(keysOf(await store.subscriptions.all(actor)), sorted);
    for (const limit of [1, 5, sorted.length, 100]) {
      check.equal(await collect(store.subscriptions.pages(actor, { limit })), sorted, `pages of ${limit}`);
    }
    const own = sorted.filter(([peer]) => peer === "a");
    check.equal(keysOf(await store.subscriptions.all(actor, { peerId: "a" })), own);
  },

  "a walk goes on from a stored cursor, also with a filter": async (store, check, world) => {
    const actor = world.id();
    const keys = Array.from({ length: 9 }, (_, index) => ["p", `s${index}`] as const);
    await create(store, actor, [...keys, ["p:a", "s"], ["p:t", "s"], ["q", "s"]]);
    const filter: SubscriptionFilter = { peerId: "p" };
    const seen: [string, string][] = [];
    let cursor: string | null = null;
    for await (const page of store.subscriptions.pages(actor, { ...filter, limit: 2 })) {
      check.true(page.items.length <= 2);
      seen.push(...keysOf(page.items));
      cursor = page.cursor;
      if (seen.length >= 4) break;
    }
    const rest = await collect(store.subscriptions.pages(actor, { ...filter, cursor: cursor! }));
    check.equal([...seen, ...rest], keys);
  },

  "a peer id and a subscription id together have at most 254 characters": async (store, check, world) => {
    const actor = world.id();
    const [peer, sub] = ["😀".repeat(127), "é".repeat(127)];
    await create(store, actor, [[peer, sub]]);
    check.equal(keysOf(await store.subscriptions.all(actor)), [[peer, sub]]);
    check.equal(keysOf(await store.subscriptions.all(actor, { peerId: peer })), [[peer, sub]]);
    const { createIfAbsent, get } = store.subscriptions;
    const longer = { peerId: peer, subscriptionId: `${sub}é` };
    await check.refused(createIfAbsent(actor, longer), "too_large", "subscriptionId", "255");
    await check.refused(get(actor, `${peer}a`, sub), "too_large", "subscriptionId", "255");
  },
});
