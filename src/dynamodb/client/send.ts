/**
 * One request: signed, tried again where that is safe, within a deadline.
 *
 * @module
 */

import { credentialsSource } from "./credentials.ts";
import { type CancellationReason, DynamoDBError } from "./errors.ts";
import { backoff, isPassing, isRepeatable, isSkewed, wait } from "./retry.ts";
import { createSigner } from "./sign.ts";
import type { CallContext, Credentials, DynamoDBClientOptions, Item, Output, RequestEvent, Target } from "./types.ts";

/** Sends one operation. */
export type Send = (target: Target, input: Record<string, unknown>, context?: CallContext) => Promise<Output>;

/** What a call carries from try to try. */
interface Attempt {
  readonly operation: string;
  readonly target: Target;
  readonly body: string;
  readonly signal: AbortSignal | undefined;
  readonly deadline: number;
  number: number;
}

const API = "DynamoDB_20120810.";

/** Makes the function that sends. */
export function createSend(options: DynamoDBClientOptions): Send {
  const {
    region,
    endpoint = `https://dynamodb.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`,
    fetch = globalThis.fetch,
    now = Date.now,
    random = Math.random,
    attemptTimeout = 5_000,
    timeout = 15_000,
    maximumAttempts = 10,
    onRequest,
  } = options;
  const url = new URL(endpoint);
  const sign = createSigner(region);
  const credentials = credentialsSource(options.credentials, now);
  let skew = 0;

  return async (target, input, context) => {
    const operation = context?.operation ?? target;
    const repeatable = context?.repeatable ?? isRepeatable(target, input);
    const body = JSON.stringify(complete(target, input, onRequest !== undefined));
    const deadline = context?.deadline ?? now() + timeout;
    const attempt: Attempt = { operation, target, body, signal: context?.signal, deadline, number: 1 };
    let renewed = false;
    let corrected = false;
    let known = credentials(operation);
    for (;; attempt.number++) {
      let error: DynamoDBError;
      try {
        return await once(attempt, known instanceof Promise ? await known : known);
      } catch (cause) {
        if (!(cause instanceof DynamoDBError) || cause.type === "Aborted" || cause.type === "CredentialsError") {
          throw cause;
        }
        error = cause;
      }
      if (!corrected && isSkewed(error)) {
        corrected = true;
        continue;
      }
      if (!renewed && error.type === "ExpiredTokenException" && typeof options.credentials === "function") {
        renewed = true;
        known = credentials(operation, true);
        continue;
      }
      const passing = isPassing(error);
      const again = passing || (error.retryable && (repeatable || error.outcome === "refused"));
      const pause = backoff(attempt.number, passing, random);
      if (!again || attempt.number >= maximumAttempts || now() + pause >= deadline) throw error;
      await wait(pause, operation, attempt.signal);
    }
  };

  async function once(attempt: Attempt, credentials: Credentials): Promise<Output> {
    const { operation, target, body, signal, deadline, number } = attempt;
    const started = now();
    const milliseconds = Math.min(attemptTimeout, deadline - started);
    if (signal?.aborted) throw new DynamoDBError(operation, "Aborted", { cause: signal.reason, attempts: number });
    if (milliseconds <= 0) throw new DynamoDBError(operation, "Timeout", { retryable: true, attempts: number });
    const controller = new AbortController();
    const abort = () => controller.abort();
    const timer = setTimeout(abort, milliseconds);
    signal?.addEventListener("abort", abort, { once: true });
    let status = 0;
    let units = 0;
    let failure: DynamoDBError | null = null;
    try {
      const time = started + skew;
      const headers = sign({ host: url.host, path: url.pathname, target: API + target, body, time }, credentials);
      const response = await fetch(url.href, { method: "POST", headers, body, signal: controller.signal });
      status = response.status;
      const text = await response.text();
      if (status !== 200) throw refusal(attempt, response, text);
      const output = parse(attempt, text);
      units = unitsOf(output);
      return output;
    } catch (cause) {
      failure = cause instanceof DynamoDBError ? cause : broken(attempt, cause, signal, controller.signal.aborted);
      throw failure;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      if (onRequest !== undefined) {
        const error = failure?.type ?? null;
        const elapsed = now() - started;
        report({ operation, target, attempt: number, milliseconds: elapsed, status, error, consumedCapacity: units });
      }
    }
  }

  function refusal({ operation, number }: Attempt, response: Response, text: string): DynamoDBError {
    const { status } = response;
    const answer = parseRefusal(text);
    const type = answer.type || (status >= 500 ? "InternalServerError" : "InvalidResponse");
    const error = new DynamoDBError(operation, type, {
      status,
      outcome: status >= 500 ? "unknown" : "refused",
      retryable: status >= 500 || status === 429,
      attempts: number,
      item: answer.item,
      reasons: answer.reasons,
      serverMessage: answer.message,
    });
    const date = isSkewed(error) ? Date.parse(response.headers.get("date") ?? "") : NaN;
    if (!Number.isNaN(date)) skew = date - now();
    return isPassing(error) ? withRetryable(operation, error) : error;
  }

  function report(event: RequestEvent): void {
    try {
      onRequest?.(event);
    } catch {
      // A report is not part of the call; what a hook throws is its author's affair.
    }
  }
}

