/** Behaviours of awkward texts: wherever a text is taken, any text comes back equal and is found by itself alone. @module */

import type { Store } from "../store.ts";
import { group, type World } from "./case.ts";

/** Requests under way at once. */
const PARALLEL = 16;

/** The behaviours. */
export const names = group("names", {
  "any text can be in an actor's id": async (store, check, world) => {
    const start = world.id();
    const texts = some(world, 120);
    await all(texts, async (text) => {
      check.true(await store.actors.createIfAbsent({ id: start + text, creator: text, passphrase: text }), text);
    });
    await all(texts, async (text) => {
      const creator = text.includes("@") ? text.toLowerCase() : text;
      check.equal(await store.actors.get(start + text), { id: start + text, creator, passphrase: text }, text);
    });
    await all(texts, async (text) => check.true(await store.actors.delete(start + text), text));
  },

  "any text can be in a creator's name": async (store, check, world) => {
    const start = world.id("creator");
    // Creators with an `@` are kept in lower case, so texts may become each other.
    const texts = some(world, 120).filter((text) => !text.includes("@"));
    await all(texts, async (text) => {
      const created = await store.actors.createIfAbsent({ id: world.id(), creator: start + text, passphrase: text });
      check.true(created, text);
    });
    await all(texts, async (text) => {
      const found = await until(store, () => store.actors.listByCreator(start + text), (actors) => actors.length > 0);
      check.equal(found.map(({ passphrase }) => passphrase), [text], text);
    });
  },

  "any text can be a property's name": async (store, check, world) => {
    const id = world.id();
    const texts = some(world, 250);
    await store.properties.setMany(id, texts.map((text) => [text, `value of ${text}`]));
    const expected = texts.map((text) => ({ name: text, value: `value of ${text}` }));
    check.equal(await store.properties.all(id, { includeLists: true }), expected);
    check.equal(await store.properties.getMany(id, texts), new Map(expected.map(({ name, value }) => [name, value])));
    await all(texts, async (text) => {
      check.equal(await store.properties.get(id, text), `value of ${text}`, text);
      check.equal(await store.properties.rangeNames(id, text, text), [text], text);
    });
    await store.properties.deleteMany(id, texts);
    check.equal(await store.properties.all(id, { includeLists: true }), []);
  },

  "any text can be a property's value": async (store, check, world) => {
    const id = world.id();
    const texts = some(world, 250);
    const named = texts.map((text, index) => [String(index).padStart(4, "0"), text] as const);
    await store.properties.setMany(id, named);
    check.equal((await store.properties.all(id)).map(({ value }) => value), texts);
    await all(named, async ([name, text]) => {
      check.false(await store.properties.setIfEquals(id, name, `${text} `, "swapped"), text);
      check.true(await store.properties.setIfEquals(id, name, text, "swapped"), text);
    });
    check.true((await store.properties.all(id)).every(({ value }) => value === "swapped"));
  },

  "any text can be found by value": async (store, check, world) => {
    const id = world.id();
    const texts = some(world, 80);
    const indexing = await world.open({ indexedProperties: texts });
    await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "" });
    await indexing.properties.setMany(id, texts.map((text) => [text, id + text]));
    await all(texts, async (text) => {
      check.equal(await indexing.lookups.get(text, id + text), id, text);
      check.null(await indexing.lookups.get(text, `${id}${text} `), text);
    });
    await indexing.properties.deleteAll(id);
    await all(texts, async (text) => check.null(await indexing.lookups.get(text, id + text), text));
  },

  "any text can be an attribute's name": async (store, check, world) => {
    const id = world.id();
    const texts = some(world, 250);
    await store.attributes.setMany(id, "bucket", texts.map((text) => [text, `value of ${text}`]));
    const found = await store.attributes.bucket(id, "bucket");
    check.equal(found.map(({ name, data }) => [name, data]), texts.map((text) => [text, `value of ${text}`]));
    check.equal([...(await store.attributes.getMany(id, "bucket", texts)).keys()], texts);
    await all(texts, async (text) => {
      check.equal((await store.attributes.consume(id, "bucket", text))?.data, `value of ${text}`, text);
    });
    check.equal(await store.attributes.all(id), []);
  },

  "any text can be a bucket": async (store, check, world) => {
    const id = world.id();
    const texts = some(world, 120);
    await all(texts, (text) => store.attributes.set(id, text, "name", `value of ${text}`));
    const buckets = (await store.attributes.all(id)).map(({ bucket }) => bucket);
    check.equal(buckets, texts.toSorted((a, b) => byBytes(`${a}:`, `${b}:`)));
    await all(texts, async (text) => {
      const found = await store.attributes.bucket(id, text);
      check.equal(found.map(({ bucket, data }) => [bucket, data]), [[text, `value of ${text}`]], text);
      check.equal(await store.attributes.deleteBucket(id, text), 1, text);
    });
    check.equal(await store.attributes.all(id), []);
  },

  "any text can be in JSON, as a text and as a key": async (store, check, world) => {
    const id = world.id();
    const texts = some(world, 250);
    const data = { texts, keys: Object.fromEntries(texts.map((text) => [text, [text]])) };
    await store.attributes.set(id, "bucket", "whole", data);
    check.equal((await store.attributes.get(id, "bucket", "whole"))?.data, data);
    check.true(await store.attributes.setIfEquals(id, "bucket", "whole", { keys: data.keys, texts }, "swapped"));
    await store.attributes.setMany(id, "each", texts.map((text, index) => [String(index).padStart(4, "0"), text]));
    check.equal((await store.attributes.bucket(id, "each")).map(({ data }) => data), texts);
  },

  "any text can be a peer's id, in every part that has peers": async (store, check, world) => {
    const id = world.id();
    const texts = some(world, 120);
    const parts = { baseUri: "", type: "", relationship: "" };
    await all(texts, async (peerId) => {
      const [secret, passphrase] = [world.id(), peerId];
      check.true(await store.trusts.createIfAbsent(id, { peerId, ...parts, secret, description: peerId }), peerId);
      check.true(await store.peerTrustees.createIfAbsent(id, { peerId, baseUri: "", type: "", passphrase }), peerId);
      check.true(
        await store.subscriptions.createIfAbsent(id, { peerId, subscriptionId: "1", resource: peerId }),
        peerId,
      );
    });
    const trusts = await store.trusts.all(id);
    check.equal(trusts.map(({ peerId, description }) => [peerId, description]), texts.map((text) => [text, text]));
    const trustees = await store.peerTrustees.all(id);
    check.equal(trustees.map(({ peerId, passphrase }) => [peerId, passphrase]), texts.map((text) => [text, text]));
    const joined = texts.toSorted((a, b) => byBytes(`${a}:`, `${b}:`));
    const subscriptions = await store.subscriptions.all(id);
    check.equal(subscriptions.map(({ peerId, resource }) => [peerId, resource]), joined.map((text) => [text, text]));
    await all(texts, async (peerId) => {
      check.equal((await store.trusts.get(id, peerId))?.description, peerId, peerId);
      check.equal((await store.subscriptions.all(id, { peerId })).map(({ resource }) => resource), [peerId], peerId);
      check.true(await store.peerTrustees.delete(id, peerId), peerId);
    });
    check.equal(await store.peerTrustees.all(id), []);
  },

  "any text can be in a secret": async (store, check, world) => {
    const id = world.id();
    const texts = some(world, 120);
    const trust = { baseUri: "", type: "", relationship: "" };
    await all(texts, async (text) => {
      check.true(await store.trusts.createIfAbsent(id, { peerId: `peer ${text}`, ...trust, secret: id + text }), text);
    });
    await all(texts, async (text) => {
      const found = await until(store, () => store.trusts.getBySecret(id, id + text), (found) => found !== null);
      check.equal([found?.peerId, found?.secret], [`peer ${text}`, id + text], text);
    });
  },

  "any text can be a target and a part of one": async (store, check, world) => {
    const id = world.id();
    const texts = some(world, 120);
    await all(texts, async (text) => {
      check.true(await store.suspensions.createIfAbsent(id, text, `part ${text}`), text);
    });
    await all(texts, async (text) => {
      check.true(await store.suspensions.has(id, text, `part ${text}`), text);
      check.false(await store.suspensions.has(id, text, ""), text);
    });
    const expected = texts.toSorted((a, b) => byBytes(`${a}:part ${a}`, `${b}:part ${b}`));
    check.equal((await store.suspensions.all(id)).map(({ target, subtarget }) => [target, subtarget]), [
      ...expected.map((text) => [text, `part ${text}`]),
    ]);
    check.equal(await store.suspensions.deleteAll(id), texts.length);
  },

  "any text without a colon can be a subscription's id, and any text a diff": async (store, check, world) => {
    const id = world.id();
    const texts = some(world, 120).filter((text) => !text.includes(":"));
    await all(texts, async (text) => {
      check.true(
        await store.subscriptions.createIfAbsent(id, { peerId: "p", subscriptionId: text, target: text }),
        text,
      );
      check.equal((await store.diffs.append(id, "p", text, text))?.data, text, text);
    });
    check.equal((await store.subscriptions.all(id)).map(({ subscriptionId }) => subscriptionId), texts);
    await all(texts, async (text) => {
      check.equal((await store.diffs.all(id, text)).map(({ data }) => data), [text], text);
      check.equal(await store.diffs.deleteAll(id, "p", text), 1, text);
    });
  },
});

const encoder = new TextEncoder();

function byBytes(left: string, right: string): number {
  const [a, b] = [encoder.encode(left), encoder.encode(right)];
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    if (a[index] !== b[index]) return a[index]! - b[index]!;
  }
  return a.length - b.length;
}

/** The awkward texts that fit into a key beside another text, in the order of their bytes; `count` of them, spread evenly. */
function some({ awkward }: World, count = Infinity): string[] {
  const texts = awkward.filter((text) => [...text].length <= 100).sort(byBytes);
  const step = Math.max(1, texts.length / count);
  return texts.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
}

/** Does something with each text, some of them at once. */
async function all<Each>(texts: readonly Each[], work: (text: Each) => Promise<unknown>): Promise<void> {
  const queue = texts.values();
  await Promise.all(Array.from({ length: PARALLEL }, async () => {
    for (const text of queue) await work(text);
  }));
}

/** Reads until it is as expected; where the index may lag, several times. */
async function until<Result>(
  store: Store,
  read: () => Promise<Result>,
  expected: (result: Result) => boolean,
): Promise<Result> {
  for (let tries = store.capabilities.indexReads === "eventual" ? 50 : 1;; tries--) {
    const result = await read();
    if (expected(result) || tries === 1) return result;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
