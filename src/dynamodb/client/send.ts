/**
 * One request: signed, tried again where that is safe, within a deadline.
 *
 * @module
 */

import { type Fault, readObject, readRefusal, unitsOf } from "./answer.ts";
import { credentialsSource } from "./credentials.ts";
import { DynamoDBError } from "./errors.ts";
import { backoff, isPassing, isRead, isRepeatable, isSkewed, unsent, wait } from "./retry.ts";
import { createSigner } from "./sign.ts";
import type { CallContext, Credentials, DynamoDBClientOptions, Output, Target } from "./types.ts";

/** Sends one operation. */
export type Send = (target: Target, input: Record<string, unknown>, context?: CallContext) => Promise<Output>;

/** What sends, with those of its options that batches go by too. */
export interface Sender
  extends Required<Pick<DynamoDBClientOptions, "now" | "random" | "timeout" | "maximumAttempts">> {
  readonly send: Send;
}

/** What a call carries from try to try. */
interface Call {
  readonly operation: string;
  readonly target: Target;
  readonly body: string;
  readonly signal: AbortSignal | undefined;
  readonly deadline: number;
  readonly repeatable: boolean;
  /** Tries so far, the one under way included. */
  attempts: number;
  /** What an earlier try may have done. */
  outcome: "refused" | "unknown";
  /** What signs; those that have turned out to be expired. */
  credentials?: Credentials | undefined;
  stale?: Credentials | undefined;
  /** The date of the last refusal, if it had one; whether the clock was set by it. */
  serverTime?: number;
  corrected?: boolean;
}

const API = "DynamoDB_20120810.";

/** Makes what sends. */
export function createSender(options: DynamoDBClientOptions): Sender {
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
  const { host, origin, pathname } = new URL(endpoint);
  const sign = createSigner(region);
  const credentials = credentialsSource(options.credentials, now);
  let skew = 0;

  const send: Send = async (target, input, context = {}) => {
    const { operation = target, signal, deadline = now() + timeout } = context;
    const { repeatable = isRepeatable(target, input) } = context;
    const body = JSON.stringify(complete(target, input, onRequest !== undefined));
    const call: Call = {
      operation,
      target,
      body,
      signal,
      deadline,
      repeatable,
      attempts: 1,
      outcome: "refused",
    };
    for (;; call.attempts++) {
      try {
        return await once(call);
      } catch (error) {
        const pause = error instanceof DynamoDBError ? pauseAfter(call, error) : null;
        if (pause === null) throw error;
        if (pause > 0) await wait(pause, operation, signal, call);
      }
    }
  };

  /** Milliseconds until the next try; `null` if there is to be none. */
  function pauseAfter(call: Call, error: DynamoDBError): number | null {
    call.outcome = error.outcome;
    if (error.type === "Aborted" || call.attempts >= maximumAttempts || now() >= call.deadline) return null;
    if (isSkewed(error) && !call.corrected && call.serverTime) {
      call.corrected = true;
      skew = call.serverTime - now();
      return 0;
    }
    if (error.type === "ExpiredTokenException" && typeof options.credentials === "function" && !call.stale) {
      call.stale = call.credentials;
      call.credentials = undefined;
      return 0;
    }
    const passing = isPassing(error);
    if (!passing && !(error.retryable && (call.repeatable || error.outcome === "refused"))) return null;
    const pause = backoff(call.attempts, passing, random);
    return now() + pause < call.deadline ? pause : null;
  }

  async function once(call: Call): Promise<Output> {
    const { operation, target, body, signal, attempts: attempt } = call;
    const started = now();
    const limit = Math.min(attemptTimeout, call.deadline - started);
    if (signal?.aborted) throw errorOf(call, { type: "Aborted", cause: signal.reason });
    if (!(limit > 0)) throw errorOf(call, { type: "Timeout", retryable: true });
    const controller = new AbortController();
    const abort = () => controller.abort();
    const timer = setTimeout(abort, limit);
    signal?.addEventListener("abort", abort, { once: true });
    let sent = false;
    let status = 0;
    let units = 0;
    let failure: DynamoDBError | null = null;
    try {
      const given = call.credentials ?? credentials(call.stale);
      call.credentials = given instanceof Promise ? await until(controller.signal, given) : given;
      const request = { host, path: pathname, target: API + target, body, time: now() + skew };
      const headers = sign(request, call.credentials);
      sent = true;
      const response = await fetch(origin + pathname, {
        method: "POST",
        headers,
        // Deno itself sends again what broke on a kept connection, but only a body that it can copy: no Blob.
        body: call.repeatable ? body : new Blob([body]),
        // A redirect would take the session token to whoever it names.
        redirect: "manual",
        signal: controller.signal,
      });
      status = response.status;
      const text = await response.text();
      const output: Output | null = status === 200 ? readObject(text) : null;
      if (output === null) {
        call.serverTime = Date.parse(response.headers.get("date") ?? "");
        throw errorOf(call, readRefusal(status, text));
      }
      units = unitsOf(output);
      return output;
    } catch (cause) {
      failure = cause instanceof DynamoDBError ? cause : errorOf(call, broken(cause, sent, signal, controller.signal));
      throw failure;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      if (sent && onRequest) {
        const error = failure?.type ?? null;
        const milliseconds = now() - started;
        const event = { operation, target, attempt, milliseconds, status, error, consumedCapacity: units };
        // A report is not part of the call; what a hook throws, now or later, is its author's affair.
        Promise.resolve(event).then(onRequest).catch(() => {});
      }
    }
  }

  return { send, now, random, timeout, maximumAttempts };
}

/** A transaction with a token may be sent twice and is done once; capacity is asked for only where it is reported. */
function complete(target: Target, input: Record<string, unknown>, reporting: boolean): Record<string, unknown> {
  const completed = { ...input };
  if (target === "TransactWriteItems") completed.ClientRequestToken ??= crypto.randomUUID();
  if (reporting && !/Table|TimeToLive/.test(target)) completed.ReturnConsumedCapacity ??= "TOTAL";
  return completed;
}

/** The error of this try. What an earlier one may have done is still open when a later one is refused. */
function errorOf({ operation, target, attempts, outcome }: Call, fault: Fault): DynamoDBError {
  const known = outcome === "unknown" ? outcome : fault.outcome;
  return new DynamoDBError(operation, fault.type, { ...fault, outcome: isRead(target) ? "refused" : known, attempts });
}

/** What happened to a try that got no whole answer. */
function broken(cause: unknown, sent: boolean, signal: AbortSignal | undefined, limit: AbortSignal): Fault {
  const outcome = sent ? "unknown" : "refused";
  if (signal?.aborted) return { type: "Aborted", outcome, cause: signal.reason };
  if (limit.aborted) return { type: "Timeout", outcome, retryable: true };
  if (!sent) return { type: "CredentialsError", cause };
  const why = unsent(cause);
  // A certificate will not be better a moment later.
  return { type: "NetworkError", outcome: why ? "refused" : outcome, retryable: !why?.[1], cause };
}

/** Waits for a promise that cannot be cancelled; rejects when the signal is. */
function until<Result>(signal: AbortSignal, promise: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", reject, { once: true });
    promise.then(resolve, reject);
  });
}
