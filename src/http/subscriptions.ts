/**
 * `/{id}/subscriptions`: who follows the actor's changes, and whose changes it follows.
 *
 * @module
 */

import type { Context, Hono } from "hono";
import type { Json, Subscription, Trust } from "../store.ts";
import { json, noContent } from "./answers.ts";
import { readFields } from "./body.ts";
import { fault } from "./faults.ts";
import { newId } from "./identifiers.ts";
import { later } from "./later.ts";
import { askTrusted, type PeerAnswer, PeerError } from "./peers.ts";
import { actorUrl, rootOf } from "./place.ts";
import { processCallback } from "./process_callback.ts";
import {
  type Access,
  type ActorRequest,
  forManager,
  isApprovedPeer,
  isManager,
  type Methods,
  requirePermission,
  resource,
} from "./resource.ts";
import { newSubscription, subscriptionRequest, validated } from "./schemas.ts";
import type { Service } from "./service.ts";
import { DIFF, SUBSCRIPTION } from "./subscription.ts";

/** A peer sees and touches its own only, whatever its relationship. */
const forBoth: Access = (requester, names) => isManager(requester, names) || isApprovedPeer(requester, names[0]);
const forSubscriber: Access = (requester, names) => isApprovedPeer(requester, names[0]);

const COLLECTION: Methods = { GET: forManager(list), POST: forManager(initiate) };
const OF_PEER: Methods = {
  GET: { access: forBoth, answer: listOfPeer },
  POST: { access: forSubscriber, answer: subscribe },
};

/** Adds the routes. */
export function subscriptions(app: Hono, service: Service): void {
  app.all(
    "/:id/subscriptions/*",
    resource(service, 2, (names) => [COLLECTION, OF_PEER, SUBSCRIPTION, DIFF][names.length] ?? null),
  );
}

async function list({ c, service, actorId }: ActorRequest): Promise<Response> {
  const { peerid, target, subtarget, resource } = c.req.query();
  const all = await service.store.subscriptions.all(actorId, peerid === undefined ? {} : { peerId: peerid });
  const found = all.filter((each) =>
    (target === undefined || each.target === target) && (subtarget === undefined || each.subtarget === subtarget) &&
    (resource === undefined || each.resource === resource)
  );
  return json({ id: actorId, data: found.map((each) => subscriptionFields(actorId, each)) });
}

async function listOfPeer({ service, actorId, names }: ActorRequest): Promise<Response> {
  const [peerId = ""] = names;
  const found = await service.store.subscriptions.all(actorId, { peerId });
  return json({ id: actorId, peerid: peerId, data: found.map((each) => subscriptionFields(actorId, each)) });
}

/** A peer subscribes to something that it may read. */
async function subscribe(request: ActorRequest): Promise<Response> {
  const { c, service, actorId, names } = request;
  const [peerId = ""] = names;
  const given = validated(subscriptionRequest, await readFields(service, c));
  const { target, subtarget, resource } = partsOf(given);
  if (target === "properties" && subtarget !== "") {
    await requirePermission(request, resource === "" ? subtarget : `${subtarget}/${resource}`, "read");
  }
  const granularity = given.granularity || "none";
  const subscriptionId = await newId(rootOf(service, c));
  const fresh = { peerId, subscriptionId, granularity, target, subtarget, resource };
  if (!await service.store.subscriptions.createIfAbsent(actorId, fresh)) throw new Error("a new id is taken");
  const body = { subscriptionid: subscriptionId, target, subtarget, resource, granularity, sequence: 0 };
  return json(body, 201, {
    location: `${actorUrl(service, c, actorId)}/subscriptions/${encodeURIComponent(peerId)}/${subscriptionId}`,
  });
}

/** Subscribes to a peer. */
async function initiate({ c, service, actorId }: ActorRequest): Promise<Response> {
  const { trusts, subscriptions } = service.store;
  const given = validated(newSubscription, await readFields(service, c));
  const granularity = given.granularity || "none";
  const parts = partsOf(given);
  const trust = await trusts.get(actorId, given.peerid);
  if (trust === null) throw fault(404, "not_found", "there is no relationship with this peer");
  const body: Json = { id: actorId, ...filledParts(parts), granularity };
  const answer = await asked(askTrusted(service, trust, `subscriptions/${actorId}`, { method: "POST", body }));
  const created = answer?.status === 201 ? answer.json() : undefined;
  const subscriptionId = (created as { subscriptionid?: Json } | null | undefined)?.subscriptionid;
  if (typeof subscriptionId !== "string") throw fault(408, "peer_failed", "the peer refused or cannot be reached");
  const fresh = { peerId: trust.peerId, subscriptionId, granularity, ...parts, callback: true };
  await subscriptions.createIfAbsent(actorId, fresh);
  if (service.processCallbacks) await copyOnce(service, c, actorId, trust, { ...fresh, sequence: 0 });
  return noContent({ location: `${trust.baseUri}/subscriptions/${actorId}/${subscriptionId}` });
}

/** Copies what is there already: callbacks tell of changes only. */
async function copyOnce(
  service: Service,
  c: Context,
  actorId: string,
  trust: Trust,
  subscription: Subscription,
): Promise<void> {
  try {
    const acknowledge = await processCallback(service, actorId, trust, subscription, { sequence: 0, type: "resync" });
    if (acknowledge !== null) later(service, c, acknowledge);
  } catch (error) {
    if (!(error instanceof PeerError)) throw error;
    throw fault(503, "peer_failed", "subscribed, but what is there already could not be read", { "retry-after": "1" });
  }
}

/** What lists of subscriptions show. */
function subscriptionFields(actorId: string, subscription: Subscription): { readonly [field: string]: Json } {
  const { peerId, subscriptionId, granularity, target, subtarget, resource, sequence, callback } = subscription;
  return {
    id: actorId,
    peerid: peerId,
    subscriptionid: subscriptionId,
    granularity,
    target,
    subtarget,
    resource,
    sequence,
    callback,
  };
}

interface Parts {
  readonly target: string;
  readonly subtarget: string;
  readonly resource: string;
}

function partsOf(given: { target: string; subtarget: string | null; resource: string | null }): Parts {
  const { target, subtarget, resource } = given;
  if (resource && !subtarget) throw fault(400, "invalid", "resource needs a subtarget");
  return { target, subtarget: subtarget ?? "", resource: resource ?? "" };
}

function filledParts(parts: Parts): { readonly [field: string]: string } {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== ""));
}

async function asked(answer: Promise<PeerAnswer>): Promise<PeerAnswer | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof PeerError) return null;
    throw error;
  }
}
