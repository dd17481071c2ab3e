// How many requests a call over HTTP costs on DynamoDB.
import { afterAll, beforeAll, expect } from "bun:test";
import { routes } from "../../src/http/mod.ts";
import type { Actor, Store } from "../../src/store.ts";
import { basic } from "../http/app.ts";
import { behaviours } from "../support/behaviour.ts";
import { type Place, placeOfCell } from "../support/stores.ts";

const behaviour = behaviours("http budget");
const SUBSCRIPTIONS = 6;
const actor: Actor = { id: "a1", creator: "ann", passphrase: "word" };
const peer = { peerId: "p", baseUri: "https://p.example/p", type: "urn:x", relationship: "friend", secret: "s" };

let place: Place;
let store: Store;
let count = 0;
let later: Promise<unknown>[] = [];
let app: ReturnType<typeof routes>;

beforeAll(async () => {
  place = await placeOfCell("http_budget");
  store = await place.open({ onRequest: () => void count++ });
  app = routes(store, {
    waitUntil: (work) => void later.push(work),
    fetch: () => Promise.resolve(new Response(null, { status: 204 })),
  });
  await store.actors.createIfAbsent(actor);
  await store.trusts.createIfAbsent(actor.id, { ...peer, approved: true });
  await store.trusts.touch(actor.id, peer.peerId, { at: new Date().toISOString() });
}, 120_000);
afterAll(async () => {
  await store.close();
  await place.remove();
});

/** Requests until the answer is there. */
async function cost(method: string, path: string, authorization: string, body?: string): Promise<number> {
  await Promise.all(later);
  later = [];
  count = 0;
  const response = await app.request(`/${actor.id}${path}`, {
    method,
    headers: { authorization },
    ...(body === undefined ? {} : { body }),
  });
  const sent = count;
  expect([path, response.status < 300]).toEqual([path, true]);
  return sent;
}

const creator = basic(`${actor.creator}:${actor.passphrase}`);
const bearer = `Bearer ${peer.secret}`;

behaviour("without subscriptions a creator reads with two requests and writes with four", async () => {
  expect(await cost("PUT", "/properties/a", creator, "1")).toBe(4);
  expect(await cost("PUT", "/properties/a", creator, "2")).toBe(4);
  expect(await cost("GET", "/properties/a", creator)).toBe(2);
});

behaviour("a peer reads a property, or all, with three requests", async () => {
  expect(await cost("GET", "/properties/a", bearer)).toBe(3);
  expect(await cost("GET", "/properties", bearer)).toBe(3);
});

behaviour("each subscription adds two requests to a write before the answer, suspensions one", async () => {
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
    expect(await cost("PUT", "/properties/a", creator, value)).toBe(5 + 2 * SUBSCRIPTIONS);
  }
  for (let index = 0; index < SUBSCRIPTIONS; index++) {
    const diffs = await store.diffs.all(actor.id, `s${index}`);
    expect(diffs.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  }
});

behaviour("a peer reads its diffs with four requests", async () => {
  expect(await cost("GET", "/subscriptions/p/s0", bearer)).toBe(4);
  expect(await cost("GET", "/subscriptions/p/s0/1", bearer)).toBe(4);
});
