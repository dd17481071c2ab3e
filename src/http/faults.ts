/**
 * Everything that is answered with a status from 400: one JSON form, no secrets, no stored values.
 *
 * @module
 */

import { HTTPException } from "hono/http-exception";
import { StoreError, type StoreErrorCode } from "../errors.ts";
import { jsonText } from "./answers.ts";
import type { Service } from "./service.ts";

type Status = ConstructorParameters<typeof HTTPException>[0] & number;

/** The caller's mistakes that only the store can see. */
const REFUSALS: { readonly [Code in StoreErrorCode]?: Status } = { invalid: 400, too_large: 413, conflict: 409 };
/** What may be different in a moment. */
const PASSING: ReadonlySet<StoreErrorCode> = new Set([
  "contended",
  "throttled",
  "timeout",
  "unavailable",
  "unknown_outcome",
  "closed",
]);
const RETRY_SECONDS = "1";

/**
 * An answer to throw.
 *
 * @param status The status
 * @param code What is wrong, for programs
 * @param message What is wrong, for people
 * @param headers Headers beside the content type
 */
export function fault(
  status: Status,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): HTTPException {
  return new HTTPException(status, { message, res: problem(status, { code, message }, headers) });
}

/** Makes an answer of whatever a route threw. */
export function answerFault(service: Service, error: unknown, requestId: string): Response {
  if (error instanceof HTTPException) return error.getResponse();
  if (error instanceof StoreError) {
    const status = REFUSALS[error.code];
    // Messages of refusals name the argument and the limit, after the operation.
    const message = error.message.slice(error.operation.length + 2);
    if (status !== undefined) return problem(status, { code: error.code, message });
  }
  service.onFault(error, requestId);
  if (error instanceof StoreError && PASSING.has(error.code)) {
    const message = "the database cannot answer at present";
    return problem(503, { code: error.code, message, request_id: requestId }, { "retry-after": RETRY_SECONDS });
  }
  return problem(500, { code: "internal", message: "something went wrong", request_id: requestId });
}

function problem(status: number, error: Record<string, string>, headers: Record<string, string> = {}): Response {
  return jsonText(JSON.stringify({ error }), status, headers);
}
