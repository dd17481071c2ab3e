// Random operations over every method of the contract, as data that can be printed and shrunk.
import fc from "fast-check";
import type { TransferPartName } from "../../src/backend.ts";
import type { TransferStore } from "../../src/tables.ts";
import {
  actorFields,
  diffFields,
  keys,
  peerKey,
  rows,
  subscription,
  subscriptionFields,
  trust,
  trusteeFields,
  trustExtras,
  trustFields,
} from "./rows.ts";
import * as values from "./values.ts";

/** One step of a sequence: a call of a method, or the clock's hand moving on. */
export type Operation = {
  /** The method, e.g. `properties.get`, or `clock.forward`. */
  readonly name: string;
  /** Its arguments before the options; of `clock.forward` the milliseconds. */
  readonly args: readonly unknown[];
  /** Its options. */
  readonly options: Readonly<Record<string, unknown>>;
};

type Any = fc.Arbitrary<unknown>;
/** What a method takes, and how often it is called beside the others. */
type Arguments = { readonly args: readonly Any[]; readonly options: fc.Arbitrary<object>; readonly weight: number };

/** How often a method is called that writes a row, reads one, and removes many. */
const WRITES = 6;
const READS = 2;
const SWEEPS = 1;

/** Operations of a sequence at most. */
const LENGTH = 50;

const none = fc.constant({});
const read = values.some({ consistent: values.truth });
const limited = fc.record({ consistent: values.truth, limit: fc.integer({ min: 1, max: 3 }) }, { requiredKeys: [] });
const walked = fc.record({ consistent: values.truth, limit: fc.integer({ min: 1, max: 3 }) }, {
  requiredKeys: ["limit"],
});

const writes = (...args: Any[]): Arguments => ({ args, options: none, weight: WRITES });
const reads = (...args: Any[]): Arguments => ({ args, options: read, weight: READS });
const walks = (...args: Any[]): Arguments => ({ args, options: walked, weight: READS });
const sweeps = (...args: Any[]): Arguments => ({ args, options: none, weight: SWEEPS });

function also(method: Arguments, options: fc.Arbitrary<object>): Arguments {
  const both = fc.tuple(method.options, options).map(([one, other]) => ({ ...one, ...other }));
  return { ...method, options: both };
}

const property = [values.actorId, values.propertyName] as const;
const attribute = [values.actorId, values.bucket, values.attributeName] as const;
const names = values.several(values.propertyName);
const bounds = [values.actorId, values.prefix, values.prefix] as const;
const lookup = [values.indexedName, values.propertyValue] as const;
const expiry = fc.oneof(
  fc.constant({}),
  values.some({ timestamp: values.instant, expiresAt: values.expiresAt }),
  values.some({ timestamp: values.instant, ttl: fc.integer({ min: 1, max: 4 }) }),
);

const part = values.some({ actorId: values.actorId });
const segments = fc.integer({ min: 1, max: 3 }).map((count) => ({ segments: count }));

