/** Behaviours of {@linkcode Lookups} at their edges: names, lengths, costs. @module */

import type { Store } from "../store.ts";
import { group, type World } from "./case.ts";

/** The behaviours. */
export const lookupLimits = group("lookup limits", {
  "texts of 2,048 bytes are found, and longer ones refused before any request": async (_, check, world) => {
    let requests = 0;
    const store = await world.open({ onRequest: () => requests++ });
    const id = await actor(store, world);
    for (const letter of ["", "é", "😀"]) {
      const value = `${incompressible(2048 - new TextEncoder().encode(letter).length)}${letter}`;
      await store.properties.set(id, "email", value);
      check.equal(await store.lookups.get("email", value), id);
      requests = 0;
      const longer = `${value}x`;
      const { properties, lookups } = store;
      await check.refused(properties.set(id, "email", longer), "too_large", "2048");
      await check.refused(properties.setMany(id, [["a", "1"], ["email", longer]]), "too_large", "2048");
      await check.refused(properties.createIfAbsent(id, "email", longer), "too_large", "2048");
      await check.refused(properties.setIfEquals(id, "email", value, longer), "too_large", "2048");
      await check.refused(lookups.get("email", longer), "too_large", "2048");
      await check.refused(lookups.claim(id, "email", longer), "too_large", "2048");
      check.equal(requests, 0);
      check.equal(await properties.get(id, "email"), value);
    }
  },

  "other names and empty texts are refused": async (store, check, world) => {
    const id = await actor(store, world);
    for (const name of ["name", "Email", "email ", "list:email"]) {
      await store.properties.set(id, name, "value");
      await check.refused(store.lookups.get(name, "value"), "invalid", "name");
      await check.refused(store.lookups.claim(id, name, "value"), "invalid", "name");
      await check.refused(store.lookups.release(id, name, "value"), "invalid", "name");
    }
    for (const value of ["", "a\0b", "\ud800"]) {
      await check.refused(store.lookups.get("email", value), "invalid", "value");
      await check.refused(store.lookups.claim(id, "email", value), "invalid", "value");
      await check.refused(store.lookups.release(id, "email", value), "invalid", "value");
    }
  },

  "which properties are indexed is the store's choice": async (store, check, world) => {
    const own = await world.open({ indexedProperties: ["nickname"] });
    const id = await actor(store, world);
    const value = world.id("value");
    await own.properties.set(id, "nickname", value);
    check.equal(await own.lookups.get("nickname", value), id);
    await own.properties.set(id, "email", value);
    await check.refused(own.lookups.get("email", value), "invalid", "name");
    check.null(await store.lookups.get("email", value), "not indexed by the store that wrote it");
    const plain = await world.open({ indexedProperties: [] });
    await check.refused(plain.lookups.get("email", value), "invalid", "name");
  },

  "the longest name with the longest text is found, and longer names and those of lists are refused": async (
    _,
    check,
    world,
  ) => {
    for (const name of ["x".repeat(255), "｡".repeat(85)]) {
      const store = await world.open({ indexedProperties: [name] });
      const id = await actor(store, world);
      const value = incompressible(2048);
      await store.properties.set(id, name, value);
      check.equal(await store.lookups.get(name, value), id);
    }
    for (const name of ["", "x".repeat(256), "｡".repeat(86), "list:notes-meta", "a\0", "\ud800"]) {
      const opening = world.open({ indexedProperties: ["email", name] });
      await check.refused(opening, "invalid", "indexedProperties");
    }
  },

  "a lookup takes two requests at most, and a write three": async (_, check, world) => {
    let requests = 0;
    const store = await world.open({ onRequest: () => requests++ });
    const id = await actor(store, world);
    const [one, two] = [world.id("one"), world.id("two")];
    const calls: [most: number, call: () => Promise<unknown>][] = [
      [3, () => store.properties.set(id, "email", one)],
      [3, () => store.properties.set(id, "email", one)],
      [3, () => store.properties.set(id, "email", two)],
      [2, () => store.lookups.get("email", two)],
      [2, () => store.lookups.get("email", one)],
      [3, () => store.properties.setIfEquals(id, "email", two, one)],
      [3, () => store.properties.delete(id, "email")],
      [3, () => store.properties.createIfAbsent(id, "email", two)],
      [3, () => store.properties.deleteIfEquals(id, "email", two)],
    ];
    for (const [index, [most, call]] of calls.entries()) {
      requests = 0;
      await call();
      check.true(requests >= 1 && requests <= most, `call ${index} took ${requests} requests`);
    }
  },
});

async function actor(store: Store, world: World): Promise<string> {
  const id = world.id();
  await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "" });
  return id;
}

/** Printable text that no database can make shorter. */
function incompressible(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => String.fromCharCode(0x21 + byte % 94)).join("");
}
