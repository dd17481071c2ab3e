/**
 * Every method of the contract with arguments that are acceptable, so that one case can say something of all of them.
 *
 * @module
 */

import type { TransferPartName } from "../backend.ts";
import type { Store } from "../store.ts";
import type { TransferStore } from "../tables.ts";

/**
 * What an argument is: a `key` of 1 to 255 characters, also one without `:` (`subscription`), one that is joined with
 * the argument before it (`joined`) and may be empty (`part`); a property's `name`; a `text` of any length and one that
 * is not empty (`filled`); a whole `number`; a `json` value and one that is not null (`data`); a `row` of fields; an
 * iterable of `names` or `entries`; a `prefix`, which is a property's name or empty; the name of a `table`, and its
 * `keys` or `rows`.
 */
export type Kind =
  | "key"
  | "subscription"
  | "joined"
  | "part"
  | "name"
  | "prefix"
  | "text"
  | "filled"
  | "number"
  | "json"
  | "data"
  | "row"
  | "names"
  | "entries"
  | "table"
  | "keys"
  | "rows";

/** An argument: what it is called, what it is, and one that is acceptable. */
export type Argument = readonly [name: string, kind: Kind, acceptable: unknown];

const ACTOR: Argument = ["actorId", "key", "actor"];
const NAME: Argument = ["name", "name", "name"];
const VALUE: Argument = ["value", "text", "value"];
const FILLED: Argument = ["value", "filled", "value"];
const EXPECTED: Argument = ["expected", "text", "value"];
const NAMES: Argument = ["names", "names", ["a", "b"]];
const BOUNDS: readonly Argument[] = [["lower", "name", "a"], ["upper", "name", "b"]];
const INDEXED: readonly Argument[] = [["name", "name", "email"], ["value", "filled", "value"]];
const PEER: Argument = ["peerId", "key", "peer"];
const SUBSCRIPTION: Argument = ["subscriptionId", "subscription", "subscription"];
const SEQUENCE: Argument = ["sequence", "number", 1];
const TARGET: readonly Argument[] = [["target", "key", "target"], ["subtarget", "part", "subtarget"]];
const BUCKET: Argument = ["bucket", "key", "bucket"];
const ATTRIBUTE: readonly Argument[] = [ACTOR, BUCKET, ["name", "joined", "name"]];
const DATA: Argument = ["data", "data", { a: 1 }];
const JSON_EXPECTED: Argument = ["expected", "json", { a: 1 }];

const TABLE: Argument = ["table", "table", "properties"];
const KEYS: Argument = ["keys", "keys", []];

const ACTOR_ROW = { id: "actor", creator: "ada", passphrase: "secret" };
const TRUST_ROW = { peerId: "peer", baseUri: "https://peer", type: "urn:a", relationship: "friend", secret: "secret" };
const TRUSTEE_ROW = { peerId: "peer", baseUri: "https://peer", type: "urn:a", passphrase: "secret" };
const SUBSCRIPTION_ROW = { peerId: "peer", subscriptionId: "subscription" };
const DIFF_ROW = { subscriptionId: "subscription", sequence: 1, timestamp: "2026-01-02T03:04:05Z", data: "{}" };

