/** Behaviours of tombstones: what stays of erased actors. @module */

import type { Store } from "../store.ts";
import { group, type World } from "./case.ts";

const DAYS_30_AND_1_HOUR = (30 * 24 + 1) * 3600;
const MOMENT = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
/** The first second of the clock at which a tombstone of that moment counts as absent. */
const END = (Math.floor(MOMENT / 1000) + DAYS_30_AND_1_HOUR) * 1000;

/** The behaviours. */
export const tombstones = group("tombstones", {
  "an erased actor leaves a tombstone with the moment of its erasing": async (_, check, world) => {
    const store = await world.open({ now: () => MOMENT });
    const id = await erased(store, world);
    check.equal(await store.actors.tombstone(id), { actorId: id, deletedAt: "2026-01-02T03:04:05.678000Z" });
  },

  "a living actor, a removed row and an id that never was have none": async (store, check, world) => {
    const [living, removed, never] = [world.id(), world.id(), world.id()];
    for (const id of [living, removed]) await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "" });
    await store.actors.delete(removed);
    check.false(await store.actors.erase(never));
    for (const id of [living, removed, never]) check.null(await store.actors.tombstone(id), id);
  },

  "a tombstone lasts 30 days and one hour to the second": async (_, check, world) => {
    let clock = MOMENT;
    const store = await world.open({ now: () => clock });
    const id = await erased(store, world);
    for (const later of [3 * 86_400_000, 30 * 86_400_000, END - MOMENT - 1]) {
      clock = MOMENT + later;
      check.notEqual(await store.actors.tombstone(id), null, `${later} ms later`);
    }
    for (const later of [END, END + 1, END + 86_400_000]) {
      clock = later;
      check.null(await store.actors.tombstone(id), `at ${later}`);
    }
  },

  "erasing what is already erased does not renew the tombstone": async (_, check, world) => {
    let clock = MOMENT;
    const store = await world.open({ now: () => clock });
    const id = await erased(store, world);
    const tombstone = await store.actors.tombstone(id);
    clock += 86_400_000;
    check.false(await store.actors.erase(id));
    check.equal(await store.actors.tombstone(id), tombstone);
  },

  "erasing an actor that was created again renews the tombstone": async (_, check, world) => {
    let clock = MOMENT;
    const store = await world.open({ now: () => clock });
    const id = await erased(store, world);
    await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "" });
    clock += 86_400_000;
    check.true(await store.actors.erase(id));
    check.equal((await store.actors.tombstone(id))?.deletedAt, "2026-01-03T03:04:05.678000Z");
    clock = END;
    check.notEqual(await store.actors.tombstone(id), null, "it lasts from the second erasing on");
  },

  "creating an id again keeps its tombstone unless asked to clear it": async (store, check, world) => {
    const id = await erased(store, world);
    const actor = { id, creator: "ada", passphrase: "" };
    check.true(await store.actors.createIfAbsent(actor));
    check.notEqual(await store.actors.tombstone(id), null);
    await store.actors.erase(id);
    check.true(await store.actors.createIfAbsent(actor, { clearTombstone: true }));
    check.null(await store.actors.tombstone(id));
    check.equal(await store.actors.get(id), actor);
  },

  "a creation that fails clears no tombstone": async (store, check, world) => {
    const id = await erased(store, world);
    const actor = { id, creator: "ada", passphrase: "first" };
    await store.actors.createIfAbsent(actor);
    check.false(await store.actors.createIfAbsent({ ...actor, passphrase: "second" }, { clearTombstone: true }));
    check.notEqual(await store.actors.tombstone(id), null);
    check.equal(await store.actors.get(id), actor);
  },

  "clearing works where there is no tombstone": async (store, check, world) => {
    const actor = { id: world.id(), creator: "ada", passphrase: "" };
    check.true(await store.actors.createIfAbsent(actor, { clearTombstone: true }));
    check.equal(await store.actors.get(actor.id), actor);
    check.null(await store.actors.tombstone(actor.id));
  },

  "of fifty creations that clear, one wins": async (store, check, world) => {
    const other = await world.open();
    const id = await erased(store, world);
    const created = await Promise.all(Array.from({ length: 50 }, (_, index) => {
      const actor = { id, creator: `creator-${index}`, passphrase: "" };
      return (index % 2 === 0 ? store : other).actors.createIfAbsent(actor, { clearTombstone: true });
    }));
    check.equal(created.filter(Boolean).length, 1);
    check.equal((await store.actors.get(id))?.creator, `creator-${created.indexOf(true)}`);
    check.null(await store.actors.tombstone(id));
  },

  "a tombstone belongs to exactly its own id": async (store, check, world) => {
    const id = await erased(store, world);
    const others = [`${id}x`, `${id}:x`, id.slice(0, -1), id.toUpperCase(), `${id} `];
    for (const other of others) check.null(await store.actors.tombstone(other), other);
    for (const other of others) {
      const actor = { id: other, creator: "ada", passphrase: "" };
      check.true(await store.actors.createIfAbsent(actor, { clearTombstone: true }), other);
      check.notEqual(await store.actors.tombstone(id), null, `after ${other} was created`);
    }
  },

  "an id is created and cleared as one step, also while it is being erased": async (store, check, world) => {
    const other = await world.open();
    for (let round = 0; round < 30; round++) {
      const actor = { id: world.id(), creator: "ada", passphrase: "" };
      await store.actors.createIfAbsent(actor);
      const creations = Array.from({ length: 4 }, () => other.actors.createIfAbsent(actor, { clearTombstone: true }));
      const [gone, ...created] = await Promise.all([store.actors.erase(actor.id), ...creations]);
      check.true(gone, `round ${round}`);
      const again = created.some(Boolean);
      check.equal(await store.actors.get(actor.id), again ? actor : null, `round ${round}`);
      check.equal(await store.actors.tombstone(actor.id) === null, again, `round ${round}, created again: ${again}`);
    }
  },

  "a tombstone is no property, attribute or actor of the erased id": async (store, check, world) => {
    const id = await erased(store, world);
    check.null(await store.actors.get(id));
    check.equal(await store.attributes.all(id), []);
    check.equal(await store.properties.all(id, { includeLists: true }), []);
  },
});

/** An actor that was created and erased; its id. */
async function erased(store: Store, world: World): Promise<string> {
  const id = world.id();
  await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "" });
  await store.actors.erase(id);
  return id;
}
