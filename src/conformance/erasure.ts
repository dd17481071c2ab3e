/** Behaviours of erasing an actor with everything it owns. @module */

import type { Store } from "../store.ts";
import { group } from "./case.ts";

/** The behaviours. */
export const erasure = group("erasure", {
  "an erased actor leaves nothing of any kind": async (store, check, world) => {
    const id = await furnished(store, world.id());
    const full = await contents(store, id);
    for (const [part, rows] of Object.entries(full)) check.notEqual(rows, [], `${part} before`);
    check.true(await store.actors.erase(id));
    for (const [part, rows] of Object.entries(await contents(store, id))) check.equal(rows, [], `${part} after`);
    check.null(await store.actors.get(id));
    check.null(await store.lookups.get("email", `${id}@example.org`));
  },

  "nothing of any other actor is touched": async (store, check, world) => {
    const id = await furnished(store, world.id("Actor"));
    const others = [`${id}x`, `${id}:`, `${id}:friend`, `${id} `, id.slice(0, -1), id.toLowerCase(), id.toUpperCase()];
    for (const other of others) await furnished(store, other);
    const before = await Promise.all(others.map((other) => contents(store, other)));
    check.true(await store.actors.erase(id));
    const after = await Promise.all(others.map((other) => contents(store, other)));
    for (const [index, other] of others.entries()) {
      check.equal(after[index], before[index], other);
      check.equal(await store.lookups.get("email", `${other}@example.org`), other);
      check.equal((await store.actors.get(other))?.id, other);
    }
  },

  "an id that is created again after erasing starts empty": async (store, check, world) => {
    const id = await furnished(store, world.id());
    await store.actors.erase(id);
    check.true(await store.actors.createIfAbsent({ id, creator: "grace", passphrase: "" }));
    for (const [part, rows] of Object.entries(await contents(store, id))) check.equal(rows, [], part);
    check.null(await store.lookups.get("email", `${id}@example.org`));
    await store.subscriptions.createIfAbsent(id, { peerId: "peer", subscriptionId: "sub" });
    check.equal((await store.diffs.append(id, "peer", "sub", "x"))?.sequence, 1, "numbers begin anew");
  },

  "erasing twice answers true and then false": async (store, check, world) => {
    const id = await furnished(store, world.id());
    check.true(await store.actors.erase(id));
    check.false(await store.actors.erase(id));
    check.false(await store.actors.erase(world.id("never")));
  },

  "what is left of an actor whose row is gone is erased, too": async (store, check, world) => {
    const id = await furnished(store, world.id());
    await store.actors.delete(id);
    check.false(await store.actors.erase(id));
    for (const [part, rows] of Object.entries(await contents(store, id))) check.equal(rows, [], part);
    check.null(await store.actors.tombstone(id));
  },

  "rows written after erasing are erased by the next call": async (store, check, world) => {
    const id = await furnished(store, world.id());
    await store.actors.erase(id);
    await store.properties.set(id, "late", "value");
    await store.attributes.set(id, "bucket", "late", 1);
    check.false(await store.actors.erase(id));
    for (const [part, rows] of Object.entries(await contents(store, id))) check.equal(rows, [], part);
    check.notEqual(await store.actors.tombstone(id), null, "the tombstone of the first erasing stays");
  },

  "diffs whose subscription is gone are erased": async (store, check, world) => {
    const id = await furnished(store, world.id());
    check.true(await store.subscriptions.delete(id, "peer", "sub"));
    check.notEqual(await store.diffs.all(id, "sub"), []);
    await store.actors.erase(id);
    check.equal(await store.diffs.all(id, "sub"), []);
  },

  "expired attributes are erased": async (store, check, world) => {
    const id = await furnished(store, world.id());
    await store.attributes.set(id, "tokens", "old", 1, { expiresAt: 1_000_000_000 });
    await store.actors.erase(id);
    check.equal(await store.attributes.deleteAll(id), 0);
  },

  "hundreds of rows and megabytes of them are erased in one call": async (store, check, world) => {
    const id = await furnished(store, world.id());
    const large = Array.from({ length: 30 }, (_, index) => [`large-${index}`, "x".repeat(60_000)] as const);
    await store.properties.setMany(id, large);
    const many = Array.from({ length: 230 }, (_, index) => [`name-${index}`, index] as const);
    await store.attributes.setMany(id, "many", many);
    check.true(await store.actors.erase(id));
    for (const [part, rows] of Object.entries(await contents(store, id))) check.equal(rows, [], part);
  },

  "an actor with a hundred properties is erased in fewer requests than the reference's twenty": async (
    _,
    check,
    world,
  ) => {
    let requests = 0;
    const store = await world.open({ onRequest: () => requests++ });
    const id = world.id();
    await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "" });
    await store.properties.setMany(id, Array.from({ length: 100 }, (_, index) => [`name-${index}`, "value"]));
    requests = 0;
    check.true(await store.actors.erase(id));
    check.true(requests >= 1 && requests < 20, `${requests} requests`);
  },

  "erasing releases the values that the actor owned, and no other actor's": async (store, check, world) => {
    const shared = `${world.id()}@example.org`;
    const [owner, second] = [await furnished(store, world.id()), await furnished(store, world.id())];
    await store.properties.set(owner, "email", shared);
    await store.properties.set(second, "email", shared);
    const third = await furnished(store, world.id());
    await store.properties.set(third, "email", shared);
    await store.actors.erase(third);
    check.equal(await store.lookups.get("email", shared), owner);
    await store.actors.erase(owner);
    check.null(await store.lookups.get("email", shared));
    check.true(await store.lookups.claim(second, "email", shared));
    check.equal(await store.lookups.get("email", shared), second);
  },

  "every reader sees the actor with its tombstone from the first removal on": async (store, check, world) => {
    const other = await world.open();
    const id = await furnished(store, world.id());
    let done = false;
    const reading = (async () => {
      while (!done) {
        const property = await other.properties.get(id, "name");
        if (property === null) {
          check.notEqual(await other.actors.tombstone(id), null, "rows are gone before the tombstone");
        }
        const actor = await other.actors.get(id);
        if (actor === null) {
          const rest = Object.entries(await contents(other, id)).filter(([, rows]) => rows.length > 0);
          check.equal(rest.map(([part]) => part), [], "the actor's row is gone before others");
        }
      }
    })();
    await Promise.all([reading, store.actors.erase(id).finally(() => done = true)]);
  },

  "erasers that meet all succeed, and at least one of them finds the actor": async (store, check, world) => {
    const other = await world.open();
    const id = await furnished(store, world.id());
    const erased = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? store : other).actors.erase(id)),
    );
    check.true(erased.includes(true));
    for (const [part, rows] of Object.entries(await contents(store, id))) check.equal(rows, [], part);
    check.notEqual(await store.actors.tombstone(id), null);
  },

  "an actor with the longest id is erased, and leaves a tombstone up to 239 characters": async (
    store,
    check,
    world,
  ) => {
    // Characters of four bytes each, so that the id is the longest in every way.
    const start = [...world.id()].map((letter) => String.fromCodePoint(0x1f300 + letter.charCodeAt(0)));
    for (const length of [239, 240, 255]) {
      const id = await furnished(store, start.join("") + "😀".repeat(length - start.length));
      check.true(await store.actors.erase(id), `${length}`);
      for (const [part, rows] of Object.entries(await contents(store, id))) check.equal(rows, [], part);
      check.null(await store.actors.get(id), `${length}`);
      check.equal((await store.actors.tombstone(id)) !== null, length <= 239, `${length}`);
      check.false(await store.actors.erase(id), `${length}`);
      check.true(await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "" }, { clearTombstone: true }));
      check.null(await store.actors.tombstone(id), `${length}`);
    }
  },
});

