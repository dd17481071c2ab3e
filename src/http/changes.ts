/**
 * Changes of properties become diffs of all subscriptions that they concern, and callbacks after the answer.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import { parseJson, pythonJson } from "../model/json.ts";
import type { Diff, Json, Subscription } from "../store.ts";
import { deliver } from "./deliveries.ts";
import { later } from "./later.ts";
import { valueAt, wrapped } from "./nested.ts";
import { actorUrl } from "./place.ts";
import type { ActorRequest } from "./resource.ts";
import type { Service } from "./service.ts";

/** What is subscribed to here. */
export const PROPERTIES = "properties";

/** A diff with the subscription that it belongs to. */
export interface RegisteredDiff {
  readonly subscription: Subscription;
  readonly diff: Diff;
}

/**
 * Registers a change with every subscription that it concerns, and sends the callbacks when the answer is out. Without
 * subscriptions this is one read.
 *
 * @param path Where the change is: nothing for several properties, else a property and maybe a part of it
 * @param value What is there now, `""` when it was removed; a function when finding out costs something
 */
export async function registerChange(
  request: ActorRequest,
  path: readonly string[],
  value: Json | (() => Promise<Json>),
): Promise<void> {
  const { c, service, actorId } = request;
  const { subscriptions, suspensions } = service.store;
  const concerned = (await subscriptions.all(actorId)).filter((each) => isSubscribedTo(each, PROPERTIES, path));
  if (concerned.length === 0) return;
  const suspended = (await suspensions.all(actorId)).filter(({ target }) => target === PROPERTIES);
  const isSuspended = (name: string) => suspended.some(({ subtarget }) => subtarget === "" || subtarget === name);
  if (path.length === 0 ? isSuspended("") : isSuspended(path[0]!)) return;
  const known = typeof value === "function" ? await value() : value;
  const change = path.length > 0 || suspended.length === 0 ? known : withoutNames(known, isSuspended);
  const registered = await Promise.all(concerned.map(async (subscription) => {
    const diff = await appendDiff(service, actorId, subscription, path, change);
    return diff && { subscription, diff };
  }));
  const deliverable = registered.filter((each) => each !== null && each.subscription.granularity !== "none");
  if (deliverable.length === 0) return;
  const url = actorUrl(service, c, actorId);
  later(service, c, () => Promise.all(deliverable.map((each) => deliver(service, actorId, url, each!))));
}

/** Whether this is a peer's subscription to something above, at or below a path. */
export function isSubscribedTo(subscription: Subscription, target: string, path: readonly string[]): boolean {
  const { callback, subtarget, resource } = subscription;
  if (callback || subscription.target !== target) return false;
  return [subtarget, resource].every((name, depth) => name === "" || path.length <= depth || path[depth] === name);
}

/** The change as seen from a subscription: what is above is wrapped, what is below is cut out; `undefined` if nothing. */
function dataFor(
  { subtarget, resource }: Pick<Subscription, "subtarget" | "resource">,
  path: readonly string[],
  value: Json,
): Json | undefined {
  const scope = [subtarget, resource].filter((name) => name !== "");
  if (path.length >= scope.length) return wrapped(path.slice(scope.length), value);
  // What contained it is gone, so it is gone, too.
  return value === "" ? "" : valueAt(value, scope.slice(path.length));
}

/** A diff's JSON; a text that is none, as the reference stores some, is itself. */
export function diffJson({ data }: Diff): Json {
  try {
    return parseJson(data);
  } catch (error) {
    if (error instanceof SyntaxError) return data;
    throw error;
  }
}

/** Registers a change with one subscription; `null` when it has nothing to do with it, or is gone. */
export async function appendDiff(
  { store }: Service,
  actorId: string,
  subscription: Subscription,
  path: readonly string[],
  change: Json,
): Promise<Diff | null> {
  const data = dataFor(subscription, path, change);
  if (data === undefined) return null;
  const { peerId, subscriptionId, sequence: known } = subscription;
  const append = (text: string) => store.diffs.append(actorId, peerId, subscriptionId, text, { known });
  try {
    return await append(pythonJson(data));
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== "too_large") throw error;
    // A value just below the limit has no room for its name: the number is given, and the subscriber reads the rest.
    return await append(pythonJson({}));
  }
}

function withoutNames(value: Json, isLeftOut: (name: string) => boolean): Json {
  return Object.fromEntries(Object.entries(value as { [name: string]: Json }).filter(([name]) => !isLeftOut(name)));
}
