// Rows of every table, as many as asked for, with values that have broken transfers somewhere.
import { lookupKey } from "../../src/model/lookup_key.ts";
import type { Json } from "../../src/store.ts";
import type { TableName, TableRows, TransferStore } from "../../src/tables.ts";
import { TABLE_NAMES } from "../../src/transfer/mod.ts";
import { awkwardTexts } from "../support/awkward.ts";

/** Rows of one actor in all tables. */
const PER_ACTOR = 20;
/** Actors that no other seed has. A prime, so that the awkward texts fall on others. */
const ACTORS_OF_SEED = 1_000_003;
const AT = "2026-01-02T03:04:05.678901Z";
const VALUES: readonly Json[] = [
  { b: 1, a: [true, null, { d: "é😀", c: "\u2028" }] },
  12345678901234567890123n,
  -0.000001,
  1e21,
  "",
  [[], {}, ""],
  { "": { __proto__: null, constructor: 1 } },
  false,
  0,
];

/** Some rows for one table. */
export type Batch = { readonly [Name in TableName]: { table: Name; rows: TableRows[Name][] } }[TableName];

/** About `count` rows, in batches of one table each; the same ones every time, and others with another seed. */
export function* generate(count: number, seed = 0): Generator<Batch> {
  const actors = Math.ceil(count / PER_ACTOR);
  for (let start = 0; start < actors; start += 25) {
    const first = seed * ACTORS_OF_SEED + start;
    const indexes = Array.from({ length: Math.min(25, actors - start) }, (_, offset) => first + offset);
    for (const table of TABLE_NAMES) {
      const rowsOf = ROWS[table] as (id: string, index: number) => TableRows[TableName][];
      yield { table, rows: indexes.flatMap((index) => rowsOf(idOf(index), index)) } as Batch;
    }
  }
}

/** Batches under way at once. */
const PARALLEL = 4;

/** Writes about `count` rows. */
export async function fill(store: TransferStore, count: number, seed = 0): Promise<void> {
  const queue = generate(count, seed);
  const waiting: Batch[] = [];
  await Promise.all(Array.from({ length: PARALLEL }, async () => {
    for (const { table, rows } of queue) {
      // Lookup rows need their actors, which another one may be at.
      if (table === "lookups") waiting.push({ table, rows });
      else await store.tables.write(table, rows as never);
    }
  }));
  for (const { table, rows } of waiting) await store.tables.write(table, rows as never);
}

function idOf(index: number): string {
  return lookupKey("actor", String(index)).slice(0, 32);
}

function textFor(index: number): string {
  return awkwardTexts[index % awkwardTexts.length]!;
}

const ROWS: { readonly [Name in TableName]: (id: string, index: number) => TableRows[Name][] } = {
  actors: (id, index) => [{ id, creator: `creator${index}@example.org`, passphrase: textFor(index) }],
  properties: (id, index) => [
    { actorId: id, name: "email", value: `actor${index}@example.org` },
    { actorId: id, name: `awkward ${textFor(index)}`, value: textFor(index + 1) },
    { actorId: id, name: "long", value: "x".repeat(index % 50 === 0 ? 20_000 : 100) },
    ...Array.from({ length: 6 }, (_, item) => ({
      actorId: id,
      name: `list:notes-#a${item}`,
      value: JSON.stringify({ item, text: textFor(index + item) }),
    })),
  ],
  trusts: (id, index) => [{
    actorId: id,
    peerId: `peer:${index}`,
    baseUri: "https://peer.example.org/1",
    type: "urn:actingweb:example.org:one",
    relationship: "friend",
    secret: lookupKey("secret", id).slice(0, 40),
    description: index % 2 === 0 ? "" : textFor(index),
    approved: index % 2 === 0,
    peerApproved: index % 3 === 0,
    verified: true,
    verificationToken: "",
    peerIdentifier: index % 4 === 0 ? null : `peer${index}@example.org`,
    establishedVia: "trust",
    createdAt: AT,
    lastAccessed: index % 2 === 0 ? null : AT,
    lastConnectedVia: null,
    clientName: null,
    clientVersion: null,
    clientPlatform: null,
    oauthClientId: null,
    awSupported: "subscriptions,nested",
    awVersion: "1.4",
    capabilitiesFetchedAt: index % 5 === 0 ? AT : null,
  }],
  peerTrustees: (id, index) => [{
    actorId: id,
    peerId: `trustee${index}`,
    baseUri: "https://peer.example.org/2",
    type: "urn:actingweb:example.org:two",
    passphrase: textFor(index),
  }],
  subscriptions: (id, index) => [{
    actorId: id,
    peerId: `peer:${index}`,
    subscriptionId: `subscription${index}`,
    granularity: "high",
    target: "properties",
    subtarget: index % 2 === 0 ? "" : "email",
    resource: "",
    sequence: 2,
    callback: index % 2 === 0,
  }],
  diffs: (id, index) =>
    [1, 2].map((sequence) => ({
      actorId: id,
      subscriptionId: `subscription${index}`,
      sequence,
      timestamp: AT,
      data: JSON.stringify({ text: textFor(index) }),
    })),
  suspensions: (id, index) => [{
    actorId: id,
    target: "properties",
    subtarget: index % 2 === 0 ? "" : `part:${index}`,
    suspendedAt: AT,
  }],
  attributes: (id, index) => [
    { actorId: id, bucket: "_internal", name: "email", data: textFor(index), timestamp: AT, expiresAt: null },
    {
      actorId: id,
      bucket: `remote:peer:${index}`,
      name: `a:b ${textFor(index)}`.slice(0, 100).toWellFormed(),
      data: VALUES[index % VALUES.length]!,
      timestamp: null,
      expiresAt: null,
    },
    { actorId: id, bucket: "tokens", name: "one", data: { chain_id: id }, timestamp: null, expiresAt: 4_102_444_800 },
  ],
  lookups: (id, index) => [{ actorId: id, name: "email", value: `actor${index}@example.org` }],
};
