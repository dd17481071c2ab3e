/** Behaviours of rows and fields as arguments. @module */

import type { Actor, Diff, NewSubscription, NewTrust, PeerTrustee, Store, TrustUse } from "../store.ts";
import { group, type World } from "./case.ts";
import { everyMethod } from "./every_method.ts";

type Fields = Readonly<Record<string, unknown>>;

const AT = "2026-01-02T03:04:05.678901Z";
const ACTOR: Actor = { id: "actor", creator: "ada", passphrase: "secret" };
const TRUST: NewTrust = { peerId: "peer", baseUri: "", type: "", relationship: "", secret: "secret" };
const TRUSTEE: PeerTrustee = { peerId: "peer", baseUri: "", type: "", passphrase: "" };
const SUBSCRIPTION: NewSubscription = { peerId: "peer", subscriptionId: "subscription" };
const DIFF: Diff = { subscriptionId: "subscription", sequence: 1, timestamp: AT, data: "{}" };

const TEXTS: Fields = {
  actor: ["creator", "passphrase"],
  trust: ["baseUri", "type", "relationship", "secret", "description", "verificationToken"],
  optional: [
    "peerIdentifier",
    "establishedVia",
    "lastConnectedVia",
    "clientName",
    "clientVersion",
    "clientPlatform",
    "oauthClientId",
    "awSupported",
    "awVersion",
  ],
  trustee: ["baseUri", "type", "passphrase"],
  subscription: ["granularity", "target", "subtarget", "resource"],
};
const INSTANTS = ["createdAt", "lastAccessed", "capabilitiesFetchedAt"];
const NO_INSTANTS = [
  "now",
  "2026-01-02",
  "2026-02-30T00:00:00Z",
  "2025-02-29T00:00:00Z",
  "2026-13-01T00:00:00Z",
  "2026-00-01T00:00:00Z",
  "2026-01-32T00:00:00Z",
  "2026-01-02T24:00:00Z",
  "2026-01-02T23:60:00Z",
  "2026-01-02T23:59:60Z",
  "2026-01-02T03:04:05+24:00",
  "2026-01-02T03:04:05+01:60",
  "2026-01-02T03:04:05Z ",
  " 2026-01-02T03:04:05Z",
  "26-01-02T03:04:05Z",
  "+002026-01-02T03:04:05Z",
  "0000-01-01T00:00:00Z",
  "0001-01-01T00:00:00+00:01",
  "9999-12-31T23:59:59-00:01",
  "1767323045",
  "Fri, 02 Jan 2026 03:04:05 GMT",
  0,
  1_767_323_045_000,
  new Date(0),
  true,
  {},
];

