/** Peer trustees on DynamoDB. @module */

import type { BackendPart } from "../backend.ts";
import type { PeerTrustee, PeerTrustees } from "../store.ts";
import type { Item } from "./client/mod.ts";
import { collection, type Fields } from "./collection.ts";
import { type Context, S } from "./requests.ts";

/** Attribute and kind of each field. */
export const FIELDS: Fields<PeerTrustee> = {
  peerId: ["peerid", "text"],
  baseUri: ["baseuri", "text"],
  type: ["type", "text"],
  passphrase: ["passphrase", "text"],
};

/** The part. */
export function peerTrustees(context: Context): BackendPart<PeerTrustees> {
  const rows = collection(context, "peertrustees", FIELDS);

  return {
    get: (actorId, peerId, call) => rows.get(trusteeKey(actorId, peerId), call),

    listByType: (actorId, type, call) =>
      rows.all(actorId, call, {
        values: { ":type": S(type) },
        rest: { FilterExpression: "#type = :type" },
      }),

    all: (actorId, call) => rows.all(actorId, call),

    page: (actorId, call) => rows.page(actorId, call),

    createIfAbsent: (actorId, trustee, call) => rows.create(trusteeKey(actorId, trustee.peerId), trustee, call),

    update: (actorId, peerId, fields, call) => rows.update(trusteeKey(actorId, peerId), fields, call),

    delete: (actorId, peerId, call) => rows.delete(trusteeKey(actorId, peerId), call),

    deleteAll: (actorId, call) => rows.deleteAll(actorId, call),
  };
}

/** The key of a peer trustee's row. */
export function trusteeKey(actorId: string, peerId: string): Item {
  return { id: S(actorId), peerid: S(peerId) };
}
