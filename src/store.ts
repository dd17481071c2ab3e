/**
 * The contract: what every backend promises, and nothing else.
 *
 * Every method names its actor; there are no handles and no state between calls. Absence is `null`, `false` or an empty
 * collection; a fault throws {@linkcode StoreError}. One method is one atomic step, unless it says "in batches": then it
 * can be run again after a fault and finishes. Names sort by their UTF-8 bytes. Reads are strongly consistent unless
 * `{ consistent: false }` permits otherwise.
 *
 * @module
 */

/** Any JSON value. A number that a JavaScript number cannot hold exactly is a `bigint`. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | { readonly [key: string]: Json };

/** Options of every method. */
export interface CallOptions {
  /** Cancels the call: it throws `StoreError` with code `aborted`, also while it waits to try again. */
  readonly signal?: AbortSignal;
  /**
   * Milliseconds for the whole call with its retries. Positive. Default: the store's `timeout`. PostgreSQL is told to
   * stop a write up to a second, or a quarter of the time, before that, to learn whether it was applied.
   */
  readonly timeout?: number;
}

/** Options of a read. */
export interface ReadOptions extends CallOptions {
  /** `false` permits an answer that is a moment old, for half the cost on DynamoDB. Default `true`. */
  readonly consistent?: boolean;
}

/** Options of a walk in pages. */
export interface PageOptions extends ReadOptions {
  /** Rows in a page at most, 1 to 1,000. Default 100. A page may hold fewer; only a `null` cursor means the end. */
  readonly limit?: number;
  /** Where to go on: the `cursor` of an earlier page of the same method and actor, also one stored long ago. */
  readonly cursor?: string;
}

/** Some rows in key order, and where the next ones are. */
export interface Page<Row> {
  /** The rows of this page. */
  readonly items: readonly Row[];
  /** An opaque text to go on from, or `null` after the last page. Valid on either backend. */
  readonly cursor: string | null;
}

/** An actor. `creator` with an `@` is kept in lower case. */
export interface Actor {
  /** Actor id, 1 to 255 characters; the reference makes 32 lower-case hexadecimal digits. */
  readonly id: string;
  /** Who created it: an account name or e-mail address, never empty. */
  readonly creator: string;
  /** The creator's passphrase in clear text, as the reference stores it. */
  readonly passphrase: string;
}

/**
 * What stays of an erased actor for 30 days (and the reference's one hour of clock skew). An id of more than 239
 * characters leaves none: the tombstone's key has no room for it.
 */
export interface Tombstone {
  /** The erased actor's id. */
  readonly actorId: string;
  /** When erasing began; ISO-8601 UTC. */
  readonly deletedAt: string;
}

/** Options of {@linkcode Actors.createIfAbsent}. */
export interface CreateActorOptions extends CallOptions {
  /** Removes a tombstone of the same id in the same step: for ids that the caller chose and uses again. Default `false`. */
  readonly clearTombstone?: boolean;
}

/** Actors. */
export interface Actors {
  /** The actor, or `null`. */
  get(actorId: string, options?: ReadOptions): Promise<Actor | null>;
  /** All actors of a creator, sorted by id. Through an index: see `capabilities.indexReads`. */
  listByCreator(creator: string, options?: CallOptions): Promise<Actor[]>;
  /** Creates the actor; `false`, and nothing is changed, when the id is taken. */
  createIfAbsent(actor: Actor, options?: CreateActorOptions): Promise<boolean>;
  /** Writes the given fields of an existing actor; `false` when there is none. */
  update(actorId: string, fields: Partial<Omit<Actor, "id">>, options?: CallOptions): Promise<boolean>;
  /** Removes the actor's own row and nothing else; whether it was there. Use {@linkcode Actors.erase} to remove all. */
  delete(actorId: string, options?: CallOptions): Promise<boolean>;
  /**
   * Removes the actor with everything it owns: the tombstone is written first, the actor's own row goes last.
   * One statement on PostgreSQL; in batches on DynamoDB, where a run that was cut off is finished by the next.
   * Also removes what is left of an actor whose row is already gone. Answers whether there was an actor.
   */
  erase(actorId: string, options?: CallOptions): Promise<boolean>;
  /** The tombstone of an erased actor, or `null` when it was not erased or 30 days have passed. */
  tombstone(actorId: string, options?: ReadOptions): Promise<Tombstone | null>;
  /** All actors. DynamoDB has no order among them: there the order is stable but not sorted (`capabilities.sortedActors`). */
  pages(options?: PageOptions): AsyncIterable<Page<Actor>>;
}

