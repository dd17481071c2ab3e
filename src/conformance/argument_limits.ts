/** Behaviours at the limits: the greatest is taken and read back, one more is refused before any request. @module */

import type { Store } from "../store.ts";
import { group, type World } from "./case.ts";

/** One, two, three and four bytes in UTF-8; the last takes two UTF-16 units. */
const LETTERS = ["x", "é", "ﬀ", "😀"];
const ITEM_BYTES = 400 * 1024;
/** An instant for whatever asks for one. */
const AT = "2026-01-02T03:04:05.678901Z";

/** The behaviours. */
export const argumentLimits = group("argument limits", {
  "keys of 255 characters are taken in every part and read back": async (store, check, world) => {
    for (const letter of LETTERS) {
      const id = longest(world.id(), letter);
      const peerId = letter.repeat(255);
      const trust = { peerId, baseUri: "", type: "", relationship: "", secret: longest(world.id(), letter) };
      check.true(await store.trusts.createIfAbsent(id, trust), letter);
      check.equal((await store.trusts.get(id, peerId))?.secret, trust.secret, letter);
      check.equal((await bySecret(store, id, trust.secret))?.peerId, peerId, letter);
      const trustee = { peerId, baseUri: "", type: letter.repeat(255), passphrase: "" };
      check.true(await store.peerTrustees.createIfAbsent(id, trustee), letter);
      check.equal(await store.peerTrustees.get(id, peerId), trustee, letter);
      check.equal(await store.peerTrustees.listByType(id, trustee.type), [trustee], letter);
      await store.properties.set(id, "name", letter);
      check.equal(await store.properties.get(id, "name"), letter, letter);
    }
  },

  "joined keys of 255 characters together are taken and read back": async (store, check, world) => {
    for (const letter of LETTERS) {
      const id = world.id();
      for (const left of [1, 127, 253]) {
        const [one, other] = [letter.repeat(left), letter.repeat(254 - left)];
        const shown = `${letter} ${left}`;
        await store.attributes.set(id, one, other, shown);
        check.equal((await store.attributes.get(id, one, other))?.data, shown);
        check.equal((await store.attributes.bucket(id, one)).map(({ name }) => name), [other], shown);
        check.true(await store.subscriptions.createIfAbsent(id, { peerId: one, subscriptionId: other }), shown);
        check.equal((await store.subscriptions.get(id, one, other))?.subscriptionId, other, shown);
        check.true(await store.suspensions.createIfAbsent(id, one, other), shown);
        check.true(await store.suspensions.has(id, one, other), shown);
      }
      check.equal((await store.suspensions.all(id)).length, 3, letter);
      const target = letter.repeat(255);
      check.true(await store.suspensions.createIfAbsent(id, target, ""), letter);
      check.true(await store.suspensions.has(id, target, ""), letter);
      await check.refused(store.suspensions.has(id, target, letter), "too_large", "target with subtarget", "255");
    }
  },

  "a subscription's id with room for a number takes diffs up to the greatest number": async (store, check, world) => {
    for (const letter of LETTERS) {
      const id = world.id();
      const subscriptionId = letter.repeat(244);
      check.true(await store.subscriptions.createIfAbsent(id, { peerId: "p", subscriptionId }), letter);
      check.equal((await store.diffs.append(id, "p", subscriptionId, "{}"))?.sequence, 1, letter);
      const last = { subscriptionId, sequence: 2_147_483_647, timestamp: AT, data: letter };
      check.true(await store.diffs.createIfAbsent(id, last), letter);
      check.equal(await store.diffs.get(id, subscriptionId, last.sequence), last, letter);
      check.equal((await store.diffs.all(id, subscriptionId)).map(({ sequence }) => sequence), [1, last.sequence]);
    }
  },

  "short fields of 255 characters are taken all at once, and one more refused for each": async (_, check, world) => {
    const { store, requests, reset } = await counting(world);
    for (const letter of LETTERS) {
      const id = world.id();
      const long = letter.repeat(255);
      const trust = {
        peerId: "peer",
        baseUri: "https://peer",
        type: long,
        relationship: long,
        secret: longest(world.id(), letter),
        verificationToken: long,
        peerIdentifier: long,
        establishedVia: long,
        lastConnectedVia: long,
        clientName: long,
        clientVersion: long,
        clientPlatform: long,
        oauthClientId: long,
        awVersion: letter.repeat(50),
      };
      const subscription = { granularity: long, target: long, subtarget: long, resource: long };
      check.true(await store.trusts.createIfAbsent(id, trust), letter);
      check.true(await store.subscriptions.createIfAbsent(id, { peerId: "p", subscriptionId: "s", ...subscription }));
      const kept = await store.trusts.get(id, "peer");
      check.equal({ ...kept, ...trust }, kept, letter);
      check.true(await store.trusts.touch(id, "peer", { at: AT, via: long }), letter);
      check.equal((await store.trusts.get(id, "peer"))?.lastConnectedVia, long, letter);
      const subscribed = await store.subscriptions.get(id, "p", "s");
      check.equal({ ...subscribed, ...subscription }, subscribed, letter);
      reset();
      for (const [field, value] of Object.entries(trust)) {
        if (field === "peerId" || field === "baseUri") continue;
        const longer = { [field]: `${value}${letter}` };
        const limit = field === "awVersion" ? "50 characters" : "255 characters";
        await check.refused(store.trusts.update(id, "peer", longer), "too_large", field, limit);
        await check.refused(store.trusts.createIfAbsent(id, { ...trust, ...longer }), "too_large", field, limit);
      }
      for (const field of Object.keys(subscription)) {
        const longer = { [field]: `${long}${letter}` };
        await check.refused(store.subscriptions.update(id, "p", "s", longer), "too_large", field, "255 characters");
      }
      const use = { at: AT, via: `${long}${letter}` };
      await check.refused(store.trusts.touch(id, "peer", use), "too_large", "via", "255 characters");
      const trustee = { type: `${long}${letter}` };
      await check.refused(store.peerTrustees.update(id, "p", trustee), "too_large", "type", "255 characters");
      check.equal(requests(), 0, letter);
    }
  },

  "property names of 1,024 bytes are taken and read back": async (store, check, world) => {
    const id = world.id();
    const names = ["x", "é", "😀"].map((letter) => letter.repeat(1024 / new TextEncoder().encode(letter).length));
    for (const name of names) {
      await store.properties.set(id, name, "value");
      check.equal(await store.properties.get(id, name), "value");
      check.equal(await store.properties.last(id, name, name), { name, value: "value" });
      check.equal(await store.properties.prefix(id, name), [{ name, value: "value" }]);
    }
    check.equal((await store.properties.all(id)).map(({ name }) => name), names);
    const walked: string[] = [];
    for await (const { items } of store.properties.pages(id, { limit: 1 })) {
      walked.push(...items.map(({ name }) => name));
    }
    check.equal(walked, names);
  },

  "a property of 400 KB with its actor's id and names is taken, one byte more refused": async (_, check, world) => {
    const { store, requests, reset } = await counting(world);
    const id = world.id();
    for (const [name, letter] of [["name", "x"], ["ñame", "é"], ["😀", "😀"]] as const) {
      const room = ITEM_BYTES - bytes(`id${id}name${name}value`);
      const size = bytes(letter);
      const value = letter.repeat(Math.floor(room / size)) + "x".repeat(room % size);
      await store.properties.set(id, name, value);
      check.true(await store.properties.get(id, name) === value, name);
      check.true(await store.properties.setIfEquals(id, name, value, "short"), name);
      check.true(await store.properties.setIfEquals(id, name, "short", value), name);
      reset();
      const refused = [
        store.properties.set(id, name, `${value}x`),
        store.properties.setMany(id, [["small", "fine"], [name, `${value}x`]]),
        store.properties.createIfAbsent(id, name, `${value}x`),
        store.properties.setIfEquals(id, name, "short", `${value}x`),
      ];
      for (const call of refused) await check.refused(call, "too_large", "value", `${ITEM_BYTES}`);
      check.equal(requests(), 0, name);
    }
  },

  "an indexed property of 2,048 bytes is taken and found, one byte more refused": async (_, check, world) => {
    const { store, requests, reset } = await counting(world);
    const id = world.id();
    await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "" });
    for (const letter of ["x", "é", "😀"]) {
      const start = world.id();
      const room = 2048 - start.length;
      const value = start + letter.repeat(Math.floor(room / bytes(letter))) + "x".repeat(room % bytes(letter));
      await store.properties.set(id, "email", value);
      check.equal(await store.properties.get(id, "email"), value, letter);
      check.equal(await store.lookups.get("email", value), id, letter);
      await store.properties.set(id, "name", `${value}x`);
      reset();
      const refused = [
        store.properties.set(id, "email", `${value}x`),
        store.properties.setMany(id, [["email", `${value}x`]]),
        store.properties.createIfAbsent(id, "email", `${value}x`),
        store.properties.setIfEquals(id, "email", value, `${value}x`),
        store.lookups.get("email", `${value}x`),
        store.lookups.claim(id, "email", `${value}x`),
        store.lookups.release(id, "email", `${value}x`),
      ];
      for (const call of refused) await check.refused(call, "too_large", "value", "2048 bytes");
      check.equal(requests(), 0, letter);
    }
  },

  "an attribute, a diff and a passphrase of nearly 400 KB are taken, and more refused": async (_, check, world) => {
    const { store, requests, reset } = await counting(world);
    const id = world.id();
    const [large, over] = ["x".repeat(405_000), "x".repeat(ITEM_BYTES)];
    await store.attributes.set(id, "bucket", "name", [large]);
    check.true((await store.attributes.get(id, "bucket", "name"))?.data instanceof Array);
    check.true(await store.attributes.setIfEquals(id, "bucket", "name", [large], { large }));
    await store.subscriptions.createIfAbsent(id, { peerId: "p", subscriptionId: "s" });
    check.equal((await store.diffs.append(id, "p", "s", large))?.sequence, 1);
    check.true((await store.diffs.first(id, "s"))?.data === large);
    check.true(await store.actors.createIfAbsent({ id, creator: "ada", passphrase: large }));
    check.true((await store.actors.get(id))?.passphrase === large);
    reset();
    const attribute = ["é".repeat(68_000), [over], { [over]: 1 }, Array(150_000).fill(1), "\u0001".repeat(68_000)];
    for (const [index, data] of attribute.entries()) {
      const [code, ...mentions] = ["too_large", "data", `${ITEM_BYTES}`] as const;
      await check.refused(store.attributes.set(id, "b", `${index}`, data), code, ...mentions);
      await check.refused(store.attributes.setMany(id, "b", [["a", 1], [`${index}`, data]]), code, ...mentions);
      await check.refused(store.attributes.createIfAbsent(id, "b", `${index}`, data), code, ...mentions);
      await check.refused(store.attributes.setIfEquals(id, "b", `${index}`, 1, data), code, ...mentions);
    }
    await check.refused(store.diffs.append(id, "p", "s", over), "too_large", "data", `${ITEM_BYTES}`);
    await check.refused(store.actors.update(id, { passphrase: over }), "too_large", "passphrase");
    check.equal(requests(), 0);
  },

  "long texts that were written one by one still fit together": async (store, check, world) => {
    const id = world.id();
    const [third, half] = ["x".repeat(131_000), "é".repeat(101_000)];
    await store.trusts.createIfAbsent(id, { peerId: "p", baseUri: "", type: "", relationship: "", secret: world.id() });
    for (const field of ["baseUri", "description", "awSupported"] as const) {
      check.true(await store.trusts.update(id, "p", { [field]: third }), field);
      await check.refused(store.trusts.update(id, "p", { [field]: `${third}${third}` }), "too_large", field, "bytes");
    }
    const { baseUri, description, awSupported } = (await store.trusts.get(id, "p"))!;
    check.true([baseUri, description, awSupported].every((text) => text === third));
    await store.peerTrustees.createIfAbsent(id, { peerId: "p", baseUri: "", type: "", passphrase: "" });
    for (const field of ["baseUri", "passphrase"] as const) {
      check.true(await store.peerTrustees.update(id, "p", { [field]: half }), field);
      await check.refused(store.peerTrustees.update(id, "p", { [field]: `${half}${half}` }), "too_large", field);
    }
    const trustee = (await store.peerTrustees.get(id, "p"))!;
    check.true(trustee.baseUri === half && trustee.passphrase === half);
  },
});

/** A store, how many requests it has sent since the last reset. */
async function counting(world: World): Promise<{ store: Store; requests: () => number; reset: () => void }> {
  let count = 0;
  const store = await world.open({ onRequest: () => count++ });
  return { store, requests: () => count, reset: () => count = 0 };
}

/** 255 characters that begin with this text. */
function longest(start: string, letter: string): string {
  return `${start}${letter.repeat(255 - [...start].length)}`;
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** The trust with a secret; where the index may lag, as soon as it is found. */
async function bySecret(store: Store, actorId: string, secret: string) {
  for (let tries = store.capabilities.indexReads === "eventual" ? 50 : 1;; tries--) {
    const found = await store.trusts.getBySecret(actorId, secret);
    if (found !== null || tries === 1) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
