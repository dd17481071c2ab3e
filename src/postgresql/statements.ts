/**
 * How the parts of the backend run statements: reported, tried again where nothing was applied, faults as the store's.
 *
 * @module
 */

import type { Call } from "../backend.ts";
import { StoreError } from "../errors.ts";
import type { StoreRequest } from "../store.ts";
import { driverCode, faultKind, storeError } from "./faults.ts";
import { Interrupted, type Parameter, type Queries, type Row, type SqlClient } from "./sql_client.ts";

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

/** What the parts of the backend share. */
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

/** A name quoted for SQL. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The tables of a schema. */
export function tablesOf(schema: string): Tables {
  const table = (name: string) => `${quote(schema)}.${quote(name)}`;
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

const RETRIED: ReadonlySet<string> = new Set(["unavailable", "contended"]);

/** Runs one statement. Statements that begin with SELECT change nothing; all others are taken to write. */
export async function run(
  context: Context,
  text: string,
  parameters: readonly Parameter[],
  call: Call,
): Promise<readonly Row[]> {
  return await tried(context, call, !text.startsWith("SELECT"), () => {
    return reported(context, context.sql, text, parameters, call);
  });
}

/** Runs several statements in one transaction. */
export async function transaction<Result>(
  context: Context,
  work: (run: (text: string, parameters: readonly Parameter[]) => Promise<readonly Row[]>) => Promise<Result>,
  call: Call,
): Promise<Result> {
  return await tried(context, call, true, () =>
    context.sql.transaction(
      (queries) => work((text, parameters) => reported(context, queries, text, parameters, call)),
      call,
    ));
}

async function tried<Result>(_: Context, call: Call, writes: boolean, work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1;; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StoreError) throw error;
      const { code, unapplied } = faultKind(error, writes);
      const pause = Math.random() * Math.min(2_000, 25 * 2 ** attempt);
      if (!unapplied || !RETRIED.has(code) || Date.now() + pause >= call.deadline) {
        throw storeError(call.operation, error, writes);
      }
      await wait(pause, call);
    }
  }
}

async function reported(
  { onRequest }: Context,
  queries: Queries,
  text: string,
  parameters: readonly Parameter[],
  call: Call,
): Promise<readonly Row[]> {
  if (onRequest === undefined) return await queries.query(text, parameters, call);
  const started = performance.now();
  let rows: readonly Row[] = [];
  let fault: string | null = null;
  try {
    rows = await queries.query(text, parameters, call);
    return rows;
  } catch (error) {
    fault = error instanceof Interrupted ? error.reason : driverCode(error) || "unknown";
    throw error;
  } finally {
    const milliseconds = performance.now() - started;
    try {
      onRequest({
        operation: call.operation,
        request: "query",
        attempt: 1,
        milliseconds,
        error: fault,
        consumedCapacity: 0,
        rows: rows.length,
      });
    } catch {
      // A report is not part of the call; what a hook throws is its author's affair.
    }
  }
}

function wait(milliseconds: number, { operation, signal }: Call): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(new StoreError("aborted", operation, "the caller's signal was aborted", { cause: signal?.reason }));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });
}

/** SQL that reads a `timestamp` column, which holds UTC wall time, as the contract's instant. */
export function readInstant(column: string): string {
  return `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** SQL that makes UTC wall time of an instant, whatever the session's time zone. */
export function utc(parameter: string): string {
  return `(${parameter}::text::timestamptz AT TIME ZONE 'UTC')`;
}

/** A text column; NULL reads as `""`. */
export function text(row: Row, column: string): string {
  const value = row[column];
  return typeof value === "string" ? value : "";
}

/** A text column where NULL and the empty text mean that there is none, as in the reference. */
export function optional(row: Row, column: string): string | null {
  return text(row, column) || null;
}

/** The first `limit` rows of `limit + 1`, and the key to go on after if there are more. */
export function pageOf<Each>(
  rows: readonly Row[],
  limit: number,
  decode: (row: Row) => Each,
  key: (row: Row) => string,
): { items: Each[]; after: string | null } {
  const kept = rows.slice(0, limit);
  return { items: kept.map(decode), after: rows.length > limit ? key(kept.at(-1)!) : null };
}

/** The number in the only column of the only row. */
export function countOf(rows: readonly Row[]): number {
  return Number(rows[0]?.count ?? 0);
}
