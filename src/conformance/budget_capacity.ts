/** Behaviours of cost on DynamoDB: what each call may consume. Other backends consume no capacity units. @module */

import type { Store } from "../store.ts";
import { group, stopped, type World } from "./case.ts";
import type { Check } from "./check.ts";

/** The behaviours. */
export const budgetCapacity = group("budget capacity", {
  "an actor costs three units to create and one to read": async (_, check, world) => {
    const { store, costs } = await metering(world, check);
    const id = world.id();
    await costs(3, "create", () => store.actors.createIfAbsent({ id, creator: "ada", passphrase: "secret" }));
    await costs(1, "get", () => store.actors.get(id));
    await costs(1, "tombstone", () => store.actors.tombstone(id));
  },

  "a property costs one unit to write and one to read": async (_, check, world) => {
    const { store, costs } = await metering(world, check);
    const id = world.id();
    await costs(1, "set", () => store.properties.set(id, "name", "1"));
    await costs(1, "set anew", () => store.properties.set(id, "name", "2"));
    await costs(1, "get", () => store.properties.get(id, "name"));
    await costs(1, "swap", () => store.properties.setIfEquals(id, "name", "2", "3"));
    await costs(1, "create a taken one", () => store.properties.createIfAbsent(id, "name", "4"));
    await costs(1, "delete", () => store.properties.delete(id, "name"));
  },

  "an indexed property costs three units to write with a new value": async (_, check, world) => {
    const { store, costs } = await metering(world, check);
    const id = world.id();
    await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "" });
    await costs(3, "set the first value", () => store.properties.set(id, "email", `${id} a`));
    await costs(3, "set another", () => store.properties.set(id, "email", `${id} b`));
    await costs(3, "swap", () => store.properties.setIfEquals(id, "email", `${id} b`, `${id} c`));
    await costs(3, "delete", () => store.properties.delete(id, "email"));
  },

  "a reverse lookup costs two units": async (_, check, world) => {
    const { store, costs } = await metering(world, check);
    const id = world.id();
    await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "" });
    await store.properties.set(id, "email", id);
    await costs(2, "hit", () => store.lookups.get("email", id));
    await costs(1, "miss", () => store.lookups.get("email", `${id}2`));
  },

  "an attribute costs one unit to write and one to read, and two to swap at most": async (_, check, world) => {
    const { store, costs } = await metering(world, check);
    const id = world.id();
    await costs(1, "set", () => store.attributes.set(id, "bucket", "name", { a: 1, b: 2 }));
    await costs(1, "get", () => store.attributes.get(id, "bucket", "name"));
    await costs(2, "swap", () => store.attributes.setIfEquals(id, "bucket", "name", { a: 1, b: 2 }, { a: 2 }));
    await costs(2, "swap another", () => store.attributes.setIfEquals(id, "bucket", "name", { a: 1 }, { a: 3 }));
    await costs(1, "create a taken one", () => store.attributes.createIfAbsent(id, "bucket", "name", 1));
    await costs(1, "consume", () => store.attributes.consume(id, "bucket", "name"));
  },

  "a trust costs half a unit to find by its secret": async (_, check, world) => {
    const { store, costs } = await metering(world, check);
    const id = world.id();
    const secret = world.id("secret");
    const trust = { peerId: "peer", baseUri: "https://peer", type: "urn:a", relationship: "friend", secret };
    await store.trusts.createIfAbsent(id, trust);
    await costs(0.5, "by secret", () => store.trusts.getBySecret(id, secret));
    await costs(0.5, "by an unknown secret", () => store.trusts.getBySecret(id, `${secret}2`));
    await costs(1, "get", () => store.trusts.get(id, "peer"));
  },

  "a diff costs three units to append": async (_, check, world) => {
    const { store, costs } = await metering(world, check);
    const id = world.id();
    await store.subscriptions.createIfAbsent(id, { peerId: "p", subscriptionId: "s", target: "properties" });
    for (let number = 1; number <= 12; number++) {
      await costs(3, `number ${number}`, () => store.diffs.append(id, "p", "s", '{"name": "value"}'));
    }
  },

  "a list costs what its bytes cost": async (_, check, world) => {
    const { store, costs } = await metering(world, check);
    const id = world.id();
    const [filler, timestamp] = ["x".repeat(140), "2026-01-02T03:04:05Z"];
    const named = Array.from({ length: 100 }, (_, index) => [`name ${index + 100}`, filler] as const);
    await store.properties.setMany(id, named);
    const row = { subscriptionId: "subscription", timestamp, data: filler };
    await Promise.all(named.map((_, index) => store.diffs.createIfAbsent(id, { ...row, sequence: index + 1 })));
    await costs(6, "a range of a hundred", () => store.properties.range(id, "name", "name~"));
    await costs(8, "a hundred diffs", () => store.diffs.all(id, "subscription"));
    await costs(1, "the last of a range", () => store.properties.last(id, "name", "name~"));
    await costs(1, "a short range", () => store.properties.range(id, "name", "name~", { limit: 10 }));
  },

  "an actor with a hundred properties costs 110 units to erase": async (_, check, world) => {
    const { store, costs } = await metering(world, check);
    const id = world.id();
    await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "secret" });
    await store.properties.setMany(id, Array.from({ length: 100 }, (_, index) => [`name ${index}`, "value"]));
    await costs(110, "erase", () => store.actors.erase(id));
  },
});

/** A store, and a check that a call consumes so many capacity units at most; anywhere but on DynamoDB none. */
async function metering(world: World, check: Check) {
  let units = 0;
  const store: Store = await world.open({
    now: stopped,
    onRequest: ({ consumedCapacity }) => units += consumedCapacity,
  });
  const costs = async (most: number, call: string, run: () => Promise<unknown>): Promise<void> => {
    units = 0;
    await run();
    if (store.backend !== "dynamodb") return check.equal(units, 0, call);
    check.true(units <= most, `${call}: ${units} units, ${most} at most`);
  };
  return { store, costs };
}
