/**
 * All routes together.
 *
 * @module
 */

import { Hono } from "hono";
import type { Store } from "../store.ts";
import { actor } from "./actor.ts";
import { callbacks } from "./callbacks.ts";
import type { Routes } from "./client_routes.ts";
import { envelope, requestIdOf } from "./envelope.ts";
import { factory } from "./factory.ts";
import { answerFault, fault } from "./faults.ts";
import { meta } from "./meta.ts";
import { mounted } from "./mounted.ts";
import { permissions } from "./peer_permissions.ts";
import { properties } from "./properties.ts";
import { type RoutesOptions, serviceOf } from "./service.ts";
import { subscriptions } from "./subscriptions.ts";
import { trust } from "./trust.ts";

/**
 * The ActingWeb protocol over a store: actors, their properties, their relationships with peers, and subscriptions.
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
 * import { routes } from "actingweb-edge/hono";
 *
 * const app = routes(store);
 * const response = await app.request("/", { method: "POST", body: '{"creator": "me@example.org"}' });
 * response.status; // => 201
 * ```
 */
export function routes(store: Store, options: RoutesOptions = {}): Routes {
  const service = serviceOf(store, options);
  const app = new Hono();
  app.onError((error, c) => answerFault(service, error, requestIdOf(c)));
  app.notFound(() => fault(404, "not_found", "there is no such resource").getResponse());
  app.use(envelope(service));
  factory(app, service);
  actor(app, service);
  meta(app, service);
  properties(app, service);
  trust(app, service);
  permissions(app, service);
  subscriptions(app, service);
  callbacks(app, service);
  mounted(app, service);
  // Hono cannot infer what `resource` answers.
  return app as unknown as Routes;
}
