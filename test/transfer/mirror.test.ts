// One store made of two: what is written is on both, and roles change without a loss.
import { afterAll, beforeAll, expect } from "bun:test";
import type { TransferStore } from "../../src/tables.ts";
import { copy, copyAgain, mirror, type Missed } from "../../src/transfer/mod.ts";
import { behaviours } from "../support/behaviour.ts";
import { memoryStore } from "../support/memory/mod.ts";
import { dynamodbPlace, type Place, postgresqlPlace } from "../support/stores.ts";
import { differencesOf, last } from "./last.ts";
import { fill } from "./rows.ts";

const behaviour = behaviours("mirror of two stores");
const AT = "2026-01-02T03:04:05.678901Z";
const WRITERS = 8;

let dynamodb: Place;
let postgresql: Place;
beforeAll(async () => {
  [dynamodb, postgresql] = await Promise.all([dynamodbPlace("mirrored"), postgresqlPlace("mirrored")]);
}, 120_000);
afterAll(async () => {
  await Promise.all([dynamodb.remove(), postgresql.remove()]);
}, 120_000);

/** Writes that touch every table and every kind of method. */
async function useAll(store: TransferStore, id: string): Promise<void> {
  const email = `${id}@example.org`;
  const peer = { peerId: "peer", baseUri: "https://peer", type: "urn:a" };
  await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "" });
  await store.actors.update(id, { creator: "grace" });
  await store.properties.setMany(id, new Map([["email", email], ["a", "1"], ["b", "2"]]).entries());
  await store.properties.setIfEquals(id, "a", "1", "3");
  await store.properties.deleteMany(id, new Set(["b"]).values());
  await store.properties.set(id, "c", "4");
  await store.properties.delete(id, "c");
  await store.trusts.createIfAbsent(id, { ...peer, relationship: "friend", secret: `secret of ${id}` });
  await store.trusts.touch(id, "peer", { at: AT });
  await store.peerTrustees.createIfAbsent(id, { ...peer, passphrase: "" });
  await store.subscriptions.createIfAbsent(id, { peerId: "peer", subscriptionId: "sub" });
  for (let count = 0; count < 3; count++) await store.diffs.append(id, "peer", "sub", "{}");
  await store.diffs.deleteUpTo(id, "peer", "sub", 1);
  await store.suspensions.createIfAbsent(id, "properties", "email");
  await store.suspensions.createIfAbsent(id, "properties", "");
  await store.suspensions.delete(id, "properties", "");
  await store.attributes.setMany(id, "bucket", [["a", 1], ["b", 2], ["c", { chain_id: "x" }]]);
  await store.attributes.setIfEquals(id, "bucket", "a", 1, { b: 1 });
  await store.attributes.consume(id, "bucket", "b");
  await store.attributes.deleteByChain(id, ["bucket"], "x");
}

behaviour("every kind of write is on both, to the last digit", async () => {
  const [first, second] = [await dynamodb.open(), await postgresql.open()];
  const both = mirror(first, second);
  for (const id of ["one", "two"]) await useAll(both, id);
  await both.actors.erase("two");
  expect((await differencesOf(first, second)).differences).toEqual([]);
  expect(await second.diffs.all("one", "sub")).toEqual(await first.diffs.all("one", "sub"));
  expect(await second.actors.tombstone("two")).toEqual(await first.actors.tombstone("two"));
  expect(await second.lookups.get("email", "one@example.org")).toBe("one");
  expect(both.missed()).toEqual([]);
  await both.close();
});

behaviour(
  "a server writes at full speed while rows are copied and roles change, and every write is there",
  async () => {
    const [old, next] = [await dynamodb.open(), await postgresql.open()];
    await fill(old, 4_000);
    const both = mirror(old, next);
    const acknowledged = new Map<string, string | null>();
    let writing = true;
    const writers = Array.from({ length: WRITERS }, async (_, writer) => {
      const { items } = (await old.tables.pages("actors", { limit: 50 })[Symbol.asyncIterator]().next()).value!;
      for (let count = 0; writing; count++) {
        const id = items[(count * 7 + writer) % items.length]!.id;
        // Each writer has names of its own, so that what was acknowledged last is what must be there.
        const name = `${writer} ${count % 5}`;
        const value = count % 4 === 3 ? null : `${count}`;
        if (value === null) await both.properties.delete(id, name);
        else await both.properties.set(id, name, value);
        acknowledged.set(JSON.stringify([id, name]), value);
      }
    });
    const report = await last(copy(old, next, { live: true }));
    expect(report.failed).toBe(0);
    const before = acknowledged.size;
    await both.switchRoles();
    expect(both.primary === next).toBe(true);
    while (acknowledged.size === before) await both.properties.get("nobody", "name");
    writing = false;
    await Promise.all(writers);
    expect(acknowledged.size).toBeGreaterThan(WRITERS * 5);
    for (const [key, value] of acknowledged) {
      const [id, name] = JSON.parse(key) as [string, string];
      expect([key, await next.properties.get(id, name)]).toEqual([key, value]);
    }
    expect((await differencesOf(next, old)).differences).toEqual([]);
    await both.close();
  },
  120_000,
);

behaviour("when the secondary fails the primary goes on, and what was missed can be caught up", async () => {
  const [first, second] = [memoryStore(), memoryStore()];
  let broken = true;
  const breaking = new Proxy(second.tables, {
    get: (tables, name) => (...args: unknown[]) => {
      if (broken && name === "write") throw new Error("broken");
      return (tables as unknown as Record<string | symbol, (...given: unknown[]) => unknown>)[name]!(...args);
    },
  });
  const told: Missed[] = [];
  const both = mirror(first, { ...second, tables: breaking }, { onMissed: (each) => void told.push(each) });
  await both.properties.set("a", "name", "1");
  await both.properties.set("a", "name", "2");
  expect(await both.properties.get("a", "name")).toBe("2");
  expect(await second.properties.get("a", "name")).toBeNull();
  expect(both.missed()).toEqual([{ actorId: "a", table: "properties" }]);
  expect(told.length).toBe(2);
  await expect(both.switchRoles()).rejects.toThrow();
  expect(both.primary === first).toBe(true);
  await both.properties.set("b", "name", "3");
  broken = false;
  await last(copyAgain(first, second, both.missed()));
  expect((await differencesOf(first, second)).differences).toEqual([]);
  await both.switchRoles();
  expect(both.missed()).toEqual([]);
  await both.properties.set("b", "name", "4");
  expect(await second.properties.get("b", "name")).toBe("4");
  await both.switchRoles();
  expect(await both.properties.get("b", "name")).toBe("4");
});

behaviour("a sample of the reads is held against the secondary, and differences are reported", async () => {
  const [first, second] = [memoryStore(), memoryStore()];
  const different: string[] = [];
  const both = mirror(first, second, {
    sample: 1,
    onDifference: ({ operation, actorId }) => void different.push(`${operation} ${actorId}`),
  });
  await both.properties.set("a", "name", "1");
  await both.properties.get("a", "name");
  await both.properties.all("a");
  expect(different).toEqual([]);
  await second.properties.set("a", "name", "2");
  expect(await both.properties.get("a", "name")).toBe("1");
  await both.properties.all("a");
  expect(different).toEqual(["properties.get a", "properties.all a"]);
});
