/** Attributes on DynamoDB. @module */

import type { BackendPart, Call } from "../backend.ts";
import { StoreError } from "../errors.ts";
import { jsonEquals, parseJson, pythonJson } from "../model/json.ts";
import { compareBytes } from "../model/order.ts";
import { toStoredInstant } from "../model/time.ts";
import { inParallel } from "../model/waiting.ts";
import type { Attribute, Attributes, Json } from "../store.ts";
import type { Item } from "./client/mod.ts";
import { type ActorQuery, answers, deleteQuery, queryAll, queryPage } from "./queries.ts";
import {
  batchGet,
  batchWrite,
  changes,
  conditional,
  contended,
  type Context,
  getItem,
  N,
  rowOf,
  S,
} from "./requests.ts";
import { corrupt, optionalInstant, optionalWhole, text } from "./rows.ts";

const OURS = "#bucket = :bucket AND #name = :name";
const LIVE = "(attribute_not_exists(ttl_timestamp) OR attribute_type(ttl_timestamp, :null) OR ttl_timestamp > :now)";
/** Single requests under way at once where a batch cannot be used. */
export const PARALLEL = 8;

interface Extras {
  readonly timestamp?: string | undefined;
  readonly expiresAt?: number | undefined;
}

/** The part. */
export function attributes(context: Context): BackendPart<Attributes> {
  const seconds = () => Math.floor(context.now() / 1000);
  /** The values of both conditions. */
  const live = (bucket: string, name: string): Item => ({
    ":bucket": S(bucket),
    ":name": S(name),
    ":null": S("NULL"),
    ":now": N(seconds()),
  });
  const readAll = (call: Call, items: readonly Item[], bucket?: string): Attribute[] =>
    items.map((item) => readAttribute(context, call, item, bucket)).filter((attribute) => attribute !== null);

  async function put(
    actorId: string,
    bucket: string,
    name: string,
    data: Json,
    extras: Extras,
    call: Call,
  ): Promise<void> {
    // Not PutItem, which would drop attributes that a newer reference may have added.
    const input = {
      Key: attributeKey(actorId, bucket, name),
      ...changes({ timestamp: null, ttl_timestamp: null, ...fieldsOf(bucket, name, data, extras) }),
      ConditionExpression: `attribute_not_exists(id) OR (${OURS})`,
    };
    const { held } = await conditional(context, "UpdateItem", "attributes", input, call, true);
    if (!held) throw conflict(call);
  }

  /** Removes a row of ours and gives what it held, if that had not expired. */
  async function remove(actorId: string, bucket: string, name: string, call: Call): Promise<Attribute | null> {
    const { held, item } = await conditional(context, "DeleteItem", "attributes", {
      Key: attributeKey(actorId, bucket, name),
      ConditionExpression: OURS,
      ExpressionAttributeValues: { ":bucket": S(bucket), ":name": S(name) },
      ReturnValues: "ALL_OLD",
    }, call);
    return held && item !== undefined ? readAttribute(context, call, item, bucket, name) : null;
  }

  /**
   * Writes on condition that the stored value equals `expected`. Stored texts of equal values may differ in the order of
   * keys, so where the text is another one but the value the same, the stored text becomes the condition.
   */
  async function compareAnd(
    target: "UpdateItem" | "DeleteItem",
    actorId: string,
    bucket: string,
    name: string,
    expected: Json,
    change: Partial<ReturnType<typeof changes>>,
    call: Call,
  ): Promise<boolean> {
    const Key = attributeKey(actorId, bucket, name);
    let stored = pythonJson(expected);
    for (;;) {
      const result = await conditional(context, target, "attributes", {
        Key,
        ...change,
        ConditionExpression: `${OURS} AND ${LIVE} AND #data = :stored`,
        ExpressionAttributeValues: { ...change.ExpressionAttributeValues, ...live(bucket, name), ":stored": S(stored) },
      }, call);
      if (result.held) return true;
      const item = await rowOf(result, context, "attributes", Key, call);
      const found = item && readAttribute(context, call, item, bucket, name);
      if (found === null || !jsonEquals(found.data, expected)) return false;
      const present = text(call.operation, item!, "data");
      if (present === stored && Date.now() > call.deadline) throw contended(call);
      stored = present;
    }
  }

  return {
    async get(actorId, bucket, name, call) {
      const item = await getItem(context, "attributes", attributeKey(actorId, bucket, name), call);
      return item && readAttribute(context, call, item, bucket, name);
    },

    async getMany(actorId, bucket, names, call) {
      const keys = [...names].map((name) => attributeKey(actorId, bucket, name));
      const found = readAll(call, await batchGet(context, "attributes", keys, call), bucket);
      return new Map(found.sort((a, b) => compareBytes(a.name, b.name)).map((each) => [each.name, each]));
    },

    set: (actorId, bucket, name, data, call) => put(actorId, bucket, name, data, call, call),

    async setMany(actorId, bucket, entries, call) {
      const all = [...entries];
      const plain = all.filter(([name]) => isUnambiguous(bucket, name));
      const puts = plain.map(([name, data]) => ({
        table: "attributes" as const,
        put: attributeItem(actorId, bucket, name, data, call),
      }));
      await batchWrite(context, puts, call);
      // A batch takes no conditions, and these may meet another bucket's row.
      const rest = all.filter(([name]) => !isUnambiguous(bucket, name));
      await inParallel(rest, PARALLEL, ([name, data]) => put(actorId, bucket, name, data, call, call));
    },

    async createIfAbsent(actorId, bucket, name, data, call) {
      const result = await conditional(context, "PutItem", "attributes", {
        Item: attributeItem(actorId, bucket, name, data, call),
        ConditionExpression: `attribute_not_exists(id) OR (${OURS} AND NOT ${LIVE})`,
        ExpressionAttributeValues: live(bucket, name),
      }, call);
      if (result.held) return true;
      const item = await rowOf(result, context, "attributes", attributeKey(actorId, bucket, name), call);
      if (item !== null && !isOf(call, item, bucket, name)) throw conflict(call);
      return false;
    },

    setIfEquals: (actorId, bucket, name, expected, data, call) =>
      compareAnd("UpdateItem", actorId, bucket, name, expected, changes(fieldsOf(bucket, name, data, call)), call),

    deleteIfEquals: (actorId, bucket, name, expected, call) =>
      compareAnd("DeleteItem", actorId, bucket, name, expected, {}, call),

    consume: remove,

    async delete(actorId, bucket, name, call) {
      return await remove(actorId, bucket, name, call) !== null;
    },

    async deleteMany(actorId, bucket, names, call) {
      const all = [...names];
      const plain = all.filter((name) => isUnambiguous(bucket, name));
      const deletes = plain.map((name) => ({
        table: "attributes" as const,
        delete: attributeKey(actorId, bucket, name),
      }));
      await batchWrite(context, deletes, call);
      const rest = all.filter((name) => !isUnambiguous(bucket, name));
      await inParallel(rest, PARALLEL, (name) => remove(actorId, bucket, name, call));
    },

    async bucket(actorId, bucket, call) {
      return readAll(call, await queryAll(context, "attributes", actorId, ofBucket(bucket), call), bucket);
    },

    async all(actorId, call) {
      return readAll(call, await queryAll(context, "attributes", actorId, {}, call));
    },

    async page(actorId, call) {
      const query = call.bucket === undefined ? {} : ofBucket(call.bucket);
      const page = await queryPage(context, "attributes", actorId, query, call);
      return { items: readAll(call, page.items, call.bucket), after: page.after };
    },

    async timestamps(actorId, call) {
      const query = { rest: { ProjectionExpression: "#bucket, #timestamp, ttl_timestamp" } };
      const latest = new Map<string, string>();
      for (const item of await queryAll(context, "attributes", actorId, query, call)) {
        const timestamp = optionalInstant(call.operation, item, "timestamp");
        const expiresAt = optionalWhole(call.operation, item, "ttl_timestamp");
        if (timestamp === null || (expiresAt !== null && expiresAt <= seconds())) continue;
        const bucket = text(call.operation, item, "bucket");
        if (timestamp > (latest.get(bucket) ?? "")) latest.set(bucket, timestamp);
      }
      return new Map([...latest].sort(([a], [b]) => compareBytes(a, b)));
    },

    deleteBucket: (actorId, bucket, call) =>
      deleteQuery(context, "attributes", actorId, ofBucket(bucket), call, {
        attributes: ["bucket"],
        matches: (item) => text(call.operation, item, "bucket") === bucket,
      }),

    deleteAll: (actorId, call) => deleteQuery(context, "attributes", actorId, {}, call),

    async deleteByChain(actorId, buckets, chainId, call) {
      let count = 0;
      for (const bucket of buckets) {
        count += await deleteQuery(context, "attributes", actorId, ofBucket(bucket), call, {
          attributes: ["bucket", "data"],
          matches: (item) => text(call.operation, item, "bucket") === bucket && chainOf(call, item) === chainId,
        });
      }
      return count;
    },

    async purgeExpired(call) {
      if (call.buckets?.length === 0) return 0;
      // A condition holds a hundred buckets at most, so they are told apart here.
      const isMeant = (item: Item) => call.buckets?.includes(text(call.operation, item, "bucket")) ?? true;
      const now = { ExpressionAttributeValues: { ":now": N(seconds()) } };
      let count = 0;
      const scan = {
        FilterExpression: "ttl_timestamp <= :now",
        ProjectionExpression: "id, bucket_name, #bucket",
        ...now,
      };
      for await (const { Items = [] } of answers(context, "Scan", "attributes", scan, call)) {
        // One by one and on condition: a row may have been written anew since it was read.
        await inParallel(Items.filter(isMeant), PARALLEL, async ({ id, bucket_name }) => {
          const { held } = await conditional(context, "DeleteItem", "attributes", {
            Key: { id: id!, bucket_name: bucket_name! },
            ConditionExpression: "ttl_timestamp <= :now",
            ...now,
          }, call);
          if (held) count++;
        });
      }
      return count;
    },
  };

  function chainOf(call: Call, item: Item): Json | undefined {
    const data = readData(call, item);
    return typeof data === "object" && data !== null && !Array.isArray(data)
      ? (data as { [key: string]: Json }).chain_id
      : undefined;
  }
}

