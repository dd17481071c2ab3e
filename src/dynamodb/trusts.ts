/** Trusts on DynamoDB. @module */

import type { BackendPart } from "../backend.ts";
import { compareBytes } from "../model/order.ts";
import { toStoredInstant } from "../model/time.ts";
import type { Trust, Trusts } from "../store.ts";
import type { Item } from "./client/mod.ts";
import { collection, type Fields, readRow } from "./collection.ts";
import { rowsOf } from "./queries.ts";
import { conditional, type Context, S } from "./requests.ts";

/** Attribute and kind of each field. */
export const FIELDS: Fields<Trust> = {
  peerId: ["peerid", "text"],
  baseUri: ["baseuri", "text"],
  type: ["type", "text"],
  relationship: ["relationship", "text"],
  secret: ["secret", "text"],
  description: ["desc", "text"],
  approved: ["approved", "truth"],
  peerApproved: ["peer_approved", "truth"],
  verified: ["verified", "truth"],
  verificationToken: ["verification_token", "text"],
  peerIdentifier: ["peer_identifier", "optional"],
  establishedVia: ["established_via", "optional"],
  createdAt: ["created_at", "optionalInstant"],
  lastAccessed: ["last_accessed", "optionalInstant"],
  lastConnectedVia: ["last_connected_via", "optional"],
  clientName: ["client_name", "optional"],
  clientVersion: ["client_version", "optional"],
  clientPlatform: ["client_platform", "optional"],
  oauthClientId: ["oauth_client_id", "optional"],
  awSupported: ["aw_supported", "optional"],
  awVersion: ["aw_version", "optional"],
  capabilitiesFetchedAt: ["capabilities_fetched_at", "optionalInstant"],
};

/** The part. */
export function trusts(context: Context): BackendPart<Trusts> {
  const rows = collection(context, "trusts", FIELDS);

  return {
    get: (actorId, peerId, call) => rows.get(trustKey(actorId, peerId), call),

    async getBySecret(actorId, secret, call) {
      const items = await rowsOf(context, "trusts", {
        IndexName: "secret-index",
        KeyConditionExpression: "secret = :secret",
        FilterExpression: "id = :id",
        ExpressionAttributeValues: { ":secret": S(secret), ":id": S(actorId) },
      }, call);
      const found = items.map((item) => readRow(FIELDS, call, item));
      return found.sort((a, b) => compareBytes(a.peerId, b.peerId))[0] ?? null;
    },

    all: (actorId, call) => rows.all(actorId, call),

    page: (actorId, call) => rows.page(actorId, call),

    createIfAbsent: (actorId, trust, call) => rows.create(trustKey(actorId, trust.peerId), trust as Trust, call),

    update: (actorId, peerId, fields, call) => rows.update(trustKey(actorId, peerId), fields, call),

    async touch(actorId, peerId, { at, via }, call) {
      const { held } = await conditional(
        context,
        "UpdateItem",
        "trusts",
        {
          Key: trustKey(actorId, peerId),
          UpdateExpression: "SET last_accessed = :at, created_at = if_not_exists(created_at, :at)" +
            (via === undefined ? "" : ", last_connected_via = :via"),
          ConditionExpression: "attribute_exists(id)",
          ExpressionAttributeValues: {
            ":at": S(toStoredInstant(at)),
            ...(via === undefined ? {} : { ":via": S(via) }),
          },
        },
        call,
        true,
      );
      return held;
    },

    delete: (actorId, peerId, call) => rows.delete(trustKey(actorId, peerId), call),

    deleteAll: (actorId, call) => rows.deleteAll(actorId, call),
  };
}

/** The key of a trust's row. */
export function trustKey(actorId: string, peerId: string): Item {
  return { id: S(actorId), peerid: S(peerId) };
}
