/** Behaviours of cost: how many requests each call may send. @module */

import type { Store } from "../store.ts";
import { group, stopped, type World } from "./case.ts";
import type { Check } from "./check.ts";

const AT = "2026-01-02T03:04:05.678901Z";
const MANY = 130;

/** The behaviours. */
export const budgets = group("budgets", {
  "a call on one actor is one request": async (_, check, world) => {
    const { store, sends } = await counting(world, check);
    const id = world.id();
    const actor = { id, creator: "ada", passphrase: "secret" };
    await sends(1, "create", () => store.actors.createIfAbsent(actor));
    await sends(1, "create a taken id", () => store.actors.createIfAbsent(actor));
    await sends(1, "get", () => store.actors.get(id));
    await sends(1, "update", () => store.actors.update(id, { creator: "grace", passphrase: "other" }));
    await sends(1, "tombstone", () => store.actors.tombstone(id));
    await sends(1, "listByCreator", () => store.actors.listByCreator(`${id} nobody`));
    await sends(1, "delete", () => store.actors.delete(id));
    await sends(1, "delete an absent one", () => store.actors.delete(id));
  },

  "a call on one property is one request": async (_, check, world) => {
    const { store, sends } = await counting(world, check);
    const id = world.id();
    await sends(1, "set", () => store.properties.set(id, "name", "1"));
    await sends(1, "set anew", () => store.properties.set(id, "name", "2"));
    await sends(1, "get", () => store.properties.get(id, "name"));
    await sends(1, "get an absent one", () => store.properties.get(id, "absent"));
    await sends(1, "swap", () => store.properties.setIfEquals(id, "name", "2", "3"));
    await sends(1, "swap another", () => store.properties.setIfEquals(id, "name", "2", "4"));
    await sends(1, "create a taken one", () => store.properties.createIfAbsent(id, "name", "5"));
    await sends(1, "delete another", () => store.properties.deleteIfEquals(id, "name", "2"));
    await sends(1, "delete on condition", () => store.properties.deleteIfEquals(id, "name", "3"));
    await sends(1, "create", () => store.properties.createIfAbsent(id, "name", "6"));
    await sends(1, "delete", () => store.properties.delete(id, "name"));
    await sends(1, "delete by an empty text", () => store.properties.set(id, "name", ""));
  },

  "a call on one attribute is one request": async (_, check, world) => {
    const { store, sends } = await counting(world, check);
    const id = world.id();
    const [a, b] = [{ version: 1, list: [1] }, { version: 2, list: [2] }];
    await sends(1, "set", () => store.attributes.set(id, "bucket", "name", a, { timestamp: AT, ttl: 60 }));
    await sends(1, "set anew", () => store.attributes.set(id, "bucket", "name", a));
    await sends(1, "get", () => store.attributes.get(id, "bucket", "name"));
    await sends(1, "swap", () => store.attributes.setIfEquals(id, "bucket", "name", a, b, { ttl: 60 }));
    await sends(1, "swap another", () => store.attributes.setIfEquals(id, "bucket", "name", a, b));
    await sends(1, "create a taken one", () => store.attributes.createIfAbsent(id, "bucket", "name", a));
    await sends(1, "delete another", () => store.attributes.deleteIfEquals(id, "bucket", "name", a));
    await sends(1, "delete on condition", () => store.attributes.deleteIfEquals(id, "bucket", "name", b));
    await sends(1, "create", () => store.attributes.createIfAbsent(id, "bucket", "name", a));
    await sends(1, "consume", () => store.attributes.consume(id, "bucket", "name"));
    await sends(1, "consume an absent one", () => store.attributes.consume(id, "bucket", "name"));
    await sends(1, "delete", () => store.attributes.delete(id, "bucket", "name"));
    await sends(1, "set a name with colons", () => store.attributes.set(id, "b:c", "d:e", a));
    await sends(1, "timestamps", () => store.attributes.timestamps(id));
  },

  "a call on one relationship is one request": async (_, check, world) => {
    const { store, sends } = await counting(world, check);
    const id = world.id();
    const parts = { peerId: "peer", baseUri: "https://peer", type: "urn:a" };
    const trust = { ...parts, relationship: "friend", secret: world.id("secret") };
    await sends(1, "create a trust", () => store.trusts.createIfAbsent(id, trust));
    await sends(1, "create a taken one", () => store.trusts.createIfAbsent(id, trust));
    await sends(1, "get it", () => store.trusts.get(id, "peer"));
    await sends(1, "by its secret", () => store.trusts.getBySecret(id, trust.secret));
    await sends(1, "update it", () => store.trusts.update(id, "peer", { approved: true, clientName: null }));
    await sends(1, "touch it", () => store.trusts.touch(id, "peer", { at: AT, via: "trust" }));
    await sends(1, "delete it", () => store.trusts.delete(id, "peer"));
    const trustee = { ...parts, passphrase: "secret" };
    await sends(1, "create a peer trustee", () => store.peerTrustees.createIfAbsent(id, trustee));
    await sends(1, "get it", () => store.peerTrustees.get(id, "peer"));
    await sends(1, "by its type", () => store.peerTrustees.listByType(id, "urn:a"));
    await sends(1, "update it", () => store.peerTrustees.update(id, "peer", { passphrase: "other" }));
    await sends(1, "delete it", () => store.peerTrustees.delete(id, "peer"));
  },

  "a call on one subscription, suspension or diff is one request": async (_, check, world) => {
    const { store, sends } = await counting(world, check);
    const id = world.id();
    const row = { peerId: "p", subscriptionId: "s", target: "properties" };
    await sends(1, "create a subscription", () => store.subscriptions.createIfAbsent(id, row));
    await sends(1, "create a taken one", () => store.subscriptions.createIfAbsent(id, row));
    await sends(1, "get it", () => store.subscriptions.get(id, "p", "s"));
    await sends(1, "update it", () => store.subscriptions.update(id, "p", "s", { granularity: "low" }));
    await sends(1, "suspend", () => store.suspensions.createIfAbsent(id, "properties", "name"));
    await sends(1, "suspended", () => store.suspensions.has(id, "properties", "name"));
    await sends(1, "suspensions", () => store.suspensions.all(id));
    await sends(1, "resume", () => store.suspensions.delete(id, "properties", "name"));
    const diff = { subscriptionId: "other", sequence: 7, timestamp: AT, data: "{}" };
    await sends(1, "store a diff", () => store.diffs.createIfAbsent(id, diff));
    await sends(1, "get it", () => store.diffs.get(id, "other", 7));
    await sends(1, "the first", () => store.diffs.first(id, "other"));
    await sends(1, "delete it", () => store.diffs.delete(id, "other", 7));
    await sends(1, "delete a subscription", () => store.subscriptions.delete(id, "p", "s"));
  },

  "a write of an indexed property is three requests on DynamoDB and one elsewhere": async (_, check, world) => {
    const { store, sends } = await counting(world, check);
    const id = world.id();
    const [a, b, c, d] = ["a", "b", "c", "d"].map((start) => world.id(start)) as [string, string, string, string];
    await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "" });
    const most = store.backend === "dynamodb" ? 3 : 1;
    await sends(most, "set the first value", () => store.properties.set(id, "email", a));
    await sends(most, "set another", () => store.properties.set(id, "email", b));
    await sends(most, "swap", () => store.properties.setIfEquals(id, "email", b, c));
    await sends(most, "swap another", () => store.properties.setIfEquals(id, "email", b, d));
    await sends(most, "create a taken one", () => store.properties.createIfAbsent(id, "email", d));
    await sends(most, "delete on condition", () => store.properties.deleteIfEquals(id, "email", c));
    await sends(most, "create", () => store.properties.createIfAbsent(id, "email", d));
    await sends(most, "delete", () => store.properties.delete(id, "email"));
    await sends(most, "delete an absent one", () => store.properties.delete(id, "email"));
  },

  "a reverse lookup is two requests on DynamoDB and one elsewhere, a miss always one": async (_, check, world) => {
    const { store, sends } = await counting(world, check);
    const id = world.id();
    await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "" });
    await store.properties.set(id, "email", id);
    await sends(store.backend === "dynamodb" ? 2 : 1, "hit", () => store.lookups.get("email", id));
    await sends(1, "miss", () => store.lookups.get("email", `${id}2`));
  },

  "an appended diff is three requests on DynamoDB and one elsewhere": async (_, check, world) => {
    const { store, sends } = await counting(world, check);
    const id = world.id();
    await store.subscriptions.createIfAbsent(id, { peerId: "p", subscriptionId: "s" });
    const most = store.backend === "dynamodb" ? 3 : 1;
    for (let number = 1; number <= 12; number++) {
      await sends(most, `number ${number}`, () => store.diffs.append(id, "p", "s", "{}"));
    }
    const fewer = store.backend === "dynamodb" ? 2 : 1;
    await sends(fewer, "a known number", () => store.diffs.append(id, "p", "s", "{}", { known: 12 }));
    await sends(most, "without a subscription", () => store.diffs.append(id, "p", "absent", "{}"));
  },

  "a list of a hundred rows is one request": async (_, check, world) => {
    const { store, sends } = await counting(world, check);
    const id = world.id();
    const numbers = Array.from({ length: 100 }, (_, index) => String(index).padStart(3, "0"));
    await store.properties.setMany(id, numbers.map((number) => [number, "value"]));
    await store.attributes.setMany(id, "bucket", numbers.map((number) => [number, { a: 1 }]));
    const old = { subscriptionId: "s", timestamp: AT, data: "{}" };
    await Promise.all(numbers.map((_, index) => store.diffs.createIfAbsent(id, { ...old, sequence: index + 1 })));
    await sends(1, "range", () => store.properties.range(id, "000", "999"));
    await sends(1, "rangeNames", () => store.properties.rangeNames(id, "000", "999"));
    await sends(1, "a short range", () => store.properties.range(id, "000", "999", { limit: 3 }));
    await sends(1, "last", () => store.properties.last(id, "000", "999"));
    await sends(1, "prefix", () => store.properties.prefix(id, "0"));
    await sends(1, "all with lists", () => store.properties.all(id, { includeLists: true }));
    await sends(1, "bucket", () => store.attributes.bucket(id, "bucket"));
    await sends(1, "all attributes", () => store.attributes.all(id));
    await sends(1, "diffs", () => store.diffs.all(id, "s"));
    await sends(1, "later diffs", () => store.diffs.all(id, "s", { after: 50 }));
    await sends(1, "first diff", () => store.diffs.first(id, "s"));
    await sends(1, "trusts", () => store.trusts.all(id));
    await sends(1, "peer trustees", () => store.peerTrustees.all(id));
    await sends(1, "subscriptions", () => store.subscriptions.all(id));
  },

  "a list of more than two megabytes is a request for each on DynamoDB and one elsewhere": async (_, check, world) => {
    const { store, sends } = await counting(world, check);
    const id = world.id();
    const filler = "x".repeat(60_000);
    const named = Array.from({ length: 40 }, (_, index) => [String(index + 10), filler] as const);
    await Promise.all([store.properties.setMany(id, named), store.attributes.setMany(id, "bucket", named)]);
    const most = store.backend === "dynamodb" ? 3 : 1;
    await sends(most, "range", () => store.properties.range(id, "1", "9"));
    await sends(most, "bucket", () => store.attributes.bucket(id, "bucket"));
    await sends(1, "its beginning", () => store.properties.range(id, "1", "9", { limit: 5 }));
    await sends(1, "its end", () => store.properties.last(id, "1", "9"));
  },

  "many rows are a request for each batch on DynamoDB and one elsewhere": async (_, check, world) => {
    const { store, sends } = await counting(world, check);
    const id = world.id();
    const names = Array.from({ length: MANY }, (_, index) => String(index + 100));
    const [writes, reads] = store.backend === "dynamodb" ? [Math.ceil(MANY / 25), Math.ceil(MANY / 100)] : [1, 1];
    await sends(writes, "properties", () => store.properties.setMany(id, names.map((name) => [name, "value"])));
    await sends(reads, "read", () => store.properties.getMany(id, names));
    await sends(writes, "removed", () => store.properties.deleteMany(id, names));
    await sends(writes, "attributes", () => store.attributes.setMany(id, "bucket", names.map((name) => [name, 1])));
    await sends(reads, "read", () => store.attributes.getMany(id, "bucket", names));
    await sends(writes, "removed", () => store.attributes.deleteMany(id, "bucket", names));
  },

  "removing a whole collection is a read and its batches on DynamoDB and one request elsewhere": async (
    _,
    check,
    world,
  ) => {
    const { store, sends } = await counting(world, check);
    const id = world.id();
    const names = Array.from({ length: 100 }, (_, index) => String(index + 100));
    await store.properties.setMany(id, names.map((name) => [name, "value"]));
    await store.attributes.setMany(id, "bucket", names.map((name) => [name, { chain_id: "chain" }]));
    const remote = store.backend === "dynamodb";
    // The three indexed properties are removed by themselves, each with its lookup row.
    await sends(remote ? 3 + 5 : 1, "properties", () => store.properties.deleteAll(id));
    await sends(remote ? 5 : 1, "chain", () => store.attributes.deleteByChain(id, ["bucket"], "chain"));
    await store.attributes.setMany(id, "bucket", names.map((name) => [name, 1]));
    await sends(remote ? 5 : 1, "bucket", () => store.attributes.deleteBucket(id, "bucket"));
    await sends(1, "nothing", () => store.attributes.deleteAll(id));
    await store.subscriptions.createIfAbsent(id, { peerId: "p", subscriptionId: "s" });
    for (let number = 1; number <= 12; number++) await store.diffs.append(id, "p", "s", "{}");
    await sends(remote ? 3 : 1, "some diffs", () => store.diffs.deleteUpTo(id, "p", "s", 10));
    await sends(remote ? 3 : 1, "all diffs", () => store.diffs.deleteAll(id, "p", "s"));
  },

  "erasing an actor is its reads and batches on DynamoDB and one request elsewhere": async (_, check, world) => {
    const requests: string[] = [];
    const store = await world.open({ now: stopped, onRequest: ({ request }) => requests.push(request) });
    const id = world.id();
    await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "" });
    await store.properties.setMany(id, Array.from({ length: 100 }, (_, index) => [`name ${index}`, "value"]));
    requests.length = 0;
    check.true(await store.actors.erase(id));
    if (store.backend !== "dynamodb") return check.equal(requests.length, 1);
    const reads = requests.filter((request) => request === "Query" || /Get/.test(request));
    // The tombstone first, the batches, the actor's row last.
    check.true(requests.length - reads.length <= 100 / 25 + 2, requests.join(" "));
    check.true(reads.length <= 9, requests.join(" "));
    check.false(requests.includes("Scan"));
  },

  "no serving call scans a table": async (_, check, world) => {
    const requests: string[] = [];
    const store = await world.open({
      now: stopped,
      onRequest: ({ operation, request }) => requests.push(`${operation} ${request}`),
    });
    const id = world.id();
    await store.trusts.getBySecret(id, "secret");
    await store.actors.listByCreator(id);
    await store.lookups.get("email", id);
    await store.diffs.deleteAll(id, "p", "s");
    await store.peerTrustees.listByType(id, "type");
    await store.attributes.timestamps(id);
    await store.actors.erase(id);
    check.equal(requests.filter((request) => request.endsWith(" Scan")), []);
  },
});

/** A store, and a check that a call sends so many requests at most, and one at least. */
async function counting(world: World, check: Check) {
  let requests = 0;
  const store: Store = await world.open({ now: stopped, onRequest: () => requests++ });
  const sends = async (most: number, call: string, run: () => Promise<unknown>): Promise<void> => {
    requests = 0;
    await run();
    check.true(requests >= 1 && requests <= most, `${call}: ${requests} requests, ${most} at most`);
  };
  return { store, sends };
}
