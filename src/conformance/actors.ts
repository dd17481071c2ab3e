/** Behaviours of {@linkcode Actors}: one row each. @module */

import type { Store } from "../store.ts";
import { group } from "./case.ts";

/** The behaviours. */
export const actors = group("actors", {
  "an actor that was created is read back whole": async (store, check, world) => {
    const actor = { id: world.id(), creator: "ada", passphrase: "secret" };
    check.true(await store.actors.createIfAbsent(actor));
    check.equal(await store.actors.get(actor.id), actor);
  },

  "an actor that was never created is null": async (store, check, world) => {
    check.null(await store.actors.get(world.id()));
  },

  "an id that is taken is refused, and its actor stays as it was": async (store, check, world) => {
    const actor = { id: world.id(), creator: "ada", passphrase: "first" };
    check.true(await store.actors.createIfAbsent(actor));
    check.false(await store.actors.createIfAbsent({ ...actor, creator: "eve", passphrase: "second" }));
    check.equal(await store.actors.get(actor.id), actor);
  },

  "fifty creators racing for one id have exactly one winner, whose actor is kept": async (store, check, world) => {
    const other = await world.open();
    const id = world.id();
    const created = await Promise.all(
      Array.from({ length: 50 }, (_, index) => {
        const actor = { id, creator: `creator-${index}`, passphrase: `passphrase-${index}` };
        return (index % 2 === 0 ? store : other).actors.createIfAbsent(actor);
      }),
    );
    check.equal(created.filter(Boolean).length, 1, "winners");
    const winner = created.indexOf(true);
    check.equal(await store.actors.get(id), {
      id,
      creator: `creator-${winner}`,
      passphrase: `passphrase-${winner}`,
    });
  },

  "ids are told apart by every character": async (store, check, world) => {
    const id = world.id("Åsa");
    const ids = [id, `${id} `, ` ${id}`, `${id}:`, `${id}0`, id.toLowerCase(), id.toUpperCase(), id.normalize("NFD")];
    for (const each of ids) check.null(await store.actors.get(each), each);
    for (const each of ids) {
      check.true(await store.actors.createIfAbsent({ id: each, creator: each, passphrase: "" }), each);
    }
    for (const each of ids) check.equal((await store.actors.get(each))?.creator, each, each);
  },

  "awkward ids, creators and passphrases are kept exactly": async (store, check, world) => {
    const few = world.awkward.filter((text) => [...text].length <= 200).slice(0, 150);
    await Promise.all(few.map(async (text) => {
      const actor = { id: `${world.id()}${text}`, creator: text, passphrase: text };
      const kept = text.includes("@") ? { ...actor, creator: text.toLowerCase() } : actor;
      check.true(await store.actors.createIfAbsent(actor), text);
      check.equal(await store.actors.get(actor.id), kept, text);
    }));
  },

  "an e-mail address as creator is kept and looked for in lower case": async (store, check, world) => {
    const id = world.id();
    const address = `ADA-${id}@Example.ORG`;
    await store.actors.createIfAbsent({ id, creator: address, passphrase: "" });
    check.equal((await store.actors.get(id))?.creator, address.toLowerCase());
    check.equal((await listed(store, address.toUpperCase(), 1)).map((actor) => actor.id), [id]);
    check.true(await store.actors.update(id, { creator: `Grace-${id}@Example.org` }));
    check.equal((await store.actors.get(id))?.creator, `grace-${id}@example.org`);
  },

  "a creator that is no e-mail address keeps its case": async (store, check, world) => {
    const id = world.id();
    await store.actors.createIfAbsent({ id, creator: `Ada-${id}`, passphrase: "" });
    check.equal((await listed(store, `Ada-${id}`, 1)).map((actor) => actor.creator), [`Ada-${id}`]);
    check.equal(await store.actors.listByCreator(`ada-${id}`), []);
  },

  "an update writes the given fields and leaves the others": async (store, check, world) => {
    const actor = { id: world.id(), creator: "ada", passphrase: "first" };
    await store.actors.createIfAbsent(actor);
    check.true(await store.actors.update(actor.id, { passphrase: "second" }));
    check.equal(await store.actors.get(actor.id), { ...actor, passphrase: "second" });
    check.true(await store.actors.update(actor.id, { creator: "grace", passphrase: undefined }));
    check.equal(await store.actors.get(actor.id), { id: actor.id, creator: "grace", passphrase: "second" });
    check.true(await store.actors.update(actor.id, { creator: "ada", passphrase: "" }));
    check.equal(await store.actors.get(actor.id), { ...actor, passphrase: "" });
  },

  "an update of an actor that is not there is false and creates none": async (store, check, world) => {
    const id = world.id();
    check.false(await store.actors.update(id, { passphrase: "secret" }));
    check.null(await store.actors.get(id));
  },

  "concurrent updates of different fields lose nothing": async (store, check, world) => {
    const other = await world.open();
    const id = world.id();
    await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "first" });
    for (let round = 0; round < 10; round++) {
      const [creator, passphrase] = [`creator-${round}`, `passphrase-${round}`];
      await Promise.all([store.actors.update(id, { creator }), other.actors.update(id, { passphrase })]);
      check.equal(await store.actors.get(id), { id, creator, passphrase }, `round ${round}`);
    }
  },

  "an update that meets a removal never brings the actor back": async (store, check, world) => {
    const other = await world.open();
    for (let round = 0; round < 5; round++) {
      const id = world.id();
      await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "first" });
      const updates = Array.from({ length: 9 }, (_, index) => other.actors.update(id, { passphrase: `${index}` }));
      const [removed] = await Promise.all([store.actors.delete(id), ...updates]);
      check.true(removed, `round ${round}`);
      check.null(await store.actors.get(id), `round ${round}`);
    }
  },

  "a creator's actors are listed by id, and nobody else's": async (store, check, world) => {
    const creator = world.id("creator");
    const base = world.id();
    const ids = ["Z", "a", "é", "｡", "😀"].map((end) => `${base}${end}`);
    for (const id of [...ids].reverse()) await store.actors.createIfAbsent({ id, creator, passphrase: id });
    await store.actors.createIfAbsent({ id: world.id(), creator: `${creator}2`, passphrase: "" });
    check.equal(await listed(store, creator, 5), ids.map((id) => ({ id, creator, passphrase: id })));
    check.equal(await store.actors.listByCreator(world.id("nobody")), []);
  },

  "an actor is listed under its creator of now": async (store, check, world) => {
    const [before, after] = [world.id("before"), world.id("after")];
    const id = world.id();
    await store.actors.createIfAbsent({ id, creator: before, passphrase: "" });
    check.equal((await listed(store, before, 1)).length, 1);
    await store.actors.update(id, { creator: after });
    check.equal((await listed(store, after, 1)).map((actor) => actor.id), [id]);
    check.equal(await listed(store, before, 0), []);
    await store.actors.delete(id);
    check.equal(await listed(store, after, 0), []);
  },

  "more than a megabyte of a creator's actors is listed whole": async (store, check, world) => {
    const creator = world.id("creator");
    const actors = Array.from({ length: 25 }, (_, index) => {
      return { id: `${creator}-${index + 10}`, creator, passphrase: `${index}`.padEnd(60_000, "x") };
    });
    await Promise.all(actors.map((actor) => store.actors.createIfAbsent(actor)));
    check.equal((await listed(store, creator, 25)).map(({ id }) => id), actors.map(({ id }) => id));
  },

  "removing an actor's row tells whether it was there and leaves what it owned": async (store, check, world) => {
    const id = world.id();
    await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "" });
    await store.properties.set(id, "name", "value");
    check.true(await store.actors.delete(id));
    check.null(await store.actors.get(id));
    check.equal(await store.properties.get(id, "name"), "value");
    check.false(await store.actors.delete(id));
    check.null(await store.actors.tombstone(id), "only erasing leaves a tombstone");
  },

  "of fifty removals of one actor exactly one finds it": async (store, check, world) => {
    const other = await world.open();
    const id = world.id();
    await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "" });
    const removed = await Promise.all(
      Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? store : other).actors.delete(id)),
    );
    check.equal(removed.filter(Boolean).length, 1);
  },

  "the longest ids and creators are kept, and longer ones refused before any request": async (_, check, world) => {
    let requests = 0;
    const store = await world.open({ onRequest: () => requests++ });
    for (const letter of ["x", "é", "😀"]) {
      const longest = (start: string) => `${start}${letter.repeat(255 - [...start].length)}`;
      const actor = { id: longest(world.id()), creator: longest(world.id()), passphrase: "" };
      check.true(await store.actors.createIfAbsent(actor), letter);
      check.equal(await store.actors.get(actor.id), actor, letter);
      requests = 0;
      const [id, creator] = [`${actor.id}${letter}`, `${actor.creator}${letter}`];
      await check.refused(store.actors.createIfAbsent({ ...actor, id }), "too_large", "id", "255");
      await check.refused(store.actors.createIfAbsent({ ...actor, creator }), "too_large", "creator", "255");
      await check.refused(store.actors.update(actor.id, { creator }), "too_large", "creator", "255");
      await check.refused(store.actors.get(id), "too_large", "actorId", "255");
      check.equal(requests, 0, letter);
    }
  },

  "empty and unstorable ids and creators are refused before any request": async (_, check, world) => {
    let requests = 0;
    const store = await world.open({ onRequest: () => requests++ });
    const actor = { id: world.id(), creator: "ada", passphrase: "" };
    for (const bad of ["", "a\0b", "\ud800", "a\udc00"]) {
      await check.refused(store.actors.createIfAbsent({ ...actor, id: bad }), "invalid", "id");
      await check.refused(store.actors.createIfAbsent({ ...actor, creator: bad }), "invalid", "creator");
      await check.refused(store.actors.update(actor.id, { creator: bad }), "invalid", "creator");
      await check.refused(store.actors.listByCreator(bad), "invalid", "creator");
      for (const method of ["get", "delete", "erase", "tombstone"] as const) {
        await check.refused(store.actors[method](bad), "invalid", "actorId");
      }
    }
    check.equal(requests, 0);
  },

  "each call on one actor is one request": async (_, check, world) => {
    let requests = 0;
    const store = await world.open({ onRequest: () => requests++ });
    const id = world.id();
    await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "" });
    await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "" });
    await store.actors.get(id);
    await store.actors.update(id, { creator: "grace" });
    await store.actors.tombstone(id);
    await store.actors.delete(id);
    check.equal(requests, 6);
  },
});

/** The creator's actors; where the index may lag, as soon as there are `count` of them, or what came last. */
async function listed(store: Store, creator: string, count: number) {
  const tries = store.capabilities.indexReads === "eventual" ? 50 : 1;
  for (let attempt = 1;; attempt++) {
    const found = await store.actors.listByCreator(creator);
    if (found.length === count || attempt === tries) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
