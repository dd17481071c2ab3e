/** Behaviours of {@linkcode Lookups} with several actors: whose value it is, and what is believed. @module */

import type { Store } from "../store.ts";
import { group, type World } from "./case.ts";

/** The behaviours. */
export const lookupOwners = group("lookup owners", {
  "the first actor to write a value keeps it": async (store, check, world) => {
    const [first, second, third] = await actors(store, world, 3);
    const value = world.id("value");
    for (const id of [first, second, third]) await store.properties.set(id, "email", value);
    for (const id of [first, second, third]) check.equal(await store.properties.get(id, "email"), value, "all have it");
    check.equal(await store.lookups.get("email", value), first);
    for (const id of [second, third]) {
      await store.properties.set(id, "email", value);
      check.false(await store.lookups.claim(id, "email", value));
      check.equal(await store.lookups.get("email", value), first);
    }
  },

  "an actor that has a value without owning it takes nothing away by leaving": async (store, check, world) => {
    const value = world.id("value");
    const [owner] = await actors(store, world, 1);
    await store.properties.set(owner, "email", value);
    const leave: { readonly [method: string]: (id: string) => Promise<unknown> } = {
      set: (id) => store.properties.set(id, "email", world.id("other")),
      setIfEquals: (id) => store.properties.setIfEquals(id, "email", value, world.id("other")),
      delete: (id) => store.properties.delete(id, "email"),
      deleteMany: (id) => store.properties.deleteMany(id, ["email"]),
      deleteIfEquals: (id) => store.properties.deleteIfEquals(id, "email", value),
      deleteAll: (id) => store.properties.deleteAll(id),
      erase: (id) => store.actors.erase(id),
    };
    for (const [method, leaving] of Object.entries(leave)) {
      const [second] = await actors(store, world, 1);
      await store.properties.set(second, "email", value);
      await leaving(second);
      check.equal(await store.lookups.get("email", value), owner, method);
    }
  },

  "a value that its owner lets go is nobody's until somebody writes it": async (store, check, world) => {
    const [first, second, third] = await actors(store, world, 3);
    const value = world.id("value");
    for (const id of [first, second]) await store.properties.set(id, "email", value);
    await store.properties.set(first, "email", world.id("other"));
    check.null(await store.lookups.get("email", value));
    await store.properties.set(second, "email", value);
    check.equal(await store.lookups.get("email", value), second, "written again");
    await store.properties.delete(second, "email");
    await store.properties.createIfAbsent(third, "email", value);
    check.equal(await store.lookups.get("email", value), third, "written by a new actor");
    await store.properties.set(first, "email", value);
    check.equal(await store.lookups.get("email", value), third, "the owner of before comes second now");
  },

  "a refused write of the value that is there already gives it to its actor or to nobody": async (
    store,
    check,
    world,
  ) => {
    const refused: { readonly [method: string]: (id: string, value: string) => Promise<boolean> } = {
      createIfAbsent: (id, value) => store.properties.createIfAbsent(id, "email", value),
      setIfEquals: (id, value) => store.properties.setIfEquals(id, "email", world.id("other"), value),
    };
    for (const [method, write] of Object.entries(refused)) {
      const [first, second] = await actors(store, world, 2);
      const value = world.id("value");
      for (const id of [first, second]) await store.properties.set(id, "email", value);
      check.false(await write(second, value), method);
      check.equal(await store.lookups.get("email", value), first, `${method}: it has an owner`);
      await store.properties.delete(first, "email");
      check.false(await write(second, value), method);
      const owner = await store.lookups.get("email", value);
      check.true(owner === null || owner === second, `${method}: nobody owns it`);
      check.equal(await store.properties.get(second, "email"), value);
    }
  },

  "every method that writes a value again can make its actor the owner": async (store, check, world) => {
    const write: { readonly [method: string]: (id: string, value: string) => Promise<unknown> } = {
      set: (id, value) => store.properties.set(id, "email", value),
      setMany: (id, value) => store.properties.setMany(id, [["email", value]]),
      setIfEquals: (id, value) => store.properties.setIfEquals(id, "email", value, value),
      claim: (id, value) => store.lookups.claim(id, "email", value),
    };
    for (const [method, writing] of Object.entries(write)) {
      const [first, second] = await actors(store, world, 2);
      const value = world.id("value");
      for (const id of [first, second]) await store.properties.set(id, "email", value);
      await store.properties.delete(first, "email");
      await writing(second, value);
      check.equal(await store.lookups.get("email", value), second, method);
    }
  },

  "two actors can change places": async (store, check, world) => {
    const [first, second] = await actors(store, world, 2);
    const [one, two] = [world.id("one"), world.id("two")];
    await store.properties.set(first, "email", one);
    await store.properties.set(second, "email", two);
    await store.properties.delete(first, "email");
    await store.properties.set(second, "email", one);
    await store.properties.set(first, "email", two);
    check.equal(await store.lookups.get("email", one), second);
    check.equal(await store.lookups.get("email", two), first);
  },

  "a value is found under the property that has it only": async (store, check, world) => {
    const [first, second] = await actors(store, world, 2);
    const value = world.id("value");
    await store.properties.set(first, "email", value);
    await store.properties.set(second, "oauthId", value);
    check.equal(await store.lookups.get("email", value), first);
    check.equal(await store.lookups.get("oauthId", value), second);
    await store.properties.delete(first, "email");
    check.equal(await store.lookups.get("oauthId", value), second);
  },

  "a row is believed only while its actor's property has the value": async (store, check, world) => {
    const [id] = await actors(store, world, 1);
    const plain = await world.open({ indexedProperties: [] });
    const [value, other] = [world.id("value"), world.id("other")];
    await store.properties.set(id, "email", value);
    await plain.properties.set(id, "email", other);
    check.null(await store.lookups.get("email", value), "the property has another text");
    check.null(await store.lookups.get("email", other), "no row was written");
    await plain.properties.set(id, "email", value);
    check.equal(await store.lookups.get("email", value), id);
    await plain.properties.delete(id, "email");
    check.null(await store.lookups.get("email", value), "the property is gone");
  },

  "a row that is not believed stops nobody from owning the value": async (store, check, world) => {
    const plain = await world.open({ indexedProperties: [] });
    for (const method of ["set", "createIfAbsent", "claim"] as const) {
      const [first, second] = await actors(store, world, 2);
      const value = world.id("value");
      await store.properties.set(first, "email", value);
      await plain.properties.set(first, "email", world.id("other"));
      if (method === "claim") {
        await plain.properties.set(second, "email", value);
        check.true(await store.lookups.claim(second, "email", value), method);
      } else await store.properties[method](second, "email", value);
      check.equal(await store.lookups.get("email", value), second, method);
      await store.properties.set(first, "email", value);
      check.equal(await store.lookups.get("email", value), second, `${method}: the first comes second now`);
    }
  },

  "a claim gives a value to an actor that has it, unless another one owns it": async (store, check, world) => {
    const [first, second, third] = await actors(store, world, 3);
    const plain = await world.open({ indexedProperties: [] });
    const value = world.id("value");
    check.false(await store.lookups.claim(first, "email", value), "it has no text at all");
    for (const id of [first, second]) await plain.properties.set(id, "email", value);
    await plain.properties.set(third, "email", `${value} `);
    check.null(await store.lookups.get("email", value));
    check.false(await store.lookups.claim(third, "email", value), "it has another text");
    check.null(await store.lookups.get("email", value));
    check.true(await store.lookups.claim(first, "email", value));
    check.true(await store.lookups.claim(first, "email", value), "again");
    check.false(await store.lookups.claim(second, "email", value), "another one owns it");
    check.equal(await store.lookups.get("email", value), first);
  },

  "a release removes an actor's row of a value it does not have": async (store, check, world) => {
    const [first, second] = await actors(store, world, 2);
    const plain = await world.open({ indexedProperties: [] });
    const value = world.id("value");
    check.false(await store.lookups.release(first, "email", value), "there is no row");
    await store.properties.set(first, "email", value);
    check.false(await store.lookups.release(first, "email", value), "it has the value");
    check.equal(await store.lookups.get("email", value), first);
    await plain.properties.delete(first, "email");
    check.false(await store.lookups.release(second, "email", value), "the row is another actor's");
    check.true(await store.lookups.release(first, "email", value));
    check.false(await store.lookups.release(first, "email", value), "again");
    await plain.properties.set(first, "email", value);
    check.null(await store.lookups.get("email", value), "no row is left");
  },

  "the lookups of an actor are rebuilt from its properties": async (store, check, world) => {
    const [id] = await actors(store, world, 1);
    const plain = await world.open({ indexedProperties: [] });
    const names = ["oauthId", "email", "externalUserId"];
    await plain.properties.setMany(id, names.map((name) => [name, `${name} of ${id}`]));
    for (const { name, value } of await store.properties.all(id)) {
      check.true(await store.lookups.claim(id, name, value), name);
    }
    for (const name of names) check.equal(await store.lookups.get(name, `${name} of ${id}`), id, name);
  },

  "removing all of one actor's properties releases its own values and no others": async (store, check, world) => {
    const [first, second] = await actors(store, world, 2);
    const [shared, own] = [world.id("shared"), world.id("own")];
    await store.properties.set(first, "email", shared);
    await store.properties.setMany(second, [["email", shared], ["oauthId", own]]);
    check.equal(await store.properties.deleteAll(second), 2);
    check.equal(await store.lookups.get("email", shared), first);
    check.null(await store.lookups.get("oauthId", own));
    check.equal(await store.properties.deleteAll(first, { includeLists: false }), 1);
    check.null(await store.lookups.get("email", shared));
  },

  "ids that begin alike are different owners": async (store, check, world) => {
    const id = world.id("Actor");
    const ids = [id, `${id}2`, `${id} `, id.toLowerCase()];
    const value = world.id("value");
    for (const each of ids) {
      await store.actors.createIfAbsent({ id: each, creator: "ada", passphrase: "" });
      await store.properties.set(each, "email", value);
      await store.properties.set(each, "oauthId", each);
    }
    check.equal(await store.lookups.get("email", value), id);
    for (const each of ids) check.equal(await store.lookups.get("oauthId", each), each);
    await store.actors.erase(ids[1]!);
    check.equal(await store.lookups.get("email", value), id);
    check.equal(await store.lookups.get("oauthId", id), id);
  },
});

type Ids = [first: string, second: string, third: string];

/** New actors; their ids. */
async function actors(store: Store, world: World, count: number): Promise<Ids> {
  const ids = Array.from({ length: count }, () => world.id());
  for (const id of ids) await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "" });
  return ids as Ids;
}
