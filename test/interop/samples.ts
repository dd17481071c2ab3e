// Rows of every entity with every field at its edges.
import type {
  Actor,
  Attribute,
  Diff,
  Json,
  PeerTrustee,
  Property,
  Subscription,
  Suspension,
  Trust,
} from "../../src/store.ts";

const UNICODE = "Ærlig talt, 漢字 😀 \u{1F468}\u200D\u{1F469} e\u0301 \u2028";
const INSTANT = "2026-01-02T03:04:05.678901Z";
const WHOLE_SECOND = "1999-12-31T23:59:59.000000Z";

/** Actors. */
export const ACTORS: Actor[] = [
  { id: "", creator: "creator", passphrase: "0123456789abcdef0123456789abcdef01234567" },
  { id: "", creator: "me@example.org", passphrase: "" },
  { id: "", creator: UNICODE, passphrase: UNICODE },
];

/** Properties. */
export const PROPERTIES: Property[] = [
  { name: "plain", value: "text" },
  { name: UNICODE, value: UNICODE },
  { name: "space ", value: " \t\n" },
  { name: "number", value: "0" },
  { name: "json", value: '{"a": [1, 2.5, null, true], "\\u00fc": "\\ud83d\\ude00"}' },
  { name: "public/notes/1", value: "null" },
  { name: "list:notes-meta", value: '{"format": 2}' },
  { name: `long/${"n".repeat(900)}`, value: "v".repeat(20_000) },
  { name: "list", value: "[]" },
  { name: "list;", value: "false" },
];

const SHAPES: readonly (readonly [name: string, data: Json])[] = [
  ["text", UNICODE],
  ["quotes", 'a"b\\c/d\b\f\n\r\t\u0001\u007f'],
  ["number", 1],
  ["negative", -17.25],
  ["small", 0.00001],
  ["smaller", 1.5e-7],
  ["large", 1e21],
  ["largest", 1.7976931348623157e308],
  ["safe", Number.MAX_SAFE_INTEGER],
  ["beyond safe", 2n ** 63n + 1n],
  ["huge", -(10n ** 40n) - 1n],
  ["third", 1 / 3],
  ["true", true],
  ["array", [1, "two", null, false, [], {}, [[["deep"]]]]],
  ["object", { b: 1, a: { "": "empty key", "ü": null, "😀": [0] }, "10": 0, "9": -0.5 }],
  ["chain", { chain_id: "chain-1", token: "t", expires: 1_700_000_000 }],
  ["double", '{"actor_id": "a", "properties": null}'],
];

/** Attributes. */
export const ATTRIBUTES: Attribute[] = [
  ...SHAPES.map(([name, data]) => ({ bucket: "shapes", name, data, timestamp: null, expiresAt: null })),
  { bucket: "times", name: "instant", data: { a: 1 }, timestamp: INSTANT, expiresAt: null },
  { bucket: "times", name: "second", data: "x", timestamp: WHOLE_SECOND, expiresAt: null },
  { bucket: "remote:peer", name: "list:notes:0", data: { composite: true }, timestamp: null, expiresAt: null },
  { bucket: UNICODE, name: UNICODE, data: [UNICODE], timestamp: null, expiresAt: null },
];

const PLAIN_TRUST: Trust = {
  peerId: "peer",
  baseUri: "https://peer.example.org/peer",
  type: "urn:actingweb:example.org:peer",
  relationship: "friend",
  secret: "secret-1",
  description: "",
  approved: false,
  peerApproved: false,
  verified: false,
  verificationToken: "",
  peerIdentifier: null,
  establishedVia: null,
  // The reference stamps both where they are not given, so they always are.
  createdAt: INSTANT,
  lastAccessed: WHOLE_SECOND,
  lastConnectedVia: null,
  clientName: null,
  clientVersion: null,
  clientPlatform: null,
  oauthClientId: null,
  awSupported: null,
  awVersion: null,
  capabilitiesFetchedAt: null,
};

/** Trusts. */
export const TRUSTS: Trust[] = [
  PLAIN_TRUST,
  {
    ...PLAIN_TRUST,
    peerId: "oauth2_client:me@example.org:mcp_1",
    secret: "secret-2",
    description: UNICODE,
    approved: true,
    peerApproved: true,
    verified: true,
    verificationToken: "token",
    peerIdentifier: "me@example.org",
    establishedVia: "oauth2_client",
    lastConnectedVia: "mcp",
    clientName: UNICODE,
    clientVersion: "1.2.3",
    clientPlatform: "platform/1.0 (a; b)",
    oauthClientId: "mcp_1",
    awSupported: "www,oauth,callbacks",
    awVersion: "1.4",
    capabilitiesFetchedAt: INSTANT,
  },
];

/** Peer trustees. */
export const PEER_TRUSTEES: PeerTrustee[] = [
  { peerId: "peer", baseUri: "https://peer.example.org/peer", type: "urn:peer", passphrase: "secret" },
  { peerId: "peer:2", baseUri: "", type: UNICODE, passphrase: "" },
];

/** Subscriptions. */
export const SUBSCRIPTIONS: Subscription[] = [
  {
    peerId: "peer",
    subscriptionId: "0123456789abcdef0123456789abcdef",
    granularity: "high",
    target: "properties",
    subtarget: "notes",
    resource: UNICODE,
    sequence: 2_147_483_000,
    callback: true,
  },
  {
    peerId: "oauth2_client:me@example.org:mcp_1",
    subscriptionId: "s",
    granularity: "",
    target: "",
    subtarget: "",
    resource: "",
    sequence: 0,
    callback: false,
  },
];

/** Diffs. */
export const DIFFS: Diff[] = [
  { subscriptionId: "s", sequence: 1, timestamp: INSTANT, data: '{"a": 1}' },
  { subscriptionId: "s", sequence: 10, timestamp: INSTANT, data: UNICODE },
  { subscriptionId: "s2", sequence: 2_147_483_647, timestamp: WHOLE_SECOND, data: "raw" },
];

/** Suspensions. */
export const SUSPENSIONS: Suspension[] = [
  { target: "properties", subtarget: "", suspendedAt: INSTANT },
  { target: "properties", subtarget: "notes", suspendedAt: INSTANT },
  { target: "properties_v2", subtarget: UNICODE, suspendedAt: INSTANT },
];
