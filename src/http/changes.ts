/**
 * Changes of properties become diffs of all subscriptions that they concern, and callbacks after the answer.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import { parseJson, pythonJson } from "../model/json.ts";
import { TEXT_CHARACTERS } from "../model/limits.ts";
import type { Diff, Json, Subscription } from "../store.ts";
import { deliver } from "./deliveries.ts";
import { later } from "./later.ts";
import { valueAt, wrapped } from "./nested.ts";
import { actorUrl } from "./place.ts";
import type { ActorPlace, ActorRequest } from "./resource.ts";
import type { Service } from "./service.ts";

/** What is subscribed to here. */
export const PROPERTIES = "properties";

/** A diff with the subscription that it belongs to. */
export interface RegisteredDiff {
  readonly subscription: Subscription;
  readonly diff: Diff;
}

/** Whether diffs of a property are suspended, by itself or with all. */
export function isSuspended({ service, actorId }: ActorPlace, name: string): Promise<boolean> {
  // A longer name cannot be suspended by itself.
  const isLong = [...`${PROPERTIES}:${name}`].length > TEXT_CHARACTERS;
  return service.store.suspensions.has(actorId, PROPERTIES, isLong ? "" : name);
}

/**
 * Registers a change with every subscription that it concerns, and sends the callbacks when the answer is out. Without
 * subscriptions this is one read.
 *
 * @param path Where the change is: nothing for several properties, else a property and maybe a part of it
 * @param value What is there now, `""` when it was removed; a function when finding out costs something
 * @param suspended What {@linkcode isSuspended} said before the change, where it was asked
 */
export async function registerChange(
  request: ActorRequest,
  path: readonly string[],
  value: Json | (() => Promise<Json>),
  suspended?: Promise<boolean>,
): Promise<void> {
  const { c, service, actorId } = request;
  const all = await service.store.subscriptions.all(actorId);
  const concerned = all.filter((each) => isSubscribedTo(each, PROPERTIES, path));
  if (concerned.length === 0) return;
  const [name] = path;
  if (name !== undefined && await isSilent(request, name, suspended)) return;
  const known = typeof value === "function" ? await value() : value;
  const change = name === undefined ? await withoutSuspended(request, known) : known;
  if (change === null) return;
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

/**
 * Whether a change is left out. One that was suspended before it may have been resumed before it, too, and then the
 * subscribers were told of everything but this change.
 */
async function isSilent(place: ActorPlace, name: string, suspended?: Promise<boolean>): Promise<boolean> {
  return (suspended === undefined || await suspended) && await isSuspended(place, name);
}

/** The changed properties but for those that are suspended; `null` when all are. */
async function withoutSuspended({ service, actorId }: ActorPlace, value: Json): Promise<Json | null> {
  const suspended = (await service.store.suspensions.all(actorId)).filter(({ target }) => target === PROPERTIES);
  if (suspended.length === 0) return value;
  const names = new Set(suspended.map(({ subtarget }) => subtarget));
  if (names.has("")) return null;
  return Object.fromEntries(Object.entries(value as { [name: string]: Json }).filter(([name]) => !names.has(name)));
}