/** An actor with something of every kind; its id. */
async function furnished(store: Store, id: string): Promise<string> {
  await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "secret" });
  await store.properties.setMany(id, [
    ["name", "value"],
    ["email", `${id}@example.org`],
    ["list:notes-meta", "{}"],
    ["list:notes-#a0", '"first"'],
  ]);
  await store.trusts.createIfAbsent(id, {
    peerId: "peer",
    baseUri: "https://example.org/peer",
    type: "urn:example",
    relationship: "friend",
    secret: "secret",
  });
  const trustee = { peerId: "trustee", baseUri: "https://example.org/t", type: "urn:example", passphrase: "secret" };
  await store.peerTrustees.createIfAbsent(id, trustee);
  await store.subscriptions.createIfAbsent(id, { peerId: "peer", subscriptionId: "sub", target: "properties" });
  await store.diffs.append(id, "peer", "sub", '{"a":1}');
  await store.diffs.append(id, "peer", "sub", '{"a":2}');
  await store.suspensions.createIfAbsent(id, "properties", "");
  await store.suspensions.createIfAbsent(id, "properties", "name");
  await store.attributes.set(id, "_internal", "email", "ada@example.org");
  await store.attributes.set(id, "remote:peer", "list:a:0", { deep: [1] });
  return id;
}

/** All that an actor owns, by part. */
async function contents(store: Store, id: string): Promise<Record<string, readonly unknown[]>> {
  const [properties, trusts, peerTrustees, subscriptions, diffs, suspensions, attributes] = await Promise.all([
    store.properties.all(id, { includeLists: true }),
    store.trusts.all(id),
    store.peerTrustees.all(id),
    store.subscriptions.all(id),
    store.diffs.all(id, "sub"),
    store.suspensions.all(id),
    store.attributes.all(id),
  ]);
  return { properties, trusts, peerTrustees, subscriptions, diffs, suspensions, attributes };
}
