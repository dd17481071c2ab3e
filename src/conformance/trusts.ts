/** Behaviours of {@linkcode Trusts}: writing, reading and removing. @module */

import type { NewTrust, Trust } from "../store.ts";
import { group } from "./case.ts";

type Fields = Omit<Trust, "peerId">;

/** Every field, each with a text of its own, so that two that are swapped are found out. */
const WHOLE: Fields = {
  baseUri: "https://peer.example.org/root",
  type: "urn:actingweb:example.org:mini",
  relationship: "friend",
  secret: "the secret",
  description: "the description",
  approved: true,
  peerApproved: true,
  verified: true,
  verificationToken: "the verification token",
  peerIdentifier: "ada@example.org",
  establishedVia: "oauth2_client",
  createdAt: "2026-01-02T03:04:05.678901Z",
  lastAccessed: "2026-02-03T04:05:06.789012Z",
  lastConnectedVia: "subscription",
  clientName: "the client's name",
  clientVersion: "the client's version",
  clientPlatform: "the client's platform",
  oauthClientId: "the client's id",
  awSupported: "callbacks,trust,properties",
  awVersion: "1.4",
  capabilitiesFetchedAt: "2026-03-04T05:06:07.890123Z",
};

/** What the four fields that a new trust must have leave for the others. */
const EMPTY: Omit<Fields, "baseUri" | "type" | "relationship" | "secret"> = {
  description: "",
  approved: false,
  peerApproved: false,
  verified: false,
  verificationToken: "",
  peerIdentifier: null,
  establishedVia: null,
  createdAt: null,
  lastAccessed: null,
  lastConnectedVia: null,
  clientName: null,
  clientVersion: null,
  clientPlatform: null,
  oauthClientId: null,
  awSupported: null,
  awVersion: null,
  capabilitiesFetchedAt: null,
};

const OPTIONAL = (Object.keys(EMPTY) as (keyof typeof EMPTY)[]).filter((name) => EMPTY[name] === null);

function bare(peerId: string) {
  return { peerId, baseUri: "https://peer/", type: "urn:x", relationship: "friend", secret: `secret of ${peerId}` };
}

