/**
 * What bodies of requests have to hold.
 *
 * @module
 */

import * as v from "valibot";
import { SEQUENCE_MAXIMUM, TEXT_CHARACTERS } from "../model/limits.ts";
import type { Json } from "../store.ts";
import { fault } from "./faults.ts";

const text = v.pipe(v.string("must be a string"), v.check((given) => given.isWellFormed(), "must be well-formed"));
const short = v.pipe(text, v.maxLength(TEXT_CHARACTERS, `must be at most ${TEXT_CHARACTERS} characters`));
const filled = v.pipe(short, v.minLength(1, "may not be empty"));
const truth = v.boolean("must be true or false");
/** A form has no numbers. */
const whole = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,10}$/), v.transform(Number))], "must be a whole number"),
  v.integer("must be a whole number"),
  v.minValue(0, "must be from 0"),
  v.maxValue(SEQUENCE_MAXIMUM, `must be at most ${SEQUENCE_MAXIMUM}`),
);
const granularity = v.picklist(["high", "low", "none"], "must be high, low or none");
const rules = v.record(v.string(), v.array(v.string(), "must be an array of strings"), "must be an object");

/** A new actor. */
export const newActor = v.object({
  creator: v.nullish(v.pipe(text, v.trim())),
  passphrase: v.nullish(text),
  trustee_root: v.nullish(text),
});
/** A relationship to ask a peer for. */
export const newTrust = v.object({
  url: v.pipe(text, v.minLength(1, "may not be empty")),
  relationship: v.optional(filled),
  type: v.optional(short, ""),
  desc: v.optional(text, ""),
});
/** A peer that asks for a relationship. */
export const trustRequest = v.object({
  baseuri: v.pipe(text, v.minLength(1, "may not be empty")),
  id: filled,
  secret: filled,
  type: v.optional(short, ""),
  desc: v.optional(text, ""),
  verify: v.optional(short, ""),
});
/** Permissions of one peer. */
export const permissions = v.object({
  properties: v.nullish(rules),
  methods: v.nullish(rules),
  actions: v.nullish(rules),
  tools: v.nullish(rules),
  resources: v.nullish(rules),
  prompts: v.nullish(rules),
  notes: v.nullish(text),
});
/** Changes of a relationship. */
export const trustChange = v.object({
  approved: v.optional(truth),
  baseuri: v.optional(text),
  desc: v.optional(text),
  permissions: v.optional(permissions),
});
/** A peer's word about a relationship. */
export const approval = v.object({ approved: truth });
/** A change of the trustee. */
export const trusteeChange = v.object({ trustee_root: v.optional(text), creator: v.optional(filled) });
const subscribed = {
  target: filled,
  subtarget: v.nullish(short, ""),
  resource: v.nullish(short, ""),
  granularity: v.optional(v.union([granularity, v.literal("")]), "none"),
};
/** A peer that subscribes. */
export const subscriptionRequest = v.object(subscribed);
/** A subscription to ask a peer for. */
export const newSubscription = v.object({ peerid: filled, ...subscribed });
/** Diffs to clear. */
export const cleared = v.object({ sequence: whole });
/** A callback of a peer; its data is read apart. */
export const callback = v.object({
  sequence: v.optional(whole, 0),
  type: v.nullish(v.string(), "diff"),
  granularity: v.nullish(v.string(), ""),
  url: v.nullish(v.string()),
});
/** Metadata of a list. */
export const listMetadata = v.object({ description: v.optional(text), explanation: v.optional(text) });
/** One change of a list, as the reference's clients send it. */
export const listAction = v.object({
  action: v.picklist(["add", "update", "delete"], "must be add, update or delete"),
  item_index: v.optional(whole),
});

/**
 * The fields in the form that a schema describes.
 *
 * @throws 400 that names the field
 */
export function validated<const Schema extends v.GenericSchema>(
  schema: Schema,
  fields: ReadonlyMap<string, Json>,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, Object.fromEntries(fields), { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? "the body";
  // A field that is missing has no value to be described.
  const message = issue.input === undefined ? "is missing" : issue.message;
  throw fault(400, "invalid", `${field} ${message}`);
}
