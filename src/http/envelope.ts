/**
 * What surrounds every answer: the request's id, the log, and what pages of other origins may do.
 *
 * @module
 */

import type { Context, MiddlewareHandler, Next } from "hono";
import { namesOf } from "./place.ts";
import type { Service } from "./service.ts";

/** The header with the request's id. */
export const REQUEST_ID = "x-request-id";

const METHODS = "GET, POST, PUT, DELETE";
const HEADERS = "authorization, content-type";
const EXPOSED = `location, ${REQUEST_ID}`;

/** Wraps all routes. */
export function envelope(service: Service): MiddlewareHandler {
  return async (c: Context, next: Next) => {
    const requestId = crypto.randomUUID();
    const started = service.now();
    c.set(REQUEST_ID, requestId);
    const origin = allowedOrigin(service, c);
    if (origin !== null && c.req.method === "OPTIONS") c.res = new Response(null, { status: 204 });
    else await next();
    c.res.headers.set(REQUEST_ID, requestId);
    if (origin !== null) allow(c.res.headers, origin);
    service.onRequest({
      requestId,
      method: c.req.method,
      path: shortPath(c),
      status: c.res.status,
      milliseconds: service.now() - started,
    });
  };
}

/** The id of a request. */
export function requestIdOf(c: Context): string {
  return c.get(REQUEST_ID) as string | undefined ?? crypto.randomUUID();
}

function allowedOrigin({ corsOrigins }: Service, c: Context): string | null {
  const origin = c.req.header("origin");
  return origin !== undefined && corsOrigins.includes(origin) ? origin : null;
}

function allow(headers: Headers, origin: string): void {
  headers.set("access-control-allow-origin", origin);
  headers.set("access-control-allow-credentials", "true");
  headers.set("access-control-allow-methods", METHODS);
  headers.set("access-control-allow-headers", HEADERS);
  headers.set("access-control-expose-headers", EXPOSED);
  headers.append("vary", "origin");
}

function shortPath(c: Context): string {
  try {
    return `/${namesOf(c).slice(0, 2).map(encodeURIComponent).join("/")}`;
  } catch {
    // A path that is not encoded as it should be has been answered so.
    return "/";
  }
}
