// A right call of every method, with one text in every place that takes one.
import { parseJson } from "../../src/model/json.ts";
import type { Json, NewTrust, Store } from "../../src/store.ts";

/** Calls of all methods, by name. */
export interface Call {
  /** E.g. `properties.get`. */
  readonly name: string;
  readonly args: readonly unknown[];
}

const INSTANT = "2026-01-02T03:04:05.678901Z";

/**
 * The calls; those that write come before those that remove. The text has to be a storable key: 1 to 100 characters,
 * without a colon for subscriptions.
 */
export function callsWith(text: string): Call[] {
  const id = text.replaceAll(":", ";");
  const [a, b] = [text, `${text}2`];
  const json = { [text]: [text, { [text]: text }] } as Json;
  const trust: NewTrust = { peerId: a, baseUri: a, type: a, relationship: a, secret: a, description: a };
  const whole: Readonly<Record<string, readonly unknown[]>> = {
    "actors.createIfAbsent": [{ id: a, creator: a, passphrase: a }],
    "actors.update": [a, { creator: a, passphrase: b }],
    "actors.get": [a],
    "actors.listByCreator": [a],
    "actors.tombstone": [a],
    "actors.pages": [],
    "properties.set": [a, a, a],
    "properties.setMany": [a, [[a, a], [b, b], ["email", a]]],
    "properties.createIfAbsent": [a, a, a],
    "properties.setIfEquals": [a, a, a, b],
    "properties.get": [a, a],
    "properties.getMany": [a, [a, b]],
    "properties.range": [a, a, b, { limit: 5 }],
    "properties.rangeNames": [a, a, b],
    "properties.last": [a, a, b],
    "properties.prefix": [a, a],
    "properties.all": [a],
    "properties.pages": [a],
    "lookups.get": ["email", a],
    "lookups.claim": [a, "email", a],
    "lookups.release": [a, "email", a],
    "trusts.createIfAbsent": [a, trust],
    "trusts.update": [a, a, { description: b, secret: a, clientName: a, createdAt: INSTANT }],
    "trusts.touch": [a, a, { at: INSTANT, via: a }],
    "trusts.get": [a, a],
    "trusts.getBySecret": [a, a],
    "trusts.all": [a],
    "trusts.pages": [a],
    "peerTrustees.createIfAbsent": [a, { peerId: a, baseUri: a, type: a, passphrase: a }],
    "peerTrustees.update": [a, a, { type: a, passphrase: b }],
    "peerTrustees.get": [a, a],
    "peerTrustees.listByType": [a, a],
    "peerTrustees.all": [a],
    "peerTrustees.pages": [a],
    "subscriptions.createIfAbsent": [a, { peerId: a, subscriptionId: id, target: a, subtarget: a, resource: a }],
    "subscriptions.update": [a, a, id, { target: b, granularity: a }],
    "subscriptions.get": [a, a, id],
    "subscriptions.all": [a, { peerId: a }],
    "subscriptions.pages": [a, { peerId: a }],
    "diffs.append": [a, a, id, a],
    "diffs.createIfAbsent": [a, { subscriptionId: id, sequence: 7, timestamp: INSTANT, data: a }],
    "diffs.get": [a, id, 1],
    "diffs.first": [a, id],
    "diffs.all": [a, id],
    "diffs.pages": [a, id],
    "suspensions.createIfAbsent": [a, a, a],
    "suspensions.has": [a, a, a],
    "suspensions.all": [a],
    "suspensions.pages": [a],
    "attributes.set": [a, a, a, json],
    "attributes.setMany": [a, a, [[a, json], [b, { chain_id: a }]]],
    "attributes.createIfAbsent": [a, a, `${text}3`, json],
    "attributes.setIfEquals": [a, a, a, json, parseJson("[1]")],
    "attributes.get": [a, a, a],
    "attributes.getMany": [a, a, [a, b]],
    "attributes.bucket": [a, a],
    "attributes.all": [a],
    "attributes.pages": [a, { bucket: a }],
    "attributes.timestamps": [a],
    "tables.write": ["properties", [{ actorId: a, name: b, value: a }]],
    "tables.getMany": ["properties", [[a, b]]],
    "tables.pages": ["properties", { actorId: a }],
    "tables.estimate": ["properties"],
    "tables.delete": ["properties", [[a, b]]],
    "attributes.deleteIfEquals": [a, a, `${text}3`, json],
    "attributes.consume": [a, a, a],
    "attributes.delete": [a, a, a],
    "attributes.deleteMany": [a, a, [a]],
    "attributes.deleteByChain": [a, [a], a],
    "attributes.deleteBucket": [a, a],
    "attributes.deleteAll": [a],
    "attributes.purgeExpired": [{ buckets: [a] }],
    "suspensions.delete": [a, a, a],
    "suspensions.deleteAll": [a],
    "diffs.delete": [a, id, 7],
    "diffs.deleteUpTo": [a, a, id, 1],
    "diffs.deleteAll": [a, a, id],
    "subscriptions.delete": [a, a, id],
    "subscriptions.deleteAll": [a, { peerId: a }],
    "peerTrustees.delete": [a, a],
    "peerTrustees.deleteAll": [a],
    "trusts.delete": [a, a],
    "trusts.deleteAll": [a],
    "properties.deleteIfEquals": [a, a, b],
    "properties.delete": [a, a],
    "properties.deleteMany": [a, [b]],
    "properties.deleteAll": [a],
    "actors.delete": [a],
    "actors.erase": [a],
  };
  return Object.entries(whole).map(([name, args]) => ({ name, args }));
}

type Untyped = Readonly<Record<string, Readonly<Record<string, (...given: unknown[]) => unknown>>>>;

/** Makes a call; of pages the first one. */
export async function make(store: Store, { name, args }: Call): Promise<unknown> {
  const [part, method] = name.split(".") as [string, string];
  const result = (store as unknown as Untyped)[part]![method]!(...args);
  if (method !== "pages") return await result;
  for await (const page of result as AsyncIterable<unknown>) return page;
}
