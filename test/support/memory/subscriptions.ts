// Subscriptions in memory.
import type { BackendPart } from "../../../src/backend.ts";
import type { Subscription, SubscriptionFilter, Subscriptions } from "../../../src/store.ts";
import { type Context, copy, pageOf, removeWhere, rowsOf, sorted, type Synchronous } from "./database.ts";

/** The part. */
export function subscriptions({ database }: Context): Synchronous<BackendPart<Subscriptions>> {
  const rows = (actorId: string) => rowsOf(database.subscriptions, actorId);
  const wanted = (actorId: string, filter: SubscriptionFilter) =>
    sorted(rows(actorId)).filter(([, subscription]) => isOfPeer(subscription, filter));

  return {
    get(actorId, peerId, subscriptionId) {
      const subscription = rows(actorId).get(subscriptionKey(peerId, subscriptionId));
      return subscription === undefined ? null : copy(subscription);
    },

    all: (actorId, call) => wanted(actorId, call).map(([, subscription]) => copy(subscription)),

    page: (actorId, call) => pageOf(wanted(actorId, call), call, copy),

    createIfAbsent(actorId, subscription) {
      const key = subscriptionKey(subscription.peerId, subscription.subscriptionId);
      if (rows(actorId).has(key)) return false;
      // The guard has given every field a value.
      rows(actorId).set(key, copy(subscription as Subscription));
      return true;
    },

    update(actorId, peerId, subscriptionId, fields) {
      const key = subscriptionKey(peerId, subscriptionId);
      const subscription = rows(actorId).get(key);
      if (subscription === undefined) return false;
      rows(actorId).set(key, { ...subscription, ...fields });
      return true;
    },

    delete: (actorId, peerId, subscriptionId) => rows(actorId).delete(subscriptionKey(peerId, subscriptionId)),

    deleteAll: (actorId, call) => removeWhere(rows(actorId), (subscription) => isOfPeer(subscription, call)),
  };
}

/** The key of a subscription's row. A subscription id has no `:`, so the joined text has one reading only. */
export function subscriptionKey(peerId: string, subscriptionId: string): string {
  return `${peerId}:${subscriptionId}`;
}

function isOfPeer(subscription: Subscription, { peerId }: SubscriptionFilter): boolean {
  return peerId === undefined || subscription.peerId === peerId;
}
