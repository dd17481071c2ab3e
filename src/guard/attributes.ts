/** Checks of the arguments of {@linkcode Attributes}. @module */

import type { Call } from "../backend.ts";
import type { Shell } from "../guard.ts";
import { EXPIRY_MAXIMUM } from "../model/limits.ts";
import type { Attribute, AttributeOptions, Attributes, Json } from "../store.ts";
import * as check from "./check.ts";

/** The guarded part. */
export function guardAttributes({ backend: { attributes }, now, run, walk }: Shell): Attributes {
  const id = (call: Call, actorId: unknown) => check.key(call.operation, "actorId", actorId);

  /** The call with timestamp and expiry as they are stored; what was not given stays undefined. */
  function written(
    call: Call,
    options: AttributeOptions | undefined,
  ): Call & { timestamp?: string; expiresAt?: number } {
    if (options === undefined) return call;
    const { timestamp, expiresAt, ttl } = options;
    if (expiresAt !== undefined && ttl !== undefined) {
      check.refuse(call.operation, "ttl", "left out when expiresAt is given");
    }
    const added: { timestamp?: string; expiresAt?: number } = {};
    if (timestamp !== undefined) added.timestamp = check.instant(call.operation, "timestamp", timestamp);
    if (expiresAt !== undefined) {
      added.expiresAt = check.whole(call.operation, "expiresAt", expiresAt, 0, EXPIRY_MAXIMUM);
    }
    if (ttl !== undefined) {
      const seconds = Math.floor(now() / 1000);
      added.expiresAt = seconds + check.whole(call.operation, "ttl", ttl, 1, EXPIRY_MAXIMUM - seconds);
    }
    return { ...call, ...added };
  }

  return {
    get: (actorId, bucket, name, options) =>
      run(
        "attributes.get",
        options,
        (call) => attributes.get(id(call, actorId), ...attributeKey(call, bucket, name), call),
      ),
    getMany: (actorId, bucket, names, options) =>
      run("attributes.getMany", options, (call) => {
        const actor = id(call, actorId);
        const whole = check.key(call.operation, "bucket", bucket);
        const checked = check.each(call.operation, "names", names, (name) => attributeKey(call, whole, name)[1]);
        return checked.length === 0
          ? Promise.resolve(new Map<string, Attribute>())
          : attributes.getMany(actor, whole, checked, call);
      }),
    set: (actorId, bucket, name, data, options) =>
      run("attributes.set", options, (call) => {
        const actor = id(call, actorId);
        const [whole, part] = attributeKey(call, bucket, name);
        return attributes.set(actor, whole, part, content(call, data), written(call, options));
      }),
    setMany: (actorId, bucket, entries, options) =>
      run("attributes.setMany", options, async (call) => {
        const actor = id(call, actorId);
        const whole = check.key(call.operation, "bucket", bucket);
        const checked = check.pairs(call.operation, "entries", entries, (name, data) => {
          content(call, data);
          return attributeKey(call, whole, name)[1];
        });
        if (checked.size > 0) await attributes.setMany(actor, whole, checked, written(call, options));
      }),
    createIfAbsent: (actorId, bucket, name, data, options) =>
      run("attributes.createIfAbsent", options, (call) => {
        const actor = id(call, actorId);
        const [whole, part] = attributeKey(call, bucket, name);
        return attributes.createIfAbsent(actor, whole, part, content(call, data), written(call, options));
      }),
    setIfEquals: (actorId, bucket, name, expected, data, options) =>
      run("attributes.setIfEquals", options, (call) => {
        const actor = id(call, actorId);
        const [whole, part] = attributeKey(call, bucket, name);
        const checked = content(call, data);
        return attributes.setIfEquals(actor, whole, part, compared(call, expected), checked, written(call, options));
      }),
    deleteIfEquals: (actorId, bucket, name, expected, options) =>
      run(
        "attributes.deleteIfEquals",
        options,
        (call) =>
          attributes.deleteIfEquals(
            id(call, actorId),
            ...attributeKey(call, bucket, name),
            compared(call, expected),
            call,
          ),
      ),
    consume: (actorId, bucket, name, options) =>
      run(
        "attributes.consume",
        options,
        (call) => attributes.consume(id(call, actorId), ...attributeKey(call, bucket, name), call),
      ),
    delete: (actorId, bucket, name, options) =>
      run(
        "attributes.delete",
        options,
        (call) => attributes.delete(id(call, actorId), ...attributeKey(call, bucket, name), call),
      ),
    deleteMany: (actorId, bucket, names, options) =>
      run("attributes.deleteMany", options, async (call) => {
        const actor = id(call, actorId);
        const whole = check.key(call.operation, "bucket", bucket);
        const checked = check.each(call.operation, "names", names, (name) => attributeKey(call, whole, name)[1]);
        if (checked.length > 0) await attributes.deleteMany(actor, whole, checked, call);
      }),
    bucket: (actorId, bucket, options) =>
      run(
        "attributes.bucket",
        options,
        (call) => attributes.bucket(id(call, actorId), check.key(call.operation, "bucket", bucket), call),
      ),
    all: (actorId, options) => run("attributes.all", options, (call) => attributes.all(id(call, actorId), call)),
    pages: (actorId, options) =>
      walk("attributes.pages", options, (call) => {
        const bucket = options?.bucket === undefined ? undefined : check.key(call.operation, "bucket", options.bucket);
        return attributes.page(id(call, actorId), bucket === undefined ? call : { ...call, bucket });
      }),
    timestamps: (actorId, options) =>
      run("attributes.timestamps", options, (call) => attributes.timestamps(id(call, actorId), call)),
    deleteBucket: (actorId, bucket, options) =>
      run(
        "attributes.deleteBucket",
        options,
        (call) => attributes.deleteBucket(id(call, actorId), check.key(call.operation, "bucket", bucket), call),
      ),
    deleteAll: (actorId, options) =>
      run("attributes.deleteAll", options, (call) => attributes.deleteAll(id(call, actorId), call)),
    deleteByChain: (actorId, buckets, chainId, options) =>
      run("attributes.deleteByChain", options, async (call) => {
        const actor = id(call, actorId);
        const chain = check.text(call.operation, "chainId", chainId);
        const checked = bucketNames(call, buckets);
        return checked.length === 0 ? 0 : await attributes.deleteByChain(actor, checked, chain, call);
      }),
    purgeExpired: (options) =>
      run("attributes.purgeExpired", options, (call) =>
        attributes.purgeExpired(
          options?.buckets === undefined ? call : { ...call, buckets: bucketNames(call, options.buckets) },
        )),
  };
}

function bucketNames(call: Call, buckets: Iterable<string>): string[] {
  return check.each(call.operation, "buckets", buckets, (bucket) => check.key(call.operation, "bucket", bucket));
}

function attributeKey({ operation }: Call, bucket: unknown, name: unknown): [bucket: string, name: string] {
  const whole = check.key(operation, "bucket", bucket);
  const part = check.key(operation, "name", name);
  check.joined(operation, "bucket with name", whole, part);
  return [whole, part];
}

function content(call: Call, data: Json): Json {
  if (data === null) check.refuse(call.operation, "data", "JSON other than null; delete the attribute instead");
  const length = check.json(call.operation, "data", data);
  check.item(call.operation, "data", { data: length, others: 4096 });
  return data;
}

function compared(call: Call, expected: Json): Json {
  check.json(call.operation, "expected", expected);
  return expected;
}
