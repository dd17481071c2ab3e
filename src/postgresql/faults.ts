/**
 * Faults of PostgreSQL and its drivers as the store's coded errors.
 *
 * @module
 */

import { StoreError, type StoreErrorCode } from "../errors.ts";
import { Interrupted } from "./sql_client.ts";

const DETAILS: { readonly [Code in StoreErrorCode]?: string } = {
  aborted: "the caller's signal was aborted",
  timeout: "the deadline passed",
  unavailable: "PostgreSQL cannot be reached or is not ready",
  contended: "too many writers at the same rows",
  conflict: "another row stands in the way",
  not_migrated: "a table, column or schema is missing; run `actingweb-edge migrate`",
  denied: "PostgreSQL refused the user or lacks a permission",
  invalid: "PostgreSQL refused a value",
  too_large: "PostgreSQL refused the size of a value",
  unknown_outcome: "the statement was sent and its answer never came",
  internal: "PostgreSQL refused the statement",
};

/** SQLSTATEs and driver codes, whole or by class. */
const CODES: readonly (readonly [pattern: RegExp, code: StoreErrorCode])[] = [
  [/^(42P01|42703|3F000|3D000)$/, "not_migrated"],
  [/^(28...|42501)$/, "denied"],
  [/^(40001|40P01|55P03)$/, "contended"],
  [/^57014$/, "timeout"],
  [/^(53...|57P03)$/, "unavailable"],
  [/^54...$/, "too_large"],
  [/^22...$/, "invalid"],
  [/^(23503|23505)$/, "conflict"],
];

/** The connection was never made or never given the statement. */
const UNSENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CONNECT_TIMEOUT|CONNECTION_ENDED|ConnectionRefused|53300|57P03)$/;
/** The connection broke with the statement on its way. */
const BROKEN =
  /^(CONNECTION_CLOSED|CONNECTION_DESTROYED|ECONNRESET|EPIPE|ETIMEDOUT|08...|57P01|57P02|57P05|ERR_STREAM.*|ERR_SOCKET.*)$/;

/** What kind of fault it is. */
export interface FaultKind {
  /** The store's code. */
  readonly code: StoreErrorCode;
  /** Whether the statement may be sent again: it was certainly not applied. */
  readonly unapplied: boolean;
}

/** Sorts a driver's error. */
export function faultKind(error: unknown, writes: boolean): FaultKind {
  if (error instanceof Interrupted) {
    if (error.reason === "aborted") return { code: "aborted", unapplied: error.certain };
    return { code: writes && !error.certain ? "unknown_outcome" : "timeout", unapplied: error.certain };
  }
  const code = driverCode(error);
  if (UNSENT.test(code)) return { code: "unavailable", unapplied: true };
  if (BROKEN.test(code)) return { code: writes ? "unknown_outcome" : "unavailable", unapplied: !writes };
  for (const [pattern, mapped] of CODES) if (pattern.test(code)) return { code: mapped, unapplied: true };
  return { code: "internal", unapplied: true };
}

/** PostgreSQL's SQLSTATE or the driver's code, or `""`. */
export function driverCode(error: unknown): string {
  const { code, errno } = (error ?? {}) as { code?: unknown; errno?: unknown };
  return typeof code === "string" ? code : typeof errno === "string" ? errno : "";
}

/** Makes a {@linkcode StoreError} of whatever a statement threw. The driver's words may quote values, so they stay in the cause. */
export function storeError(operation: string, error: unknown, writes: boolean): StoreError {
  if (error instanceof StoreError) return error;
  const { code } = faultKind(error, writes);
  const state = code === "internal" && driverCode(error) !== "" ? ` (${driverCode(error)})` : "";
  return new StoreError(code, operation, `${DETAILS[code] ?? code}${state}`, { cause: error });
}
