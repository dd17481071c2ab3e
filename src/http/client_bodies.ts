/**
 * What the routes take and answer, as clients written in TypeScript see it.
 *
 * @module
 */

/** Any JSON value as `response.json()` gives it. */
export type JsonBody = null | boolean | number | string | JsonBody[] | { [key: string]: JsonBody };

/** The answer of every refusal and fault. */
export interface FaultBody {
  /** `code` is for programs, `message` for people; `request_id` is there from status 500 on, for whoever reads the logs. */
  error: { code: string; message: string; request_id?: string };
}

/** A new actor. What is left out, empty or `null` gets its default. */
export interface NewActorBody {
  /** Who creates it. Default `creator`. */
  creator?: string | null | undefined;
  /** In clear text. Default: generated, 40 hexadecimal digits. */
  passphrase?: string | null | undefined;
  /** The URL under which the actor's trustee may act. Default: none. */
  trustee_root?: string | null | undefined;
}

/** An actor with its passphrase. */
export interface ActorBody {
  /** 32 hexadecimal digits, where these routes have made it. */
  id: string;
  /** Who created it; an e-mail address in lower case. */
  creator: string;
  /** In clear text: with `creator` it opens everything by HTTP basic authentication. */
  passphrase: string;
  /** The URL under which the actor's trustee may act; absent when there is none. */
  trustee_root?: string;
}

/** What an actor is and can. */
export interface MetaBody {
  /** The actor's id. */
  id: string;
  /** URN of the mini-application: `type` of the routes' options. */
  type: string;
  /** Version of the mini-application: `version` of the routes' options. */
  version: string;
  /** Text for people, with the actor's id at its end. */
  desc: string;
  /** URL of a page about the mini-application, or `""`. */
  info: string;
  /** The URL under which the actor's trustee may act, or `""`. */
  trustee_root: string;
  /** URL of the specification. */
  specification: string;
  /** Version of the protocol: `1.0`, as the reference says, too. */
  aw_version: string;
  /** Option tags of the specification, separated by commas, e.g. `trust,subscriptions,listproperties`. */
  aw_supported: string;
  /** Formats of bodies, separated by commas: `json`. */
  aw_formats: string;
  /** Names of the kinds of relationships that may be asked for. */
  aw_trust_types: string[];
  /** `aw_version`, `aw_supported` and `aw_formats` once more, as the specification nests them. */
  actingweb: { version: string; supported: string; formats: string };
}

/** A relationship to ask a peer for. */
export interface NewTrustBody {
  /** The peer's root. By https and on a public address, unless `allowPrivatePeers`. */
  url: string;
  /** The kind of relationship, at most 255 characters. Default: `defaultTrustType` of the routes' options. */
  relationship?: string | undefined;
  /** The peer has to be of this type. Default: any. */
  type?: string | undefined;
  /** Text for people. Default: empty. */
  desc?: string | undefined;
}

/** A peer that asks for a relationship. */
export interface TrustRequestBody {
  /** The root of who asks. By https and on a public address, unless `allowPrivatePeers`. */
  baseuri: string;
  /** The id of the actor who asks, at most 255 characters. */
  id: string;
  /** The relationship's bearer token from then on, at most 255 characters, which no other peer of this actor has. */
  secret: string;
  /** URN of the mini-application of who asks. Default: empty. */
  type?: string | undefined;
  /** Text for people. Default: empty. */
  desc?: string | undefined;
  /** The token that who asks confirms with at its `baseuri`. Without one the relationship stays unverified. */
  verify?: string | undefined;
}

/** Rules by field, e.g. `patterns`, `operations`, `denied`. */
export interface RulesBody {
  /** Globs of names, or of `operations` the words `read`, `write` and `delete`; see {@linkcode Rules}. */
  [field: string]: string[];
}

/** What one peer may do; what is left out or `null` stays as its kind has it. */
export interface PermissionsBody {
  /** For the actor's properties, lists included: the one category that the routes themselves go by. */
  properties?: RulesBody | null | undefined;
  /** For the app's own `/methods`. */
  methods?: RulesBody | null | undefined;
  /** For the app's own `/actions`. */
  actions?: RulesBody | null | undefined;
  /** For tools of the app, e.g. those of MCP. */
  tools?: RulesBody | null | undefined;
  /** For the app's own `/resources`. */
  resources?: RulesBody | null | undefined;
  /** For prompts of the app, e.g. those of MCP. */
  prompts?: RulesBody | null | undefined;
  /** Text for the creator; peers are not told. */
  notes?: string | null | undefined;
}

/** Changes of a relationship. */
export interface TrustChangeBody {
  /** The creator's word: `true` opens to the peer what the relationship permits. */
  approved?: boolean | undefined;
  /** The peer's new root. By https and on a public address, unless `allowPrivatePeers`. */
  baseuri?: string | undefined;
  /** Text for people. */
  desc?: string | undefined;
  /** What the peer may do, in place of what was said of it before. */
  permissions?: PermissionsBody | undefined;
}