/** A property: a name and its text. */
export interface Property {
  /** Property name, at most 1,024 bytes of UTF-8. */
  readonly name: string;
  /** The stored text, never empty. Lists keep their items in properties whose names begin with `list:`. */
  readonly value: string;
}

/** Which properties a collection holds. */
export interface PropertyOptions {
  /** Includes the rows of list properties, i.e. names from `list:` up to but not including `list;`. Default `false`. */
  readonly includeLists?: boolean;
}

/** Which properties a range holds. */
export interface RangeOptions extends ReadOptions {
  /** At most so many rows from the lower bound on; positive. Default: all. */
  readonly limit?: number;
}

/**
 * Properties of an actor.
 *
 * Names given to the store as `indexedProperties` also keep their reverse-lookup row in the same step, whatever method
 * writes them (see {@linkcode Lookups}).
 */
export interface Properties {
  /** The text of a property, or `null`. */
  get(actorId: string, name: string, options?: ReadOptions): Promise<string | null>;
  /** The texts of those of `names` that exist, in name order. Any count. */
  getMany(actorId: string, names: Iterable<string>, options?: ReadOptions): Promise<Map<string, string>>;
  /** Writes a property. An empty text deletes it, as in the reference. */
  set(actorId: string, name: string, value: string, options?: CallOptions): Promise<void>;
  /** Writes any number of properties, in batches on DynamoDB. Of a name given twice the last counts. */
  setMany(
    actorId: string,
    entries: Iterable<readonly [name: string, value: string]>,
    options?: CallOptions,
  ): Promise<void>;
  /** Removes a property; whether it was there. */
  delete(actorId: string, name: string, options?: CallOptions): Promise<boolean>;
  /** Removes any number of properties, in batches on DynamoDB. */
  deleteMany(actorId: string, names: Iterable<string>, options?: CallOptions): Promise<void>;
  /** Creates a property; `false`, and nothing is changed, when it exists. The text may not be empty. */
  createIfAbsent(actorId: string, name: string, value: string, options?: CallOptions): Promise<boolean>;
  /** Replaces the text if it is exactly `expected`; `false` for another text and for none. */
  setIfEquals(actorId: string, name: string, expected: string, value: string, options?: CallOptions): Promise<boolean>;
  /** Removes the property if its text is exactly `expected`; `false` for another text and for none. */
  deleteIfEquals(actorId: string, name: string, expected: string, options?: CallOptions): Promise<boolean>;
  /** Properties with `lower <= name <= upper` by bytes, in name order; list rows included. */
  range(actorId: string, lower: string, upper: string, options?: RangeOptions): Promise<Property[]>;
  /** Like {@linkcode Properties.range}, names only. */
  rangeNames(actorId: string, lower: string, upper: string, options?: RangeOptions): Promise<string[]>;
  /** The last property of a range by bytes, or `null`. */
  last(actorId: string, lower: string, upper: string, options?: ReadOptions): Promise<Property | null>;
  /** Properties whose names begin with `prefix`, in name order; an empty prefix has none, as in the reference. */
  prefix(actorId: string, prefix: string, options?: RangeOptions): Promise<Property[]>;
  /** All properties in name order. */
  all(actorId: string, options?: ReadOptions & PropertyOptions): Promise<Property[]>;
  /** All properties in name order, in pages. */
  pages(actorId: string, options?: PageOptions & PropertyOptions): AsyncIterable<Page<Property>>;
  /** Removes all properties with their lookup rows, in batches on DynamoDB; lists too unless told not to. Answers how many. */
  deleteAll(actorId: string, options?: CallOptions & PropertyOptions): Promise<number>;
}

