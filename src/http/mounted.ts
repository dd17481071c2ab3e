/**
 * What the app answers itself: `/{id}/www`, `/actions`, `/methods`, `/resources`.
 *
 * @module
 */

import type { Hono } from "hono";
import type { Service } from "./service.ts";

/** Adds the app's handlers. Who may use them is theirs to decide. */
export function mounted(app: Hono, service: Service): void {
  for (const [name, handler] of Object.entries(service.mounted)) {
    if (handler !== undefined) app.all(`/:id/${name}/*`, handler);
  }
}