/** A relationship without its secrets. Instants are ISO-8601 UTC. */
export interface ListedTrustBody {
  /** The actor's id. */
  id: string;
  /** The peer's id. */
  peerid: string;
  /** The peer's root. */
  baseuri: string;
  /** URN of the peer's mini-application. */
  type: string;
  /** The kind of relationship, e.g. `friend`. */
  relationship: string;
  /** Text for people, maybe empty. */
  desc: string;
  /** Whether the actor approves. */
  approved: boolean;
  /** Whether the peer approves. */
  peer_approved: boolean;
  /** Whether the peer has confirmed at its own root that it asked. */
  verified: boolean;
  /** Who the peer is, e.g. an e-mail address. */
  peer_identifier?: string;
  /** How it came to be, e.g. `trust`, `oauth2_client`. */
  established_via?: string;
  /** When it came to be. */
  created_at?: string;
  /** When the peer last used it; noted once a minute at most. */
  last_accessed?: string;
  /** The same, or `created_at` before the first use. */
  last_connected_at?: string;
  /** How the peer last used it, e.g. `trust`, `oauth`. */
  last_connected_via?: string;
  /** Name of an OAuth client. */
  client_name?: string;
  /** Version of an OAuth client. */
  client_version?: string;
  /** Platform of an OAuth client. */
  client_platform?: string;
  /** Id of an OAuth client. */
  oauth_client_id?: string;
  /** The peer's option tags, separated by commas. */
  aw_supported?: string;
  /** The peer's version of the protocol. */
  aw_version?: string;
  /** When the peer's tags and version were read. */
  capabilities_fetched_at?: string;
}

/** A relationship with its secrets. */
export interface TrustBody extends ListedTrustBody {
  /** The bearer token that the peer shows, in clear text. */
  secret: string;
  /** The token that whoever asked for the relationship confirms with, under the reference's name. */
  verification_token: string;
  /** The same under the specification's name. */
  verificationToken: string;
}

/** A subscription that a peer asks for. */
export interface SubscriptionRequestBody {
  /** What is subscribed to, e.g. `properties`; at most 255 characters. */
  target: string;
  /** A part of it, e.g. a property's name; at most 255 characters. Default: all of it. */
  subtarget?: string | null | undefined;
  /** A part of the subtarget; at most 255 characters, and not without `subtarget`. Default: all of it. */
  resource?: string | null | undefined;
  /** What a callback holds: with `high` the change, with `low` its URL. Default `none`: there are no callbacks. */
  granularity?: "high" | "low" | "none" | "" | undefined;
}

/** A subscription to ask a peer for. */
export interface NewSubscriptionBody extends SubscriptionRequestBody {
  /** The id of the peer to ask; there has to be a relationship with it. */
  peerid: string;
}

/** A subscription as the subscriber is told of it. */
export interface NewSubscriptionAnswer {
  /** Given by the actor that is subscribed to. */
  subscriptionid: string;
  /** What is subscribed to, e.g. `properties`. */
  target: string;
  /** The part of the target, or `""`. */
  subtarget: string;
  /** The part of the subtarget, or `""`. */
  resource: string;
  /** `high`, `low` or `none`: see {@linkcode SubscriptionRequestBody}. */
  granularity: string;
  /** Number of the last diff; 0 before the first. */
  sequence: number;
}

/** A subscription in a list; `callback` says that the actor is the subscriber. */
export interface SubscriptionBody extends NewSubscriptionAnswer {
  /** The actor's id. */
  id: string;
  /** The id of the other side. */
  peerid: string;
  /** Whether the actor is the subscriber, who gets callbacks, and the peer the one that changes. */
  callback: boolean;
}

/** A change. */
export interface DiffBody {
  /** Counts up from 1 without a gap, for each subscription by itself. */
  sequence: number;
  /** When it was registered; ISO-8601 UTC. */
  timestamp: string;
  /** What is there after the change, as far as the reader may see it; `""` for what was removed. */
  data: JsonBody;
}

/** Which subscription a change belongs to. */
export interface SubscribedBody {
  /** The actor's id. */
  id: string;
  /** The id of the other side. */
  peerid: string;
  /** Given by the actor that is subscribed to. */
  subscriptionid: string;
  /** What is subscribed to, e.g. `properties`. */
  target: string;
  /** The part of the target, or `""`. */
  subtarget: string;
  /** The part of the subtarget, or `""`. */
  resource: string;
}

/** A subscription with its diffs. */
export interface DiffsBody extends SubscribedBody {
  /** Number of the last diff; 0 before the first. */
  sequence: number;
  /** Those that were not cleared, oldest first. */
  data: DiffBody[];
}
