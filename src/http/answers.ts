/**
 * Answers of the routes. What an actor holds is nobody else's, so no cache keeps it.
 *
 * @module
 */

import { compactJson } from "../model/json.ts";
import type { Json } from "../store.ts";

/** A JSON text, or a text that was stored as it came, under JSON's content type as in the reference. */
export function jsonText(text: string, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(text, {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
  });
}

/** A JSON value. */
export function json(value: Json, status = 200, headers: Record<string, string> = {}): Response {
  return jsonText(compactJson(value), status, headers);
}

/** Done, and nothing to say. */
export function noContent(headers: Record<string, string> = {}): Response {
  return new Response(null, { status: 204, headers });
}
