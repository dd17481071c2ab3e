/**
 * What is tried again, and how long it waits before.
 *
 * @module
 */

import { DynamoDBError } from "./errors.ts";
import type { Target } from "./types.ts";

/** Faults by which DynamoDB says that it did nothing and may do it later; most are HTTP 400. */
const THROTTLES: ReadonlySet<string> = new Set([
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
]);

/** Faults of meeting another writer; nothing was done. */
const CONFLICTS: ReadonlySet<string> = new Set([
  "ReplicatedWriteConflictException",
  "TransactionConflictException",
  "TransactionInProgressException",
]);

/** Reasons of a cancelled transaction that may be gone the next time. */
const PASSING: ReadonlySet<string> = new Set([
  "None",
  "ProvisionedThroughputExceeded",
  "ThrottlingError",
  "TransactionConflict",
]);

/** Whether nothing was done and the same request may pass later. */
export function isPassing({ type, reasons }: DynamoDBError): boolean {
  if (THROTTLES.has(type) || CONFLICTS.has(type)) return true;
  return type === "TransactionCanceledException" && reasons !== undefined && reasons.length > 0 &&
    reasons.every(({ code }) => PASSING.has(code));
}

/** Whether the server's clock and ours disagree. */
export function isSkewed({ type, serverMessage }: DynamoDBError): boolean {
  return type === "RequestTimeTooSkewed" || type === "RequestExpired" ||
    ((type === "InvalidSignatureException" || type === "SignatureDoesNotMatch") &&
      /signature (expired|not yet current)/i.test(serverMessage ?? ""));
}

const ALWAYS: ReadonlySet<Target> = new Set<Target>([
  "BatchGetItem",
  "BatchWriteItem",
  "DescribeTable",
  "DescribeTimeToLive",
  "GetItem",
  "ListTables",
  "Query",
  "Scan",
  "TransactGetItems",
  "TransactWriteItems",
]);

/** Whether a request may be sent again when it is not known what the first try did. */
export function isRepeatable(target: Target, input: Record<string, unknown>): boolean {
  if (ALWAYS.has(target)) return true;
  return (target === "PutItem" || target === "DeleteItem") && input.ConditionExpression === undefined &&
    input.Expected === undefined && input.ReturnValues !== "ALL_OLD";
}

/** Full jitter: milliseconds from 0 to a bound that doubles from 25 (50 after a throttle) up to 2,000. */
export function backoff(attempt: number, throttled: boolean, random: () => number): number {
  return random() * Math.min(2_000, (throttled ? 50 : 25) * 2 ** (attempt - 1));
}

/** Waits, or throws `Aborted` as soon as the signal is. */
export function wait(milliseconds: number, operation: string, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(new DynamoDBError(operation, "Aborted", { cause: signal?.reason }));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });
}
