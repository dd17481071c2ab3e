// Faults of exactness: which rows a call is about, in what order they come, and whether they are all.
import { compactJson } from "../../../src/model/json.ts";
import type { Diff, Json } from "../../../src/store.ts";
import { attributeKey } from "../memory/attributes.ts";
import { removeWhere, rowsOf } from "../memory/database.ts";
import { partsOf } from "../memory/mod.ts";
import { lookupKey } from "../memory/properties.ts";
import { type Fault, inParts } from "./fault.ts";

/** The writes of one DynamoDB batch. */
const BATCH = 25;

interface Named {
  readonly name: string;
}

function byUnits(left: Named, right: Named): number {
  return left.name < right.name ? -1 : Number(left.name > right.name);
}

function byText(left: Diff, right: Diff): number {
  return String(left.sequence) < String(right.sequence) ? -1 : 1;
}

/** The faults. */
export const rowFaults: Readonly<Record<string, Fault>> = {
  "reading a bucket gives all whose names begin alike": inParts(["attribute keys"], ({ attributes }) => ({
    attributes: {
      ...attributes,
      bucket: (actorId, bucket, call) =>
        attributes.all(actorId, call).filter((attribute) => attribute.bucket.startsWith(bucket)),
    },
  })),

  "removing a bucket removes all whose names begin alike": inParts(
    ["attribute keys"],
    ({ attributes }, { database }) => ({
      attributes: {
        ...attributes,
        deleteBucket: (actorId, bucket) =>
          removeWhere(rowsOf(database.attributes, actorId), (row) => row.bucket.startsWith(bucket)),
      },
    }),
  ),

  "writing an attribute overwrites another bucket's under the same joined key": inParts(
    ["attribute keys"],
    ({ attributes }, { database }) => ({
      attributes: {
        ...attributes,
        set(actorId, bucket, name, data, call) {
          rowsOf(database.attributes, actorId).delete(attributeKey(bucket, name));
          attributes.set(actorId, bucket, name, data, call);
        },
      },
    }),
  ),

  "expired attributes are seen where many are read": inParts(["attribute expiry"], ({ attributes }, context) => ({
    attributes: { ...attributes, getMany: partsOf({ ...context, now: () => 0 }).attributes.getMany },
  })),

  "expired attributes are consumed": inParts(["attribute expiry"], ({ attributes }, context) => ({
    attributes: { ...attributes, consume: partsOf({ ...context, now: () => 0 }).attributes.consume },
  })),

  "true equals 1 where an attribute is compared": inParts(["attribute conditions"], ({ attributes }) => ({
    attributes: {
      ...attributes,
      setIfEquals(actorId, bucket, name, expected, data, call) {
        const stored = attributes.get(actorId, bucket, name, call)?.data;
        const loose = stored === true && expected === 1 ? true : expected;
        return attributes.setIfEquals(actorId, bucket, name, loose, data, call);
      },
    },
  })),

  "long integers are rounded": inParts(["attribute values"], ({ attributes }) => ({
    attributes: {
      ...attributes,
      set: (actorId, bucket, name, data, call) =>
        attributes.set(actorId, bucket, name, JSON.parse(compactJson(data)) as Json, call),
    },
  })),

  "writing many attributes stops at 25": inParts(["attribute batches"], ({ attributes }) => ({
    attributes: {
      ...attributes,
      setMany: (actorId, bucket, entries, call) =>
        attributes.setMany(actorId, bucket, [...entries].slice(0, BATCH), call),
    },
  })),

  "removing many attributes stops at 25": inParts(["attribute batches"], ({ attributes }) => ({
    attributes: {
      ...attributes,
      deleteMany: (actorId, bucket, names, call) =>
        attributes.deleteMany(actorId, bucket, [...names].slice(0, BATCH), call),
    },
  })),

  "writing many properties stops at 25": inParts(["property batches"], ({ properties }) => ({
    properties: {
      ...properties,
      setMany: (actorId, entries, call) => properties.setMany(actorId, [...entries].slice(0, BATCH), call),
    },
  })),

  "removing many properties stops at 25": inParts(["property batches"], ({ properties }) => ({
    properties: {
      ...properties,
      deleteMany: (actorId, names, call) => properties.deleteMany(actorId, [...names].slice(0, BATCH), call),
    },
  })),

  "properties are sorted by UTF-16 units": inParts(["property pages", "names"], ({ properties }) => ({
    properties: { ...properties, all: (actorId, call) => properties.all(actorId, call).sort(byUnits) },
  })),

  "ranges of properties are sorted by UTF-16 units": inParts(["property ranges"], ({ properties }) => ({
    properties: {
      ...properties,
      range: (actorId, lower, upper, call) => properties.range(actorId, lower, upper, call).sort(byUnits),
    },
  })),

  "attributes are sorted by UTF-16 units": inParts(["attribute keys", "names"], ({ attributes }) => ({
    attributes: { ...attributes, bucket: (...args) => attributes.bucket(...args).sort(byUnits) },
  })),

  "a walk ends after its first page": inParts(["property pages"], ({ properties }) => ({
    properties: { ...properties, page: (actorId, call) => ({ ...properties.page(actorId, call), after: null }) },
  })),

  "diffs are sorted by their numbers' texts": inParts(["diff lists", "diffs"], ({ diffs }) => ({
    diffs: { ...diffs, all: (actorId, id, call) => diffs.all(actorId, id, call).sort(byText) },
  })),

  "the first diff is that of any subscription whose id begins alike": inParts(["diffs"], ({ diffs }, context) => ({
    diffs: {
      ...diffs,
      first(actorId, subscriptionId) {
        const rows = [...rowsOf(context.database.diffs, actorId).values()];
        return rows.filter((diff) => diff.subscriptionId.startsWith(subscriptionId)).sort(byText)[0] ?? null;
      },
    },
  })),

  "subscriptions of peers whose ids begin alike are removed together": inParts(
    ["subscription keys"],
    ({ subscriptions }, { database }) => ({
      subscriptions: {
        ...subscriptions,
        deleteAll: (actorId, { peerId = "" }) =>
          removeWhere(rowsOf(database.subscriptions, actorId), (_, key) => key.startsWith(peerId)),
      },
    }),
  ),

  "a lookup row is believed although the property has another value": inParts(
    ["lookup owners"],
    ({ lookups }, context) => ({
      lookups: { ...lookups, get: (name, value) => context.database.lookups.get(lookupKey(name, value)) ?? null },
    }),
  ),

  "a later writer of a value becomes its owner": inParts(
    ["lookup owners"],
    ({ properties }, { database, indexed }) => ({
      properties: {
        ...properties,
        set(actorId, name, value, call) {
          properties.set(actorId, name, value, call);
          if (indexed.has(name)) database.lookups.set(lookupKey(name, value), actorId);
        },
      },
    }),
  ),

  "a conditional write forgets the lookup row": inParts(
    ["lookups", "lookup owners"],
    ({ properties }, { database }) => ({
      properties: {
        ...properties,
        setIfEquals(actorId, name, expected, value, call) {
          if (properties.get(actorId, name, call) !== expected) return false;
          rowsOf(database.properties, actorId).set(name, value);
          return true;
        },
      },
    }),
  ),

  "erasing an actor leaves its suspensions": inParts(["erasure"], ({ actors }, { database }) => ({
    actors: {
      ...actors,
      erase(actorId, call) {
        const left = new Map(rowsOf(database.suspensions, actorId));
        const existed = actors.erase(actorId, call);
        database.suspensions.set(actorId, left);
        return existed;
      },
    },
  })),
};