const METHODS: { readonly [Part in TransferPartName]: { readonly [Name in keyof TransferStore[Part]]: Arguments } } = {
  actors: {
    get: reads(values.actorId),
    listByCreator: reads(values.creator),
    createIfAbsent: also(
      writes(values.whole({ id: values.actorId, ...actorFields })),
      values.some({ clearTombstone: values.truth }),
    ),
    update: writes(values.actorId, values.some(actorFields)),
    delete: sweeps(values.actorId),
    erase: sweeps(values.actorId),
    tombstone: reads(values.actorId),
    pages: walks(),
  },
  properties: {
    get: reads(...property),
    getMany: reads(values.actorId, names),
    set: writes(...property, values.propertyValue),
    setMany: writes(values.actorId, values.several(fc.tuple(values.propertyName, values.propertyValue))),
    delete: writes(...property),
    deleteMany: sweeps(values.actorId, names),
    createIfAbsent: writes(...property, values.propertyValue),
    setIfEquals: writes(...property, values.propertyValue, values.propertyValue),
    deleteIfEquals: writes(...property, values.propertyValue),
    range: { args: bounds, options: limited, weight: READS },
    rangeNames: { args: bounds, options: limited, weight: READS },
    last: reads(...bounds),
    prefix: { args: [values.actorId, values.prefix], options: limited, weight: READS },
    all: also(reads(values.actorId), values.some({ includeLists: values.truth })),
    pages: also(walks(values.actorId), values.some({ includeLists: values.truth })),
    deleteAll: also(sweeps(values.actorId), values.some({ includeLists: values.truth })),
  },
  lookups: {
    get: reads(...lookup),
    claim: writes(values.actorId, ...lookup),
    release: sweeps(values.actorId, ...lookup),
  },
  trusts: {
    get: reads(values.actorId, values.peerId),
    getBySecret: reads(values.actorId, values.secret),
    all: reads(values.actorId),
    pages: walks(values.actorId),
    createIfAbsent: writes(values.actorId, trust),
    update: writes(values.actorId, values.peerId, values.some({ ...trustFields, ...trustExtras })),
    touch: writes(
      values.actorId,
      values.peerId,
      values.whole({ at: values.instant }, values.some({ via: values.filled })),
    ),
    delete: sweeps(values.actorId, values.peerId),
    deleteAll: sweeps(values.actorId),
  },
  peerTrustees: {
    get: reads(values.actorId, values.peerId),
    listByType: reads(values.actorId, values.type),
    all: reads(values.actorId),
    pages: walks(values.actorId),
    createIfAbsent: writes(values.actorId, values.whole({ ...peerKey, ...trusteeFields })),
    update: writes(values.actorId, values.peerId, values.some(trusteeFields)),
    delete: sweeps(values.actorId, values.peerId),
    deleteAll: sweeps(values.actorId),
  },
  subscriptions: {
    get: reads(values.actorId, values.peerId, values.subscriptionId),
    all: also(reads(values.actorId), values.some(peerKey)),
    pages: also(walks(values.actorId), values.some(peerKey)),
    createIfAbsent: writes(values.actorId, subscription),
    update: writes(values.actorId, values.peerId, values.subscriptionId, values.some(subscriptionFields)),
    delete: sweeps(values.actorId, values.peerId, values.subscriptionId),
    deleteAll: also(sweeps(values.actorId), values.some(peerKey)),
  },
  diffs: {
    append: also(
      writes(values.actorId, values.peerId, values.subscriptionId, values.filled),
      values.some({ known: values.sequence }),
    ),
    get: reads(values.actorId, values.subscriptionId, values.sequence),
    first: reads(values.actorId, values.subscriptionId),
    all: also(reads(values.actorId, values.subscriptionId), values.some({ after: values.sequence })),
    pages: also(walks(values.actorId, values.subscriptionId), values.some({ after: values.sequence })),
    createIfAbsent: writes(values.actorId, values.whole(diffFields)),
    delete: sweeps(values.actorId, values.subscriptionId, values.sequence),
    deleteUpTo: sweeps(values.actorId, values.peerId, values.subscriptionId, values.sequence),
    deleteAll: sweeps(values.actorId, values.peerId, values.subscriptionId),
  },
  suspensions: {
    has: reads(values.actorId, values.target, values.subtarget),
    all: reads(values.actorId),
    pages: walks(values.actorId),
    createIfAbsent: writes(values.actorId, values.target, values.subtarget),
    delete: writes(values.actorId, values.target, values.subtarget),
    deleteAll: sweeps(values.actorId),
  },
  attributes: {
    get: reads(...attribute),
    getMany: reads(values.actorId, values.bucket, values.several(values.attributeName)),
    set: also(writes(...attribute, values.json), expiry),
    setMany: also(
      writes(values.actorId, values.bucket, values.several(fc.tuple(values.attributeName, values.json))),
      expiry,
    ),
    createIfAbsent: also(writes(...attribute, values.json), expiry),
    setIfEquals: also(writes(...attribute, values.json, values.json), expiry),
    deleteIfEquals: writes(...attribute, values.json),
    consume: writes(...attribute),
    delete: sweeps(...attribute),
    deleteMany: sweeps(values.actorId, values.bucket, values.several(values.attributeName)),
    bucket: reads(values.actorId, values.bucket),
    all: reads(values.actorId),
    pages: also(walks(values.actorId), values.some({ bucket: values.bucket })),
    timestamps: reads(values.actorId),
    deleteBucket: sweeps(values.actorId, values.bucket),
    deleteAll: sweeps(values.actorId),
    deleteByChain: sweeps(values.actorId, values.several(values.bucket), values.chainId),
    purgeExpired: also(sweeps(), values.some({ buckets: values.several(values.bucket) })),
  },
  tables: {
    pages: also(walks(values.tableName), fc.oneof(part, segments)),
    getMany: { args: [keys], options: read, weight: READS },
    write: { args: [rows], options: none, weight: READS },
    delete: { args: [keys], options: none, weight: READS },
    estimate: sweeps(values.tableName),
  },
};

/** Table and rows, or table and keys, belong together. */
const TOGETHER = new Set(["tables.getMany", "tables.write", "tables.delete"]);

interface Choice {
  readonly weight: number;
  readonly arbitrary: fc.Arbitrary<Operation>;
}

function callsOf(parts: readonly TransferPartName[]): Choice[] {
  return parts.flatMap((part) =>
    Object.entries<Arguments>(METHODS[part]).map(([method, { args, options, weight }]) => {
      const name = `${part}.${method}`;
      const given = fc.tuple(...args).map((all) => TOGETHER.has(name) ? all[0] as unknown[] : all);
      const call = fc.record({ name: fc.constant(name), args: given, options }, { noNullPrototype: true });
      return { weight, arbitrary: call as fc.Arbitrary<Operation> };
    })
  );
}

const forward = fc.record({
  name: fc.constant("clock.forward"),
  args: fc.tuple(fc.constantFrom(1000, 1000, 1000, 1, 500, 3000, 31 * 86_400_000)),
  options: none,
}, { noNullPrototype: true }) as fc.Arbitrary<Operation>;

/** Parts that have to do with each other. A sequence about few of them meets the same rows again and again. */
const TOPICS: readonly (readonly TransferPartName[])[] = [
  ["properties"],
  ["properties", "lookups", "actors"],
  ["attributes"],
  ["attributes", "actors", "tables"],
  ["subscriptions", "diffs"],
  ["trusts", "peerTrustees"],
  ["suspensions", "actors"],
  Object.keys(METHODS) as TransferPartName[],
];

/** Sequences of operations. */
export const sequences: fc.Arbitrary<Operation[]> = fc.oneof(
  ...TOPICS.map((parts) =>
    fc.array(fc.oneof({ weight: 10, arbitrary: forward }, ...callsOf(parts)), {
      minLength: 1,
      maxLength: LENGTH,
      size: "max",
    })
  ),
);
