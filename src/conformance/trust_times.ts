/** Behaviours of {@linkcode Trusts}: instants. @module */

import { group } from "./case.ts";

const NEW = { peerId: "peer", baseUri: "https://peer/", type: "urn:x", relationship: "friend", secret: "secret" };

/** The three fields that hold instants are stored in different ways on one backend, so each is tried. */
const FIELDS = ["createdAt", "lastAccessed", "capabilitiesFetchedAt"] as const;

/** The behaviours. */
export const trustTimes = group("trust times", {
  "instants keep their microseconds": async (store, check, world) => {
    const actor = world.id();
    await store.trusts.createIfAbsent(actor, NEW);
    const instants = [
      "2026-01-02T03:04:05.678901Z",
      "2026-01-02T03:04:05.000001Z",
      "2026-01-02T03:04:05.000000Z",
      "2026-06-30T23:59:59.999999Z",
      "1969-12-31T23:59:59.999999Z",
      "0001-01-01T00:00:00.000000Z",
      "9999-12-31T23:59:59.999999Z",
      "2024-02-29T12:00:00.100000Z",
    ];
    for (const instant of instants) {
      for (const name of FIELDS) {
        check.true(await store.trusts.update(actor, "peer", { [name]: instant }), `${name} ${instant}`);
      }
      const trust = await store.trusts.get(actor, "peer");
      for (const name of FIELDS) check.equal(trust?.[name], instant, name);
    }
  },

  "an instant in any form of ISO-8601 is given back in one form of UTC": async (store, check, world) => {
    const actor = world.id();
    await store.trusts.createIfAbsent(actor, NEW);
    const forms: [given: string, expected: string][] = [
      ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000000Z"],
      ["2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678000Z"],
      ["2026-01-02T03:04:05.678901234Z", "2026-01-02T03:04:05.678901Z"],
      ["2026-01-02T03:04:05.6789019Z", "2026-01-02T03:04:05.678901Z"],
      ["2026-01-02T03:04:05.678901", "2026-01-02T03:04:05.678901Z"],
      ["2026-01-02 03:04:05.678901", "2026-01-02T03:04:05.678901Z"],
      ["2026-01-02T03:04:05.678901+00:00", "2026-01-02T03:04:05.678901Z"],
      ["2026-01-02T03:04:05.678901+0000", "2026-01-02T03:04:05.678901Z"],
      ["2026-01-02T05:04:05.678901+02:00", "2026-01-02T03:04:05.678901Z"],
      ["2026-01-01T22:04:05.678901-05:00", "2026-01-02T03:04:05.678901Z"],
      ["2026-01-02T08:49:05.678901+0545", "2026-01-02T03:04:05.678901Z"],
      ["2026-01-02T05:04:05+02", "2026-01-02T03:04:05.000000Z"],
    ];
    for (const [given, expected] of forms) {
      await store.trusts.update(actor, "peer", Object.fromEntries(FIELDS.map((name) => [name, given])));
      const updated = await store.trusts.get(actor, "peer");
      for (const name of FIELDS) check.equal(updated?.[name], expected, `${name} from ${given}`);
      await store.trusts.touch(actor, "peer", { at: given });
      check.equal((await store.trusts.get(actor, "peer"))?.lastAccessed, expected, `touch at ${given}`);
    }
  },

  "instants given at creation are converted, too": async (store, check, world) => {
    const actor = world.id();
    const instants = Object.fromEntries(FIELDS.map((name) => [name, "2026-01-02T05:04:05.678901+02:00"]));
    await store.trusts.createIfAbsent(actor, { ...NEW, ...instants });
    const trust = await store.trusts.get(actor, "peer");
    for (const name of FIELDS) check.equal(trust?.[name], "2026-01-02T03:04:05.678901Z", name);
  },

  "what is no instant is refused": async (store, check, world) => {
    const actor = world.id();
    await store.trusts.createIfAbsent(actor, NEW);
    const none = [
      "",
      "now",
      "infinity",
      "2026-01-02",
      "2026-13-01T00:00:00Z",
      "2026-02-30T00:00:00Z",
      "2026-01-02T24:00:01Z",
      "2026-01-02T03:60:00Z",
      "1767323045",
      "0000-12-31T23:59:59Z",
      "2026-01-02T03:04:05Z; DROP TABLE trusts",
    ];
    for (const text of none) {
      await check.refused(store.trusts.touch(actor, "peer", { at: text }), "invalid", "at");
      if (text !== "") {
        await check.refused(store.trusts.update(actor, "peer", { createdAt: text }), "invalid", "createdAt");
      }
    }
    check.null((await store.trusts.get(actor, "peer"))?.lastAccessed);
  },
});
