/**
 * Where a request points: the root that the routes are mounted at, and the names after it.
 *
 * @module
 */

import type { Context } from "hono";
import { baseRoutePath } from "hono/route";
import { fault } from "./faults.ts";
import type { Service } from "./service.ts";

/**
 * The names in the path after the root, decoded one by one, so that `%2F` belongs to a name. One slash at the end means
 * nothing.
 */
export function namesOf(c: Context): string[] {
  const names = pathOf(c).slice(depthOf(c) + 1);
  if (names.at(-1) === "") names.pop();
  return names.map(decode);
}

/** The URL of the root, with a slash at its end. */
export function rootOf(service: Service, c: Context): string {
  if (service.baseUrl !== null) return service.baseUrl;
  const base = pathOf(c).slice(0, depthOf(c) + 1);
  return `${new URL(c.req.url).origin}${base.join("/")}/`;
}

/** The URL of an actor, without a slash at its end. */
export function actorUrl(service: Service, c: Context, actorId: string): string {
  return rootOf(service, c) + encodeURIComponent(actorId);
}

/** The path's parts as they were sent, an empty one first. */
function pathOf(c: Context): string[] {
  return new URL(c.req.url).pathname.split("/");
}

/** How many of the path's parts belong to the place where an app has mounted the routes. */
function depthOf(c: Context): number {
  return baseRoutePath(c).split("/").filter((part) => part !== "").length;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw fault(400, "invalid", "the path is not encoded as it should be");
  }
}
