/** Behaviours of calls that are cut off: a fault is never answered as if there were nothing. @module */

import { StoreError } from "../errors.ts";
import type { Actors, Store } from "../store.ts";
import { group } from "./case.ts";
import type { Check } from "./check.ts";
import { everyMethod } from "./every_method.ts";

/** Methods that give what is stored. */
const READ = /\.(get\w*|list\w*|has|all|pages|range\w*|last|prefix|first|bucket|tombstone|timestamps)$/;
const AT = "2026-01-02T03:04:05.000000Z";

/** Ways to cut a call off: its options, and what is done as soon as it has begun. */
const CUTS = {
  "aborted at once": () => {
    const controller = new AbortController();
    return { options: { signal: controller.signal }, begun: () => controller.abort() };
  },
  "without time": () => ({ options: { timeout: 0.001 }, begun: () => {} }),
};

/** The behaviours. */
export const callFaults = group("call faults", {
  "a read that is cut off gives what is there or a fault, never nothing": async (store, check, world) => {
    const id = await filled(store, world.id());
    for (const { operation, acceptable, call } of everyMethod.filter((method) => READ.test(method.operation))) {
      check.false(isNothing(await call(store, ...acceptable(id))), `${operation} finds something`);
      for (const [name, cut] of Object.entries(CUTS)) {
        const { options, begun } = cut();
        const calling = call(store, ...acceptable(id), options);
        begun();
        await givesSomething(check, calling, `${operation} ${name}`);
      }
    }
  },

  "a write whose condition holds is never answered as if it did not, also when it is cut off": async (
    store,
    check,
    world,
  ) => {
    for (const [name, cut] of Object.entries(CUTS)) {
      const id = await filled(store, world.id());
      for (const [operation, write] of Object.entries(HOLDING)) {
        const { options, begun } = cut();
        const calling = write(store, id, options);
        begun();
        await givesSomething(check, calling, `${operation} ${name}`);
      }
    }
  },
});

type Write = (store: Store, id: string, options: Parameters<Actors["delete"]>[1]) => Promise<unknown>;

/** Writes to a filled actor, none of which depends on another. */
const HOLDING: Readonly<Record<string, Write>> = {
  "actors.createIfAbsent": ({ actors }, id, options) =>
    actors.createIfAbsent({ id: `${id}2`, creator: "ada", passphrase: "" }, options),
  "actors.update": ({ actors }, id, options) => actors.update(id, { passphrase: "other" }, options),
  "properties.createIfAbsent": ({ properties }, id, options) => properties.createIfAbsent(id, "new", "1", options),
  "properties.setIfEquals": ({ properties }, id, options) => properties.setIfEquals(id, "a", "1", "2", options),
  "properties.deleteIfEquals": ({ properties }, id, options) => properties.deleteIfEquals(id, "b", "2", options),
  "properties.delete": ({ properties }, id, options) => properties.delete(id, "name", options),
  "trusts.update": ({ trusts }, id, options) => trusts.update(id, "peer", { approved: true }, options),
  "trusts.touch": ({ trusts }, id, options) => trusts.touch(id, "peer", { at: AT }, options),
  "trusts.delete": ({ trusts }, id, options) => trusts.delete(id, "peer", options),
  "peerTrustees.update": ({ peerTrustees }, id, options) => peerTrustees.update(id, "peer", { type: "b" }, options),
  "peerTrustees.delete": ({ peerTrustees }, id, options) => peerTrustees.delete(id, "peer", options),
  "diffs.append": ({ diffs }, id, options) => diffs.append(id, "peer", "subscription", "{}", options),
  "diffs.delete": ({ diffs }, id, options) => diffs.delete(id, "subscription", 1, options),
  "subscriptions.update": ({ subscriptions }, id, options) =>
    subscriptions.update(id, "peer", "subscription", { granularity: "low" }, options),
  "subscriptions.delete": ({ subscriptions }, id, options) => subscriptions.delete(id, "peer", "subscription", options),
  "suspensions.createIfAbsent": ({ suspensions }, id, options) => suspensions.createIfAbsent(id, "new", "", options),
  "suspensions.delete": ({ suspensions }, id, options) => suspensions.delete(id, "target", "subtarget", options),
  "attributes.createIfAbsent": ({ attributes }, id, options) =>
    attributes.createIfAbsent(id, "bucket", "new", 1, options),
  "attributes.setIfEquals": ({ attributes }, id, options) => attributes.setIfEquals(id, "bucket", "a", 1, 2, options),
  "attributes.consume": ({ attributes }, id, options) => attributes.consume(id, "bucket", "b", options),
  "attributes.delete": ({ attributes }, id, options) => attributes.delete(id, "bucket", "name", options),
  "actors.erase": ({ actors }, id, options) => actors.erase(id, options),
};

/** An actor with something for every method to find; its id. */
async function filled(store: Store, id: string): Promise<string> {
  const actor = { id, creator: "ada", passphrase: "" };
  await store.actors.createIfAbsent(actor);
  await store.actors.erase(id);
  await store.actors.createIfAbsent(actor);
  await store.properties.setMany(id, [["a", "1"], ["b", "2"], ["name", "value"], ["email", "value"]]);
  const peer = { peerId: "peer", baseUri: "https://peer", type: "urn:a" };
  await store.trusts.createIfAbsent(id, { ...peer, relationship: "friend", secret: "secret" });
  await store.peerTrustees.createIfAbsent(id, { ...peer, passphrase: "" });
  await store.subscriptions.createIfAbsent(id, { peerId: "peer", subscriptionId: "subscription" });
  await store.diffs.append(id, "peer", "subscription", "{}");
  await store.suspensions.createIfAbsent(id, "target", "subtarget");
  await store.attributes.setMany(id, "bucket", [["a", 1], ["b", 2], ["name", 3]], { timestamp: AT });
  return id;
}

async function givesSomething(check: Check, calling: Promise<unknown>, message: string): Promise<void> {
  try {
    check.false(isNothing(await calling), `${message} answers that there is nothing`);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
}

/** Whether an answer says that something is not there or did not hold. */
function isNothing(answer: unknown): boolean {
  if (answer === null || answer === false) return true;
  if (answer instanceof Map) return answer.size === 0;
  const rows = typeof answer === "object" && "items" in answer! ? answer.items : answer;
  return Array.isArray(rows) && rows.length === 0;
}