/** A transaction with a token may be sent twice and is done once; capacity is asked for only where it is reported. */
function complete(target: Target, input: Record<string, unknown>, reporting: boolean): Record<string, unknown> {
  const token = target === "TransactWriteItems" && input.ClientRequestToken === undefined;
  const capacity = reporting && !/Table|TimeToLive/.test(target);
  if (!token && !capacity) return input;
  return {
    ...input,
    ...(token ? { ClientRequestToken: crypto.randomUUID() } : {}),
    ...(capacity ? { ReturnConsumedCapacity: "TOTAL" } : {}),
  };
}

function parse({ operation, number }: Attempt, text: string): Output {
  try {
    return JSON.parse(text) as Output;
  } catch {
    // The parser's message quotes the text, so it is not kept as a cause.
    throw new DynamoDBError(operation, "InvalidResponse", {
      status: 200,
      outcome: "unknown",
      retryable: true,
      attempts: number,
    });
  }
}

interface Refusal {
  readonly type: string;
  readonly message: string;
  readonly item: Item | undefined;
  readonly reasons: CancellationReason[] | undefined;
}

function parseRefusal(text: string): Refusal {
  let answer: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null) answer = parsed as Record<string, unknown>;
  } catch {
    // A proxy's page or nothing at all: the status alone has to do.
  }
  const type = String(answer.__type ?? "").replace(/^.*#/, "");
  const reasons = answer.CancellationReasons as { Code?: string; Item?: Item }[] | undefined;
  return {
    type,
    message: String(answer.message ?? answer.Message ?? ""),
    item: answer.Item as Item | undefined,
    reasons: reasons?.map(({ Code = "None", Item }) =>
      Item === undefined ? { code: Code } : { code: Code, item: Item }
    ),
  };
}

function withRetryable(operation: string, error: DynamoDBError): DynamoDBError {
  const { type, status, attempts, reasons, serverMessage } = error;
  return new DynamoDBError(operation, type, { status, attempts, reasons, serverMessage, retryable: true });
}

/** What happened to a request that got no whole answer. */
function broken(attempt: Attempt, cause: unknown, signal: AbortSignal | undefined, aborted: boolean): DynamoDBError {
  const { operation, number: attempts } = attempt;
  if (signal?.aborted) {
    return new DynamoDBError(operation, "Aborted", { outcome: "unknown", attempts, cause: signal.reason });
  }
  const type = aborted ? "Timeout" : "NetworkError";
  const outcome = type === "NetworkError" && isUnsent(cause) ? "refused" : "unknown";
  return new DynamoDBError(operation, type, { outcome, retryable: true, attempts, cause });
}

/** Whether the connection was never made, by what the runtimes say: then nothing can have been done. */
function isUnsent(cause: unknown): boolean {
  const codes = [cause, (cause as { cause?: unknown } | null)?.cause].map((error) => {
    const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
    return `${code} ${message}`;
  }).join(" ");
  return /ECONNREFUSED|ConnectionRefused|connection refused|ENOTFOUND|EAI_AGAIN|FailedToOpenSocket|dns error/i.test(
    codes,
  );
}

function unitsOf({ ConsumedCapacity: consumed }: Output): number {
  if (consumed === undefined) return 0;
  if (!Array.isArray(consumed)) return consumed.CapacityUnits ?? 0;
  return consumed.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}
