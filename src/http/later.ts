/**
 * Work after the answer.
 *
 * @module
 */

import type { Context } from "hono";
import type { Service } from "./service.ts";

/**
 * Goes on with work that the answer does not wait for, and keeps the runtime alive for it where the runtime can be told.
 * A fault of it is reported and changes nothing else.
 */
export function later(service: Service, c: Context, work: () => Promise<unknown>): void {
  const done = work().catch((error: unknown) => service.onFault(error, crypto.randomUUID()));
  if (service.waitUntil !== undefined) service.waitUntil(done);
  else contextOf(c)?.waitUntil(done);
}

function contextOf(c: Context): { waitUntil(work: Promise<unknown>): void } | null {
  try {
    return c.executionCtx;
  } catch {
    // Hono throws where the runtime has none: there a promise goes on by itself.
    return null;
  }
}