/** The key of an attribute's row. */
export function attributeKey(actorId: string, bucket: string, name: string): Item {
  return { id: S(actorId), bucket_name: S(`${bucket}:${name}`) };
}

/** The row of an attribute. */
export function attributeItem(actorId: string, bucket: string, name: string, data: Json, extras: Extras): Item {
  return { ...attributeKey(actorId, bucket, name), ...fieldsOf(bucket, name, data, extras) };
}

function fieldsOf(bucket: string, name: string, data: Json, { timestamp, expiresAt }: Extras): Item {
  return {
    bucket: S(bucket),
    name: S(name),
    data: S(pythonJson(data)),
    ...(timestamp === undefined ? {} : { timestamp: S(toStoredInstant(timestamp)) }),
    ...(expiresAt === undefined ? {} : { ttl_timestamp: N(expiresAt) }),
  };
}

/** The attribute in a row; `null` when it has expired, holds nothing, or belongs to another bucket or name. */
export function readAttribute(
  context: Context,
  call: Call,
  item: Item,
  bucket?: string,
  name?: string,
): Attribute | null {
  const { operation } = call;
  const expiresAt = optionalWhole(operation, item, "ttl_timestamp");
  if (expiresAt !== null && expiresAt <= Math.floor(context.now() / 1000)) return null;
  const its = { bucket: text(operation, item, "bucket"), name: text(operation, item, "name") };
  if ((bucket !== undefined && its.bucket !== bucket) || (name !== undefined && its.name !== name)) return null;
  const data = readData(call, item);
  if (data === null) return null;
  return { ...its, data, timestamp: optionalInstant(operation, item, "timestamp"), expiresAt };
}

/** The value in a row; `null` where it holds none. */
export function readData({ operation }: Call, item: Item): Json {
  const stored = text(operation, item, "data");
  if (stored === "") return null;
  try {
    return parseJson(stored);
  } catch {
    // The parser's message quotes the text, so it is not kept as a cause.
    return corrupt(operation, "data");
  }
}

function isOf({ operation }: Call, item: Item, bucket: string, name: string): boolean {
  return text(operation, item, "bucket") === bucket && text(operation, item, "name") === name;
}

/** Only a `:` inside a part gives a joined key a second reading. */
export function isUnambiguous(bucket: string, name: string): boolean {
  return !bucket.includes(":") && !name.includes(":");
}

function ofBucket(bucket: string): ActorQuery {
  return { condition: "begins_with(bucket_name, :prefix)", values: { ":prefix": S(`${bucket}:`) } };
}

function conflict({ operation }: Call): StoreError {
  return new StoreError("conflict", operation, "another row is stored under the same key");
}
