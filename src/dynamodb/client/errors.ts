/**
 * The client's one error.
 *
 * @module
 */

import type { WriteRequest } from "./batches.ts";
import type { Item } from "./types.ts";

/** Why one part of a transaction was cancelled. */
export interface CancellationReason {
  /** `None`, `ConditionalCheckFailed`, `TransactionConflict`, `ThrottlingError`, … */
  readonly code: string;
  /** The row as it is, where it was asked for. */
  readonly item?: Item;
}

/** Facts of a {@linkcode DynamoDBError}. */
export interface DynamoDBErrorFacts {
  /** HTTP status, 0 without an answer. */
  readonly status?: number;
  /** `unknown`: a write may have been done. */
  readonly outcome?: "refused" | "unknown";
  /** Whether the same call may succeed later. */
  readonly retryable?: boolean;
  /** Tries that were made. */
  readonly attempts?: number;
  /** The row whose condition did not hold. */
  readonly item?: Item | undefined;
  /** Reasons of a cancelled transaction, one for each of its parts. */
  readonly reasons?: readonly CancellationReason[] | undefined;
  /** The server's own words, which may quote values. */
  readonly serverMessage?: string | undefined;
  /** The error below. */
  readonly cause?: unknown;
}

/**
 * A fault of DynamoDB or on the way to it.
 *
 * `type` is the service's own short type, e.g. `ConditionalCheckFailedException`, or one of ours: `Timeout`, `Aborted`,
 * `NetworkError`, `InvalidResponse`, `UnprocessedItems`, `CredentialsError`. A `NetworkError` that is not retryable is a
 * certificate that is not trusted. Rows, reasons and the server's words are not enumerable, so that logs do not show
 * stored values.
 */
export class DynamoDBError extends Error {
  /** `DynamoDBError`; the service's own name of the fault is in `type`. */
  override readonly name = "DynamoDBError";
  /** The service's short type, or one of ours. */
  declare readonly type: string;
  /** HTTP status, 0 without an answer. */
  declare readonly status: number;
  /** `unknown`: this try or an earlier one may have written. Reads are always `refused`. */
  declare readonly outcome: "refused" | "unknown";
  /** Whether the same call may succeed later. */
  declare readonly retryable: boolean;
  /** Tries that were made. */
  declare readonly attempts: number;
  /** The row whose condition did not hold, where it was asked for. */
  declare readonly item?: Item;
  /** Reasons of a cancelled transaction, one for each of its parts. */
  declare readonly reasons?: readonly CancellationReason[];
  /** What of a batch is not known to be done, in the form in which it was given: writes, or keys. */
  declare readonly unprocessed?: readonly WriteRequest[] | readonly Item[];
  /** The server's own words, which may quote values. */
  declare readonly serverMessage?: string;

  /** Made by the client. */
  constructor(operation: string, type: string, facts: DynamoDBErrorFacts = {}) {
    const { status = 0, outcome = "refused", retryable = false, attempts = 1, cause } = facts;
    super(`${operation}: ${type}${status ? ` (HTTP ${status})` : ""}`, cause === undefined ? cause : { cause });
    Object.assign(this, { type, status, outcome, retryable, attempts });
    for (const name of ["item", "reasons", "serverMessage"] as const) {
      if (facts[name] !== undefined) Object.defineProperty(this, name, { value: facts[name] });
    }
  }
}
