/** Behaviours of the reverse lookup's rows as a table. @module */

import { group } from "./case.ts";
import { fieldsOf, walked } from "./tables.ts";

/** The behaviours. */
export const tableLookups = group("table lookups", {
  "lookup rows are those that are true": async (store, check, world) => {
    const [id, other] = [world.id(), world.id()];
    const email = `${id}@example.org`;
    for (const each of [id, other]) await store.actors.createIfAbsent({ id: each, creator: "ada", passphrase: "" });
    await store.properties.set(id, "email", email);
    await store.properties.set(other, "email", email);
    const row = { actorId: id, name: "email", value: email };
    check.equal((await walked(store, "lookups", { actorId: id })).map(fieldsOf), [row]);
    check.equal(await walked(store, "lookups", { actorId: other }), []);
    check.equal((await store.tables.getMany("lookups", [[id, "email"], [other, "email"]])).items.map(fieldsOf), [row]);
    const everybody = await walked(store, "lookups", { limit: 500 });
    check.equal(everybody.filter(({ value }) => value === email).map(fieldsOf), [row]);
    await store.tables.delete("properties", [[id, "email"]]);
    check.equal(await walked(store, "lookups", { actorId: id }), [], "without its property");
    await store.tables.write("lookups", [{ ...row, actorId: other }]);
    check.equal(await store.lookups.get("email", email), other);
    await store.tables.delete("lookups", [[other, "email"]]);
    check.null(await store.lookups.get("email", email));
  },

  "a lookup row without its actor is written where that can be, and counted": async (store, check, world) => {
    const id = world.id();
    const value = `${id}@example.org`;
    await store.tables.write("properties", [{ actorId: id, name: "email", value }]);
    const written = await store.tables.write("lookups", [{ actorId: id, name: "email", value }]);
    check.equal(written, store.capabilities.lookupsNeedActor ? 0 : 1);
    check.equal(await store.lookups.get("email", value), written === 0 ? null : id);
  },

  "lookup rows go with the row of their actor where they need it, and stay where they do not": async (
    store,
    check,
    world,
  ) => {
    const id = world.id();
    const value = `${id}@example.org`;
    await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "" });
    await store.properties.set(id, "email", value);
    await store.tables.delete("actors", [[id]]);
    check.null(await store.actors.get(id));
    check.equal(await store.properties.get(id, "email"), value);
    check.equal(await store.lookups.get("email", value), store.capabilities.lookupsNeedActor ? null : id);
  },
});