/** The arguments of every method before its options. */
export const METHODS: {
  readonly [Part in TransferPartName]: { readonly [Name in keyof TransferStore[Part]]: readonly Argument[] };
} = {
  actors: {
    get: [ACTOR],
    listByCreator: [["creator", "key", "ada"]],
    createIfAbsent: [["actor", "row", ACTOR_ROW]],
    update: [ACTOR, ["fields", "row", { passphrase: "secret" }]],
    delete: [ACTOR],
    erase: [ACTOR],
    tombstone: [ACTOR],
    pages: [],
  },
  properties: {
    get: [ACTOR, NAME],
    getMany: [ACTOR, NAMES],
    set: [ACTOR, NAME, VALUE],
    setMany: [ACTOR, ["entries", "entries", [["a", "1"], ["b", "2"]]]],
    delete: [ACTOR, NAME],
    deleteMany: [ACTOR, NAMES],
    createIfAbsent: [ACTOR, NAME, FILLED],
    setIfEquals: [ACTOR, NAME, EXPECTED, FILLED],
    deleteIfEquals: [ACTOR, NAME, EXPECTED],
    range: [ACTOR, ...BOUNDS],
    rangeNames: [ACTOR, ...BOUNDS],
    last: [ACTOR, ...BOUNDS],
    prefix: [ACTOR, ["prefix", "prefix", "a"]],
    all: [ACTOR],
    pages: [ACTOR],
    deleteAll: [ACTOR],
  },
  lookups: { get: INDEXED, claim: [ACTOR, ...INDEXED], release: [ACTOR, ...INDEXED] },
  trusts: {
    get: [ACTOR, PEER],
    getBySecret: [ACTOR, ["secret", "key", "secret"]],
    all: [ACTOR],
    pages: [ACTOR],
    createIfAbsent: [ACTOR, ["trust", "row", TRUST_ROW]],
    update: [ACTOR, PEER, ["fields", "row", { approved: true }]],
    touch: [ACTOR, PEER, ["use", "row", { at: "2026-01-02T03:04:05Z", via: "trust" }]],
    delete: [ACTOR, PEER],
    deleteAll: [ACTOR],
  },
  peerTrustees: {
    get: [ACTOR, PEER],
    listByType: [ACTOR, ["type", "text", "urn:a"]],
    all: [ACTOR],
    pages: [ACTOR],
    createIfAbsent: [ACTOR, ["trustee", "row", TRUSTEE_ROW]],
    update: [ACTOR, PEER, ["fields", "row", { passphrase: "secret" }]],
    delete: [ACTOR, PEER],
    deleteAll: [ACTOR],
  },
  subscriptions: {
    get: [ACTOR, PEER, SUBSCRIPTION],
    all: [ACTOR],
    pages: [ACTOR],
    createIfAbsent: [ACTOR, ["subscription", "row", SUBSCRIPTION_ROW]],
    update: [ACTOR, PEER, SUBSCRIPTION, ["fields", "row", { granularity: "high" }]],
    delete: [ACTOR, PEER, SUBSCRIPTION],
    deleteAll: [ACTOR],
  },
  diffs: {
    append: [ACTOR, PEER, SUBSCRIPTION, ["data", "filled", "{}"]],
    get: [ACTOR, SUBSCRIPTION, SEQUENCE],
    first: [ACTOR, SUBSCRIPTION],
    all: [ACTOR, SUBSCRIPTION],
    pages: [ACTOR, SUBSCRIPTION],
    createIfAbsent: [ACTOR, ["diff", "row", DIFF_ROW]],
    delete: [ACTOR, SUBSCRIPTION, SEQUENCE],
    deleteUpTo: [ACTOR, PEER, SUBSCRIPTION, SEQUENCE],
    deleteAll: [ACTOR, PEER, SUBSCRIPTION],
  },
  suspensions: {
    has: [ACTOR, ...TARGET],
    all: [ACTOR],
    pages: [ACTOR],
    createIfAbsent: [ACTOR, ...TARGET],
    delete: [ACTOR, ...TARGET],
    deleteAll: [ACTOR],
  },
  attributes: {
    get: ATTRIBUTE,
    getMany: [ACTOR, BUCKET, NAMES],
    set: [...ATTRIBUTE, DATA],
    setMany: [ACTOR, BUCKET, ["entries", "entries", [["a", 1], ["b", 2]]]],
    createIfAbsent: [...ATTRIBUTE, DATA],
    setIfEquals: [...ATTRIBUTE, JSON_EXPECTED, DATA],
    deleteIfEquals: [...ATTRIBUTE, JSON_EXPECTED],
    consume: ATTRIBUTE,
    delete: ATTRIBUTE,
    deleteMany: [ACTOR, BUCKET, NAMES],
    bucket: [ACTOR, BUCKET],
    all: [ACTOR],
    pages: [ACTOR],
    timestamps: [ACTOR],
    deleteBucket: [ACTOR, BUCKET],
    deleteAll: [ACTOR],
    deleteByChain: [ACTOR, ["buckets", "names", ["bucket"]], ["chainId", "text", "chain"]],
    purgeExpired: [],
  },
  tables: {
    pages: [TABLE],
    getMany: [TABLE, KEYS],
    write: [TABLE, ["rows", "rows", []]],
    delete: [TABLE, KEYS],
    estimate: [TABLE],
  },
};

/** One method of the contract. */
export interface Method {
  /** What errors and reports call it, e.g. `properties.get`. */
  readonly operation: string;
  /** Its arguments before its options. */
  readonly args: readonly Argument[];
  /** Acceptable arguments of an actor; the options come after them. */
  acceptable(actorId: string): unknown[];
  /** Calls it, as a caller without types does; of `pages` the first page. */
  call(store: Store, ...given: unknown[]): Promise<unknown>;
}

type Untyped = Readonly<Record<string, Readonly<Record<string, (...given: unknown[]) => unknown>>>>;

/** Every method of the contract. */
export const everyMethod: readonly Method[] = Object.entries(METHODS).flatMap(([part, methods]) =>
  Object.entries(methods as { readonly [name: string]: readonly Argument[] }).map(([name, args]): Method => ({
    operation: `${part}.${name}`,
    args,
    acceptable: (actorId) =>
      args.map(([argument, , acceptable]) => {
        if (argument === "actorId") return actorId;
        if (argument === "keys") return [[actorId, "name"]];
        if (argument === "rows") return [{ actorId, name: "name", value: "value" }];
        return argument === "actor" ? { ...ACTOR_ROW, id: actorId } : acceptable;
      }),
    async call(store, ...given) {
      const result = (store as unknown as Untyped)[part]![name]!(...given);
      return name === "pages" ? (await (result as AsyncGenerator<unknown>).next()).value : await result;
    },
  }))
);