/** The behaviours. */
export const trusts = group("trusts", {
  "a trust is read back with every field as it was written": async (store, check, world) => {
    const actor = world.id();
    const trust: Trust = { peerId: world.id("peer"), ...WHOLE };
    check.true(await store.trusts.createIfAbsent(actor, trust));
    check.equal(await store.trusts.get(actor, trust.peerId), trust);
    check.equal(await store.trusts.all(actor), [trust], "all");
  },

  "what a new trust leaves out is false, empty or null": async (store, check, world) => {
    const actor = world.id();
    const given = bare(world.id("peer"));
    check.true(await store.trusts.createIfAbsent(actor, given));
    check.equal(await store.trusts.get(actor, given.peerId), { ...given, ...EMPTY });
  },

  "a trust with a stranger is null, and the trusts of a stranger are none": async (store, check, world) => {
    const actor = world.id();
    const stranger = world.id("stranger");
    await store.trusts.createIfAbsent(actor, bare("peer"));
    check.null(await store.trusts.get(actor, "pee"));
    check.null(await store.trusts.get(actor, "peer2"));
    check.null(await store.trusts.get(stranger, "peer"));
    check.equal(await store.trusts.all(stranger), []);
    check.null(await store.trusts.getBySecret(stranger, "secret of peer"));
  },

  "creating a trust that exists is refused and changes nothing": async (store, check, world) => {
    const actor = world.id();
    const trust: Trust = { peerId: world.id("peer"), ...WHOLE };
    await store.trusts.createIfAbsent(actor, trust);
    check.false(await store.trusts.createIfAbsent(actor, { ...bare(trust.peerId), secret: "of an impostor" }));
    check.equal(await store.trusts.get(actor, trust.peerId), trust);
  },

  "each field is updated alone": async (store, check, world) => {
    const actor = world.id();
    const given = bare(world.id("peer"));
    await store.trusts.createIfAbsent(actor, given);
    let expected: Trust = { ...given, ...EMPTY };
    for (const name of Object.keys(WHOLE) as (keyof Fields)[]) {
      const change = { [name]: WHOLE[name] };
      check.true(await store.trusts.update(actor, given.peerId, change), name);
      expected = { ...expected, ...change };
      check.equal(await store.trusts.get(actor, given.peerId), expected, name);
    }
  },

  "null removes each optional field alone": async (store, check, world) => {
    const actor = world.id();
    const peer = world.id("peer");
    await store.trusts.createIfAbsent(actor, { peerId: peer, ...WHOLE });
    let expected: Trust = { peerId: peer, ...WHOLE };
    for (const name of OPTIONAL) {
      check.true(await store.trusts.update(actor, peer, { [name]: null }), name);
      expected = { ...expected, [name]: null };
      check.equal(await store.trusts.get(actor, peer), expected, name);
    }
  },

  "one update sets some fields and removes others": async (store, check, world) => {
    const actor = world.id();
    const peer = world.id("peer");
    await store.trusts.createIfAbsent(actor, { peerId: peer, ...WHOLE });
    const change = { approved: false, description: "", clientName: null, lastAccessed: null, awVersion: "1.5" };
    check.true(await store.trusts.update(actor, peer, change));
    check.equal(await store.trusts.get(actor, peer), { peerId: peer, ...WHOLE, ...change });
  },

  "an optional text that is empty reads as none": async (store, check, world) => {
    const actor = world.id();
    const given = bare(world.id("peer"));
    check.true(await store.trusts.createIfAbsent(actor, { ...given, clientName: "", establishedVia: "" }));
    check.equal(await store.trusts.get(actor, given.peerId), { ...given, ...EMPTY });
    await store.trusts.update(actor, given.peerId, { clientName: "name", awSupported: "callbacks" });
    check.true(await store.trusts.update(actor, given.peerId, { clientName: "", awSupported: "" }));
    check.equal(await store.trusts.get(actor, given.peerId), { ...given, ...EMPTY });
  },

  "updating a trust that does not exist is false and creates nothing": async (store, check, world) => {
    const actor = world.id();
    check.false(await store.trusts.update(actor, "peer", { approved: true }));
    check.false(await store.trusts.update(actor, "peer", { clientName: null }), "null alone");
    check.equal(await store.trusts.all(actor), []);
  },

  "a removed trust is gone, and removing it again is false": async (store, check, world) => {
    const actor = world.id();
    for (const peer of ["peer", "peer:", "peer2"]) await store.trusts.createIfAbsent(actor, bare(peer));
    check.true(await store.trusts.delete(actor, "peer"));
    check.false(await store.trusts.delete(actor, "peer"));
    check.null(await store.trusts.get(actor, "peer"));
    check.equal((await store.trusts.all(actor)).map(({ peerId }) => peerId), ["peer2", "peer:"]);
    check.true(await store.trusts.createIfAbsent(actor, bare("peer")), "created anew");
  },

  "removing all trusts takes few requests, tells how many and touches one actor only": async (store, check, world) => {
    const [actor, other] = [world.id(), world.id()];
    const peers = Array.from({ length: 30 }, (_, index) => `peer ${index}`);
    await Promise.all(peers.map((peer) => store.trusts.createIfAbsent(actor, bare(peer))));
    await store.trusts.createIfAbsent(other, bare("peer 1"));
    let requests = 0;
    const counted = await world.open({ onRequest: () => requests++ });
    check.equal(await counted.trusts.deleteAll(actor), 30);
    check.true(requests <= 3, `${requests} requests`);
    check.equal(await store.trusts.all(actor), []);
    check.equal(await store.trusts.deleteAll(actor), 0);
    check.equal((await store.trusts.all(other)).length, 1);
  },

  "awkward texts survive as peer ids and in every text": async (store, check, world) => {
    const actor = world.id();
    const texts = world.awkward.filter((text) => text.length <= 50);
    const expected = texts.map((text): Trust => {
      const kept = Object.entries(WHOLE).map(([name, value]) => {
        return [name, typeof value === "string" && !/^\d{4}-/.test(value) ? text : value];
      });
      return { ...Object.fromEntries(kept) as unknown as Fields, peerId: text };
    });
    await Promise.all(expected.map(async (trust) => {
      check.true(await store.trusts.createIfAbsent(actor, trust), trust.peerId);
    }));
    const found = new Map((await store.trusts.all(actor)).map((trust) => [trust.peerId, trust]));
    check.equal(found.size, texts.length);
    for (const trust of expected) check.equal(found.get(trust.peerId), trust, trust.peerId);
  },

  "a composite id of an OAuth client is a peer id like any other": async (store, check, world) => {
    const actor = world.id();
    const peers = [
      "oauth2:ada@example.org",
      "oauth2_client:ada@example.org:mcp_1",
      "oauth2_client:ada@example.org:mcp_2",
    ];
    for (const peer of peers) check.true(await store.trusts.createIfAbsent(actor, bare(peer)), peer);
    check.true(await store.trusts.delete(actor, peers[1]!));
    for (const peer of peers) check.equal((await store.trusts.get(actor, peer)) !== null, peer !== peers[1], peer);
  },

  "a trust without its mandatory fields or with a field of the wrong kind is refused": async (store, check, world) => {
    const actor = world.id();
    const given = bare("peer");
    for (const name of ["peerId", "baseUri", "type", "relationship", "secret"]) {
      const without = { ...given, [name]: undefined } as unknown as NewTrust;
      await check.refused(store.trusts.createIfAbsent(actor, without), "invalid", name);
    }
    await store.trusts.createIfAbsent(actor, given);
    const wrong: [name: string, value: unknown][] = [
      ["secret", ""],
      ["description", null],
      ["approved", "true"],
      ["verified", 1],
      ["clientName", 7],
      ["createdAt", "yesterday"],
      ["lastAccessed", "2026-02-30T00:00:00Z"],
    ];
    for (const [name, value] of wrong) {
      await check.refused(store.trusts.update(actor, "peer", { [name]: value } as Partial<Fields>), "invalid", name);
    }
    await check.refused(store.trusts.update(actor, "peer", { colour: "red" } as Partial<Fields>), "invalid", "fields");
    await check.refused(
      store.trusts.update(actor, "peer", { peerId: "other" } as Partial<Fields>),
      "invalid",
      "fields",
    );
    await check.refused(store.trusts.update(actor, "peer", {}), "invalid", "fields");
    check.equal(await store.trusts.get(actor, "peer"), { ...given, ...EMPTY });
  },

  "texts at their limits are kept, and longer ones are refused": async (store, check, world) => {
    const actor = world.id();
    const limits: [name: keyof Fields, characters: number][] = [
      ["type", 255],
      ["relationship", 255],
      ["secret", 255],
      ["verificationToken", 255],
      ["peerIdentifier", 255],
      ["establishedVia", 255],
      ["lastConnectedVia", 255],
      ["clientName", 255],
      ["clientVersion", 255],
      ["clientPlatform", 255],
      ["oauthClientId", 255],
      ["awVersion", 50],
    ];
    const longest = Object.fromEntries(limits.map(([name, characters]) => [name, "😀".repeat(characters)]));
    const trust: Trust = { ...WHOLE, ...longest, peerId: "é".repeat(255) };
    check.true(await store.trusts.createIfAbsent(actor, trust));
    check.equal(await store.trusts.get(actor, trust.peerId), trust);
    for (const [name, characters] of limits) {
      const longer = { [name]: "x".repeat(characters + 1) };
      await check.refused(store.trusts.update(actor, trust.peerId, longer), "too_large", name, String(characters));
    }
    await check.refused(store.trusts.get(actor, "x".repeat(256)), "too_large", "peerId", "255");
  },

  "long texts that fit one by one also fit together": async (store, check, world) => {
    const actor = world.id();
    const long = "x".repeat(128 * 1024);
    await store.trusts.createIfAbsent(actor, bare("peer"));
    for (const name of ["baseUri", "description", "awSupported"] as const) {
      check.true(await store.trusts.update(actor, "peer", { [name]: long }), name);
      await check.refused(store.trusts.update(actor, "peer", { [name]: `${long}x` }), "too_large", name);
    }
    const { baseUri, description, awSupported } = (await store.trusts.get(actor, "peer"))!;
    check.equal([baseUri, description, awSupported].map((text) => text?.length), [131072, 131072, 131072]);
  },
});
