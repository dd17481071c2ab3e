/** What the methods of {@linkcode Attributes} take. @module */

import { EXPIRY_MAXIMUM } from "../model/limits.ts";
import type { Attributes, Json } from "../store.ts";
import * as check from "./check.ts";
import {
  actorId,
  type At,
  type Check,
  leading,
  method,
  type Methods,
  methodWith,
  named,
  optional,
  type OptionsCheck,
} from "./method.ts";

const bucket = named("bucket", check.key);
const expected: Check = ({ operation }, given) => {
  check.json(operation, "expected", given as Json);
  return given;
};

/** A name; it is stored joined with its bucket. */
function nameIn({ operation }: At, given: unknown, whole: unknown): string {
  const checked = check.key(operation, "name", given);
  check.joined(operation, "bucket with name", whole as string, checked);
  return checked;
}
const name: Check = (at, given, before) => nameIn(at, given, before.at(-1));
const names: Check = (at, given, before) =>
  check.each(at.operation, "names", given, (each) => nameIn(at, each, before.at(-1)));

function content({ operation }: At, given: unknown): Json {
  if (given === null) check.refuse(operation, "data", "JSON other than null; delete the attribute instead");
  check.item(operation, "data", { data: check.json(operation, "data", given as Json), others: 4096 });
  return given as Json;
}
const data: Check = content;
const entries: Check = (at, given, before) =>
  check.pairs(at.operation, "entries", given, (each) => nameIn(at, each, before.at(-1)), (each) => content(at, each));

const buckets: Check = ({ operation }, given) =>
  check.each(operation, "buckets", given, (each) => check.key(operation, "bucket", each));

/** Timestamp and expiry as they are stored; what was not given stays out. */
const extras: OptionsCheck = ({ operation, now }, { timestamp, expiresAt, ttl }) => {
  if (expiresAt !== undefined && ttl !== undefined) check.refuse(operation, "ttl", "left out when expiresAt is given");
  const stored: { timestamp?: string; expiresAt?: number } = {};
  if (timestamp !== undefined) stored.timestamp = check.instant(operation, "timestamp", timestamp);
  if (expiresAt !== undefined) stored.expiresAt = check.whole(operation, "expiresAt", expiresAt, 0, EXPIRY_MAXIMUM);
  if (ttl !== undefined) {
    const seconds = Math.floor(now() / 1000);
    stored.expiresAt = seconds + check.whole(operation, "ttl", ttl, 1, EXPIRY_MAXIMUM - seconds);
  }
  return stored;
};

/** The methods. */
export const attributes: Methods<Attributes> = {
  get: method(actorId, bucket, name),
  getMany: method(actorId, bucket, names),
  set: methodWith(extras, actorId, bucket, name, data),
  setMany: methodWith(extras, actorId, bucket, entries),
  createIfAbsent: methodWith(extras, actorId, bucket, name, data),
  setIfEquals: methodWith(extras, actorId, bucket, name, expected, data),
  deleteIfEquals: method(actorId, bucket, name, expected),
  consume: method(actorId, bucket, name),
  delete: method(actorId, bucket, name),
  deleteMany: method(actorId, bucket, names),
  bucket: method(actorId, bucket),
  all: method(actorId),
  pages: methodWith(leading("bucket", bucket), actorId),
  timestamps: method(actorId),
  deleteBucket: method(actorId, bucket),
  deleteAll: method(actorId),
  deleteByChain: method(actorId, buckets, named("chainId", check.text)),
  purgeExpired: methodWith(optional({ buckets })),
};
