// Appends whose sender loses the network for ever after one of its requests: what is left, and who finishes it.
import { afterAll, beforeAll, expect } from "bun:test";
import { dynamodbStore } from "../../src/dynamodb/mod.ts";
import { StoreError } from "../../src/errors.ts";
import type { Store } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";
import { caught } from "../support/caught.ts";
import { dynamodbConnection, dynamodbPlace, uniqueName } from "../support/stores.ts";

const behaviour = behaviours("append");
const PEER = "peer";
let place: Awaited<ReturnType<typeof dynamodbPlace>>;
let store: Store;

beforeAll(async () => {
  place = await dynamodbPlace("append");
  store = await place.open();
}, 120_000);
afterAll(async () => {
  await store.close();
  await place.remove();
});

/** A store that loses the network after so many requests. */
function losing(requests: number): Store {
  let left = requests;
  return dynamodbStore({
    ...dynamodbConnection(),
    prefix: place.prefix,
    createTables: false,
    timeout: 300,
    fetch: (...request) => left-- > 0 ? fetch(...request) : Promise.reject(new Error("no network")),
  });
}

/** An actor with a subscription that has the number 1. */
async function subscribed(): Promise<string> {
  const actorId = uniqueName("actor");
  await store.subscriptions.createIfAbsent(actorId, { peerId: PEER, subscriptionId: "s" });
  await store.diffs.append(actorId, PEER, "s", "first");
  return actorId;
}

async function numbersOf(actorId: string): Promise<number[]> {
  return (await store.diffs.all(actorId, "s")).map(({ sequence }) => sequence);
}

async function codeOf(appending: Promise<unknown>): Promise<string> {
  return (await caught(appending, StoreError)).code;
}

/** Requests up to the put of the diff, by what the writer knows of the subscription's number, which is 1. */
const KNOWN: readonly (readonly [name: string, known: number | undefined, requests: number])[] = [
  ["a number that it reads", undefined, 2],
  ["the number that it knows", 1, 1],
];

for (const [name, known, requests] of KNOWN) {
  behaviour(`a writer by ${name} that is lost after its put is finished by the next one`, async () => {
    const actorId = await subscribed();
    expect(await codeOf(losing(requests).diffs.append(actorId, PEER, "s", "lost", { known }))).toBe("unknown_outcome");
    expect(await numbersOf(actorId)).toEqual([1, 2]);
    expect((await store.diffs.append(actorId, PEER, "s", "next"))?.sequence).toBe(3);
    expect((await store.diffs.get(actorId, "s", 2))?.data).toBe("lost");
  });
}

behaviour("a writer by a number too great takes its diff back and begins anew", async () => {
  const actorId = await subscribed();
  expect((await store.diffs.append(actorId, PEER, "s", "second", { known: 9 }))?.sequence).toBe(2);
  expect(await numbersOf(actorId)).toEqual([1, 2]);
});

behaviour(
  "a writer by a number too great that is lost before it takes its diff back leaves it where it is",
  async () => {
    // It has put, has found the number to be another one, and has read both rows.
    for (const requests of [1, 2, 3, 4]) {
      const actorId = await subscribed();
      expect(await codeOf(losing(requests).diffs.append(actorId, PEER, "s", "lost", { known: 3 }))).toBe(
        "unknown_outcome",
      );
      expect(await numbersOf(actorId)).toEqual([1, 4]);
      for (const sequence of [2, 3, 5]) {
        expect((await store.diffs.append(actorId, PEER, "s", `number ${sequence}`))?.sequence).toBe(sequence);
      }
      expect(await numbersOf(actorId)).toEqual([1, 2, 3, 4, 5]);
    }
  },
);

behaviour("clearing up to a diff that is far ahead goes on after it, so that no number is given twice", async () => {
  const actorId = await subscribed();
  await codeOf(losing(1).diffs.append(actorId, PEER, "s", "lost", { known: 7 }));
  expect(await store.diffs.deleteAll(actorId, PEER, "s")).toBe(2);
  expect((await store.diffs.append(actorId, PEER, "s", "next"))?.sequence).toBe(9);
});
