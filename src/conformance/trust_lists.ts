/** Behaviours of {@linkcode Trusts}: order and pages. @module */

import type { Page, Trust } from "../store.ts";
import { group } from "./case.ts";

/** Peer ids in the order of their UTF-8 bytes, which is neither a language's nor that of UTF-16 units. */
const SORTED = ["A", "Z", "a", "a ", "a:", "a:b", "aa", "b", "e\u0301", "é", "ﾡ", "😀"];

function friend(peerId: string) {
  return { peerId, baseUri: "https://peer/", type: "urn:x", relationship: "friend", secret: `secret of ${peerId}` };
}

async function collect(pages: AsyncIterable<Page<Trust>>): Promise<{ peers: string[]; cursors: (string | null)[] }> {
  const peers: string[] = [];
  const cursors: (string | null)[] = [];
  for await (const { items, cursor } of pages) {
    for (const { peerId } of items) peers.push(peerId);
    cursors.push(cursor);
  }
  return { peers, cursors };
}

/** The behaviours. */
export const trustLists = group("trust lists", {
  "trusts are sorted by the bytes of their peer ids": async (store, check, world) => {
    const actor = world.id();
    await Promise.all(SORTED.toReversed().map((peer) => store.trusts.createIfAbsent(actor, friend(peer))));
    check.equal((await store.trusts.all(actor)).map(({ peerId }) => peerId), SORTED);
  },

  "pages of any size hold each trust once, in the same order": async (store, check, world) => {
    const [actor, neighbour] = [world.id(), world.id()];
    await Promise.all(SORTED.map((peer) => store.trusts.createIfAbsent(actor, friend(peer))));
    await store.trusts.createIfAbsent(neighbour, friend("b"));
    for (const limit of [1, 2, 5, SORTED.length, SORTED.length + 1, 1000]) {
      for await (const { items } of store.trusts.pages(actor, { limit })) {
        check.true(items.length <= limit, `${items.length} trusts in a page of ${limit}`);
      }
      const { peers, cursors } = await collect(store.trusts.pages(actor, { limit }));
      check.equal(peers, SORTED, `limit ${limit}`);
      check.null(cursors.at(-1), "the last cursor");
      check.false(cursors.slice(0, -1).includes(null), "a cursor in between");
    }
  },

  "pages hold whole trusts": async (store, check, world) => {
    const actor = world.id();
    for (const peer of ["a", "b", "c"]) await store.trusts.createIfAbsent(actor, friend(peer));
    const found: Trust[] = [];
    for await (const { items } of store.trusts.pages(actor, { limit: 2 })) found.push(...items);
    check.equal(found, await store.trusts.all(actor));
  },

  "a walk goes on from a stored cursor, also when its trust is gone and another store asks": async (
    store,
    check,
    world,
  ) => {
    const actor = world.id();
    await Promise.all(SORTED.map((peer) => store.trusts.createIfAbsent(actor, friend(peer))));
    const { cursors } = await collect(store.trusts.pages(actor, { limit: 3 }));
    const cursor = cursors[1]!;
    check.equal((await collect(store.trusts.pages(actor, { cursor }))).peers, SORTED.slice(6));
    await store.trusts.delete(actor, SORTED[5]!);
    const other = await world.open();
    check.equal((await collect(other.trusts.pages(actor, { cursor, limit: 2 }))).peers, SORTED.slice(6));
  },

  "an actor without trusts has one empty page": async (store, check, world) => {
    check.equal(await collect(store.trusts.pages(world.id())), { peers: [], cursors: [null] });
  },

  "a cursor of another method and a page of no or too many rows are refused": async (store, check, world) => {
    const actor = world.id();
    for (const peer of ["a", "b"]) {
      await store.peerTrustees.createIfAbsent(actor, { peerId: peer, baseUri: "", type: "", passphrase: "" });
    }
    let cursor: string | null = null;
    for await (const page of store.peerTrustees.pages(actor, { limit: 1 })) cursor ??= page.cursor;
    for (const wrong of [cursor!, "", "nonsense", "AAAA"]) {
      await check.refused(collect(store.trusts.pages(actor, { cursor: wrong })), "invalid", "cursor");
    }
    for (const limit of [0, -1, 1.5, 1001]) {
      await check.refused(collect(store.trusts.pages(actor, { limit })), "invalid", "limit");
    }
  },
});
