/** Peer trustees on PostgreSQL. @module */

import type { BackendPart } from "../backend.ts";
import type { PeerTrustee, PeerTrustees } from "../store.ts";
import { collection, type Layout } from "./collection.ts";
import type { Context, Tables } from "./statements.ts";

/** Where a peer trustee is kept. */
export function peerTrusteeLayout(tables: Tables): Layout<PeerTrustee> {
  return {
    table: tables.peertrustees,
    key: ["id", "peerid"],
    fields: {
      peerId: ["peerid", "text"],
      baseUri: ["baseuri", "text"],
      type: ["type", "text"],
      passphrase: ["passphrase", "text"],
    },
    order: `peerid COLLATE "C"`,
  };
}

/** The part. */
export function peerTrustees(context: Context): BackendPart<PeerTrustees> {
  const rows = collection(context, peerTrusteeLayout(context.tables));
  const ofType = rows.where("id = $1::text AND type = $2::text", 2);

  return {
    get: (actorId, peerId, call) => rows.get([actorId, peerId], call),

    listByType: (actorId, type, call) => ofType.all([actorId, type], call),

    all: (actorId, call) => rows.ofActor.all([actorId], call),

    page: (actorId, call) => rows.ofActor.page([actorId], call),

    createIfAbsent: (actorId, trustee, call) => rows.create([actorId, trustee.peerId], trustee, call),

    update: (actorId, peerId, fields, call) => rows.update([actorId, peerId], fields, call),

    delete: (actorId, peerId, call) => rows.delete([actorId, peerId], call),

    deleteAll: (actorId, call) => rows.ofActor.delete([actorId], call),
  };
}