/**
 * Reverse lookup: from the value of an indexed property to the actor that has it.
 *
 * A value has one owner, the first actor to write it; an actor that wrote it later becomes owner when it writes it
 * again after the owner has let go. A row is believed only while the owner's property still has the value. A conditional
 * write that is refused, while the property has this very value already, may count as writing it again.
 */
export interface Lookups {
  /** The id of the actor that owns `value` of the indexed property `name`, or `null`. Other names are refused as `invalid`. */
  get(name: string, value: string, options?: ReadOptions): Promise<string | null>;
  /** Gives an unowned value to an actor whose property has it, e.g. to rebuild the table; whether the actor owns it now. */
  claim(actorId: string, name: string, value: string, options?: CallOptions): Promise<boolean>;
  /** Removes the actor's lookup row of a value its property does not have (any more); whether one was removed. */
  release(actorId: string, name: string, value: string, options?: CallOptions): Promise<boolean>;
}

/** A relationship with a peer. Instants are ISO-8601 UTC. Optional texts are `null` when there is none. */
export interface Trust {
  /** The peer's actor id (or the reference's composite id of an OAuth client). */
  readonly peerId: string;
  /** The peer's root URI. */
  readonly baseUri: string;
  /** The peer's mini-application URN. */
  readonly type: string;
  /** The trust type, e.g. `friend`. */
  readonly relationship: string;
  /** The shared bearer token, never empty. */
  readonly secret: string;
  /** Free text, maybe empty. */
  readonly description: string;
  /** This actor approves. */
  readonly approved: boolean;
  /** The peer approves. */
  readonly peerApproved: boolean;
  /** The peer was reached and confirmed it. */
  readonly verified: boolean;
  /** The token the peer confirms with, maybe empty. */
  readonly verificationToken: string;
  /** Identity of the peer, e.g. an e-mail address. */
  readonly peerIdentifier: string | null;
  /** How it came to be, e.g. `trust`, `oauth2_client`. */
  readonly establishedVia: string | null;
  /** When it was created. */
  readonly createdAt: string | null;
  /** When the peer last used it; written by {@linkcode Trusts.touch}. */
  readonly lastAccessed: string | null;
  /** How the peer last used it, e.g. `oauth`, `trust`. */
  readonly lastConnectedVia: string | null;
  /** Name of an OAuth client. */
  readonly clientName: string | null;
  /** Version of an OAuth client. */
  readonly clientVersion: string | null;
  /** Platform of an OAuth client. */
  readonly clientPlatform: string | null;
  /** Id of an OAuth client. */
  readonly oauthClientId: string | null;
  /** The peer's option tags, separated by commas. */
  readonly awSupported: string | null;
  /** The peer's protocol version. */
  readonly awVersion: string | null;
  /** When the peer's capabilities were read. */
  readonly capabilitiesFetchedAt: string | null;
}

/** A trust to create: what is left out is `false`, empty or `null`. */
export type NewTrust = Pick<Trust, "peerId" | "baseUri" | "type" | "relationship" | "secret"> & Partial<Trust>;

/** A use of a trust by its peer. */
export interface TrustUse {
  /** When; ISO-8601. */
  readonly at: string;
  /** How, e.g. `trust`, `subscription`, `oauth`. */
  readonly via?: string;
}

