/**
 * Faults of PostgreSQL and its drivers as the store's coded errors.
 *
 * @module
 */

import { StoreError, type StoreErrorCode } from "../errors.ts";
import { Interrupted, NotSent } from "./sql_client.ts";

const DETAILS: { readonly [Code in StoreErrorCode]?: string } = {
  aborted: "the caller's signal was aborted",
  closed: "the instance of postgres was ended by its owner",
  configuration:
    "no use of PostgreSQL or its pooler with this `preset`, `tls` or parameter, or no trust in its certificate",
  conflict: "another row stands in the way",
  contended: "too many writers at the same rows",
  denied: "PostgreSQL refused the user, or the user lacks a permission",
  internal: "PostgreSQL refused the statement",
  invalid: "PostgreSQL refused a value",
  not_migrated: "a table, column, schema or the database is missing; run `actingweb-edge migrate`",
  timeout: "the deadline passed",
  too_large: "PostgreSQL refused the size of a value",
  unavailable: "PostgreSQL cannot be reached or is not ready",
  unknown_outcome: "the statement was sent and its answer never came",
};

/** SQLSTATEs and driver codes, whole or by class; the first that matches counts. */
const CODES: readonly (readonly [pattern: RegExp, code: StoreErrorCode])[] = [
  [/^(42P01|42703|3F000|3D000)$/, "not_migrated"],
  [/^(28...|42501)$/, "denied"],
  // 22012 is the division by zero with which a statement takes itself back that came too late.
  [/^(40001|40P01|55P03|22012)$/, "contended"],
  [/^57014$/, "timeout"],
  [/^(53...|57P03|25006)$/, "unavailable"],
  [/^(54...|2200[13])$/, "too_large"],
  [/^22...$/, "invalid"],
  // 23502: a row of another key under our joined key is given NULL, which its columns refuse.
  [/^(2350[235]|42P07)$/, "conflict"],
  // A server or pooler that refuses start-up parameters, one that forgets prepared statements; a certificate not trusted.
  [/^(08P01|26000|42P05|42704)$|CERT|SIGNATURE|SSL|TLS/, "configuration"],
  [/^CONNECTION_ENDED$/, "closed"],
];

/** The server broke off the connection. */
const BROKEN = /^(08...|57P0[125])$/;

/** What kind of fault it is. */
export interface FaultKind {
  /** The store's code. */
  readonly code: StoreErrorCode;
  /** Whether the statement may be sent again: it was certainly not applied, or it only reads. */
  readonly repeatable: boolean;
}

/** Sorts what a port has thrown. */
export function faultKind(error: unknown, writes: boolean): FaultKind {
  if (error instanceof Interrupted) {
    const lost = writes && !error.certain && error.reason === "timeout";
    return { code: lost ? "unknown_outcome" : error.reason, repeatable: false };
  }
  const unsent = error instanceof NotSent;
  const code = driverCode(error);
  if (unsent || (isAnswer(error) && !BROKEN.test(code))) {
    const known = CODES.find(([pattern]) => pattern.test(code))?.[1];
    return { code: known ?? (unsent ? "unavailable" : "internal"), repeatable: true };
  }
  // Whatever else has a code is the driver's word for a connection that broke under the statement.
  if (code === "") return { code: "internal", repeatable: false };
  return { code: writes ? "unknown_outcome" : "unavailable", repeatable: !writes };
}

/** Whether the server itself has said it; PostgreSQL gives every error of its own a severity. */
export function isAnswer(error: unknown): boolean {
  return typeof error === "object" && error !== null && "severity" in error;
}

/** PostgreSQL's SQLSTATE or the driver's code, or `""`. */
export function driverCode(error: unknown): string {
  const { code } = (error instanceof NotSent ? error.cause : error) as { code?: unknown } ?? {};
  return typeof code === "string" ? code : "";
}

/**
 * Makes a {@linkcode StoreError} of what a port has thrown. The driver's words may quote values, so they stay in the
 * cause.
 */
export function storeError(operation: string, error: unknown, writes: boolean): StoreError {
  if (error instanceof StoreError) return error;
  const { code } = faultKind(error, writes);
  const state = code === "internal" && driverCode(error) !== "" ? ` (${driverCode(error)})` : "";
  const cause = error instanceof NotSent || error instanceof Interrupted ? error.cause : error;
  return new StoreError(code, operation, `${DETAILS[code] ?? code}${state}`, { cause });
}
