/**
 * The ActingWeb protocol as routes for a Hono app, over any store.
 *
 * @example
 * ```ts
 * import { Hono } from "hono";
 * import { openStore } from "actingweb-edge";
 * import { routes } from "actingweb-edge/hono";
 *
 * const store = await openStore({ backend: "pglite" });
 * const app = new Hono();
 * app.route("/aw", routes(store));
 * ```
 *
 * @module
 */

export { routes } from "./routes.ts";
export type { RoutesOptions } from "./service.ts";