/** Trusts of an actor. */
export interface Trusts {
  /** The trust with a peer, or `null`. */
  get(actorId: string, peerId: string, options?: ReadOptions): Promise<Trust | null>;
  /** The actor's trust with this secret, of several the first by peer id, or `null`. Through an index: see `capabilities.indexReads`. */
  getBySecret(actorId: string, secret: string, options?: CallOptions): Promise<Trust | null>;
  /** All trusts, by peer id. */
  all(actorId: string, options?: ReadOptions): Promise<Trust[]>;
  /** All trusts by peer id, in pages. */
  pages(actorId: string, options?: PageOptions): AsyncIterable<Page<Trust>>;
  /** Creates a trust; `false`, and nothing is changed, when the actor has one with that peer. */
  createIfAbsent(actorId: string, trust: NewTrust, options?: CallOptions): Promise<boolean>;
  /** Writes the given fields of an existing trust, `null` removes an optional one; `false` when there is no trust. */
  update(
    actorId: string,
    peerId: string,
    fields: Partial<Omit<Trust, "peerId">>,
    options?: CallOptions,
  ): Promise<boolean>;
  /**
   * Notes that the peer used the trust: `lastAccessed`, `lastConnectedVia` when given, and `createdAt` where there is
   * none. Touches no other field and never brings a deleted trust back; `false` when there is no trust.
   */
  touch(actorId: string, peerId: string, use: TrustUse, options?: CallOptions): Promise<boolean>;
  /** Removes the trust; whether it was there. */
  delete(actorId: string, peerId: string, options?: CallOptions): Promise<boolean>;
  /** Removes all trusts, in batches on DynamoDB; how many. */
  deleteAll(actorId: string, options?: CallOptions): Promise<number>;
}

/** A remote actor which this actor created and manages. */
export interface PeerTrustee {
  /** The peer's actor id. */
  readonly peerId: string;
  /** Its root URI. */
  readonly baseUri: string;
  /** Its mini-application URN. */
  readonly type: string;
  /** Its passphrase. */
  readonly passphrase: string;
}

/** Peer trustees of an actor. */
export interface PeerTrustees {
  /** The peer trustee, or `null`. */
  get(actorId: string, peerId: string, options?: ReadOptions): Promise<PeerTrustee | null>;
  /** All peer trustees of a type, by peer id. */
  listByType(actorId: string, type: string, options?: ReadOptions): Promise<PeerTrustee[]>;
  /** All peer trustees, by peer id. */
  all(actorId: string, options?: ReadOptions): Promise<PeerTrustee[]>;
  /** All peer trustees by peer id, in pages. */
  pages(actorId: string, options?: PageOptions): AsyncIterable<Page<PeerTrustee>>;
  /** Creates one; `false`, and nothing is changed, when there is one with that peer id. */
  createIfAbsent(actorId: string, trustee: PeerTrustee, options?: CallOptions): Promise<boolean>;
  /** Writes the given fields of an existing one; `false` when there is none. */
  update(
    actorId: string,
    peerId: string,
    fields: Partial<Omit<PeerTrustee, "peerId">>,
    options?: CallOptions,
  ): Promise<boolean>;
  /** Removes it; whether it was there. */
  delete(actorId: string, peerId: string, options?: CallOptions): Promise<boolean>;
  /** Removes all, in batches on DynamoDB; how many. */
  deleteAll(actorId: string, options?: CallOptions): Promise<number>;
}

/** A subscription. Parts that were not given are empty texts. */
export interface Subscription {
  /** The peer's actor id. */
  readonly peerId: string;
  /** Subscription id, without `:`. */
  readonly subscriptionId: string;
  /** `high`, `low` or `none`. */
  readonly granularity: string;
  /** What is subscribed to, e.g. `properties`. */
  readonly target: string;
  /** The part of the target, or `""`. */
  readonly subtarget: string;
  /** The part of the subtarget, or `""`. */
  readonly resource: string;
  /** Number of the last diff; 0 before the first. */
  readonly sequence: number;
  /** `false`: the peer subscribes to us; `true`: we subscribe to the peer. */
  readonly callback: boolean;
}

