/**
 * The ActingWeb protocol as routes for a Hono app, over any store.
 *
 * @example
 * ```ts
 * import { Hono } from "hono";
 * import { routes } from "actingweb-edge/hono";
 *
 * const app = new Hono();
 * app.route("/aw", routes(store));
 *
 * const response = await app.request("/aw", { method: "POST", body: '{"creator": "me@example.org"}' });
 * response.status; // => 201
 * ```
 *
 * @module
 */

export type * from "./client_bodies.ts";
export type { FaultStatus, Routes, RoutesSchema } from "./client_routes.ts";
export { resume, type Resumption } from "./resume.ts";
export { routes } from "./routes.ts";
export type { Mounted, RequestEntry, RoutesOptions } from "./service.ts";
export { storedTrustTypes } from "./stored_trust_types.ts";
export { type Permissions, type Rules, TRUST_TYPES, type TrustType } from "./trust_types.ts";
