// Attributes in memory.
import type { BackendPart, Call } from "../../../src/backend.ts";
import { StoreError } from "../../../src/errors.ts";
import { compactJson, jsonEquals, parseJson } from "../../../src/model/json.ts";
import type { Attribute, Attributes, Json } from "../../../src/store.ts";
import { type AttributeRow, type Context, pageOf, removeWhere, rowsOf, sorted, type Synchronous } from "./database.ts";

interface Extras {
  readonly timestamp?: string | undefined;
  readonly expiresAt?: number | undefined;
}

/** The part. */
export function attributes(context: Context): Synchronous<BackendPart<Attributes>> {
  const { database } = context;
  const rows = (actorId: string) => rowsOf(database.attributes, actorId);
  const live = (actorId: string, bucket?: string) =>
    sorted(rows(actorId)).filter(([, row]) => isLive(context, row) && (bucket === undefined || row.bucket === bucket));
  const refuseForeign = (actorId: string, bucket: string, name: string, { operation }: Call) => {
    if (isForeign(rows(actorId).get(attributeKey(bucket, name)), bucket, name)) {
      throw new StoreError("conflict", operation, "another bucket's attribute is stored under the same key");
    }
  };

  function put(actorId: string, bucket: string, name: string, data: Json, extras: Extras, call: Call): void {
    refuseForeign(actorId, bucket, name, call);
    const { timestamp = null, expiresAt = null } = extras;
    rows(actorId).set(attributeKey(bucket, name), { bucket, name, data: compactJson(data), timestamp, expiresAt });
  }

  /** Removes the row, also an expired one, and gives what it held if that had not expired. */
  function remove(actorId: string, bucket: string, name: string): AttributeRow | null {
    const row = liveRow(context, actorId, bucket, name);
    const key = attributeKey(bucket, name);
    if (!isForeign(rows(actorId).get(key), bucket, name)) rows(actorId).delete(key);
    return row;
  }

  /** The row, if its value equals `expected`. */
  function equalRow(actorId: string, bucket: string, name: string, expected: Json): AttributeRow | null {
    const row = liveRow(context, actorId, bucket, name);
    return row !== null && jsonEquals(parseJson(row.data), expected) ? row : null;
  }

  return {
    get(actorId, bucket, name) {
      const row = liveRow(context, actorId, bucket, name);
      return row === null ? null : readRow(row);
    },

    getMany(actorId, bucket, names) {
      const wanted = new Set(names);
      const found = live(actorId, bucket).filter(([, row]) => wanted.has(row.name));
      return new Map(found.map(([, row]) => [row.name, readRow(row)]));
    },

    set: (actorId, bucket, name, data, call) => put(actorId, bucket, name, data, call, call),

    setMany(actorId, bucket, entries, call) {
      const all = [...entries];
      for (const [name] of all) refuseForeign(actorId, bucket, name, call);
      for (const [name, data] of all) put(actorId, bucket, name, data, call, call);
    },

    createIfAbsent(actorId, bucket, name, data, call) {
      if (liveRow(context, actorId, bucket, name) !== null) return false;
      put(actorId, bucket, name, data, call, call);
      return true;
    },

    setIfEquals(actorId, bucket, name, expected, data, call) {
      const row = equalRow(actorId, bucket, name, expected);
      if (row === null) return false;
      const { timestamp = row.timestamp, expiresAt = row.expiresAt } = call;
      rows(actorId).set(attributeKey(bucket, name), { bucket, name, data: compactJson(data), timestamp, expiresAt });
      return true;
    },

    deleteIfEquals: (actorId, bucket, name, expected) =>
      equalRow(actorId, bucket, name, expected) !== null && remove(actorId, bucket, name) !== null,

    consume(actorId, bucket, name) {
      const row = remove(actorId, bucket, name);
      return row === null ? null : readRow(row);
    },

    delete: (actorId, bucket, name) => remove(actorId, bucket, name) !== null,

    deleteMany(actorId, bucket, names) {
      for (const name of names) remove(actorId, bucket, name);
    },

    bucket: (actorId, bucket) => live(actorId, bucket).map(([, row]) => readRow(row)),

    all: (actorId) => live(actorId).map(([, row]) => readRow(row)),

    page: (actorId, call) => pageOf(live(actorId, call.bucket), call, readRow),

    timestamps(actorId) {
      const latest = new Map<string, string>();
      for (const [, { bucket, timestamp }] of live(actorId)) {
        if (timestamp !== null && timestamp > (latest.get(bucket) ?? "")) latest.set(bucket, timestamp);
      }
      return new Map(sorted(latest));
    },

    deleteBucket: (actorId, bucket) => removeWhere(rows(actorId), (row) => row.bucket === bucket),

    deleteAll: (actorId) => removeWhere(rows(actorId), () => true),

    deleteByChain: (actorId, buckets, chainId) =>
      removeWhere(rows(actorId), (row) => buckets.includes(row.bucket) && chainOf(row) === chainId),

    purgeExpired(call) {
      let count = 0;
      for (const owned of database.attributes.values()) {
        count += removeWhere(owned, (row) => {
          return isExpired(context, row) && (call.buckets === undefined || call.buckets.includes(row.bucket));
        });
      }
      return count;
    },
  };
}

/** The key of an attribute's row. Where a part holds a `:`, it may be another bucket's, too. */
export function attributeKey(bucket: string, name: string): string {
  return `${bucket}:${name}`;
}

/** The row of exactly this bucket and name, unless it has expired. */
export function liveRow(context: Context, actorId: string, bucket: string, name: string): AttributeRow | null {
  const row = rowsOf(context.database.attributes, actorId).get(attributeKey(bucket, name));
  return row === undefined || isForeign(row, bucket, name) || !isLive(context, row) ? null : row;
}

/** The attribute in a row. */
export function readRow(row: AttributeRow): Attribute {
  return { ...row, data: parseJson(row.data) };
}

function isForeign(row: AttributeRow | undefined, bucket: string, name: string): boolean {
  return row !== undefined && (row.bucket !== bucket || row.name !== name);
}

/** A stored null, which only a transfer can write, is as good as nothing. */
function isLive(context: Context, row: AttributeRow): boolean {
  return row.data !== "null" && !isExpired(context, row);
}

function isExpired({ now }: Context, { expiresAt }: AttributeRow): boolean {
  return expiresAt !== null && expiresAt <= Math.floor(now() / 1000);
}

function chainOf(row: AttributeRow): Json | undefined {
  const data = parseJson(row.data);
  return typeof data === "object" && data !== null && !Array.isArray(data)
    ? (data as { [key: string]: Json }).chain_id
    : undefined;
}
