// Faults of steps: what one call does in two, and what is answered when one of them fails.
import { instantOf } from "../../../src/model/time.ts";
import { rowsOf } from "../memory/database.ts";
import { type Fault, inBackend, inParts } from "./fault.ts";

/** The faults. */
export const stepFaults: Readonly<Record<string, Fault>> = {
  "compare-and-swap of a property reads, waits and then writes": inParts(["property conditions"], ({ properties }) => ({
    properties: {
      ...properties,
      async setIfEquals(actorId, name, expected, value, call) {
        if (properties.get(actorId, name, call) !== expected) return false;
        await null;
        properties.set(actorId, name, value, call);
        return true;
      },
    },
  })),

  "compare-and-swap of an attribute compares, waits and then writes": inParts(
    ["attribute races"],
    ({ attributes }) => ({
      attributes: {
        ...attributes,
        async setIfEquals(actorId, bucket, name, expected, data, call) {
          const same = attributes.setIfEquals(actorId, bucket, name, expected, expected, call);
          await null;
          if (same) attributes.set(actorId, bucket, name, data, call);
          return same;
        },
      },
    }),
  ),

  "consuming an attribute reads, waits and then removes": inParts(["attribute races"], ({ attributes }) => ({
    attributes: {
      ...attributes,
      async consume(actorId, bucket, name, call) {
        const found = attributes.get(actorId, bucket, name, call);
        await null;
        attributes.delete(actorId, bucket, name, call);
        return found;
      },
    },
  })),

  "creating an actor looks, waits and then writes": inParts(["actors"], ({ actors }, { database }) => ({
    actors: {
      ...actors,
      async createIfAbsent(actor, call) {
        if (database.actors.has(actor.id)) return false;
        await null;
        database.actors.delete(actor.id);
        return actors.createIfAbsent(actor, call);
      },
    },
  })),

  "a use of a trust writes the whole row as it was read before": inParts(
    ["trust uses"],
    ({ trusts }, { database }) => ({
      trusts: {
        ...trusts,
        async touch(actorId, peerId, use, call) {
          if (!trusts.touch(actorId, peerId, use, call)) return false;
          const row = trusts.get(actorId, peerId, call)!;
          await null;
          rowsOf(database.trusts, actorId).set(peerId, row);
          return true;
        },
      },
    }),
  ),

  "diffs are numbered from those that are there": inParts(
    ["diff numbers", "diffs"],
    ({ diffs, subscriptions }, { now }) => ({
      diffs: {
        ...diffs,
        append(actorId, peerId, subscriptionId, data, call) {
          const sequence = (diffs.all(actorId, subscriptionId, call).at(-1)?.sequence ?? 0) + 1;
          if (!subscriptions.update(actorId, peerId, subscriptionId, { sequence }, call)) return null;
          const diff = { subscriptionId, sequence, timestamp: instantOf(now()), data };
          diffs.createIfAbsent(actorId, diff, call);
          return diff;
        },
      },
    }),
  ),

  "a number is taken, and its diff is stored a moment later": inParts(
    ["diff races"],
    ({ diffs, subscriptions }, { now }) => ({
      diffs: {
        ...diffs,
        async append(actorId, peerId, subscriptionId, data, call) {
          const subscription = subscriptions.get(actorId, peerId, subscriptionId, call);
          if (subscription === null) return null;
          const diff = { subscriptionId, sequence: subscription.sequence + 1, timestamp: instantOf(now()), data };
          await null;
          subscriptions.update(actorId, peerId, subscriptionId, { sequence: diff.sequence }, call);
          diffs.createIfAbsent(actorId, diff, call);
          return diff;
        },
      },
    }),
  ),

  "a read that fails is answered as null": inBackend(["call faults"], ({ properties }) => ({
    properties: { ...properties, get: (...args) => properties.get(...args).catch(() => null) },
  })),

  "a list that fails is answered as empty": inBackend(["call faults"], ({ properties }) => ({
    properties: { ...properties, all: (...args) => properties.all(...args).catch(() => []) },
  })),

  "a conditional write that fails is answered as false": inBackend(["call faults"], ({ properties }) => ({
    properties: { ...properties, setIfEquals: (...args) => properties.setIfEquals(...args).catch(() => false) },
  })),
};
