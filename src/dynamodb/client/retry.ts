/**
 * What is tried again, and how long it waits before.
 *
 * @module
 */

import { wait as waitFor } from "../../model/waiting.ts";
import { DynamoDBError, type DynamoDBErrorFacts } from "./errors.ts";
import type { Target } from "./types.ts";

/**
 * Faults and reasons, most of them HTTP 400, by which DynamoDB says that it did nothing and may do it later: throttles,
 * and having met another writer. `TransactionInProgress` is an earlier try with the same token.
 */
const PASSING =
  /^(Request|Provisioned)?(Throttl|Throughput|LimitExceeded)|^(SlowDown|TooManyRequests|Transaction(Conflict|InProgress)|ReplicatedWriteConflict)/;

/** Whether the same request may pass later, whatever it is: this try has done nothing. */
export function isPassing({ type, reasons }: Pick<DynamoDBError, "type" | "reasons">): boolean {
  if (type === "TransactionCanceledException") {
    return !!reasons?.every(({ code }) => code === "None" || PASSING.test(code));
  }
  return PASSING.test(type);
}

/** Whether the server's clock and ours disagree. */
export function isSkewed({ type, serverMessage = "" }: DynamoDBError): boolean {
  return /^Request(TimeTooSkewed|Expired|InTheFuture)$/.test(type) ||
    /^Signature (expired|not yet current)/.test(serverMessage);
}

/** Whether an operation changes nothing. */
export function isRead(target: Target): boolean {
  return /Get|Describe|List|Query|Scan/.test(target);
}

/** Whether a request may be sent again when it is not known what the first try did. */
export function isRepeatable(target: Target, input: Record<string, unknown>): boolean {
  if (isRead(target) || /^(Batch|Transact)/.test(target)) return true;
  return /^(Put|Delete)Item/.test(target) && input.ConditionExpression === undefined &&
    input.Expected === undefined && input.ReturnValues !== "ALL_OLD";
}

/**
 * Why a request cannot have been sent, so that nothing can have been done: Bun, Node or Deno had no connection; the first
 * group says that they do not trust the server's certificate. `null` if it may have been sent.
 */
export function unsent(error: unknown): RegExpExecArray | null {
  const { code, message, cause } = Object(error) as { code?: unknown; message?: unknown; cause?: unknown };
  const found = /(CERT|SIGNATURE|Connect\): invalid)|ECONNREFUSED|ENOTFOUND|EAI_|Connect\)/.exec(`${code} ${message}`);
  return found ?? (cause ? unsent(cause) : null);
}

/** Full jitter: milliseconds from 0 to a bound that doubles from 25 (50 after a throttle) up to 2,000. */
export function backoff(attempt: number, throttled: boolean, random: () => number): number {
  return random() * Math.min(2_000, (throttled ? 50 : 25) * 2 ** (attempt - 1));
}

/** Waits, or throws `Aborted` with the given facts as soon as the signal is. */
export function wait(
  milliseconds: number,
  operation: string,
  signal: AbortSignal | undefined,
  facts: DynamoDBErrorFacts = {},
): Promise<void> {
  return waitFor(milliseconds, signal, (cause) => new DynamoDBError(operation, "Aborted", { ...facts, cause }));
}
