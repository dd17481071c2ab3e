/**
 * `/{id}/callbacks`: what peers tell. Only with the relationship's secret, whatever the path.
 *
 * @module
 */

import type { Hono } from "hono";
import { StoreError } from "../errors.ts";
import { pythonJson } from "../model/json.ts";
import { instantOf, normalizeInstant } from "../model/time.ts";
import type { Json, Subscription } from "../store.ts";
import { noContent } from "./answers.ts";
import { readFields } from "./body.ts";
import { type Callback, processCallback } from "./process_callback.ts";
import { fault } from "./faults.ts";
import { later } from "./later.ts";
import { PeerError } from "./peers.ts";
import {
  type Access,
  type ActorRequest,
  forbidden,
  isApprovedPeer,
  type Method,
  type Methods,
  notFound,
  resource,
} from "./resource.ts";
import { callback, validated } from "./schemas.ts";
import type { Service } from "./service.ts";
import { removeSubscription } from "./subscription.ts";
import { CATEGORIES } from "./trust_types.ts";

const PEER_PERMISSIONS = "_peer_permissions";
const RETRY = { "retry-after": "1" };

/** The approved peer in the path. */
const isSender: Access = (requester, names) => isApprovedPeer(requester, names[1]);
/** Whoever has credentials learns that there is nothing; nobody else learns anything. */
const NOTHING: Method = {
  access: ({ role }) => role !== "anybody",
  answer: () => Promise.reject(forbidden()),
};

const SUBSCRIPTION: Methods = {
  POST: { access: isSender, answer: receive },
  PUT: { access: isSender, answer: receive },
  DELETE: { access: isSender, answer: end },
};
const PERMISSIONS: Methods = { POST: { access: isSender, answer: receivePermissions } };
const OTHER: Methods = { GET: NOTHING, POST: NOTHING, PUT: NOTHING, DELETE: NOTHING };

/** Adds the routes. */
export function callbacks(app: Hono, service: Service): void {
  app.all("/:id/callbacks/*", resource(service, 2, methodsOf));
}

function methodsOf(names: readonly string[]): Methods {
  if (names[0] === "subscriptions" && names.length === 3) return SUBSCRIPTION;
  return names[0] === "permissions" && names.length === 2 ? PERMISSIONS : OTHER;
}

async function receive(request: ActorRequest): Promise<Response> {
  const { c, service, actorId, requester } = request;
  const subscription = await subscriptionOf(request);
  const fields = await readFields(service, c);
  const { sequence, type } = validated(callback, fields);
  if (!service.processCallbacks) throw fault(400, "not_processed", "callbacks are not processed here");
  const data = fields.get("data");
  const received: Callback = { sequence, type: type ?? "diff", ...(data === undefined ? {} : { data }) };
  try {
    const acknowledge = await processCallback(service, actorId, requester.trust!, subscription, received);
    if (acknowledge !== null) later(service, c, acknowledge);
  } catch (error) {
    if (!(error instanceof PeerError)) throw error;
    // The diff stays at the peer, and the next callback shows that it is missing here.
    throw fault(503, "peer_failed", "what is missing could not be fetched", RETRY);
  }
  return noContent();
}

/** The peer has ended our subscription. */
async function end(request: ActorRequest): Promise<Response> {
  await removeSubscription(request.service, request.actorId, await subscriptionOf(request));
  return noContent();
}

/** The peer says what this actor may do there. An older word than the last one is dropped. */
async function receivePermissions({ c, service, actorId, requester }: ActorRequest): Promise<Response> {
  const { attributes } = service.store;
  const { peerId } = requester.trust!;
  const fields = await readFields(service, c);
  const data = fields.get("data");
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    throw fault(400, "invalid", "data must be an object");
  }
  const stamp = fields.get("timestamp");
  const at = typeof stamp === "string" ? normalizeInstant(stamp) : instantOf(service.now());
  if (at === null) throw fault(400, "invalid", "timestamp must be an instant");
  const name = `${actorId}:${peerId}`;
  const told = data as { readonly [category: string]: Json };
  const value = pythonJson({
    actor_id: actorId,
    peer_id: peerId,
    ...Object.fromEntries(CATEGORIES.map((category) => [category, told[category] ?? null])),
    fetched_at: at,
    fetch_error: null,
  });
  const before = (await attributes.get(actorId, PEER_PERMISSIONS, name))?.data;
  if (before === undefined) await attributes.createIfAbsent(actorId, PEER_PERMISSIONS, name, value);
  else if (fetchedAt(before) < at && !await attributes.setIfEquals(actorId, PEER_PERMISSIONS, name, before, value)) {
    throw new StoreError("contended", "attributes.setIfEquals", "another word of the peer came at the same time");
  }
  return noContent();
}

function fetchedAt(stored: Json): string {
  const text = typeof stored === "string" ? stored : JSON.stringify(stored);
  const found = /"fetched_at": ?"([^"]+)"/.exec(text)?.[1];
  return (found === undefined ? null : normalizeInstant(found)) ?? "";
}

async function subscriptionOf({ service, actorId, names }: ActorRequest): Promise<Subscription> {
  const [, peerId = "", subscriptionId = ""] = names;
  const found = subscriptionId.includes(":")
    ? null
    : await service.store.subscriptions.get(actorId, peerId, subscriptionId);
  if (found === null || !found.callback) throw notFound("subscription");
  return found;
}
