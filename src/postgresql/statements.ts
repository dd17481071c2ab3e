/**
 * How the parts of the backend run statements: reported, tried again where nothing was applied, faults as the store's.
 *
 * @module
 */

import type { Call } from "../backend.ts";
import { StoreError } from "../errors.ts";
import { wait } from "../model/waiting.ts";
import type { StoreRequest } from "../store.ts";
import { driverCode, faultKind, storeError } from "./faults.ts";
import { type Answer, Interrupted, type Parameter, type Row, type SqlClient } from "./sql_client.ts";

/** Tables, quoted and with their schema. */
export interface Tables {
  readonly actors: string;
  readonly attributes: string;
  readonly diffs: string;
  readonly lookup: string;
  readonly peertrustees: string;
  readonly properties: string;
  readonly subscriptions: string;
  readonly suspensions: string;
  readonly trusts: string;
}

/**
 * What the parts of the backend share.
 *
 * @internal
 */
export interface Context {
  /** The database. */
  readonly sql: SqlClient;
  /** Tables, quoted and with their schema. */
  readonly tables: Tables;
  /** Names of properties with a reverse lookup. */
  readonly indexed: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Called after every statement. */
  readonly onRequest: ((request: StoreRequest) => void) | undefined;
}

/** Refuses a name that PostgreSQL would refuse, or cut off without a word. */
export function checkSchema(schema: string): void {
  if (schema !== "" && !schema.includes("\0") && new TextEncoder().encode(schema).length <= 63) return;
  throw new StoreError("configuration", "open", "schema must be a name of 1 to 63 bytes");
}

/** A name quoted for SQL. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The tables of a schema. */
export function tablesOf(schema: string): Tables {
  const table = (name: string) => `${quote(schema)}.${name}`;
  return {
    actors: table("actors"),
    attributes: table("attributes"),
    diffs: table("subscription_diffs"),
    lookup: table("property_lookup"),
    peertrustees: table("peertrustees"),
    properties: table("properties"),
    subscriptions: table("subscriptions"),
    suspensions: table("subscription_suspensions"),
    trusts: table("trusts"),
  };
}

/** A condition without which the statement fails, by a division by zero, so that nothing of it stays. */
export function orTakenBack(condition: string): string {
  return `1 / CASE WHEN ${condition} THEN 1 ELSE 0 END = 1`;
}

/** `timeout` is here the server's word alone: the statement was cancelled by somebody else, or by the server's settings. */
const RETRIED: ReadonlySet<string> = new Set(["unavailable", "contended", "timeout"]);
/** Milliseconds of the longest pause before another attempt. */
const PAUSE_MAXIMUM = 2_000;
/** Milliseconds that another attempt has at least: with less it would only be cut off. */
const LEAST = 200;

/** The rows of one statement; see {@linkcode answerOf}. */
export async function run(
  context: Context,
  text: string,
  parameters: readonly Parameter[],
  call: Call,
): Promise<readonly Row[]> {
  return (await answerOf(context, text, parameters, call)).rows;
}

/**
 * Runs one statement, again after a pause when it was certainly not applied and may succeed later, until the deadline.
 * Statements that begin with SELECT change nothing; all others are taken to write.
 */
export async function answerOf(
  context: Context,
  text: string,
  parameters: readonly Parameter[],
  call: Call,
): Promise<Answer> {
  let earlier: unknown;
  for (let attempt = 1;; attempt++) {
    const started = performance.now();
    try {
      const answer = await context.sql.query(text, parameters, call);
      report(context, call, attempt, started, null, answer.count);
      return answer;
    } catch (error) {
      report(context, call, attempt, started, faultName(error), 0);
      const writes = !text.startsWith("SELECT");
      const { code, repeatable } = faultKind(error, writes);
      const pause = Math.random() * Math.min(PAUSE_MAXIMUM, 25 * 2 ** attempt);
      if (!repeatable || !RETRIED.has(code) || Date.now() + pause + LEAST > call.deadline) {
        // Why there was no earlier success says more than that there was no time for another attempt.
        const late = error instanceof Interrupted && error.certain && code === "timeout";
        throw storeError(call.operation, late ? earlier ?? error : error, writes);
      }
      earlier = error;
      await wait(pause, call.signal, (cause) => {
        return new StoreError("aborted", call.operation, "the caller's signal was aborted", { cause });
      });
    }
  }
}

function report(
  { onRequest }: Context,
  { operation }: Call,
  attempt: number,
  started: number,
  error: string | null,
  rows: number,
): void {
  if (onRequest === undefined) return;
  const milliseconds = performance.now() - started;
  const request: StoreRequest = {
    operation,
    request: "query",
    attempt,
    milliseconds,
    error,
    consumedCapacity: 0,
    rows,
  };
  // A report is not part of the call; what a hook throws, now or later, is its author's affair.
  Promise.resolve(request).then(onRequest).catch(() => {});
}

function faultName(error: unknown): string {
  return error instanceof Interrupted ? error.reason : driverCode(error) || "unknown";
}
