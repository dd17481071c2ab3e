/** Behaviours of {@linkcode Lookups} with one actor: whatever writes an indexed property keeps its lookup. @module */

import type { Store } from "../store.ts";
import { group, type World } from "./case.ts";

type Write = (store: Store, id: string, value: string, before: string) => Promise<unknown>;

/** Everything that gives the property `email` a text. */
const WRITES: { readonly [method: string]: Write } = {
  set: ({ properties }, id, value) => properties.set(id, "email", value),
  setMany: ({ properties }, id, value) => properties.setMany(id, [["a", "1"], ["email", value], ["z", "1"]]),
  "setMany, given twice": ({ properties }, id, value) => properties.setMany(id, [["email", "x"], ["email", value]]),
  setIfEquals: ({ properties }, id, value, before) => properties.setIfEquals(id, "email", before, value),
  "deleteIfEquals and createIfAbsent": async ({ properties }, id, value, before) => {
    await properties.deleteIfEquals(id, "email", before);
    await properties.createIfAbsent(id, "email", value);
  },
};

/** Everything that takes the property `email` away. */
const REMOVALS: { readonly [method: string]: (store: Store, id: string, value: string) => Promise<unknown> } = {
  "set to an empty text": ({ properties }, id) => properties.set(id, "email", ""),
  "setMany to an empty text": ({ properties }, id) => properties.setMany(id, [["a", "1"], ["email", ""]]),
  delete: ({ properties }, id) => properties.delete(id, "email"),
  deleteMany: ({ properties }, id) => properties.deleteMany(id, ["a", "email", "z"]),
  deleteIfEquals: ({ properties }, id, value) => properties.deleteIfEquals(id, "email", value),
  deleteAll: ({ properties }, id) => properties.deleteAll(id),
  "deleteAll without lists": ({ properties }, id) => properties.deleteAll(id, { includeLists: false }),
  erase: ({ actors }, id) => actors.erase(id),
};

