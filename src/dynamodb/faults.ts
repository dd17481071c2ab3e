/**
 * Faults of the DynamoDB client as the store's coded errors.
 *
 * @module
 */

import { StoreError, type StoreErrorCode } from "../errors.ts";
import { DynamoDBError } from "./client/errors.ts";

const CODES: { readonly [type: string]: StoreErrorCode } = {
  Aborted: "aborted",
  Timeout: "timeout",
  NetworkError: "unavailable",
  InvalidResponse: "unavailable",
  InternalServerError: "unavailable",
  ServiceUnavailable: "unavailable",
  ServiceUnavailableException: "unavailable",
  UnprocessedItems: "throttled",
  ProvisionedThroughputExceededException: "throttled",
  ThrottlingException: "throttled",
  RequestLimitExceeded: "throttled",
  TransactionConflictException: "contended",
  TransactionCanceledException: "contended",
  TransactionInProgressException: "contended",
  ReplicatedWriteConflictException: "contended",
  ResourceNotFoundException: "not_migrated",
  TableNotFoundException: "not_migrated",
  AccessDeniedException: "denied",
  UnrecognizedClientException: "denied",
  InvalidSignatureException: "denied",
  IncompleteSignatureException: "denied",
  MissingAuthenticationTokenException: "denied",
  ExpiredTokenException: "denied",
  CredentialsError: "denied",
  ItemCollectionSizeLimitExceededException: "too_large",
};

const DETAILS: { readonly [Code in StoreErrorCode]?: string } = {
  aborted: "the caller's signal was aborted",
  timeout: "the deadline passed",
  unavailable: "DynamoDB cannot be reached or is failing",
  throttled: "DynamoDB asks for fewer requests",
  contended: "too many writers at the same rows",
  not_migrated: "a table is missing; run `actingweb-edge migrate` or allow createTables",
  denied: "DynamoDB refused the credentials or a permission is missing",
  too_large: "DynamoDB refused the size of a row",
  unknown_outcome: "the write was sent and its answer never came",
  internal: "DynamoDB refused the request",
};

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
  let code: StoreErrorCode = CODES[error.type] ?? (error.status >= 500 ? "unavailable" : "internal");
  if (writes && error.outcome === "unknown" && code !== "aborted") code = "unknown_outcome";
  const type = code === "internal" ? ` (${error.type})` : "";
  return new StoreError(code, operation, `${DETAILS[code]}${type}`, { cause: error });
}
