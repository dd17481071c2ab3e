/**
 * Answers of the routes. What an actor holds is nobody else's, so no cache keeps it.
 *
 * @module
 */

/** A JSON text, or a text that was stored as it came, under JSON's content type as in the reference. */
export function jsonText(text: string, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(text, {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
  });
}

/** Done, and nothing to say. */
export function noContent(): Response {
  return new Response(null, { status: 204 });
}
