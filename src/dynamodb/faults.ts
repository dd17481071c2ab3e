/**
 * Faults of the DynamoDB client as the store's coded errors.
 *
 * @module
 */

import { StoreError, type StoreErrorCode } from "../errors.ts";
import { DynamoDBError } from "./client/errors.ts";

/** The client's types of faults, by code; the first that matches counts. */
const CODES: readonly (readonly [types: RegExp, code: StoreErrorCode, detail: string])[] = [
  [/^Aborted/, "aborted", "the caller's signal was aborted"],
  [/^Timeout/, "timeout", "the deadline passed"],
  [
    /NetworkError|InvalidResponse|InternalServer|Unavailable/,
    "unavailable",
    "DynamoDB cannot be reached or is failing",
  ],
  [/Unprocessed|Throughput|Throttling|RequestLimit/, "throttled", "DynamoDB asks for fewer requests"],
  [/^Transaction|WriteConflict/, "contended", "too many writers at the same rows"],
  [/NotFound/, "not_migrated", "a table is missing; run `actingweb-edge migrate` or allow createTables"],
  [
    /Denied|UnrecognizedClient|Signature|Token|Credentials/,
    "denied",
    "DynamoDB refused the credentials or a permission is missing",
  ],
  [/^ItemCollectionSize/, "too_large", "DynamoDB refused the size of a row"],
];

/**
 * Makes a {@linkcode StoreError} of whatever a request threw.
 *
 * @param operation The store's method
 * @param error What was thrown
 * @param writes Whether the request may have changed something
 */
export function storeError(operation: string, error: unknown, writes: boolean): StoreError {
  if (error instanceof StoreError) return error;
  if (!(error instanceof DynamoDBError)) {
    return new StoreError("internal", operation, "an unexpected fault; see its cause", { cause: error });
  }
  const { type, outcome, status, retryable } = error;
  // The one fault of a connection that the client does not take to pass.
  if (type === "NetworkError" && !retryable) {
    const detail = "the certificate of the endpoint is not trusted, not valid any more or another host's";
    return new StoreError("configuration", operation, detail, { cause: error });
  }
  const [, code, detail] = CODES.find(([types]) => types.test(type)) ??
    (status >= 500 ? CODES[2]! : [null, "internal", `DynamoDB refused the request (${type})`]);
  if (writes && outcome === "unknown" && code !== "aborted") {
    return new StoreError("unknown_outcome", operation, "the write was sent and its answer never came", {
      cause: error,
    });
  }
  return new StoreError(code, operation, detail, { cause: error });
}
