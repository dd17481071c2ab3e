/**
 * A callback's way into the copy of a peer: in order, each diff once, and what is missing is fetched.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import type { Json, Subscription, Trust } from "../store.ts";
import { applyDiff, type Copy, copyOf, read, synchronise } from "./copy.ts";
import { newToken } from "./identifiers.ts";
import { pause } from "./pause.ts";
import { askTrusted } from "./peers.ts";
import { STATE } from "./remote_names.ts";
import type { Service } from "./service.ts";

/** What a callback says. */
export interface Callback {
  readonly sequence: number;
  /** `diff` or `resync`. */
  readonly type: string;
  /** Missing when the diff has to be fetched. */
  readonly data?: Json;
}

/** Every so many diffs the peer is told that it may clear them. */
const ACKNOWLEDGE_EVERY = 20;
/** Less than a sender waits for an answer, so that the callback after a crash is not lost, too. */
const LOCK_SECONDS = 5;
const RENEW_MILLISECONDS = 1_500;
const LOCK_WAIT_MILLISECONDS = 9_000;
const LOCK_PAUSE_MILLISECONDS = 100;

/**
 * Brings the copy up to a callback.
 *
 * @returns What tells the peer that its diffs may be cleared, or `null` when it need not know yet
 * @throws {PeerError} When something is missing and the peer does not answer
 */
export function processCallback(
  service: Service,
  actorId: string,
  trust: Trust,
  { subscriptionId }: Subscription,
  { sequence, type, data }: Callback,
): Promise<(() => Promise<unknown>) | null> {
  const copy = copyOf(service, actorId, trust);
  return alone(copy, subscriptionId, async () => {
    // Read again: others have processed callbacks while this one waited.
    const subscription = await service.store.subscriptions.get(actorId, trust.peerId, subscriptionId);
    if (subscription === null) return null;
    let last = subscription.sequence;
    if (type === "resync") last = await synchronise(service, actorId, trust, subscription);
    else if (sequence <= last) return null;
    else if (sequence === last + 1 && data !== undefined) {
      await applyDiff(copy, subscription, data);
      await service.store.subscriptions.update(actorId, trust.peerId, subscriptionId, { sequence });
      if (sequence % ACKNOWLEDGE_EVERY !== 0) return null;
      last = sequence;
    } else last = await catchUp(copy, subscription);
    const path = `subscriptions/${actorId}/${subscriptionId}`;
    return () => askTrusted(service, trust, path, { method: "PUT", body: { sequence: last } });
  });
}

/** Applies the diffs that the peer keeps and that are missing here; reads everything anew when one is not kept. */
async function catchUp(copy: Copy, subscription: Subscription): Promise<number> {
  const { service, actorId, trust } = copy;
  const { subscriptionId } = subscription;
  const answer = await read(copy, `subscriptions/${actorId}/${subscriptionId}`);
  const kept = (answer as { readonly data?: Json } | null | undefined)?.data;
  let last = subscription.sequence;
  for (const each of Array.isArray(kept) ? kept : []) {
    const { sequence, data } = each as { readonly sequence?: Json; readonly data?: Json };
    if (typeof sequence !== "number" || sequence <= last) continue;
    if (sequence !== last + 1) return await synchronise(service, actorId, trust, subscription);
    await applyDiff(copy, subscription, data ?? "");
    last = sequence;
    await service.store.subscriptions.update(actorId, trust.peerId, subscriptionId, { sequence });
  }
  if (last === subscription.sequence) return await synchronise(service, actorId, trust, subscription);
  return last;
}

/** One at a time, on all instances: the lock is renewed while its owner lives, and ends by itself when it dies. */
async function alone<Result>(
  { service, actorId, trust }: Copy,
  subscriptionId: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const { store: { attributes }, now } = service;
  const name = `lock:${trust.peerId}:${subscriptionId}`;
  const owner = newToken();
  const ttl = { ttl: LOCK_SECONDS };
  const until = now() + LOCK_WAIT_MILLISECONDS;
  while (!await attributes.createIfAbsent(actorId, STATE, name, owner, ttl)) {
    if (now() > until) {
      throw new StoreError("contended", "attributes.createIfAbsent", "too many callbacks of one subscription");
    }
    await pause(service, LOCK_PAUSE_MILLISECONDS);
  }
  const renewing = setInterval(() => {
    attributes.setIfEquals(actorId, STATE, name, owner, owner, ttl).catch((error: unknown) => {
      service.onFault(error, crypto.randomUUID());
    });
  }, RENEW_MILLISECONDS);
  try {
    return await work();
  } finally {
    clearInterval(renewing);
    await attributes.deleteIfEquals(actorId, STATE, name, owner);
  }
}