/** The behaviours. */
export const lookups = group("lookups", {
  "an actor is found by the text of each indexed property": async (store, check, world) => {
    const id = await actor(store, world);
    for (const name of ["oauthId", "email", "externalUserId"]) {
      await store.properties.set(id, name, `${name} of ${id}`);
      check.equal(await store.lookups.get(name, `${name} of ${id}`), id, name);
      check.equal(await (await world.open()).lookups.get(name, `${name} of ${id}`), id, name);
    }
    check.null(await store.lookups.get("email", `oauthId of ${id}`), "another property's text");
    check.null(await store.lookups.get("email", world.id("nobody")));
  },

  "every method that writes an indexed property moves its lookup": async (store, check, world) => {
    for (const [method, write] of Object.entries(WRITES)) {
      const id = await actor(store, world);
      const [before, after] = [world.id("before"), world.id("after")];
      await store.properties.set(id, "email", before);
      await write(store, id, after, before);
      check.equal(await store.properties.get(id, "email"), after, method);
      check.equal(await store.lookups.get("email", after), id, method);
      check.null(await store.lookups.get("email", before), method);
    }
  },

  "every method that creates an indexed property makes its lookup": async (store, check, world) => {
    for (const method of ["set", "setMany", "createIfAbsent"] as const) {
      const id = await actor(store, world);
      const value = world.id("value");
      if (method === "setMany") await store.properties.setMany(id, [["email", value]]);
      else await store.properties[method](id, "email", value);
      check.equal(await store.lookups.get("email", value), id, method);
    }
  },

  "every method that removes an indexed property removes its lookup": async (store, check, world) => {
    for (const [method, remove] of Object.entries(REMOVALS)) {
      const id = await actor(store, world);
      const value = world.id("value");
      await store.properties.set(id, "email", value);
      check.equal(await store.lookups.get("email", value), id, method);
      await remove(store, id, value);
      check.null(await store.properties.get(id, "email"), method);
      check.null(await store.lookups.get("email", value), method);
      // A row that was left behind would be believed again.
      await unindexed(world, (plain) => plain.properties.set(id, "email", value));
      check.null(await store.lookups.get("email", value), `${method}: the row was left behind`);
    }
  },

  "moving away from a text removes its row": async (store, check, world) => {
    for (const [method, write] of Object.entries(WRITES)) {
      const id = await actor(store, world);
      const [before, after] = [world.id("before"), world.id("after")];
      await store.properties.set(id, "email", before);
      await write(store, id, after, before);
      check.false(await store.lookups.release(id, "email", before), method);
    }
  },

  "a conditional write that does not happen changes no lookup": async (store, check, world) => {
    const id = await actor(store, world);
    const [value, wanted] = [world.id("value"), world.id("wanted")];
    check.false(await store.properties.setIfEquals(id, "email", value, wanted));
    check.null(await store.lookups.get("email", wanted));
    await store.properties.set(id, "email", value);
    check.false(await store.properties.createIfAbsent(id, "email", wanted));
    check.false(await store.properties.setIfEquals(id, "email", wanted, world.id("third")));
    check.false(await store.properties.setIfEquals(id, "email", `${value} `, wanted));
    check.false(await store.properties.deleteIfEquals(id, "email", wanted));
    check.equal(await store.lookups.get("email", value), id);
    check.null(await store.lookups.get("email", wanted));
    check.false(await store.lookups.release(id, "email", wanted), "a row was left behind");
  },

  "writing the same text again keeps its lookup": async (store, check, world) => {
    const id = await actor(store, world);
    const value = world.id("value");
    for (const write of [...Object.values(WRITES), ...Object.values(WRITES)]) {
      await store.properties.set(id, "email", value);
      await write(store, id, value, value);
      check.equal(await store.lookups.get("email", value), id);
    }
  },

  "a property that goes back and forth is found by its text of now": async (store, check, world) => {
    const other = await world.open();
    const id = await actor(store, world);
    const values = [world.id("one"), world.id("two")] as const;
    for (let round = 0; round < 8; round++) {
      const [now, before] = round % 2 === 0 ? values : [values[1], values[0]];
      await (round % 3 === 0 ? store : other).properties.set(id, "email", now);
      check.equal(await store.lookups.get("email", now), id, `round ${round}`);
      check.null(await store.lookups.get("email", before), `round ${round}`);
    }
  },

  "several indexed properties are written and removed together": async (store, check, world) => {
    const id = await actor(store, world);
    const names = ["oauthId", "email", "externalUserId"];
    const value = world.id("the same text");
    await store.properties.setMany(id, [...names, "plain"].map((name) => [name, value]));
    for (const name of names) check.equal(await store.lookups.get(name, value), id, name);
    await store.properties.deleteMany(id, ["email", "plain"]);
    check.null(await store.lookups.get("email", value));
    check.equal(await store.properties.deleteAll(id), 2);
    for (const name of names) check.null(await store.lookups.get(name, value), name);
  },

  "name and text are never confused": async (_, check, world) => {
    const store = await world.open({ indexedProperties: ["a", "ab", "a:", "a:b"] });
    const text = world.id("text");
    const pairs = [["a", `b${text}`], ["ab", text], ["a", `:b${text}`], ["a:", `b${text}`], ["a:b", text]] as const;
    const ids: string[] = [];
    for (const [name, value] of pairs) {
      const id = await actor(store, world);
      await store.properties.set(id, name, value);
      ids.push(id);
    }
    for (const [index, [name, value]] of pairs.entries()) {
      check.equal(await store.lookups.get(name, value), ids[index], `${name}, ${value}`);
    }
  },

  "a text is found exactly as it was stored": async (store, check, world) => {
    const text = world.id("é");
    const texts = [
      text,
      `${text} `,
      ` ${text}`,
      text.toUpperCase(),
      text.normalize("NFD"),
      `${text}\u0001`,
      `"${text}"`,
    ];
    const ids: string[] = [];
    for (const each of texts) {
      const id = await actor(store, world);
      await store.properties.set(id, "email", each);
      ids.push(id);
    }
    for (const [index, each] of texts.entries()) check.equal(await store.lookups.get("email", each), ids[index], each);
  },

  "awkward texts are found": async (_, check, world) => {
    const texts = world.awkward.slice(0, 120).map((text) => `${text}${world.id("end")}`);
    const names = texts.map((_, index) => `name-${index}`);
    const store = await world.open({ indexedProperties: names });
    const id = await actor(store, world);
    await store.properties.setMany(id, texts.map((text, index) => [names[index]!, text]));
    for (const [index, text] of texts.entries()) check.equal(await store.lookups.get(names[index]!, text), id, text);
  },

  "an indexed property needs its actor to be found where the store says so": async (store, check, world) => {
    const id = world.id();
    const value = world.id("value");
    await store.properties.set(id, "email", value);
    check.equal(await store.properties.get(id, "email"), value);
    check.equal(await store.lookups.get("email", value), store.capabilities.lookupsNeedActor ? null : id);
    await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "" });
    check.true(await store.lookups.claim(id, "email", value));
    check.equal(await store.lookups.get("email", value), id);
    await store.actors.delete(id);
    check.equal(await store.lookups.get("email", value), store.capabilities.lookupsNeedActor ? null : id);
  },
});

async function actor(store: Store, world: World): Promise<string> {
  const id = world.id();
  await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "" });
  return id;
}

/** Work with a store that keeps no lookups, as a writer that knows nothing of them. */
async function unindexed(world: World, work: (store: Store) => Promise<unknown>): Promise<void> {
  const store = await world.open({ indexedProperties: [] });
  await work(store);
  await store.close();
}
