/** Behaviours of the names of lists. @module */

import { listOf, lists as namesOf, setPlainProperty } from "../lists/mod.ts";
import { compareBytes } from "../model/order.ts";
import { group } from "./case.ts";

/** The behaviours. */
export const namedLists = group("named lists", {
  "lists whose names begin alike are apart": async (store, check, world) => {
    const id = world.id();
    const names = ["foo", "foo-5", "foo-meta", "fo", "foo-", "Foo", "foo bar", "list:foo"];
    for (const name of names) await listOf(store, id, name).extend([name, 1]);
    await store.properties.set(id, "plain", "value");
    for (const name of names) {
      check.equal(await listOf(store, id, name).slice(), [name, 1], name);
      check.equal(await listOf(store, id, name).get(-1), 1, name);
    }
    check.equal(await namesOf(store, id), ["Foo", "fo", "foo", "foo bar", "foo-", "foo-5", "foo-meta", "list:foo"]);
    check.equal(await listOf(store, id, "foo").clear(), 2);
    check.true(await listOf(store, id, "foo-").deleteList());
    for (const name of names.filter((each) => each !== "foo" && each !== "foo-")) {
      check.equal(await listOf(store, id, name).slice(), [name, 1], name);
    }
    check.equal(await store.properties.all(id), [{ name: "plain", value: "value" }]);
  },

  "awkward texts are names like any other": async (store, check, world) => {
    const id = world.id();
    const step = Math.ceil(world.awkward.length / 40);
    const names = world.awkward.filter((name, index) => index % step === 0 && !name.includes("#") && name.length < 200);
    await Promise.all(names.map((name) => listOf(store, id, name).append(name)));
    check.equal(await namesOf(store, id), [...names].sort(compareBytes));
    for (const name of names) check.equal(await listOf(store, id, name).slice(), [name], name);
  },

  "a new list's name has no # and is not too long": async (store, check, world) => {
    const id = world.id();
    for (const name of ["#", "a#", "a-#b"]) {
      await check.refused(listOf(store, id, name).append(1), "invalid", "name");
      await check.refused(listOf(store, id, name).extend([1, 2]), "invalid", "name");
      await check.refused(listOf(store, id, name).setMetadata({ description: "x" }), "invalid", "name");
    }
    await check.refused(listOf(store, id, "x".repeat(838)).append(1), "too_large", "837");
    await listOf(store, id, "é".repeat(418)).append(1);
    check.equal(await namesOf(store, id), ["é".repeat(418)]);
  },

  "the names of a thousand list rows and more are read in parts": async (store, check, world) => {
    const id = world.id();
    await listOf(store, id, "a").extend(Array.from({ length: 1_000 }, (_, index) => index));
    await listOf(store, id, "b").append(1);
    check.equal(await namesOf(store, id), ["a", "b"]);
    check.equal(await listOf(store, id, "a").length(), 1_000);
    check.equal(await listOf(store, id, "a").get(999), 999);
  },

  "a list and a property do not share a name": async (store, check, world) => {
    const id = world.id();
    await store.properties.set(id, "taken", "value");
    await check.refused(listOf(store, id, "taken").append(1), "conflict");
    await check.refused(listOf(store, id, "taken").setMetadata({ description: "x" }), "conflict");
    check.equal(await store.properties.all(id, { includeLists: true }), [{ name: "taken", value: "value" }]);
    await listOf(store, id, "list").append(1);
    await check.refused(setPlainProperty(store, id, "list", "value"), "conflict");
    check.null(await store.properties.get(id, "list"));
    await setPlainProperty(store, id, "taken", "other");
    await setPlainProperty(store, id, "new", "value");
    check.equal((await store.properties.all(id)).map(({ value }) => value), ["value", "other"]);
    await check.refused(setPlainProperty(store, id, "list:list-meta", "{}"), "invalid", "name");
    check.true(await listOf(store, id, "list").deleteList());
    await setPlainProperty(store, id, "list", "value");
  },

  "a list is one actor's": async (store, check, world) => {
    const id = world.id();
    await listOf(store, id, "notes").append(1);
    check.equal(await listOf(store, `${id}2`, "notes").slice(), []);
    check.equal(await namesOf(store, `${id}2`), []);
    check.true(await listOf(store, id, "notes").deleteList());
  },
});