/** A subscription to create: what is left out is empty, 0 or `false`. */
export type NewSubscription = Pick<Subscription, "peerId" | "subscriptionId"> & Partial<Subscription>;

/** Which subscriptions a collection holds. */
export interface SubscriptionFilter {
  /** Only those of this peer. */
  readonly peerId?: string;
}

/** Subscriptions of an actor, sorted by peer id joined with subscription id. */
export interface Subscriptions {
  /** The subscription, or `null`. */
  get(actorId: string, peerId: string, subscriptionId: string, options?: ReadOptions): Promise<Subscription | null>;
  /** All subscriptions, or those of one peer. */
  all(actorId: string, options?: ReadOptions & SubscriptionFilter): Promise<Subscription[]>;
  /** All subscriptions, or those of one peer, in pages. */
  pages(actorId: string, options?: PageOptions & SubscriptionFilter): AsyncIterable<Page<Subscription>>;
  /** Creates one; `false`, and nothing is changed, when it exists. */
  createIfAbsent(actorId: string, subscription: NewSubscription, options?: CallOptions): Promise<boolean>;
  /** Writes the given fields of an existing one; `false` when there is none. */
  update(
    actorId: string,
    peerId: string,
    subscriptionId: string,
    fields: Partial<Omit<Subscription, "peerId" | "subscriptionId">>,
    options?: CallOptions,
  ): Promise<boolean>;
  /** Removes its row; whether it was there. Its diffs are removed by {@linkcode Diffs.deleteAll}. */
  delete(actorId: string, peerId: string, subscriptionId: string, options?: CallOptions): Promise<boolean>;
  /** Removes all subscriptions, in batches on DynamoDB; how many. */
  deleteAll(actorId: string, options?: CallOptions & SubscriptionFilter): Promise<number>;
}

/** A change that a subscriber has not cleared yet. */
export interface Diff {
  /** The subscription. */
  readonly subscriptionId: string;
  /** Its number: 1, 2, 3, … without a gap. */
  readonly sequence: number;
  /** When it was registered; ISO-8601 UTC. A whole millisecond may become one microsecond more. */
  readonly timestamp: string;
  /** The change as text, usually JSON. */
  readonly data: string;
}

/** Which diffs a collection holds. */
export interface DiffRange {
  /** Only diffs with a greater number. Default 0. */
  readonly after?: number;
}

/** Options of {@linkcode Diffs.append}. */
export interface AppendOptions extends CallOptions {
  /**
   * The subscription's number as the caller has just read it; saves one of three requests on DynamoDB. When it is not
   * its number any more, the call takes longer and does the same. Never guess it: a writer on DynamoDB that dies with a
   * number too great can leave its diff ahead of those that come.
   */
  readonly known?: number;
}