/** The behaviours. */
export const argumentRows = group("argument rows", {
  "what is no object is refused wherever a row is asked for": async (_, check, world) => {
    const { store, requests } = await counting(world);
    for (const { operation, args, acceptable, call } of everyMethod) {
      const at = args.findIndex(([, kind]) => kind === "row");
      if (at === -1) continue;
      for (const value of [undefined, null, "row", 1, true, [], ["row"], {}, () => ({}), new Map([["a", 1]])]) {
        const given = acceptable("actor");
        given[at] = value;
        await check.refused(call(store, ...given), "invalid", `${operation}: `);
      }
    }
    check.equal(requests(), 0);
  },

  "a field that no row has is refused by its method": async (_, check, world) => {
    const { store, requests } = await counting(world);
    for (const { operation, args, acceptable, call } of everyMethod) {
      const at = args.findIndex(([name, kind]) => kind === "row" && name !== "use");
      if (at === -1) continue;
      for (const name of ["unknown", "Id", "createdat", "__proto__", "constructor", "toString", ""]) {
        const given = acceptable("actor");
        given[at] = Object.defineProperty({ ...given[at] as object }, name, { value: "x", enumerable: true });
        await check.refused(call(store, ...given), "invalid", `${operation}: `, "of the fields");
      }
    }
    check.equal(requests(), 0);
  },

  "a key cannot be changed by an update": async (_, check, world) => {
    const { store, requests } = await counting(world);
    const fields = (key: string) => ({ [key]: "other" }) as Fields;
    await check.refused(store.actors.update("a", fields("id")), "invalid", "of the fields");
    await check.refused(store.trusts.update("a", "p", fields("peerId")), "invalid", "of the fields");
    await check.refused(store.peerTrustees.update("a", "p", fields("peerId")), "invalid", "of the fields");
    await check.refused(store.subscriptions.update("a", "p", "s", fields("peerId")), "invalid", "of the fields");
    await check.refused(
      store.subscriptions.update("a", "p", "s", fields("subscriptionId")),
      "invalid",
      "of the fields",
    );
    check.equal(requests(), 0);
  },

  "an update of nothing is refused": async (_, check, world) => {
    const { store, requests } = await counting(world);
    const updates = everyMethod.filter(({ operation }) => operation.endsWith(".update"));
    check.equal(updates.length, 4);
    for (const { args, acceptable, call } of updates) {
      for (const fields of [{}, { type: undefined, creator: undefined }, { target: undefined }]) {
        const known = Object.keys(fields).length === 0;
        const given = acceptable("actor").with(args.length - 1, fields);
        await check.refused(call(store, ...given), "invalid", ...(known ? ["at least one field"] : []));
      }
    }
    check.equal(requests(), 0);
  },

  "a row without a field that it needs is refused by the field's name": async (_, check, world) => {
    const { store, requests } = await counting(world);
    for (const [create, row, optional] of creations(store)) {
      for (const field of Object.keys(row)) {
        if (optional.includes(field)) continue;
        const { [field]: _left, ...rest } = row;
        await check.refused(create(rest), "invalid", field);
        await check.refused(create({ ...row, [field]: undefined }), "invalid", field);
        await check.refused(create({ ...row, [field]: null }), "invalid", field);
      }
    }
    for (const use of [{}, { via: "trust" }, { at: undefined }, { at: null }] as readonly object[]) {
      await check.refused(store.trusts.touch("a", "p", use as TrustUse), "invalid", "at");
    }
    check.equal(requests(), 0);
  },

  "a field of another type is refused by its name": async (_, check, world) => {
    const { store, requests } = await counting(world);
    const updates: readonly (readonly [parts: readonly string[], (fields: Fields) => Promise<boolean>])[] = [
      [["actor"], (fields) => store.actors.update("a", fields)],
      [["trust", "optional"], (fields) => store.trusts.update("a", "p", fields)],
      [["trustee"], (fields) => store.peerTrustees.update("a", "p", fields)],
      [["subscription"], (fields) => store.subscriptions.update("a", "p", "s", fields)],
    ];
    for (const [parts, update] of updates) {
      for (const field of parts.flatMap((part) => TEXTS[part] as string[])) {
        for (const value of [0, true, {}, [], ["x"], 1n, new Date(0), "a\0", "\ud800"]) {
          await check.refused(update({ [field]: value }), "invalid", field);
        }
      }
    }
    for (const field of ["approved", "peerApproved", "verified"]) {
      for (const value of [null, 0, 1, "true", "", {}]) {
        await check.refused(store.trusts.update("a", "p", { [field]: value }), "invalid", field);
      }
    }
    for (const value of [null, 0, 1, "false"]) {
      const fields = { callback: value } as Fields;
      await check.refused(store.subscriptions.update("a", "p", "s", fields), "invalid", "callback");
    }
    check.equal(requests(), 0);
  },

  "a text that a row needs is refused when it is null": async (_, check, world) => {
    const { store, requests } = await counting(world);
    for (const field of TEXTS.trust as string[]) {
      await check.refused(store.trusts.update("a", "p", { [field]: null }), "invalid", field);
    }
    for (const field of TEXTS.subscription as string[]) {
      await check.refused(store.subscriptions.update("a", "p", "s", { [field]: null }), "invalid", field);
    }
    await check.refused(store.trusts.update("a", "p", { secret: "" }), "invalid", "secret");
    await check.refused(store.trusts.createIfAbsent("a", { ...TRUST, secret: "" }), "invalid", "secret");
    await check.refused(store.trusts.touch("a", "p", { at: AT, via: "" }), "invalid", "via");
    await check.refused(store.diffs.createIfAbsent("a", { ...DIFF, data: "" }), "invalid", "data");
    check.equal(requests(), 0);
  },

  "what is no instant is refused wherever one is asked for": async (_, check, world) => {
    const { store, requests } = await counting(world);
    for (const value of NO_INSTANTS) {
      const instant = value as string;
      for (const field of INSTANTS) {
        await check.refused(store.trusts.update("a", "p", { [field]: instant }), "invalid", field, "ISO-8601");
        await check.refused(store.trusts.createIfAbsent("a", { ...TRUST, [field]: instant }), "invalid", field);
      }
      await check.refused(store.trusts.touch("a", "p", { at: instant }), "invalid", "at", "ISO-8601");
      await check.refused(store.diffs.createIfAbsent("a", { ...DIFF, timestamp: instant }), "invalid", "timestamp");
      const timestamp = { timestamp: instant };
      await check.refused(store.attributes.set("a", "b", "n", 1, timestamp), "invalid", "timestamp", "ISO-8601");
      await check.refused(store.attributes.setIfEquals("a", "b", "n", 1, 2, timestamp), "invalid", "timestamp");
    }
    check.equal(requests(), 0);
  },

  "a number that is not whole or out of range is refused wherever one is asked for": async (_, check, world) => {
    const { store, requests } = await counting(world);
    const numbers = [-1, 0.5, NaN, Infinity, 2 ** 31, 2 ** 53, "1", "", null, true, 1n, [1], {}, new Number(1)];
    for (const { operation, args, acceptable, call } of everyMethod) {
      const at = args.findIndex(([, kind]) => kind === "number");
      if (at === -1) continue;
      for (const value of [...numbers, undefined, ...(operation === "diffs.deleteUpTo" ? [] : [0])]) {
        await check.refused(call(store, ...acceptable("a").with(at, value)), "invalid", "sequence", "whole number");
      }
    }
    for (const value of numbers) {
      const sequence = value as number;
      await check.refused(store.diffs.createIfAbsent("a", { ...DIFF, sequence }), "invalid", "sequence");
      await check.refused(store.subscriptions.update("a", "p", "s", { sequence }), "invalid", "sequence");
      await check.refused(
        store.subscriptions.createIfAbsent("a", { ...SUBSCRIPTION, sequence }),
        "invalid",
        "sequence",
      );
      await check.refused(store.diffs.all("a", "s", { after: sequence }), "invalid", "after");
    }
    check.equal(requests(), 0);
  },

  "a field given as undefined counts as not given": async (store, check, world) => {
    const id = world.id();
    const trust = { ...TRUST, peerId: world.id("peer"), secret: world.id("secret"), clientName: "client" };
    check.true(await store.trusts.createIfAbsent(id, { ...trust, description: undefined, clientVersion: undefined }));
    check.true(await store.trusts.update(id, trust.peerId, { approved: true, clientName: undefined }));
    const { approved, clientName, description, clientVersion } = (await store.trusts.get(id, trust.peerId))!;
    check.equal([approved, clientName, description, clientVersion], [true, "client", "", null]);
  },
});

type Creation = readonly [(row: Fields) => Promise<boolean>, row: Fields, optional: readonly string[]];

/** Every way to create a row, with an acceptable one. */
function creations(store: Store): Creation[] {
  return [
    [(row) => store.actors.createIfAbsent(row as never), { ...ACTOR }, []],
    [(row) => store.trusts.createIfAbsent("a", row as never), { ...TRUST }, []],
    [(row) => store.peerTrustees.createIfAbsent("a", row as never), { ...TRUSTEE }, []],
    [(row) => store.subscriptions.createIfAbsent("a", row as never), { ...SUBSCRIPTION }, []],
    [(row) => store.diffs.createIfAbsent("a", row as never), { ...DIFF }, []],
  ];
}

/** A store, and how many requests it has sent. */
async function counting(world: World): Promise<{ store: Store; requests: () => number }> {
  let count = 0;
  return { store: await world.open({ onRequest: () => count++ }), requests: () => count };
}
