/**
 * What the routes take and answer, as clients written in TypeScript see it.
 *
 * @module
 */

/** Any JSON value as `response.json()` gives it. */
export type JsonBody = null | boolean | number | string | JsonBody[] | { [key: string]: JsonBody };

/** The answer of every refusal and fault. */
export interface FaultBody {
  /** `code` is for programs, `message` for people. */
  error: { code: string; message: string };
}

/** A new actor. What is left out, empty or `null` gets its default. */
export interface NewActorBody {
  /** Who creates it. Default `creator`. */
  creator?: string | null | undefined;
  /** Default: generated. */
  passphrase?: string | null | undefined;
  /** The URL under which the actor's trustee may act. Default: none. */
  trustee_root?: string | null | undefined;
}

/** An actor with its passphrase. */
export interface ActorBody {
  id: string;
  creator: string;
  passphrase: string;
  trustee_root?: string;
}

/** What an actor is and can. */
export interface MetaBody {
  id: string;
  type: string;
  version: string;
  desc: string;
  info: string;
  trustee_root: string;
  specification: string;
  aw_version: string;
  aw_supported: string;
  aw_formats: string;
  aw_trust_types: string[];
  actingweb: { version: string; supported: string; formats: string };
}

/** A relationship to ask a peer for. */
export interface NewTrustBody {
  /** The peer's root. */
  url: string;
  relationship?: string | undefined;
  /** The peer has to be of this type. Default: any. */
  type?: string | undefined;
  desc?: string | undefined;
}

/** A peer that asks for a relationship. */
export interface TrustRequestBody {
  baseuri: string;
  id: string;
  secret: string;
  type?: string | undefined;
  desc?: string | undefined;
  verify?: string | undefined;
}

/** Rules by field, e.g. `patterns`, `operations`, `denied`. */
export interface RulesBody {
  [field: string]: string[];
}

/** What one peer may do; what is left out or `null` stays as its kind has it. */
export interface PermissionsBody {
  properties?: RulesBody | null | undefined;
  methods?: RulesBody | null | undefined;
  actions?: RulesBody | null | undefined;
  tools?: RulesBody | null | undefined;
  resources?: RulesBody | null | undefined;
  prompts?: RulesBody | null | undefined;
  notes?: string | null | undefined;
}

/** Changes of a relationship. */
export interface TrustChangeBody {
  approved?: boolean | undefined;
  baseuri?: string | undefined;
  desc?: string | undefined;
  permissions?: PermissionsBody | undefined;
}

/** A relationship without its secrets. Instants are ISO-8601 UTC. */
export interface ListedTrustBody {
  id: string;
  peerid: string;
  baseuri: string;
  type: string;
  relationship: string;
  desc: string;
  approved: boolean;
  peer_approved: boolean;
  verified: boolean;
  peer_identifier?: string;
  established_via?: string;
  created_at?: string;
  last_accessed?: string;
  last_connected_at?: string;
  last_connected_via?: string;
  client_name?: string;
  client_version?: string;
  client_platform?: string;
  oauth_client_id?: string;
  aw_supported?: string;
  aw_version?: string;
  capabilities_fetched_at?: string;
}

/** A relationship with its secrets. */
export interface TrustBody extends ListedTrustBody {
  secret: string;
  verification_token: string;
  verificationToken: string;
}

/** A subscription that a peer asks for. */
export interface SubscriptionRequestBody {
  target: string;
  subtarget?: string | null | undefined;
  resource?: string | null | undefined;
  granularity?: "high" | "low" | "none" | "" | undefined;
}

/** A subscription to ask a peer for. */
export interface NewSubscriptionBody extends SubscriptionRequestBody {
  peerid: string;
}

/** A subscription as the subscriber is told of it. */
export interface NewSubscriptionAnswer {
  subscriptionid: string;
  target: string;
  subtarget: string;
  resource: string;
  granularity: string;
  sequence: number;
}

/** A subscription in a list; `callback` says that the actor is the subscriber. */
export interface SubscriptionBody extends NewSubscriptionAnswer {
  id: string;
  peerid: string;
  callback: boolean;
}

/** A change. */
export interface DiffBody {
  sequence: number;
  timestamp: string;
  data: JsonBody;
}

/** Which subscription a change belongs to. */
export interface SubscribedBody {
  id: string;
  peerid: string;
  subscriptionid: string;
  target: string;
  subtarget: string;
  resource: string;
}

/** A subscription with its diffs. */
export interface DiffsBody extends SubscribedBody {
  sequence: number;
  data: DiffBody[];
}
