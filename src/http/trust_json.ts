/**
 * A relationship as peers and clients see it.
 *
 * @module
 */

import type { Json, Trust } from "../store.ts";

type Fields = { readonly [field: string]: Json };

/** Without its secrets, as in a list. */
export function listedTrust(actorId: string, trust: Trust): Fields {
  const optional: Record<string, string | null> = {
    peer_identifier: trust.peerIdentifier,
    established_via: trust.establishedVia,
    created_at: trust.createdAt,
    last_accessed: trust.lastAccessed,
    last_connected_at: trust.lastAccessed ?? trust.createdAt,
    last_connected_via: trust.lastConnectedVia,
    client_name: trust.clientName,
    client_version: trust.clientVersion,
    client_platform: trust.clientPlatform,
    oauth_client_id: trust.oauthClientId,
    aw_supported: trust.awSupported,
    aw_version: trust.awVersion,
    capabilities_fetched_at: trust.capabilitiesFetchedAt,
  };
  return {
    id: actorId,
    peerid: trust.peerId,
    baseuri: trust.baseUri,
    type: trust.type,
    relationship: trust.relationship,
    desc: trust.description,
    approved: trust.approved,
    peer_approved: trust.peerApproved,
    verified: trust.verified,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null)) as Fields,
  };
}

/** With its secrets, under the names of the reference and of the specification. */
export function wholeTrust(actorId: string, trust: Trust): Fields {
  const { secret, verificationToken } = trust;
  return {
    ...listedTrust(actorId, trust),
    secret,
    verification_token: verificationToken,
    verificationToken,
  };
}
