// Trusts, the entity with the most fields.
import type { Json, Trust } from "../../src/store.ts";
import { type Entity, type Fields, fieldsOf, instantOf, must } from "./entity.ts";
import type { Named } from "./reference.ts";

const OPTIONAL = {
  peerIdentifier: "peer_identifier",
  establishedVia: "established_via",
  lastConnectedVia: "last_connected_via",
  clientName: "client_name",
  clientVersion: "client_version",
  clientPlatform: "client_platform",
  oauthClientId: "oauth_client_id",
  awSupported: "aw_supported",
  awVersion: "aw_version",
} as const;
const INSTANTS = {
  createdAt: "created_at",
  lastAccessed: "last_accessed",
  capabilitiesFetchedAt: "capabilities_fetched_at",
} as const;

/** Fields of a trust that both `create` and `modify` of the reference take. */
function trustArguments(trust: Trust): Named {
  const args: Record<string, Json> = {
    baseuri: trust.baseUri,
    secret: trust.secret,
    desc: trust.description,
    approved: trust.approved,
    verified: trust.verified,
    peer_approved: trust.peerApproved,
    verification_token: trust.verificationToken,
  };
  for (const [ours, theirs] of Object.entries(OPTIONAL)) args[theirs] = trust[ours as keyof typeof OPTIONAL];
  for (const [ours, theirs] of Object.entries(INSTANTS)) {
    args[theirs] = trust[ours as keyof typeof INSTANTS]?.replace("Z", "") ?? null;
  }
  // The one column with a time zone; the reference writes instants with an offset there.
  args.capabilities_fetched_at = trust.capabilitiesFetchedAt;
  return args;
}

function trustOf(row: Fields): Trust {
  const named = (names: Readonly<Record<string, string>>, read: (value: Json | undefined) => Json) =>
    Object.fromEntries(Object.entries(names).map(([ours, theirs]) => [ours, read(row[theirs])]));
  return {
    peerId: row.peerid,
    baseUri: row.baseuri,
    type: row.type,
    relationship: row.relationship,
    secret: row.secret,
    description: row.desc ?? "",
    approved: row.approved,
    peerApproved: row.peer_approved,
    verified: row.verified,
    verificationToken: row.verification_token ?? "",
    ...named(OPTIONAL, (value) => value ?? null),
    ...named(INSTANTS, instantOf),
  } as unknown as Trust;
}

/** Trusts. */
export const trusts: Entity<Trust> = {
  table: "trusts",
  stamped: [],
  ours: ({ trusts }) => ({
    create: async (id, row) => must(await trusts.createIfAbsent(id, row)),
    read: (id, { peerId }) => trusts.get(id, peerId),
    change: async (id, { peerId, ...fields }) => must(await trusts.update(id, peerId, fields)),
    remove: async (id, { peerId }) => must(await trusts.delete(id, peerId)),
  }),
  theirs: (reference) => {
    const found = (actor_id: string, { peerId }: Trust) => ["get", { actor_id, peerid: peerId }] as const;
    return {
      async create(actor_id, row) {
        const own = { actor_id, peerid: row.peerId, peer_type: row.type, relationship: row.relationship };
        must(await reference.call("trust", "create", { ...own, ...trustArguments(row) }));
      },
      async read(actor_id, row) {
        const fields = fieldsOf(await reference.call("trust", ...found(actor_id, row)));
        return fields && trustOf(fields);
      },
      change: async (id, row) =>
        must((await reference.calls("trust", [found(id, row), ["modify", trustArguments(row)]]))[1]),
      remove: async (id, row) => must((await reference.calls("trust", [found(id, row), ["delete", {}]]))[1]),
    };
  },
};
