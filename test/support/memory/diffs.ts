// Diffs in memory.
import type { BackendPart } from "../../../src/backend.ts";
import { StoreError } from "../../../src/errors.ts";
import { SEQUENCE_MAXIMUM } from "../../../src/model/limits.ts";
import { instantOf } from "../../../src/model/time.ts";
import type { Diff, Diffs } from "../../../src/store.ts";
import { type Context, copy, removeWhere, rowsOf, type Synchronous } from "./database.ts";
import { subscriptionKey } from "./subscriptions.ts";

/** The part. */
export function diffs({ database, now }: Context): Synchronous<BackendPart<Diffs>> {
  const rows = (actorId: string) => rowsOf(database.diffs, actorId);

  /** The diffs of a subscription with a greater number, by number. */
  function later(actorId: string, subscriptionId: string, after: number): Diff[] {
    const found = [...rows(actorId).values()].filter((diff) => {
      return diff.subscriptionId === subscriptionId && diff.sequence > after;
    });
    return found.map(copy).sort((a, b) => a.sequence - b.sequence);
  }

  function deleteUpTo(actorId: string, peerId: string, subscriptionId: string, sequence: number): number {
    const cleared = later(actorId, subscriptionId, 0).filter((diff) => diff.sequence <= sequence);
    const last = cleared.at(-1);
    if (last === undefined) return 0;
    const subscriptions = rowsOf(database.subscriptions, actorId);
    const key = subscriptionKey(peerId, subscriptionId);
    const subscription = subscriptions.get(key);
    if (subscription !== undefined && subscription.sequence < last.sequence) {
      subscriptions.set(key, { ...subscription, sequence: last.sequence });
    }
    return removeWhere(rows(actorId), (diff) => {
      return diff.subscriptionId === subscriptionId && diff.sequence <= sequence;
    });
  }

  return {
    append(actorId, peerId, subscriptionId, data, { operation }) {
      const subscriptions = rowsOf(database.subscriptions, actorId);
      const key = subscriptionKey(peerId, subscriptionId);
      const subscription = subscriptions.get(key);
      if (subscription === undefined) return null;
      let sequence = subscription.sequence + 1;
      while (rows(actorId).has(diffKey(subscriptionId, sequence))) sequence++;
      if (sequence > SEQUENCE_MAXIMUM) {
        throw new StoreError("too_large", operation, `the subscription has used its last number, ${SEQUENCE_MAXIMUM}`);
      }
      const diff: Diff = { subscriptionId, sequence, timestamp: instantOf(now()), data };
      subscriptions.set(key, { ...subscription, sequence });
      rows(actorId).set(diffKey(subscriptionId, sequence), diff);
      return copy(diff);
    },

    get(actorId, subscriptionId, sequence) {
      const diff = rows(actorId).get(diffKey(subscriptionId, sequence));
      return diff === undefined ? null : copy(diff);
    },

    first: (actorId, subscriptionId) => later(actorId, subscriptionId, 0)[0] ?? null,

    all: (actorId, subscriptionId, call) => later(actorId, subscriptionId, call.after ?? 0),

    page(actorId, subscriptionId, call) {
      const found = later(actorId, subscriptionId, Number(call.after));
      const items = found.slice(0, call.limit);
      return { items, after: found.length > call.limit ? String(items.at(-1)!.sequence) : null };
    },

    createIfAbsent(actorId, diff) {
      const key = diffKey(diff.subscriptionId, diff.sequence);
      if (rows(actorId).has(key)) return false;
      rows(actorId).set(key, copy(diff));
      return true;
    },

    delete: (actorId, subscriptionId, sequence) => rows(actorId).delete(diffKey(subscriptionId, sequence)),

    deleteUpTo,

    deleteAll: (actorId, peerId, subscriptionId) => deleteUpTo(actorId, peerId, subscriptionId, Infinity),
  };
}

function diffKey(subscriptionId: string, sequence: number): string {
  return `${subscriptionId}:${sequence}`;
}
