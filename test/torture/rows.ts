// Rows of each table and the fields they are made of, as random arguments.
import fc from "fast-check";
import type { TableName } from "../../src/tables.ts";
import * as values from "./values.ts";

export const actorFields = { creator: values.creator, passphrase: values.text };
export const trusteeFields = { baseUri: values.text, type: values.type, passphrase: values.text };
const optionalText = fc.option(values.text);
const optionalInstant = fc.option(values.instant);
export const trustFields = {
  baseUri: values.text,
  type: values.type,
  relationship: values.text,
  secret: values.secret,
};
export const trustExtras = {
  description: values.text,
  approved: values.truth,
  peerApproved: values.truth,
  verified: values.truth,
  verificationToken: values.text,
  peerIdentifier: optionalText,
  establishedVia: optionalText,
  createdAt: optionalInstant,
  lastAccessed: optionalInstant,
  lastConnectedVia: optionalText,
  clientName: optionalText,
  oauthClientId: optionalText,
  awSupported: optionalText,
  awVersion: optionalText,
  capabilitiesFetchedAt: optionalInstant,
};
export const subscriptionFields = {
  granularity: values.text,
  target: values.text,
  subtarget: values.text,
  resource: values.text,
  sequence: values.sequence,
  callback: values.truth,
};
export const diffFields = {
  subscriptionId: values.subscriptionId,
  sequence: values.sequence,
  timestamp: values.instant,
  data: values.filled,
};
export const peerKey = { peerId: values.peerId };
export const subscriptionKey = { ...peerKey, subscriptionId: values.subscriptionId };

export const trust = values.whole({ ...peerKey, ...trustFields }, values.some(trustExtras));
export const subscription = values.whole(subscriptionKey, values.some(subscriptionFields));
/** Whole rows of each table. Those of lookups are written by the properties they belong to. */
const ROWS: { readonly [Name in Exclude<TableName, "lookups">]: fc.Arbitrary<object> } = {
  actors: values.whole({ id: values.actorId, ...actorFields }),
  properties: values.whole({
    actorId: values.actorId,
    name: values.propertyName.filter((name) => !values.INDEXED.includes(name)),
    value: values.propertyValue,
  }),
  trusts: values.whole({ actorId: values.actorId, ...peerKey, ...trustFields }, values.some(trustExtras)),
  peerTrustees: values.whole({ actorId: values.actorId, ...peerKey, ...trusteeFields }),
  subscriptions: values.whole({ actorId: values.actorId, ...subscriptionKey, ...subscriptionFields }),
  diffs: values.whole({ actorId: values.actorId, ...diffFields }),
  suspensions: values.whole({
    actorId: values.actorId,
    target: values.target,
    subtarget: values.subtarget,
    suspendedAt: values.instant,
  }),
  attributes: values.whole({
    actorId: values.actorId,
    bucket: values.bucket,
    name: values.attributeName,
    data: values.json,
    timestamp: optionalInstant,
    expiresAt: fc.option(values.expiresAt),
  }),
};

/** The keys of each table after the actor's id. */
const KEYS: { readonly [Name in TableName]: readonly fc.Arbitrary<unknown>[] } = {
  actors: [],
  properties: [values.propertyName],
  trusts: [values.peerId],
  peerTrustees: [values.peerId],
  subscriptions: [values.peerId, values.subscriptionId],
  diffs: [values.subscriptionId, values.sequence.map(String)],
  suspensions: [values.target, values.subtarget],
  attributes: [values.bucket, values.attributeName],
  lookups: [values.indexedName],
};

/** A table with some rows for it. */
export const rows = fc.oneof(
  ...Object.entries(ROWS).map(([table, row]) => fc.tuple(fc.constant(table), values.several(row))),
);
/** A table with some keys for it. */
export const keys = fc.oneof(
  ...Object.entries(KEYS).map(([table, parts]) =>
    fc.tuple(fc.constant(table), values.several(fc.tuple(values.actorId, ...parts)))
  ),
);
