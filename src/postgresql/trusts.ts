/** Trusts on PostgreSQL. @module */

import type { BackendPart } from "../backend.ts";
import type { Trust, Trusts } from "../store.ts";
import { collection, type Layout } from "./collection.ts";
import { utc } from "./rows.ts";
import { type Context, run, type Tables } from "./statements.ts";

/** Where a trust is kept. */
export function trustLayout(tables: Tables): Layout<Trust> {
  return {
    table: tables.trusts,
    key: ["id", "peerid"],
    fields: {
      peerId: ["peerid", "text"],
      baseUri: ["baseuri", "text"],
      type: ["type", "text"],
      relationship: ["relationship", "text"],
      secret: ["secret", "text"],
      description: ['"desc"', "text"],
      approved: ["approved", "truth"],
      peerApproved: ["peer_approved", "truth"],
      verified: ["verified", "truth"],
      verificationToken: ["verification_token", "text"],
      peerIdentifier: ["peer_identifier", "optional"],
      establishedVia: ["established_via", "optional"],
      createdAt: ["created_at", "wall"],
      lastAccessed: ["last_accessed", "wall"],
      lastConnectedVia: ["last_connected_via", "optional"],
      clientName: ["client_name", "optional"],
      clientVersion: ["client_version", "optional"],
      clientPlatform: ["client_platform", "optional"],
      oauthClientId: ["oauth_client_id", "optional"],
      awSupported: ["aw_supported", "optional"],
      awVersion: ["aw_version", "optional"],
      capabilitiesFetchedAt: ["capabilities_fetched_at", "instant"],
    },
    order: `peerid COLLATE "C"`,
  };
}

/** The part. */
export function trusts(context: Context): BackendPart<Trusts> {
  const table = context.tables.trusts;
  const rows = collection(context, trustLayout(context.tables));
  const withSecret = rows.where("id = $1::text AND secret = $2::text", 2);
  const touch = `UPDATE ${table} SET last_accessed = ${utc("$3")}, created_at = COALESCE(created_at, ${utc("$3")}),
    last_connected_via = COALESCE($4::text, last_connected_via) WHERE id = $1::text AND peerid = $2::text RETURNING 1`;

  return {
    get: (actorId, peerId, call) => rows.get([actorId, peerId], call),

    async getBySecret(actorId, secret, call) {
      const [first = null] = await withSecret.all([actorId, secret], call);
      return first;
    },

    all: (actorId, call) => rows.ofActor.all([actorId], call),

    page: (actorId, call) => rows.ofActor.page([actorId], call),

    createIfAbsent: (actorId, trust, call) => rows.create([actorId, trust.peerId], trust as Trust, call),

    update: (actorId, peerId, fields, call) => rows.update([actorId, peerId], fields, call),

    async touch(actorId, peerId, use, call) {
      return (await run(context, touch, [actorId, peerId, use.at, use.via ?? null], call)).length > 0;
    },

    delete: (actorId, peerId, call) => rows.delete([actorId, peerId], call),

    deleteAll: (actorId, call) => rows.ofActor.delete([actorId], call),
  };
}
