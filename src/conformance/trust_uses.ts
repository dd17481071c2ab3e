/** Behaviours of {@linkcode Trusts.touch}, and of writers that meet at one trust. @module */

import type { NewTrust } from "../store.ts";
import { group } from "./case.ts";

const AT = "2026-01-02T03:04:05.678901Z";
const LATER = "2026-01-03T00:00:00.000000Z";
const CALLERS = Array.from({ length: 50 }, (_, index) => index);

function friend(more: Partial<NewTrust> = {}): NewTrust {
  return { peerId: "peer", baseUri: "https://peer/", type: "urn:x", relationship: "friend", secret: "secret", ...more };
}

/** The behaviours. */
export const trustUses = group("trust uses", {
  "a use notes when and how, and when the trust was created where nobody knew": async (store, check, world) => {
    const actor = world.id();
    await store.trusts.createIfAbsent(actor, friend());
    const before = await store.trusts.get(actor, "peer");
    check.true(await store.trusts.touch(actor, "peer", { at: AT, via: "oauth" }));
    const used = { ...before, createdAt: AT, lastAccessed: AT, lastConnectedVia: "oauth" };
    check.equal(await store.trusts.get(actor, "peer"), used);
    check.true(await store.trusts.touch(actor, "peer", { at: LATER, via: "trust" }));
    check.equal(await store.trusts.get(actor, "peer"), { ...used, lastAccessed: LATER, lastConnectedVia: "trust" });
  },

  "a use keeps the time of creation that is there": async (store, check, world) => {
    const actor = world.id();
    await store.trusts.createIfAbsent(actor, friend({ createdAt: "2020-01-01T00:00:00.000001Z" }));
    check.true(await store.trusts.touch(actor, "peer", { at: AT }));
    check.equal((await store.trusts.get(actor, "peer"))?.createdAt, "2020-01-01T00:00:00.000001Z");
  },

  "a use that does not say how keeps what was noted before": async (store, check, world) => {
    const actor = world.id();
    await store.trusts.createIfAbsent(actor, friend({ lastConnectedVia: "mcp" }));
    check.true(await store.trusts.touch(actor, "peer", { at: AT }));
    check.equal((await store.trusts.get(actor, "peer"))?.lastConnectedVia, "mcp");
  },

  "a use of a trust that does not exist is false and creates nothing": async (store, check, world) => {
    const actor = world.id();
    check.false(await store.trusts.touch(actor, "peer", { at: AT, via: "trust" }));
    check.null(await store.trusts.get(actor, "peer"));
    check.equal(await store.trusts.all(actor), []);
  },

  "fifty uses racing an approval cannot undo it": async (store, check, world) => {
    const actor = world.id();
    const stores = [store, await world.open()] as const;
    await store.trusts.createIfAbsent(actor, friend());
    await Promise.all(CALLERS.map(async (index) => {
      if (index === 25) check.true(await stores[1].trusts.update(actor, "peer", { approved: true, verified: true }));
      check.true(await stores[index % 2]!.trusts.touch(actor, "peer", { at: AT, via: "trust" }));
    }));
    const trust = await store.trusts.get(actor, "peer");
    check.true(trust?.approved, "approved");
    check.true(trust?.verified, "verified");
    check.equal(trust?.lastAccessed, AT);
  },

  "fifty uses and updates racing a removal cannot bring the trust back": async (store, check, world) => {
    const stores = [store, await world.open()] as const;
    for (let round = 0; round < 5; round++) {
      const actor = world.id();
      await store.trusts.createIfAbsent(actor, friend());
      await Promise.all(CALLERS.map((index) => {
        const { trusts } = stores[index % 2]!;
        if (index === 10) return trusts.delete(actor, "peer");
        if (index % 5 === 0) return trusts.update(actor, "peer", { description: `by ${index}` });
        return trusts.touch(actor, "peer", { at: AT, via: "trust" });
      }));
      check.null(await store.trusts.get(actor, "peer"));
      check.equal(await store.trusts.all(actor), []);
    }
  },

  "updates of different fields at the same time are all kept": async (store, check, world) => {
    const actor = world.id();
    const stores = [store, await world.open()] as const;
    await store.trusts.createIfAbsent(actor, friend());
    const before = await store.trusts.get(actor, "peer");
    const changes = {
      baseUri: "https://other/",
      type: "urn:other",
      relationship: "partner",
      secret: "changed",
      description: "changed",
      approved: true,
      peerApproved: true,
      verified: true,
      verificationToken: "changed",
      peerIdentifier: "changed",
      establishedVia: "changed",
      createdAt: AT,
      lastAccessed: AT,
      lastConnectedVia: "changed",
      clientName: "changed",
      clientVersion: "changed",
      clientPlatform: "changed",
      oauthClientId: "changed",
      awSupported: "changed",
      awVersion: "changed",
      capabilitiesFetchedAt: AT,
    };
    await Promise.all(
      Object.entries(changes).map(async ([name, value], index) => {
        check.true(await stores[index % 2]!.trusts.update(actor, "peer", { [name]: value }), name);
      }),
    );
    check.equal(await store.trusts.get(actor, "peer"), { ...before, ...changes });
  },

  "fifty callers racing to create one trust have exactly one winner, whose trust it is": async (
    store,
    check,
    world,
  ) => {
    const actor = world.id();
    const stores = [store, await world.open()] as const;
    const won = await Promise.all(CALLERS.map((index) => {
      return stores[index % 2]!.trusts.createIfAbsent(
        actor,
        friend({ secret: `secret ${index}`, clientName: `${index}` }),
      );
    }));
    const winners = CALLERS.filter((index) => won[index]);
    check.equal(winners.length, 1);
    const trust = await store.trusts.get(actor, "peer");
    check.equal([trust?.secret, trust?.clientName], [`secret ${winners[0]}`, `${winners[0]}`]);
  },

  "fifty callers racing to remove one trust have exactly one winner": async (store, check, world) => {
    const actor = world.id();
    const stores = [store, await world.open()] as const;
    await store.trusts.createIfAbsent(actor, friend());
    const won = await Promise.all(CALLERS.map((index) => stores[index % 2]!.trusts.delete(actor, "peer")));
    check.equal(won.filter((removed) => removed).length, 1);
  },

  "a write to one trust is one request": async (_store, check, world) => {
    const actor = world.id();
    let requests = 0;
    const counted = await world.open({ onRequest: () => requests++ });
    const calls: [name: string, call: () => Promise<unknown>][] = [
      ["createIfAbsent", () => counted.trusts.createIfAbsent(actor, friend())],
      ["createIfAbsent again", () => counted.trusts.createIfAbsent(actor, friend())],
      ["get", () => counted.trusts.get(actor, "peer")],
      ["getBySecret", () => counted.trusts.getBySecret(actor, "secret")],
      ["all", () => counted.trusts.all(actor)],
      ["update", () => counted.trusts.update(actor, "peer", { approved: true })],
      ["touch", () => counted.trusts.touch(actor, "peer", { at: AT })],
      ["delete", () => counted.trusts.delete(actor, "peer")],
      ["delete again", () => counted.trusts.delete(actor, "peer")],
    ];
    for (const [name, call] of calls) {
      requests = 0;
      await call();
      check.equal(requests, 1, name);
    }
  },
});