/** Diffs of an actor's subscriptions, sorted by number. */
export interface Diffs {
  /**
   * Takes the subscription's next number and stores the diff under it in one step, gapless also under concurrency and
   * after a crash. `null`, and nothing is stored, when there is no such subscription. The text may not be empty.
   */
  append(
    actorId: string,
    peerId: string,
    subscriptionId: string,
    data: string,
    options?: AppendOptions,
  ): Promise<Diff | null>;
  /** The diff with this number, or `null`. */
  get(actorId: string, subscriptionId: string, sequence: number, options?: ReadOptions): Promise<Diff | null>;
  /** The diff with the lowest number, or `null`. */
  first(actorId: string, subscriptionId: string, options?: ReadOptions): Promise<Diff | null>;
  /**
   * All diffs of a subscription. On DynamoDB a number that was removed may be seen once more for a moment, while a slow
   * writer finds out that it came too late: begin `after` the last one removed.
   */
  all(actorId: string, subscriptionId: string, options?: ReadOptions & DiffRange): Promise<Diff[]>;
  /** All diffs of a subscription, in pages. */
  pages(actorId: string, subscriptionId: string, options?: PageOptions & DiffRange): AsyncIterable<Page<Diff>>;
  /** Stores a diff under a number of the caller's; `false`, and nothing is changed, when the number is taken. */
  createIfAbsent(actorId: string, diff: Diff, options?: CallOptions): Promise<boolean>;
  /** Removes one diff whose {@linkcode Diffs.append} has answered; whether it was there. */
  delete(actorId: string, subscriptionId: string, sequence: number, options?: CallOptions): Promise<boolean>;
  /**
   * Removes the diffs with numbers up to and including `sequence`, in batches on DynamoDB; how many. A number that was
   * removed is never given again: the subscription's own number is raised to it first.
   */
  deleteUpTo(
    actorId: string,
    peerId: string,
    subscriptionId: string,
    sequence: number,
    options?: CallOptions,
  ): Promise<number>;
  /** Removes all diffs of a subscription, as {@linkcode Diffs.deleteUpTo} does, in batches on DynamoDB; how many. */
  deleteAll(actorId: string, peerId: string, subscriptionId: string, options?: CallOptions): Promise<number>;
}

/** A target, or a part of one, for which no diffs are registered at present. */
export interface Suspension {
  /** What is suspended, e.g. `properties`. */
  readonly target: string;
  /** The part of it, or `""` for the whole target. */
  readonly subtarget: string;
  /** Since when; ISO-8601 UTC. */
  readonly suspendedAt: string;
}

/** Suspensions of an actor. `subtarget` `""` means the whole target. */
export interface Suspensions {
  /** Whether the target, or this part of it, is suspended. A suspended target covers all its subtargets. */
  has(actorId: string, target: string, subtarget: string, options?: ReadOptions): Promise<boolean>;
  /** All suspensions, by target joined with subtarget. */
  all(actorId: string, options?: ReadOptions): Promise<Suspension[]>;
  /** All suspensions by target joined with subtarget, in pages. */
  pages(actorId: string, options?: PageOptions): AsyncIterable<Page<Suspension>>;
  /** Suspends; `false`, and nothing is changed, when exactly this is suspended already. */
  createIfAbsent(actorId: string, target: string, subtarget: string, options?: CallOptions): Promise<boolean>;
  /** Resumes; whether exactly this was suspended. */
  delete(actorId: string, target: string, subtarget: string, options?: CallOptions): Promise<boolean>;
  /** Resumes everything, in batches on DynamoDB; how many. */
  deleteAll(actorId: string, options?: CallOptions): Promise<number>;
}

/** A JSON value in a bucket. */
export interface Attribute {
  /** The bucket. */
  readonly bucket: string;
  /** Its name in the bucket; with the bucket and a `:` at most 255 characters. */
  readonly name: string;
  /** The value, anything but `null`. */
  readonly data: Json;
  /** The caller's instant, ISO-8601 UTC, or `null`. */
  readonly timestamp: string | null;
  /** Epoch second from which on it counts as absent, or `null`. */
  readonly expiresAt: number | null;
}

/** What is written beside an attribute's value. */
export interface AttributeOptions extends CallOptions {
  /** An instant to keep with the value; ISO-8601. Default: none. */
  readonly timestamp?: string;
  /** Epoch second from which on it counts as absent; a whole number. Default: never. Not together with `ttl`. */
  readonly expiresAt?: number;
  /** Whole seconds from now until it counts as absent. Not together with `expiresAt`. */
  readonly ttl?: number;
}

