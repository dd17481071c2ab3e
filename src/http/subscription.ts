/**
 * `/{id}/subscriptions/{peer}/{subscription}`: one subscription and its diffs.
 *
 * @module
 */

import type { Diff, Json, Subscription } from "../store.ts";
import { json, noContent } from "./answers.ts";
import { readFields } from "./body.ts";
import { diffJson } from "./changes.ts";
import { visibleData } from "./deliveries.ts";
import { later } from "./later.ts";
import { askTrusted } from "./peers.ts";
import { REMOTE_STATES, STATE } from "./remote_names.ts";
import {
  type Access,
  type ActorPlace,
  type ActorRequest,
  isApprovedPeer,
  isManager,
  isPeer,
  type Methods,
  notFound,
  readingAhead,
} from "./resource.ts";
import { cleared, validated } from "./schemas.ts";
import type { Service } from "./service.ts";

const NUMBER = /^[1-9]\d{0,8}$/;

/** A peer sees and touches its own only, whatever its relationship. */
const forBoth: Access = (requester, names) => isManager(requester, names) || isApprovedPeer(requester, names[0]);

/** The methods of a subscription. */
export const SUBSCRIPTION: Methods = {
  GET: readingAhead(forBoth, stored, read),
  PUT: { access: forBoth, answer: clear },
  DELETE: { access: forBoth, answer: end },
};
/** The methods of a diff. */
export const DIFF: Methods = { GET: readingAhead(forBoth, storedWithDiff, readDiff) };

/** The subscription in the path; an id with a colon is none, and would be refused. */
function stored({ service, actorId, names: [peerId = "", subscriptionId = ""] }: ActorPlace) {
  const { subscriptions } = service.store;
  return {
    subscription: subscriptionId.includes(":")
      ? Promise.resolve(null)
      : subscriptions.get(actorId, peerId, subscriptionId),
  };
}

function storedWithDiff(place: ActorPlace) {
  const { service, actorId, names: [, subscriptionId = "", number = ""] } = place;
  const diff = NUMBER.test(number) && !subscriptionId.includes(":")
    ? service.store.diffs.get(actorId, subscriptionId, Number(number))
    : Promise.resolve(null);
  return { ...stored(place), diff };
}

async function read(request: ActorRequest, reads: ReturnType<typeof stored>): Promise<Response> {
  const subscription = found(await reads.subscription);
  const { service, actorId } = request;
  const diffs = await service.store.diffs.all(actorId, subscription.subscriptionId);
  const shown = await Promise.all(diffs.map(async (diff) => ({
    sequence: diff.sequence,
    timestamp: diff.timestamp,
    data: await visible(request, subscription, diff),
  })));
  // A diff that came after the subscription was read has the greater number.
  const sequence = Math.max(subscription.sequence, diffs.at(-1)?.sequence ?? 0);
  return json({ ...fieldsOf(actorId, subscription), sequence, data: shown });
}

/** Repeatable, as the specification says; the reference removes the diff. */
async function readDiff(request: ActorRequest, reads: ReturnType<typeof storedWithDiff>): Promise<Response> {
  const subscription = found(await reads.subscription);
  const diff = await reads.diff;
  if (diff === null) throw notFound("diff");
  const { timestamp, sequence } = diff;
  const data = await visible(request, subscription, diff);
  return json({ ...fieldsOf(request.actorId, subscription), timestamp, sequence, data });
}

/** Clears the diffs up to a number, or all with 0. */
async function clear(request: ActorRequest): Promise<Response> {
  const { c, service, actorId } = request;
  const fields = await readFields(service, c);
  const asked = c.req.query("sequence");
  if (asked !== undefined && !fields.has("sequence")) fields.set("sequence", asked);
  const { sequence } = validated(cleared, fields);
  const { peerId, subscriptionId, sequence: last } = await subscriptionOf(request);
  const { diffs } = service.store;
  if (sequence === 0) await diffs.deleteAll(actorId, peerId, subscriptionId);
  // No number is given in advance: what is not there yet is not cleared.
  else await diffs.deleteUpTo(actorId, peerId, subscriptionId, Math.min(sequence, last));
  return noContent();
}

/** Ends it here and, unless the peer asks, at the peer. */
async function end(request: ActorRequest): Promise<Response> {
  const { c, service, actorId, requester } = request;
  const subscription = await subscriptionOf(request);
  const { peerId, subscriptionId, callback } = subscription;
  await removeSubscription(service, actorId, subscription);
  if (!isPeer(requester, peerId)) {
    later(service, c, async () => {
      const trust = await service.store.trusts.get(actorId, peerId);
      const path = `${callback ? "" : "callbacks/"}subscriptions/${actorId}/${subscriptionId}`;
      if (trust !== null) await askTrusted(service, trust, path, { method: "DELETE" });
    });
  }
  return noContent();
}

/** Removes a subscription with its diffs, or the receiver's state; itself last. */
export async function removeSubscription(
  { store }: Service,
  actorId: string,
  { peerId, subscriptionId, callback }: Subscription,
): Promise<void> {
  if (callback) {
    const names = REMOTE_STATES.map((state) => `${state}:${peerId}:${subscriptionId}`);
    await store.attributes.deleteMany(actorId, STATE, names);
  } else await store.diffs.deleteAll(actorId, peerId, subscriptionId);
  await store.subscriptions.delete(actorId, peerId, subscriptionId);
}

async function subscriptionOf(request: ActorRequest): Promise<Subscription> {
  return found(await stored(request).subscription);
}

function found(subscription: Subscription | null): Subscription {
  if (subscription === null) throw notFound("subscription");
  return subscription;
}

async function visible(request: ActorRequest, subscription: Subscription, diff: Diff): Promise<Json> {
  const permissions = await request.permissions();
  const data = diffJson(diff);
  return permissions === null ? data : visibleData(permissions, subscription, data);
}

function fieldsOf(actorId: string, subscription: Subscription) {
  const { peerId, subscriptionId, target, subtarget, resource } = subscription;
  return { id: actorId, peerid: peerId, subscriptionid: subscriptionId, target, subtarget, resource };
}
