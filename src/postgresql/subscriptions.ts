/** Subscriptions on PostgreSQL. @module */

import type { BackendPart } from "../backend.ts";
import type { Subscription, Subscriptions } from "../store.ts";
import { collection, type Layout } from "./collection.ts";
import type { Context, Tables } from "./statements.ts";

/** Where a subscription is kept. */
export function subscriptionLayout(tables: Tables): Layout<Subscription> {
  return {
    table: tables.subscriptions,
    key: ["id", "peer_sub_id"],
    fields: {
      peerId: ["peerid", "text"],
      subscriptionId: ["subid", "text"],
      granularity: ["granularity", "text"],
      target: ["target", "text"],
      subtarget: ["subtarget", "text"],
      resource: ["resource", "text"],
      sequence: ["seqnr", "whole"],
      callback: ["callback", "truth"],
    },
    order: `peer_sub_id COLLATE "C"`,
  };
}

/** The part. */
export function subscriptions(context: Context): BackendPart<Subscriptions> {
  const rows = collection(context, subscriptionLayout(context.tables));
  // The bounds are for the index; `;` is the byte after `:`. A peer `a:b` lies within those of a peer `a`.
  const ofPeer = rows.where(
    `id = $1::text AND peer_sub_id COLLATE "C" > $2::text || ':' AND peer_sub_id COLLATE "C" < $2::text || ';'
      AND peerid = $2::text`,
    2,
  );
  const selection = (peerId: string | undefined) => peerId === undefined ? rows.ofActor : ofPeer;
  const selected = (actorId: string, peerId: string | undefined) =>
    peerId === undefined ? [actorId] : [actorId, peerId];

  return {
    get: (actorId, peerId, subscriptionId, call) => rows.get(subscriptionKey(actorId, peerId, subscriptionId), call),

    all: (actorId, call) => selection(call.peerId).all(selected(actorId, call.peerId), call),

    page: (actorId, call) => selection(call.peerId).page(selected(actorId, call.peerId), call),

    createIfAbsent: (actorId, subscription, call) =>
      rows.create(
        subscriptionKey(actorId, subscription.peerId, subscription.subscriptionId),
        subscription as Subscription,
        call,
      ),

    update: (actorId, peerId, subscriptionId, fields, call) =>
      rows.update(subscriptionKey(actorId, peerId, subscriptionId), fields, call),

    delete: (actorId, peerId, subscriptionId, call) =>
      rows.delete(subscriptionKey(actorId, peerId, subscriptionId), call),

    deleteAll: (actorId, call) => selection(call.peerId).delete(selected(actorId, call.peerId), call),
  };
}

/** The key of a subscription's row. A subscription id has no `:`, so the joined text has one reading only. */
function subscriptionKey(actorId: string, peerId: string, subscriptionId: string): string[] {
  return [actorId, `${peerId}:${subscriptionId}`];
}
