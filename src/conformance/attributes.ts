/** Behaviours of {@linkcode Attributes}: one row each. @module */

import { group } from "./case.ts";

const INSTANT = "2026-01-02T03:04:05.678901Z";
/** Far ahead, so that no database removes the row by itself. */
const FUTURE = 4_102_444_800;

/** The behaviours. */
export const attributes = group("attributes", {
  "an attribute that was set is read back whole": async (store, check, world) => {
    const id = world.id();
    await store.attributes.set(id, "bucket", "name", { a: 1 }, { timestamp: INSTANT, expiresAt: FUTURE });
    const attribute = { bucket: "bucket", name: "name", data: { a: 1 }, timestamp: INSTANT, expiresAt: FUTURE };
    check.equal(await store.attributes.get(id, "bucket", "name"), attribute);
    check.equal(await store.attributes.bucket(id, "bucket"), [attribute]);
    check.equal(await store.attributes.all(id), [attribute]);
    check.equal(await store.attributes.getMany(id, "bucket", ["name"]), new Map([["name", attribute]]));
  },

  "without a timestamp and an expiry both are null": async (store, check, world) => {
    const id = world.id();
    await store.attributes.set(id, "bucket", "name", "value");
    check.equal(await store.attributes.get(id, "bucket", "name"), {
      bucket: "bucket",
      name: "name",
      data: "value",
      timestamp: null,
      expiresAt: null,
    });
  },

  "what was never set is null, false, 0 or empty": async (store, check, world) => {
    const id = world.id();
    check.null(await store.attributes.get(id, "bucket", "name"));
    check.equal(await store.attributes.getMany(id, "bucket", ["name"]), new Map());
    check.equal(await store.attributes.bucket(id, "bucket"), []);
    check.equal(await store.attributes.all(id), []);
    check.equal(await store.attributes.timestamps(id), new Map());
    check.false(await store.attributes.setIfEquals(id, "bucket", "name", 1, 2));
    check.false(await store.attributes.deleteIfEquals(id, "bucket", "name", 1));
    check.null(await store.attributes.consume(id, "bucket", "name"));
    check.false(await store.attributes.delete(id, "bucket", "name"));
    check.equal(await store.attributes.deleteBucket(id, "bucket"), 0);
    check.equal(await store.attributes.deleteByChain(id, ["bucket"], "chain"), 0);
    check.equal(await store.attributes.deleteAll(id), 0);
    await store.attributes.deleteMany(id, "bucket", ["name"]);
    check.equal(await store.attributes.all(id), [], "nothing of this creates a row");
  },

  "setting replaces value, timestamp and expiry, and takes away what is not given": async (store, check, world) => {
    const id = world.id();
    const bare = { bucket: "bucket", name: "name", timestamp: null, expiresAt: null };
    await store.attributes.set(id, "bucket", "name", { a: 1, b: 2 }, { timestamp: INSTANT, expiresAt: FUTURE });
    await store.attributes.set(id, "bucket", "name", { b: 3 }, { timestamp: INSTANT });
    check.equal(await store.attributes.get(id, "bucket", "name"), { ...bare, data: { b: 3 }, timestamp: INSTANT });
    await store.attributes.set(id, "bucket", "name", "x", { expiresAt: FUTURE });
    check.equal(await store.attributes.get(id, "bucket", "name"), { ...bare, data: "x", expiresAt: FUTURE });
    await store.attributes.set(id, "bucket", "name", []);
    check.equal(await store.attributes.get(id, "bucket", "name"), { ...bare, data: [] });
  },

  "creating makes an attribute that is absent and changes nothing where there is one": async (store, check, world) => {
    const id = world.id();
    const extras = { timestamp: INSTANT, expiresAt: FUTURE };
    check.true(await store.attributes.createIfAbsent(id, "bucket", "name", { first: true }, extras));
    const created = { bucket: "bucket", name: "name", data: { first: true }, ...extras };
    check.equal(await store.attributes.get(id, "bucket", "name"), created);
    check.false(await store.attributes.createIfAbsent(id, "bucket", "name", { first: true }));
    check.false(await store.attributes.createIfAbsent(id, "bucket", "name", "second", { expiresAt: FUTURE + 1 }));
    check.equal(await store.attributes.get(id, "bucket", "name"), created);
  },

  "actors, buckets and names are told apart by every character": async (store, check, world) => {
    const id = world.id();
    const keys = ["name", "Name", "name ", " name", "name2", "nam", "né", "ne\u0301", "🗝"];
    for (const bucket of keys) {
      await store.attributes.setMany(id, bucket, keys.map((name) => [name, [bucket, name]]));
    }
    await store.attributes.set(`${id}2`, "name", "name", "another actor's");
    for (const bucket of keys) {
      for (const name of keys) {
        check.equal((await store.attributes.get(id, bucket, name))?.data, [bucket, name], `${bucket}:${name}`);
      }
    }
    check.true(await store.attributes.delete(id, "name", "name"));
    check.equal((await store.attributes.all(id)).length, keys.length ** 2 - 1);
    check.equal((await store.attributes.get(`${id}2`, "name", "name"))?.data, "another actor's");
  },

  "deleting tells whether it was there and removes only that one": async (store, check, world) => {
    const id = world.id();
    await store.attributes.setMany(id, "bucket", [["a", 1], ["b", 2]]);
    check.true(await store.attributes.delete(id, "bucket", "a"));
    check.false(await store.attributes.delete(id, "bucket", "a"));
    check.null(await store.attributes.get(id, "bucket", "a"));
    check.equal((await store.attributes.bucket(id, "bucket")).map(({ name }) => name), ["b"]);
  },

  "consuming gives the attribute whole and removes it": async (store, check, world) => {
    const id = world.id();
    const attribute = { bucket: "b", name: "n", data: { token: [1] }, timestamp: INSTANT, expiresAt: FUTURE };
    await store.attributes.set(id, "b", "n", attribute.data, { timestamp: INSTANT, expiresAt: FUTURE });
    await store.attributes.set(id, "b", "n2", "stays");
    check.equal(await store.attributes.consume(id, "b", "n"), attribute);
    check.null(await store.attributes.consume(id, "b", "n"));
    check.equal((await store.attributes.all(id)).map(({ name }) => name), ["n2"]);
  },

  "a falsy value is there like any other": async (store, check, world) => {
    const id = world.id();
    for (const data of [false, 0, "", [], {}]) {
      const shown = JSON.stringify(data);
      await store.attributes.set(id, "bucket", "name", data);
      check.equal((await store.attributes.get(id, "bucket", "name"))?.data, data, shown);
      check.false(await store.attributes.createIfAbsent(id, "bucket", "name", 1), shown);
      check.equal((await store.attributes.bucket(id, "bucket")).length, 1, shown);
      check.true(await store.attributes.setIfEquals(id, "bucket", "name", data, data), shown);
      check.equal((await store.attributes.consume(id, "bucket", "name"))?.data, data, shown);
    }
  },

  "a timestamp keeps its microseconds and comes back in UTC": async (store, check, world) => {
    const id = world.id();
    const instants = [
      [INSTANT, INSTANT],
      ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000000Z"],
      ["2026-01-02T03:04:05.1Z", "2026-01-02T03:04:05.100000Z"],
      ["2026-01-02T03:04:05.000001+00:00", "2026-01-02T03:04:05.000001Z"],
      ["2026-01-02T03:04:05.678901999Z", INSTANT],
      ["2026-01-02T03:04:05.678901", INSTANT],
      ["2026-01-02 03:04:05.678901", INSTANT],
      ["2026-01-02T01:34:05.678901-01:30", INSTANT],
      ["2025-12-31T23:30:00.5-05:00", "2026-01-01T04:30:00.500000Z"],
      ["2026-03-08T02:30:00-05:00", "2026-03-08T07:30:00.000000Z"],
      ["2026-07-01T12:00:00.999999Z", "2026-07-01T12:00:00.999999Z"],
      ["2024-02-29T23:59:59.999999Z", "2024-02-29T23:59:59.999999Z"],
      ["1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"],
      ["0001-01-01T00:00:00.000001Z", "0001-01-01T00:00:00.000001Z"],
      ["9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"],
    ] as const;
    for (const [timestamp, expected] of instants) {
      await store.attributes.set(id, "bucket", "name", 1, { timestamp });
      check.equal((await store.attributes.get(id, "bucket", "name"))?.timestamp, expected, timestamp);
      check.equal(await store.attributes.timestamps(id), new Map([["bucket", expected]]), timestamp);
    }
  },

  "what one store has written another sees at once": async (store, check, world) => {
    const other = await world.open();
    const id = world.id();
    for (let round = 0; round < 20; round++) {
      await store.attributes.set(id, "bucket", "name", round);
      check.equal((await other.attributes.get(id, "bucket", "name"))?.data, round);
      check.equal((await other.attributes.bucket(id, "bucket")).map(({ data }) => data), [round]);
      check.equal((await other.attributes.all(id)).map(({ data }) => data), [round]);
    }
  },

  "an attribute needs no actor": async (store, check, world) => {
    const id = world.id("_actingweb");
    await store.attributes.set(id, "_sessions", "token", { user: "ada" });
    check.null(await store.actors.get(id));
    check.equal((await store.attributes.get(id, "_sessions", "token"))?.data, { user: "ada" });
  },
});
