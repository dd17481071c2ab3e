/** Behaviours of {@linkcode Diffs}: order, ranges, pages and size. @module */

import type { Diff, Page, Store } from "../store.ts";
import { group } from "./case.ts";

const PEER = "peer";
/** Their texts sort as 1, 10, 100, 11, 2, …. */
const NUMBERS = [1, 2, 3, 9, 10, 11, 12, 19, 20, 99, 100, 101, 1000, 2_147_483_647];

function change(subscriptionId: string, sequence: number, data = `change ${sequence}`): Diff {
  return { subscriptionId, sequence, timestamp: "2026-01-02T03:04:05.678901Z", data };
}

async function fill(store: Store, actorId: string): Promise<void> {
  const diffs = [...NUMBERS.toReversed().map((number) => change("sub", number)), change("sub1", 5), change("su", 6)];
  await Promise.all(diffs.map((diff) => store.diffs.createIfAbsent(actorId, diff)));
}

async function collect(pages: AsyncIterable<Page<Diff>>): Promise<{ items: Diff[]; cursors: (string | null)[] }> {
  const items: Diff[] = [];
  const cursors: (string | null)[] = [];
  for await (const page of pages) {
    items.push(...page.items);
    cursors.push(page.cursor);
  }
  return { items, cursors };
}

/** The behaviours. */
export const diffLists = group("diff lists", {
  "diffs are sorted by number, not by its text": async (store, check, world) => {
    const actor = world.id();
    await fill(store, actor);
    check.equal(await store.diffs.all(actor, "sub"), NUMBERS.map((number) => change("sub", number)));
  },

  "diffs after a number are those with a greater one": async (store, check, world) => {
    const actor = world.id();
    await fill(store, actor);
    for (const after of [0, 1, 2, 5, 9, 10, 100, 1000, 2_147_483_646, 2_147_483_647]) {
      const expected = NUMBERS.filter((number) => number > after).map((number) => change("sub", number));
      check.equal(await store.diffs.all(actor, "sub", { after }), expected, `all after ${after}`);
      const { items } = await collect(store.diffs.pages(actor, "sub", { after, limit: 3 }));
      check.equal(items, expected, `pages after ${after}`);
    }
  },

  "pages of any size hold each diff once, by number": async (store, check, world) => {
    const actor = world.id();
    await fill(store, actor);
    const expected = NUMBERS.map((number) => change("sub", number));
    for (const limit of [1, 2, 5, NUMBERS.length, NUMBERS.length + 1, 1000]) {
      for await (const { items } of store.diffs.pages(actor, "sub", { limit })) {
        check.true(items.length <= limit, `${items.length} diffs in a page of ${limit}`);
      }
      const { items, cursors } = await collect(store.diffs.pages(actor, "sub", { limit }));
      check.equal(items, expected, `limit ${limit}`);
      check.null(cursors.at(-1), "the last cursor");
      check.false(cursors.slice(0, -1).includes(null), "a cursor in between");
    }
  },

  "a walk goes on from a stored cursor, also after what it had seen was cleared and more was added": async (
    store,
    check,
    world,
  ) => {
    const actor = world.id();
    await fill(store, actor);
    const { items, cursors } = await collect(store.diffs.pages(actor, "sub", { limit: 5 }));
    await store.diffs.deleteUpTo(actor, PEER, "sub", items[4]!.sequence);
    await store.diffs.createIfAbsent(actor, change("sub", 15));
    const other = await world.open();
    const rest = await collect(other.diffs.pages(actor, "sub", { limit: 4, cursor: cursors[0]! }));
    const expected = [11, 12, 15, 19, 20, 99, 100, 101, 1000, 2_147_483_647];
    check.equal(rest.items.map(({ sequence }) => sequence), expected);
  },

  "a cursor of another method is refused": async (store, check, world) => {
    const actor = world.id();
    for (const target of ["a", "b"]) await store.suspensions.createIfAbsent(actor, target, "");
    let cursor: string | null = null;
    for await (const page of store.suspensions.pages(actor, { limit: 1 })) cursor ??= page.cursor;
    await check.refused(collect(store.diffs.pages(actor, "sub", { cursor: cursor! })), "invalid", "cursor");
    await check.refused(collect(store.diffs.pages(actor, "sub", { cursor: "nonsense" })), "invalid", "cursor");
  },

  "a subscription without diffs has an empty list and one empty page": async (store, check, world) => {
    const actor = world.id();
    check.equal(await store.diffs.all(actor, "sub"), []);
    check.equal(await collect(store.diffs.pages(actor, "sub")), { items: [], cursors: [null] });
  },

  "diffs of more than a megabyte are read, walked and cleared without a gap": async (store, check, world) => {
    const actor = world.id();
    await store.subscriptions.createIfAbsent(actor, { peerId: PEER, subscriptionId: "sub" });
    const texts = ["a", "b", "c", "d", "e", "f", "g", "h"].map((letter) => letter.repeat(300_000));
    for (const text of texts) await store.diffs.append(actor, PEER, "sub", text);
    const all = await store.diffs.all(actor, "sub");
    check.equal(all.map(({ sequence }) => sequence), [1, 2, 3, 4, 5, 6, 7, 8]);
    check.equal(all.map(({ data }) => data), texts);
    check.equal((await store.diffs.first(actor, "sub"))?.data, texts[0]);
    const { items } = await collect(store.diffs.pages(actor, "sub", { limit: 8 }));
    check.equal(items, all, "pages");
    check.equal((await store.diffs.append(actor, PEER, "sub", "i"))?.sequence, 9);
    check.equal(await store.diffs.deleteUpTo(actor, PEER, "sub", 7), 7);
    check.equal((await store.diffs.all(actor, "sub")).map(({ data }) => data), [texts[7], "i"]);
    check.equal(await store.diffs.deleteAll(actor, PEER, "sub"), 2);
  },

  "large diffs of one subscription cost nothing when another is read": async (store, check, world) => {
    const actor = world.id();
    const large = Array.from({ length: 4 }, (_, index) => change("s1", index + 1, "x".repeat(300_000)));
    await Promise.all([...large, change("s", 1)].map((diff) => store.diffs.createIfAbsent(actor, diff)));
    let [requests, cost] = [0, 0];
    const counted = await world.open({
      onRequest: ({ consumedCapacity, rows }) => {
        requests++;
        cost += consumedCapacity + rows;
      },
    });
    check.equal((await counted.diffs.all(actor, "s")).length, 1);
    check.equal(requests, 1);
    check.true(cost <= 2, `${cost} capacity units or rows`);
    // Only these two are known to report what a request costs.
    if (["dynamodb", "postgresql"].includes(store.backend)) check.true(cost > 0, "nothing was reported");
  },
});
