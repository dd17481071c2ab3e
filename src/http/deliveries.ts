/**
 * Callbacks to subscribers. A diff stays to be read whatever becomes of its callback, so a callback is tried a few times
 * in a short time only.
 *
 * @module
 */

import { compactJson } from "../model/json.ts";
import type { Diff, Json, Subscription, Trust } from "../store.ts";
import { diffJson, type RegisteredDiff } from "./changes.ts";
import { pause } from "./pause.ts";
import { askTrusted, type PeerAnswer, PeerError } from "./peers.ts";
import { permissionsOf, permits } from "./permissions.ts";
import type { Service } from "./service.ts";
import type { Permissions } from "./trust_types.ts";

/** Bytes of a callback at most; for what is larger the subscriber is given the diff's URL. */
const CALLBACK_BYTES = 256 * 1024;
const TRIES = 3;
const PAUSE_MILLISECONDS = 500;
/** What a peer answers that may do better in a moment. */
const PASSING: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/**
 * Sends a callback. Those to one subscription go one after another; when one fails, of those that wait behind it only the
 * last is sent: it shows the subscriber what is missing.
 */
export async function deliver(
  service: Service,
  actorId: string,
  actorUrl: string,
  { subscription, diff }: RegisteredDiff,
): Promise<void> {
  await inOrder(service, `${actorId}:${subscription.peerId}:${subscription.subscriptionId}`, async () => {
    const trust = await service.store.trusts.get(actorId, subscription.peerId);
    if (trust === null || !trust.approved) return false;
    const permissions = await permissionsOf(service, actorId, trust);
    const body = callbackBody(actorId, actorUrl, subscription, diff, permissions);
    return await send(service, actorId, trust, subscription, diff.sequence, body);
  });
}

/** What all callbacks of a diff hold. */
export function callbackFields(actorId: string, subscription: Subscription, diff: Diff) {
  const { subscriptionId, target, subtarget, resource, granularity } = subscription;
  return {
    id: actorId,
    subscriptionid: subscriptionId,
    target,
    ...(subtarget === "" ? {} : { subtarget }),
    ...(resource === "" ? {} : { resource }),
    sequence: diff.sequence,
    timestamp: diff.timestamp,
    granularity,
  };
}

/** Sends the body of a callback, up to three times while it may still help; whether the subscriber took it. */
export async function send(
  service: Service,
  actorId: string,
  trust: Trust,
  { peerId, subscriptionId }: Subscription,
  sequence: number,
  body: Json,
): Promise<boolean> {
  const path = `callbacks/subscriptions/${actorId}/${subscriptionId}`;
  const until = service.now() + service.peerTimeout;
  for (let attempt = 1;; attempt++) {
    const answer = await answerOf(service, trust, path, body);
    if (answer?.ok) {
      if (service.clearOnDelivery) await service.store.diffs.deleteUpTo(actorId, peerId, subscriptionId, sequence);
      return true;
    }
    const isPassing = answer === null || PASSING.has(answer.status);
    if (!isPassing || attempt === TRIES || service.now() >= until) return false;
    await pause(service, PAUSE_MILLISECONDS * attempt);
  }
}

/** The peer's answer to a callback, or `null` when there is none; that is reported. */
async function answerOf(service: Service, trust: Trust, path: string, body: Json): Promise<PeerAnswer | null> {
  try {
    return await askTrusted(service, trust, path, { method: "POST", body });
  } catch (error) {
    if (!(error instanceof PeerError)) throw error;
    service.onFault(error, crypto.randomUUID());
    return null;
  }
}

/** The part of a diff that a peer may see: nothing of it is an empty object, so that no number is missing. */
export function visibleData(
  permissions: Permissions,
  { target, subtarget, resource }: Subscription,
  data: Json,
): Json {
  if (target !== "properties") return data;
  if (subtarget !== "") {
    return permits(permissions, resource === "" ? subtarget : `${subtarget}/${resource}`, "read") ? data : {};
  }
  if (typeof data !== "object" || data === null || Array.isArray(data)) return {};
  return Object.fromEntries(Object.entries(data).filter(([name]) => permits(permissions, name, "read")));
}

function callbackBody(
  actorId: string,
  actorUrl: string,
  subscription: Subscription,
  diff: Diff,
  permissions: Permissions,
): Json {
  const { peerId, subscriptionId, granularity } = subscription;
  const fields = callbackFields(actorId, subscription, diff);
  if (granularity === "high") {
    const body = { ...fields, data: visibleData(permissions, subscription, diffJson(diff)) };
    if (compactJson(body).length <= CALLBACK_BYTES) return body;
  }
  return {
    ...fields,
    granularity: "low",
    url: `${actorUrl}/subscriptions/${encodeURIComponent(peerId)}/${subscriptionId}/${diff.sequence}`,
  };
}

async function inOrder({ deliveries }: Service, key: string, work: () => Promise<boolean>): Promise<void> {
  const before = deliveries.get(key) ?? Promise.resolve(true);
  const own: Promise<boolean> = before.catch(() => false).then((isDelivered) => {
    return isDelivered || deliveries.get(key) === own ? work() : false;
  });
  deliveries.set(key, own);
  try {
    await own;
  } finally {
    if (deliveries.get(key) === own) deliveries.delete(key);
  }
}
