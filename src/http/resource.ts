/**
 * A resource of an actor: methods that its creator may use.
 *
 * @module
 */

import type { Context, Handler } from "hono";
import type { Actor } from "../store.ts";
import { authenticateCreator } from "./authentication.ts";
import { fault } from "./faults.ts";
import { namesOf } from "./place.ts";
import type { Service } from "./service.ts";

/** A request of an actor's creator. */
export interface ActorRequest {
  /** Hono's context. */
  readonly c: Context;
  /** The store and the options. */
  readonly service: Service;
  /** The actor. */
  readonly actor: Actor;
  /** The names in the path after the resource's own. */
  readonly names: readonly string[];
}

/** Answers by method. */
export interface Methods {
  readonly [method: string]: (request: ActorRequest) => Promise<Response>;
}

/**
 * Handles all methods of a resource; others are answered with 405.
 *
 * @param service The store and the options
 * @param depth How many names belong to the path of the resource, the actor's id included
 * @param methodsOf The methods, by the names after the resource's own
 */
export function resource(service: Service, depth: number, methodsOf: (names: readonly string[]) => Methods): Handler {
  return async (c) => {
    const all = namesOf(c);
    const names = all.slice(depth);
    const methods = methodsOf(names);
    const method = c.req.method === "HEAD" ? "GET" : c.req.method;
    if (!Object.hasOwn(methods, method)) throw methodNotAllowed(Object.keys(methods));
    const actor = await authenticateCreator(service, c, all[0]!);
    return await methods[method]!({ c, service, actor, names });
  };
}

function methodNotAllowed(methods: readonly string[]) {
  const allow = methods.join(", ");
  return fault(405, "method_not_allowed", `use one of ${allow}`, { allow });
}
