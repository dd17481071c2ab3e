/** Subscriptions on DynamoDB. @module */

import type { BackendPart } from "../backend.ts";
import type { Subscription, Subscriptions } from "../store.ts";
import type { Item } from "./client/mod.ts";
import { collection, type Fields } from "./collection.ts";
import { type ActorQuery, type Filter } from "./queries.ts";
import { type Context, S } from "./requests.ts";

/** Attribute and kind of each field. */
export const FIELDS: Fields<Subscription> = {
  peerId: ["peerid", "text"],
  subscriptionId: ["subid", "text"],
  granularity: ["granularity", "sparse"],
  target: ["target", "sparse"],
  subtarget: ["subtarget", "sparse"],
  resource: ["resource", "sparse"],
  sequence: ["seqnr", "count"],
  callback: ["callback", "truth"],
};

/** The part. */
export function subscriptions(context: Context): BackendPart<Subscriptions> {
  const rows = collection(context, "subscriptions", FIELDS);

  return {
    get: (actorId, peerId, subscriptionId, call) => rows.get(subscriptionKey(actorId, peerId, subscriptionId), call),

    all: (actorId, call) => rows.all(actorId, call, ofPeer(call.peerId), belongsTo(call.peerId)),

    page: (actorId, call) => rows.page(actorId, call, ofPeer(call.peerId), belongsTo(call.peerId)),

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

    deleteAll: (actorId, call) => rows.deleteAll(actorId, call, ofPeer(call.peerId), belongsTo(call.peerId)),
  };
}

/** The key of a subscription's row. A subscription id has no `:`, so the joined text has one reading only. */
export function subscriptionKey(actorId: string, peerId: string, subscriptionId: string): Item {
  return { id: S(actorId), peer_sub_id: S(`${peerId}:${subscriptionId}`) };
}

function ofPeer(peerId: string | undefined): ActorQuery | undefined {
  if (peerId === undefined) return undefined;
  return { condition: "begins_with(peer_sub_id, :prefix)", values: { ":prefix": S(`${peerId}:`) } };
}

/** The prefix `a:` also finds subscriptions of a peer `a:b`. */
function belongsTo(peerId: string | undefined): Filter | undefined {
  if (peerId === undefined) return undefined;
  return {
    attributes: ["peerid"],
    matches: ({ peerid }) => peerid !== undefined && "S" in peerid && peerid.S === peerId,
  };
}