/** Attributes of an actor, sorted by bucket joined with name. An expired attribute is absent for every method. */
export interface Attributes {
  /** The attribute, or `null`. */
  get(actorId: string, bucket: string, name: string, options?: ReadOptions): Promise<Attribute | null>;
  /** Those of `names` that exist, in name order. Any count. */
  getMany(
    actorId: string,
    bucket: string,
    names: Iterable<string>,
    options?: ReadOptions,
  ): Promise<Map<string, Attribute>>;
  /** Writes an attribute; timestamp and expiry are replaced, too. `data` may be any JSON value but `null`. */
  set(actorId: string, bucket: string, name: string, data: Json, options?: AttributeOptions): Promise<void>;
  /** Writes any number of attributes, in batches on DynamoDB. Of a name given twice the last counts. */
  setMany(
    actorId: string,
    bucket: string,
    entries: Iterable<readonly [name: string, data: Json]>,
    options?: AttributeOptions,
  ): Promise<void>;
  /** Creates an attribute; `false`, and nothing is changed, when it exists. */
  createIfAbsent(
    actorId: string,
    bucket: string,
    name: string,
    data: Json,
    options?: AttributeOptions,
  ): Promise<boolean>;
  /**
   * Replaces the value if it equals `expected` as JSON (the order of an object's keys means nothing, 1 equals 1.0,
   * `true` is not 1); `false` for another value and for none. Timestamp and expiry stay unless given.
   */
  setIfEquals(
    actorId: string,
    bucket: string,
    name: string,
    expected: Json,
    data: Json,
    options?: AttributeOptions,
  ): Promise<boolean>;
  /** Removes the attribute if its value equals `expected` as JSON; `false` for another value and for none. */
  deleteIfEquals(
    actorId: string,
    bucket: string,
    name: string,
    expected: Json,
    options?: CallOptions,
  ): Promise<boolean>;
  /** Removes the attribute and gives it to exactly one of all callers; `null` to the others. */
  consume(actorId: string, bucket: string, name: string, options?: CallOptions): Promise<Attribute | null>;
  /** Removes the attribute; whether it was there. */
  delete(actorId: string, bucket: string, name: string, options?: CallOptions): Promise<boolean>;
  /** Removes any number of attributes of a bucket, in batches on DynamoDB. */
  deleteMany(actorId: string, bucket: string, names: Iterable<string>, options?: CallOptions): Promise<void>;
  /** All attributes of one bucket, by name. */
  bucket(actorId: string, bucket: string, options?: ReadOptions): Promise<Attribute[]>;
  /** All attributes of all buckets. */
  all(actorId: string, options?: ReadOptions): Promise<Attribute[]>;
  /** All attributes, or those of one bucket, in pages. */
  pages(actorId: string, options?: PageOptions & { readonly bucket?: string }): AsyncIterable<Page<Attribute>>;
  /** The latest timestamp in each bucket that has one, by bucket. */
  timestamps(actorId: string, options?: ReadOptions): Promise<Map<string, string>>;
  /** Removes a bucket, in batches on DynamoDB; how many attributes, expired ones included. */
  deleteBucket(actorId: string, bucket: string, options?: CallOptions): Promise<number>;
  /** Removes all buckets, in batches on DynamoDB; how many attributes, expired ones included. */
  deleteAll(actorId: string, options?: CallOptions): Promise<number>;
  /** Removes from the buckets all attributes whose value is an object with this `chain_id`, in batches on DynamoDB; how many. */
  deleteByChain(actorId: string, buckets: readonly string[], chainId: string, options?: CallOptions): Promise<number>;
  /**
   * Removes the expired attributes of all actors, or of some buckets; how many. A scan on DynamoDB, whose own expiry
   * (see `capabilities.nativeExpiry`) does the same for nothing.
   */
  purgeExpired(options?: CallOptions & { readonly buckets?: readonly string[] }): Promise<number>;
}

