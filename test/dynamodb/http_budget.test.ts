// How many requests a call over HTTP costs on DynamoDB.
import { afterAll, beforeAll, expect } from "bun:test";
import { routes } from "../../src/http/mod.ts";
import type { Actor, Store, StoreRequest } from "../../src/store.ts";
import { basic } from "../http/app.ts";
import { behaviours } from "../support/behaviour.ts";
import { type Place, placeOfCell } from "../support/stores.ts";

const behaviour = behaviours("http budget");
const SUBSCRIPTIONS = 6;
const actor: Actor = { id: "a1", creator: "ann", passphrase: "word" };
const peer = { peerId: "p", baseUri: "https://p.example/p", type: "urn:x", relationship: "friend", secret: "s" };

let place: Place;
let store: Store;
/** What was sent since the last call began. */
let requests: StoreRequest[] = [];
/** Milliseconds since the epoch, for the routes. */
let now = Date.now();
let later: Promise<unknown>[] = [];
let app: ReturnType<typeof routes>;

beforeAll(async () => {
  place = await placeOfCell("http_budget");
  store = await place.open({ onRequest: (request) => void requests.push(request) });
  app = routes(store, {
    now: () => now,
    waitUntil: (work) => void later.push(work),
    fetch: () => Promise.resolve(new Response(null, { status: 204 })),
  });
  await store.actors.createIfAbsent(actor);
  await store.trusts.createIfAbsent(actor.id, { ...peer, approved: true });
  await store.trusts.touch(actor.id, peer.peerId, { at: new Date(now).toISOString() });
}, 120_000);
afterAll(async () => {
  await store.close();
  await place.remove();
});

/** How many requests of an operation there were, those after the answer included. */
async function sentFor(operation: string): Promise<number> {
  await Promise.all(later);
  return requests.filter((request) => request.operation.startsWith(operation)).length;
}

/** Requests until the answer is there. */
async function cost(method: string, path: string, authorization: string, body?: string): Promise<number> {
  await Promise.all(later);
  later = [];
  requests = [];
  const response = await app.request(`/${actor.id}${path}`, {
    method,
    headers: { authorization },
    ...(body === undefined ? {} : { body }),
  });
  const sent = requests.length;
  expect([path, response.status < 300]).toEqual([path, true]);
  return sent;
}

const creator = basic(`${actor.creator}:${actor.passphrase}`);
const bearer = `Bearer ${peer.secret}`;

behaviour(
  "without subscriptions a creator reads with one request and writes with three, a new name with four",
  async () => {
    expect(await cost("PUT", "/properties/a", creator, "1")).toBe(4);
    expect(await cost("PUT", "/properties/a", creator, "2")).toBe(3);
    expect(await cost("PUT", "/properties/a", creator, "2")).toBe(3);
    expect(await cost("GET", "/properties/a", creator)).toBe(1);
    expect(await cost("GET", "/properties", creator)).toBe(2);
  },
);

behaviour("a peer reads a property with two requests, and all of them with three", async () => {
  expect(await cost("GET", "/properties/a", bearer)).toBe(2);
  expect(await cost("GET", "/properties", bearer)).toBe(3);
});

behaviour("a peer's request reads its relationship once, and notes its use once a minute", async () => {
  const uses: number[] = [];
  for (const milliseconds of [60_000, 30_000, 29_000, 1_000, 59_000]) {
    now += milliseconds;
    await cost("GET", "/properties/a", bearer);
    uses.push(await sentFor("trusts.touch"));
    expect(await sentFor("trusts.")).toBe(1 + uses.at(-1)!);
  }
  expect(uses).toEqual([1, 0, 0, 1, 0]);
  await cost("PUT", "/properties/a", bearer, "2");
  expect(await sentFor("trusts.")).toBe(1);
});

behaviour("each subscription adds two requests to a write before the answer, and nothing else does", async () => {
  for (let index = 0; index < SUBSCRIPTIONS; index++) {
    const subscription = {
      peerId: peer.peerId,
      subscriptionId: `s${index}`,
      target: "properties",
      granularity: "high",
    };
    await store.subscriptions.createIfAbsent(actor.id, subscription);
  }
  for (const value of ["3", "4", "5"]) {
    expect(await cost("PUT", "/properties/a", creator, value)).toBe(3 + 2 * SUBSCRIPTIONS);
    for (const operation of ["together", "properties.setIfEquals", "subscriptions.all"]) {
      const sent = requests.filter((request) => request.operation === operation);
      expect([operation, sent.length]).toEqual([operation, 1]);
    }
  }
  for (let index = 0; index < SUBSCRIPTIONS; index++) {
    const diffs = await store.diffs.all(actor.id, `s${index}`);
    expect(diffs.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  }
});

behaviour("a peer's write is one request more, the search for its relationship", async () => {
  expect(await cost("PUT", "/properties/a", bearer, "6")).toBe(4 + 2 * SUBSCRIPTIONS);
});

behaviour("a name that is new is looked for among the lists, which is one request more", async () => {
  expect(await cost("PUT", "/properties/b", creator, "1")).toBe(4 + 2 * SUBSCRIPTIONS);
});

behaviour("a peer reads its diffs with three requests, and one of them with two", async () => {
  expect(await cost("GET", "/subscriptions/p/s0", bearer)).toBe(3);
  expect(await cost("GET", "/subscriptions/p/s0/1", bearer)).toBe(2);
});
