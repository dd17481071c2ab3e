/** Behaviours of {@linkcode PeerTrustees}. @module */

import type { Page, PeerTrustee } from "../store.ts";
import { group } from "./case.ts";

const CALLERS = Array.from({ length: 50 }, (_, index) => index);

/** Peer ids in the order of their UTF-8 bytes. */
const SORTED = ["A", "Z", "a", "a ", "a:", "a:b", "aa", "b", "é", "ﾡ", "😀"];

function trustee(peerId: string, more: Partial<PeerTrustee> = {}): PeerTrustee {
  return { peerId, baseUri: `https://${peerId}/`, type: "urn:x", passphrase: `passphrase of ${peerId}`, ...more };
}

async function collect(pages: AsyncIterable<Page<PeerTrustee>>): Promise<PeerTrustee[][]> {
  const found: PeerTrustee[][] = [];
  for await (const { items } of pages) found.push([...items]);
  return found;
}

/** The behaviours. */
export const peerTrustees = group("peer trustees", {
  "a peer trustee is read back whole, and only where it was written": async (store, check, world) => {
    const [actor, other] = [world.id(), world.id()];
    const given: PeerTrustee = { peerId: "peer", baseUri: "https://peer/1", type: "urn:mini", passphrase: "secret" };
    check.true(await store.peerTrustees.createIfAbsent(actor, given));
    check.equal(await store.peerTrustees.get(actor, "peer"), given);
    check.null(await store.peerTrustees.get(actor, "pee"));
    check.null(await store.peerTrustees.get(actor, "peer2"));
    check.null(await store.peerTrustees.get(other, "peer"));
    check.equal(await store.peerTrustees.all(other), []);
  },

  "empty texts are kept": async (store, check, world) => {
    const actor = world.id();
    const given: PeerTrustee = { peerId: "peer", baseUri: "", type: "", passphrase: "" };
    check.true(await store.peerTrustees.createIfAbsent(actor, given));
    check.equal(await store.peerTrustees.get(actor, "peer"), given);
    check.equal(await store.peerTrustees.listByType(actor, ""), [given]);
  },

  "creating a peer trustee that exists is refused and changes nothing": async (store, check, world) => {
    const actor = world.id();
    await store.peerTrustees.createIfAbsent(actor, trustee("peer"));
    check.false(await store.peerTrustees.createIfAbsent(actor, trustee("peer", { passphrase: "of an impostor" })));
    check.equal(await store.peerTrustees.get(actor, "peer"), trustee("peer"));
  },

  "each field is updated alone": async (store, check, world) => {
    const actor = world.id();
    await store.peerTrustees.createIfAbsent(actor, trustee("peer"));
    await store.peerTrustees.createIfAbsent(actor, trustee("peer2"));
    let expected = trustee("peer");
    for (
      const change of [{ baseUri: "https://other/" }, { type: "urn:other" }, { passphrase: "other" }, { type: "" }]
    ) {
      check.true(await store.peerTrustees.update(actor, "peer", change));
      expected = { ...expected, ...change };
      check.equal(await store.peerTrustees.get(actor, "peer"), expected);
    }
    check.equal(await store.peerTrustees.get(actor, "peer2"), trustee("peer2"));
  },

  "updating a peer trustee that does not exist is false and creates nothing": async (store, check, world) => {
    const actor = world.id();
    check.false(await store.peerTrustees.update(actor, "peer", { type: "urn:x" }));
    check.equal(await store.peerTrustees.all(actor), []);
  },

  "the peer trustees of a type are those of exactly this type and this actor, by peer id": async (
    store,
    check,
    world,
  ) => {
    const [actor, other] = [world.id(), world.id()];
    for (const peer of SORTED.toReversed()) {
      await store.peerTrustees.createIfAbsent(actor, trustee(peer, { type: peer < "a:" ? "urn:one" : "urn:two" }));
    }
    await store.peerTrustees.createIfAbsent(actor, trustee("a1", { type: "urn:one:more" }));
    await store.peerTrustees.createIfAbsent(other, trustee("b", { type: "urn:one" }));
    const peers = async (type: string) => {
      return (await store.peerTrustees.listByType(actor, type)).map(({ peerId }) => peerId);
    };
    check.equal(await peers("urn:one"), ["A", "Z", "a", "a "]);
    check.equal(await peers("urn:two"), ["a:", "a:b", "aa", "b", "é", "ﾡ", "😀"]);
    check.equal(await peers("urn:one:more"), ["a1"]);
    check.equal(await peers("urn"), []);
    check.equal(await peers("URN:ONE"), []);
    await store.peerTrustees.update(actor, "a", { type: "urn:two" });
    check.equal(await peers("urn:one"), ["A", "Z", "a "], "after a change of type");
    check.equal(await store.peerTrustees.listByType(actor, "urn:one:more"), [trustee("a1", { type: "urn:one:more" })]);
  },

  "all peer trustees come sorted by the bytes of their peer ids, and so do pages": async (store, check, world) => {
    const actor = world.id();
    await Promise.all(SORTED.toReversed().map((peer) => store.peerTrustees.createIfAbsent(actor, trustee(peer))));
    const all = SORTED.map((peer) => trustee(peer));
    check.equal(await store.peerTrustees.all(actor), all);
    for (const limit of [1, 4, SORTED.length, 100]) {
      const pages = await collect(store.peerTrustees.pages(actor, { limit }));
      check.equal(pages.flat(), all, `limit ${limit}`);
      check.true(pages.every((page) => page.length <= limit), `limit ${limit}`);
    }
  },

  "a walk goes on from a stored cursor": async (store, check, world) => {
    const actor = world.id();
    await Promise.all(SORTED.map((peer) => store.peerTrustees.createIfAbsent(actor, trustee(peer))));
    const cursors: (string | null)[] = [];
    for await (const { cursor } of store.peerTrustees.pages(actor, { limit: 4 })) cursors.push(cursor);
    check.null(cursors.at(-1), "the last cursor");
    await store.peerTrustees.delete(actor, SORTED[3]!);
    const rest = await collect(store.peerTrustees.pages(actor, { limit: 4, cursor: cursors[0]! }));
    check.equal(rest.flat(), SORTED.slice(4).map((peer) => trustee(peer)));
  },

  "a removed peer trustee is gone, and removing it again is false": async (store, check, world) => {
    const actor = world.id();
    for (const peer of ["peer", "peer2"]) await store.peerTrustees.createIfAbsent(actor, trustee(peer));
    check.true(await store.peerTrustees.delete(actor, "peer"));
    check.false(await store.peerTrustees.delete(actor, "peer"));
    check.null(await store.peerTrustees.get(actor, "peer"));
    check.equal(await store.peerTrustees.all(actor), [trustee("peer2")]);
  },

  "removing all peer trustees tells how many and touches one actor only": async (store, check, world) => {
    const [actor, other] = [world.id(), world.id()];
    await Promise.all(
      CALLERS.map((index) => store.peerTrustees.createIfAbsent(actor, trustee(`${index}`, { type: `urn:${index}` }))),
    );
    await store.peerTrustees.createIfAbsent(other, trustee("1"));
    check.equal(await store.peerTrustees.deleteAll(actor), 50);
    check.equal(await store.peerTrustees.all(actor), []);
    check.equal(await store.peerTrustees.deleteAll(actor), 0);
    check.equal(await store.peerTrustees.all(other), [trustee("1")]);
  },

  "awkward texts survive as peer ids and in every field": async (store, check, world) => {
    const actor = world.id();
    const texts = world.awkward.filter((text) => text.length <= 255);
    const given = texts.map((text) => ({ peerId: text, baseUri: text, type: text, passphrase: text }));
    await Promise.all(given.map((each) => store.peerTrustees.createIfAbsent(actor, each)));
    const found = new Map((await store.peerTrustees.all(actor)).map((each) => [each.peerId, each]));
    check.equal(found.size, texts.length);
    for (const each of given) check.equal(found.get(each.peerId), each, each.peerId);
    for (const each of given.slice(0, 20)) {
      check.equal(await store.peerTrustees.listByType(actor, each.type), [each], each.type);
    }
  },

  "peer trustees beyond a megabyte are listed, walked and removed without a gap": async (store, check, world) => {
    const actor = world.id();
    const given = ["1", "2", "3", "4", "5", "6"].map((peer) => trustee(peer, { passphrase: peer.repeat(190_000) }));
    await Promise.all(given.map((each) => store.peerTrustees.createIfAbsent(actor, each)));
    check.equal(await store.peerTrustees.all(actor), given);
    check.equal((await collect(store.peerTrustees.pages(actor))).flat(), given);
    check.equal((await store.peerTrustees.listByType(actor, "urn:x")).length, 6);
    check.equal(await store.peerTrustees.deleteAll(actor), 6);
  },

  "fifty callers racing to create one peer trustee have exactly one winner, whose it is": async (
    store,
    check,
    world,
  ) => {
    const actor = world.id();
    const stores = [store, await world.open()] as const;
    const won = await Promise.all(CALLERS.map((index) => {
      return stores[index % 2]!.peerTrustees.createIfAbsent(actor, trustee("peer", { passphrase: `by ${index}` }));
    }));
    const winners = CALLERS.filter((index) => won[index]);
    check.equal(winners.length, 1);
    check.equal((await store.peerTrustees.get(actor, "peer"))?.passphrase, `by ${winners[0]}`);
  },

  "updates racing each other and a removal are kept field by field, and never bring it back": async (
    store,
    check,
    world,
  ) => {
    const actor = world.id();
    const stores = [store, await world.open()] as const;
    await store.peerTrustees.createIfAbsent(actor, trustee("peer"));
    const changes = [{ baseUri: "https://other/" }, { type: "urn:other" }, { passphrase: "other" }];
    await Promise.all(CALLERS.map((index) => {
      return stores[index % 2]!.peerTrustees.update(actor, "peer", changes[index % 3]!);
    }));
    check.equal(await store.peerTrustees.get(actor, "peer"), trustee("peer", Object.assign({}, ...changes)));
    await Promise.all(CALLERS.map((index) => {
      const { peerTrustees } = stores[index % 2]!;
      return index === 20
        ? peerTrustees.delete(actor, "peer")
        : peerTrustees.update(actor, "peer", changes[index % 3]!);
    }));
    check.equal(await store.peerTrustees.all(actor), []);
  },

  "what cannot be kept is refused": async (store, check, world) => {
    const actor = world.id();
    const { createIfAbsent, update } = store.peerTrustees;
    await check.refused(createIfAbsent(actor, trustee("")), "invalid", "peerId");
    await check.refused(createIfAbsent(actor, trustee("p".repeat(256))), "too_large", "peerId", "255");
    await check.refused(createIfAbsent(actor, trustee("peer", { type: "t".repeat(256) })), "too_large", "type", "255");
    await check.refused(createIfAbsent(actor, { peerId: "peer" } as PeerTrustee), "invalid", "baseUri");
    const longest = trustee("😀".repeat(255), { type: "😀".repeat(255) });
    check.true(await createIfAbsent(actor, longest));
    check.equal(await store.peerTrustees.all(actor), [longest]);
    await check.refused(update(actor, longest.peerId, {}), "invalid", "fields");
    await check.refused(
      update(actor, longest.peerId, { type: null } as unknown as { type: string }),
      "invalid",
      "type",
    );
    await check.refused(update(actor, longest.peerId, { peerId: "p" } as { type?: string }), "invalid", "fields");
  },

  "long texts that fit one by one also fit together": async (store, check, world) => {
    const actor = world.id();
    const long = "x".repeat(198 * 1024);
    await store.peerTrustees.createIfAbsent(actor, trustee("peer"));
    for (const name of ["baseUri", "passphrase"] as const) {
      check.true(await store.peerTrustees.update(actor, "peer", { [name]: long }), name);
      await check.refused(store.peerTrustees.update(actor, "peer", { [name]: `${long}x` }), "too_large", name);
    }
  },
});
