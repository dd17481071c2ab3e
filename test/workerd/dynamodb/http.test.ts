// The routes inside workerd, on DynamoDB; this file itself runs on Node.
import { afterAll, beforeAll, expect } from "bun:test";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import type { Actor, Store } from "../../../src/store.ts";
import { basic } from "../../http/app.ts";
import { behaviours } from "../../support/behaviour.ts";
import { dynamodbConnection, dynamodbPlace, type Place } from "../../support/stores.ts";
import { startWorker, type Worker } from "../host.ts";

const behaviour = behaviours("http in workerd");
const CLEARED_MILLISECONDS = 60_000;

interface Callback {
  readonly path: string;
  readonly authorization: string;
  readonly body: unknown;
}

let worker: Worker;
let place: Place;
let store: Store;
/** The peer's server. */
let peer: Server;
/** Given when the peer has received a callback. */
let received: Promise<Callback>;
/** Lets the peer answer. */
let answer: () => void;

beforeAll(async () => {
  const { prefix, ...rest } = await dynamodbPlace("workerd_http");
  place = rest;
  store = await place.open();
  const compatible = process.env.TEST_NODEJS_COMPAT === "true";
  worker = await startWorker("http", compatible, { options: { ...dynamodbConnection(), prefix, createTables: false } });
  const mayAnswer = new Promise<void>((resolve) => answer = resolve);
  received = new Promise((resolve) => {
    peer = createServer(async (request, response) => {
      let text = "";
      for await (const chunk of request) text += String(chunk);
      resolve({ path: request.url!, authorization: request.headers.authorization ?? "", body: JSON.parse(text) });
      await mayAnswer;
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => peer.listen(0, "127.0.0.1", resolve));
}, 120_000);

afterAll(async () => {
  await worker.stop();
  peer.closeAllConnections();
  await new Promise((resolve) => peer.close(resolve));
  await store.close();
  await place.remove();
}, 120_000);

behaviour("a property is written, and the peer told of it after the answer", async () => {
  const created = await worker.fetch("/", { method: "POST", body: JSON.stringify({ creator: "ann" }) });

  expect(created.status).toBe(201);
  const { id, passphrase } = await created.json() as Actor;
  await store.trusts.createIfAbsent(id, {
    peerId: "p",
    baseUri: `http://127.0.0.1:${(peer.address() as AddressInfo).port}/p`,
    type: "urn:x",
    relationship: "friend",
    secret: "s",
    approved: true,
  });
  const subscribed = await worker.fetch(`/${id}/subscriptions/p`, {
    method: "POST",
    headers: { authorization: "Bearer s" },
    body: JSON.stringify({ target: "properties", granularity: "high" }),
  });
  expect(subscribed.status).toBe(201);
  const { subscriptionid } = await subscribed.json() as { subscriptionid: string };

  // The peer does not answer before this request is answered.
  const headers = { authorization: basic(`ann:${passphrase}`) };
  const written = await worker.fetch(`/${id}/properties/colour`, { method: "PUT", headers, body: '"blue"' });

  expect(written.status).toBe(204);
  expect(await store.properties.get(id, "colour")).toBe('"blue"');
  expect((await store.diffs.all(id, subscriptionid)).map(({ sequence }) => sequence)).toEqual([1]);
  expect(await received).toMatchObject({
    path: `/p/callbacks/subscriptions/${id}/${subscriptionid}`,
    authorization: "Bearer s",
    body: { id, subscriptionid, sequence: 1, granularity: "high", data: { colour: "blue" } },
  });

  // What the worker does with the peer's answer shows that it was kept alive until then.
  answer();
  const started = Date.now();
  while ((await store.diffs.all(id, subscriptionid)).length > 0) {
    if (Date.now() - started > CLEARED_MILLISECONDS) throw new Error("the delivered diff was not cleared");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});
