/** Behaviours of options, lists of names and cursors as arguments. @module */

import type { AttributeOptions, Store } from "../store.ts";
import { group, type World } from "./case.ts";
import { everyMethod } from "./every_method.ts";

/** The behaviours. */
export const argumentOptions = group("argument options", {
  "options that are none are refused by every method": async (_, check, world) => {
    const { store, requests } = await counting(world);
    const bad: readonly (readonly [options: unknown, mentions: string])[] = [
      [null, "options"],
      ["consistent", "options"],
      [1, "options"],
      [false, "options"],
      [{ timeout: 0 }, "timeout"],
      [{ timeout: -1 }, "timeout"],
      [{ timeout: NaN }, "timeout"],
      [{ timeout: Infinity }, "timeout"],
      [{ timeout: 2 ** 31 }, "timeout"],
      [{ timeout: "1000" }, "timeout"],
      [{ timeout: null }, "timeout"],
      [{ signal: null }, "signal"],
      [{ signal: true }, "signal"],
      [{ signal: { aborted: false } }, "signal"],
      [{ signal: new AbortController() }, "signal"],
      [{ consistent: 0 }, "consistent"],
      [{ consistent: "false" }, "consistent"],
      [{ consistent: null }, "consistent"],
    ];
    for (const { operation, acceptable, call } of everyMethod) {
      for (const [options, mentions] of bad) {
        await check.refused(call(store, ...acceptable("actor"), options), "invalid", `${operation}: ${mentions}`);
      }
    }
    check.equal(requests(), 0);
  },

  "options given as undefined count as not given, for every method": async (store, check, world) => {
    const options = { timeout: undefined, signal: undefined, consistent: undefined };
    const id = world.id();
    for (const { operation, acceptable, call } of everyMethod) {
      // It would remove what other cases keep.
      if (operation === "attributes.purgeExpired") continue;
      await call(store, ...acceptable(id), options);
      await call(store, ...acceptable(id), undefined);
    }
    await store.actors.erase(id);
    check.null(await store.actors.get(id));
  },

  "a store is not opened with a timeout that is none": async (_, check, world) => {
    for (const timeout of [0, -1, NaN, Infinity, 2 ** 31, "1000" as unknown as number]) {
      const opened = (async () => await world.open({ timeout }))();
      await check.refused(opened, "invalid", "timeout");
    }
  },

  "a page's limit that is not from 1 to 1,000 is refused": async (_, check, world) => {
    const { store, requests } = await counting(world);
    for (const { operation, acceptable, call } of everyMethod.filter(({ operation }) => operation.endsWith(".pages"))) {
      for (const limit of [0, -1, 1001, 1.5, NaN, Infinity, "10", null, true, 10n]) {
        const walk = call(store, ...acceptable("actor"), { limit });
        await check.refused(walk, "invalid", `${operation}: limit`, "from 1 to 1000");
      }
    }
    check.equal(requests(), 0);
  },

  "a range's limit that is not positive and whole is refused": async (_, check, world) => {
    const { store, requests } = await counting(world);
    for (const given of [0, -1, 1.5, NaN, Infinity, "10", null, true, 10n]) {
      const limit = given as number;
      await check.refused(store.properties.range("a", "a", "b", { limit }), "invalid", "limit");
      await check.refused(store.properties.rangeNames("a", "a", "b", { limit }), "invalid", "limit");
      await check.refused(store.properties.prefix("a", "a", { limit }), "invalid", "limit");
    }
    check.equal(requests(), 0);
  },

  "a cursor that no walk gave is refused": async (_, check, world) => {
    const { store, requests } = await counting(world);
    for (const { operation, acceptable, call } of everyMethod.filter(({ operation }) => operation.endsWith(".pages"))) {
      const forged = [
        [2, operation, "a"],
        [1, operation],
        [1, operation, ""],
        [1, operation, "a\0b"],
        [1, operation, "\ud800"],
        [1, operation, "x".repeat(1025)],
        [1, operation, 1],
        [1, operation, null],
        [1, operation, "a", "b"],
        [1, "other.pages", "a"],
        [1, operation.replace(".pages", ".all"), "a"],
        { 0: 1, 1: operation, 2: "a" },
      ].map((parts) => encoded(JSON.stringify(parts)));
      const bad = [
        "",
        " ",
        "a",
        "null",
        "!",
        "é",
        "\0",
        encoded("no JSON"),
        encoded('[1,"'),
        1,
        null,
        true,
        {},
        forged,
      ];
      for (const cursor of [...bad, ...forged]) {
        const walk = call(store, ...acceptable("actor"), { cursor });
        await check.refused(walk, "invalid", `${operation}: cursor`);
      }
    }
    check.equal(requests(), 0);
  },

  "a cursor of one method is refused by another": async (store, check, world) => {
    const id = world.id();
    await store.properties.setMany(id, [["a", "1"], ["b", "2"], ["c", "3"]]);
    for await (const { cursor } of store.properties.pages(id, { limit: 2 })) {
      for (const { operation, acceptable, call } of everyMethod) {
        if (!operation.endsWith(".pages") || operation === "properties.pages") continue;
        await check.refused(call(store, ...acceptable(id), { cursor }), "invalid", `${operation}: cursor`);
      }
      break;
    }
  },

  "a cursor of one peer's subscriptions is refused for another's": async (store, check, world) => {
    const id = world.id();
    for (const peerId of ["a", "ab", "a:b"]) {
      for (const subscriptionId of ["1", "2"]) await store.subscriptions.createIfAbsent(id, { peerId, subscriptionId });
    }
    for await (const { cursor } of store.subscriptions.pages(id, { peerId: "ab", limit: 1 })) {
      for (const peerId of ["a", "a:b", "b"]) {
        const walk = store.subscriptions.pages(id, { peerId, cursor: cursor! })[Symbol.asyncIterator]();
        await check.refused(walk.next(), "invalid", "subscriptions.pages: cursor");
      }
      break;
    }
  },

  "what is no list of names is refused, a text above all": async (_, check, world) => {
    const { store, requests } = await counting(world);
    const bad = [undefined, null, "name", "", 1, true, {}, { length: 1, 0: "a" }, () => ["a"], Promise.resolve(["a"])];
    const holding = [[1], [null], [undefined], ["a", {}], [["a"]], [new String("a")]];
    for (const { operation, args, acceptable, call } of everyMethod) {
      const at = args.findIndex(([, kind]) => kind === "names");
      if (at === -1) continue;
      for (const names of [...bad, ...holding]) {
        const given = acceptable("actor");
        given[at] = names;
        await check.refused(call(store, ...given), "invalid", `${operation}: `);
      }
    }
    for (const buckets of ["bucket", 1, null, {}, [1]]) {
      await check.refused(store.attributes.purgeExpired({ buckets: buckets as string[] }), "invalid", "bucket");
    }
    check.equal(requests(), 0);
  },

  "what is no list of pairs is refused": async (_, check, world) => {
    const { store, requests } = await counting(world);
    const bad = [undefined, null, "ab", ["ab"], 1, { a: "1" }, [["a"]], [["a", "1", "2"]], [[]], [{ 0: "a", 1: "1" }], [
      null,
    ]];
    for (const { operation, args, acceptable, call } of everyMethod) {
      const at = args.findIndex(([, kind]) => kind === "entries");
      if (at === -1) continue;
      for (const entries of [...bad, [[1, "1"]], [["a", undefined]], [["a", null]], [["a", () => 1]]]) {
        const given = acceptable("actor");
        given[at] = entries;
        await check.refused(call(store, ...given), "invalid", `${operation}: `);
      }
    }
    check.equal(requests(), 0);
  },

  "an expiry that is no whole second, or given twice, is refused": async (_, check, world) => {
    const { store, requests } = await counting(world);
    const refusals: readonly (readonly [options: object, mentions: string])[] = [
      ...[-1, 0.5, NaN, Infinity, 253_402_300_800, "1", null, 1n, new Date(0)].map((expiresAt) =>
        [{ expiresAt }, "expiresAt"] as const
      ),
      ...[0, -1, 0.5, NaN, Infinity, 253_402_300_799, "60", null, 60n].map((ttl) => [{ ttl }, "ttl"] as const),
      [{ expiresAt: 4_102_444_800, ttl: 60 }, "ttl"],
    ];
    for (const [given, mentions] of refusals) {
      const options = given as AttributeOptions;
      await check.refused(store.attributes.set("a", "b", "n", 1, options), "invalid", mentions);
      await check.refused(store.attributes.setMany("a", "b", [["n", 1]], options), "invalid", mentions);
      await check.refused(store.attributes.createIfAbsent("a", "b", "n", 1, options), "invalid", mentions);
      await check.refused(store.attributes.setIfEquals("a", "b", "n", 1, 2, options), "invalid", mentions);
    }
    check.equal(requests(), 0);
  },

  "switches that are neither true nor false are refused": async (_, check, world) => {
    const { store, requests } = await counting(world);
    for (const given of [0, 1, "true", null, {}]) {
      const lists = { includeLists: given as boolean };
      const tombstone = { clearTombstone: given as boolean };
      await check.refused(store.properties.all("a", lists), "invalid", "includeLists");
      await check.refused(store.properties.deleteAll("a", lists), "invalid", "includeLists");
      const actor = { id: "a", creator: "ada", passphrase: "" };
      await check.refused(store.actors.createIfAbsent(actor, tombstone), "invalid", "clearTombstone");
    }
    check.equal(requests(), 0);
  },

  "a refusal names the method and the argument, and cannot be retried": async (store, check) => {
    const error = await check.refused(store.properties.get("", "name"), "invalid", "properties.get: actorId");
    check.equal(error.operation, "properties.get");
    check.equal(error.retryable, false);
    check.equal(error.name, "StoreError");
    const large = await check.refused(store.properties.get("actor", "x".repeat(1025)), "too_large", "1024 bytes");
    check.equal(large.retryable, false);
  },
});

/** A store, and how many requests it has sent. */
async function counting(world: World): Promise<{ store: Store; requests: () => number }> {
  let count = 0;
  return { store: await world.open({ onRequest: () => count++ }), requests: () => count };
}

/** A text in the alphabet of cursors. */
function encoded(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
