/** Behaviours of {@linkcode Trusts.getBySecret}. @module */

import type { Store, Trust } from "../store.ts";
import { group } from "./case.ts";

const TRIES = 200;

/** Asks until the answer is the wanted one: once where the index is consistent, a bounded number of times elsewhere. */
async function peerOf(store: Store, actorId: string, secret: string, wanted: string | null): Promise<string | null> {
  for (let tries = store.capabilities.indexReads === "eventual" ? TRIES : 1;; tries--) {
    const peerId = (await store.trusts.getBySecret(actorId, secret))?.peerId ?? null;
    if (peerId === wanted || tries <= 1) return peerId;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function friend(peerId: string, secret: string): Trust {
  return {
    peerId,
    baseUri: "https://peer/",
    type: "urn:x",
    relationship: "friend",
    secret,
    description: "",
    approved: true,
    peerApproved: false,
    verified: false,
    verificationToken: "",
    peerIdentifier: null,
    establishedVia: "trust",
    createdAt: "2026-01-02T03:04:05.678901Z",
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
}

/** The behaviours. */
export const trustSecrets = group("trust secrets", {
  "of several trusts with one secret the first by peer id is found": async (store, check, world) => {
    for (const peers of [["b", "a", "é"], ["é", "b", "b:c", "a:b"]]) {
      const actor = world.id();
      const secret = world.id("secret");
      for (const peer of peers) await store.trusts.createIfAbsent(actor, friend(peer, secret));
      const first = [...peers].sort()[0]!;
      check.equal(await peerOf(store, actor, secret, first), first);
    }
  },

  "a trust is found by its secret, whole": async (store, check, world) => {
    const actor = world.id();
    const trust = friend("peer", world.id("secret"));
    await store.trusts.createIfAbsent(actor, trust);
    check.equal(await peerOf(store, actor, trust.secret, "peer"), "peer");
    check.equal(await store.trusts.getBySecret(actor, trust.secret), trust);
  },

  "a secret is compared exactly": async (store, check, world) => {
    const actor = world.id();
    const secret = world.id("Secret");
    await store.trusts.createIfAbsent(actor, friend("peer", secret));
    check.equal(await peerOf(store, actor, secret, "peer"), "peer");
    const others = [
      secret.slice(0, -1),
      `${secret} `,
      ` ${secret}`,
      secret.toUpperCase(),
      secret.toLowerCase(),
      `${secret.slice(0, -1)}%`,
      "peer",
    ];
    for (const other of others) check.null(await store.trusts.getBySecret(actor, other), other);
  },

  "a secret opens its own actor's trust only": async (store, check, world) => {
    const [ada, bob, eve] = [world.id("ada"), world.id("bob"), world.id("eve")];
    const secret = world.id("secret");
    await store.trusts.createIfAbsent(ada, friend("peer of ada", secret));
    await store.trusts.createIfAbsent(bob, friend("peer of bob", secret));
    check.equal(await peerOf(store, ada, secret, "peer of ada"), "peer of ada");
    check.equal(await peerOf(store, bob, secret, "peer of bob"), "peer of bob");
    check.null(await store.trusts.getBySecret(eve, secret));
  },

  "after a secret was changed only the new one finds the trust": async (store, check, world) => {
    const actor = world.id();
    const [before, after] = [world.id("before"), world.id("after")];
    await store.trusts.createIfAbsent(actor, friend("peer", before));
    check.equal(await peerOf(store, actor, before, "peer"), "peer");
    check.true(await store.trusts.update(actor, "peer", { secret: after }));
    check.equal(await peerOf(store, actor, after, "peer"), "peer");
    check.null(await peerOf(store, actor, before, null));
  },

  "a removed trust is not found by its secret": async (store, check, world) => {
    const actor = world.id();
    const secret = world.id("secret");
    await store.trusts.createIfAbsent(actor, friend("peer", secret));
    check.equal(await peerOf(store, actor, secret, "peer"), "peer");
    await store.trusts.delete(actor, "peer");
    check.null(await peerOf(store, actor, secret, null));
  },

  "a secret shared by a hundred actors still finds the right one": async (store, check, world) => {
    const secret = world.id("secret");
    const actors = Array.from({ length: 100 }, () => world.id());
    await Promise.all(actors.map((actor) => store.trusts.createIfAbsent(actor, friend(`peer of ${actor}`, secret))));
    await Promise.all(actors.map(async (actor) => {
      check.equal(await peerOf(store, actor, secret, `peer of ${actor}`), `peer of ${actor}`);
    }));
  },

  "awkward secrets find their own trusts": async (store, check, world) => {
    const actor = world.id();
    const secrets = world.awkward.filter((text) => text.length <= 255).slice(0, 100);
    await Promise.all(
      secrets.map((secret, index) => store.trusts.createIfAbsent(actor, friend(`peer ${index}`, secret))),
    );
    await Promise.all(secrets.map(async (secret, index) => {
      check.equal(await peerOf(store, actor, secret, `peer ${index}`), `peer ${index}`, secret);
    }));
  },

  "an empty secret is refused": async (store, check, world) => {
    await check.refused(store.trusts.getBySecret(world.id(), ""), "invalid", "secret");
  },
});