/** What a backend cannot hide. Each is a fact, not a switch; the conformance suite reads the same object. */
export interface Capabilities {
  /**
   * How fresh `actors.listByCreator` and `trusts.getBySecret` are. `eventual` (DynamoDB, global secondary indexes): a
   * row just written may be missing and one just removed or changed may still be found, usually for milliseconds.
   */
  readonly indexReads: "consistent" | "eventual";
  /** Whether `actors.pages` is sorted by id. `false` on DynamoDB: the order is stable, but no order anyone knows. */
  readonly sortedActors: boolean;
  /** Whether methods that say "in batches" are nevertheless atomic. `true` on PostgreSQL. */
  readonly atomicBatches: boolean;
  /** Whether the database removes expired attributes by itself. `false`: call `attributes.purgeExpired` now and then. */
  readonly nativeExpiry: boolean;
  /** Whether an indexed property needs its actor's row to be found by value. `true` on PostgreSQL (a foreign key). */
  readonly lookupsNeedActor: boolean;
}

/** One request to the database, for logs, metrics and budgets. */
export interface StoreRequest {
  /** The store's method, e.g. `properties.get`. */
  readonly operation: string;
  /** What was sent: DynamoDB's operation, e.g. `GetItem`, or `query`. */
  readonly request: string;
  /** 1 for the first try. */
  readonly attempt: number;
  /** Milliseconds until the answer or the fault. */
  readonly milliseconds: number;
  /** `null`, or the type of the fault. */
  readonly error: string | null;
  /** DynamoDB's consumed capacity units; 0 on PostgreSQL. */
  readonly consumedCapacity: number;
  /** Rows read or written as PostgreSQL counts them; 0 on DynamoDB. */
  readonly rows: number;
}

/** Options that every backend takes. */
export interface StoreOptions {
  /**
   * Names of properties that can be looked up by value, each at most 255 bytes and none of a list. Default
   * `["oauthId", "email", "externalUserId"]`.
   */
  readonly indexedProperties?: readonly string[];
  /** Milliseconds for one call with its retries. Positive. Default 15,000. */
  readonly timeout?: number;
  /** Called after every request to the database. What it throws is ignored. */
  readonly onRequest?: (request: StoreRequest) => void;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/** The data of ActingWeb actors. */
export interface Store {
  /** Which backend this is. */
  readonly backend: "dynamodb" | "postgresql" | (string & Record<never, never>);
  /** What the backend cannot hide. */
  readonly capabilities: Capabilities;
  /** Actors. */
  readonly actors: Actors;
  /** Properties. */
  readonly properties: Properties;
  /** Reverse lookup of indexed properties. */
  readonly lookups: Lookups;
  /** Trusts. */
  readonly trusts: Trusts;
  /** Peer trustees. */
  readonly peerTrustees: PeerTrustees;
  /** Subscriptions. */
  readonly subscriptions: Subscriptions;
  /** Diffs of subscriptions. */
  readonly diffs: Diffs;
  /** Suspensions of diffs. */
  readonly suspensions: Suspensions;
  /** Attributes in buckets. */
  readonly attributes: Attributes;
  /**
   * Reads single rows of any parts at once: on DynamoDB all rows that are asked for by key (`get`, `getMany`,
   * `suspensions.has`) before `reads` returns go into one request for each 100, and elsewhere they are sent one behind
   * the other. Each call answers as it would alone, but the earliest deadline, and any caller's signal, ends all that
   * share its request. Every other call in `reads` is what it always is.
   *
   * @param reads Begins the calls; what it returns is returned
   * @throws {StoreError} `invalid` when it is no function
   * @example
   * ```ts
   * import type { Store } from "actingweb-edge";
   *
   * export async function read(store: Store, actorId: string) {
   *   const [actor, email] = await store.together(() =>
   *     Promise.all([store.actors.get(actorId), store.properties.get(actorId, "email")])
   *   );
   *   return { actor, email };
   * }
   * ```
   */
  together<Result>(reads: () => Result): Result;
  /** Closes connections, after the calls under way. Later calls throw `closed`; closing twice does nothing. */
  close(): Promise<void>;
}
