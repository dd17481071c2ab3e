/**
 * All routes together.
 *
 * @module
 */

import { Hono } from "hono";
import type { Store } from "../store.ts";
import { actor } from "./actor.ts";
import { factory } from "./factory.ts";
import { answerFault, fault } from "./faults.ts";
import { properties } from "./properties.ts";
import { type RoutesOptions, serviceOf } from "./service.ts";

/**
 * The ActingWeb protocol over a store: actors and their properties, for the actor's creator.
 *
 * To be mounted anywhere in an app, or served by itself. Every fault is answered as
 * `{"error": {"code": …, "message": …}}`. The store stays the caller's to close.
 *
 * @param store Where the data is
 * @param options What differs from the defaults
 * @returns The routes
 * @throws {TypeError} If `baseUrl` is no URL
 * @throws {RangeError} If `bodyLimit` is no whole number from 1
 *
 * @example
 * ```ts
 * import { openStore } from "actingweb-edge";
 * import { routes } from "actingweb-edge/hono";
 *
 * const app = routes(await openStore({ backend: "pglite" }));
 * const response = await app.request("/", { method: "POST", body: '{"creator": "me@example.org"}' });
 * console.log(response.status); // 201
 * ```
 */
export function routes(store: Store, options: RoutesOptions = {}): Hono {
  const service = serviceOf(store, options);
  const app = new Hono();
  app.onError((error) => answerFault(service, error));
  app.notFound(() => fault(404, "not_found", "there is no such resource").getResponse());
  factory(app, service);
  actor(app, service);
  properties(app, service);
  return app;
}
