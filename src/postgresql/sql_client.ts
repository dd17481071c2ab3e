/**
 * The port between the backend's SQL and a driver. One SQL text serves them all: parameters are texts or NULL with
 * explicit casts, and results are read as texts and truth values, so that no driver's guess about types matters.
 *
 * @module
 */

import type { Call } from "../backend.ts";

/** A parameter. */
export type Parameter = string | null;

/** A row of a result. */
export type Row = { readonly [column: string]: string | boolean | null };

/** Runs statements. */
export interface Queries {
  /**
   * Runs one statement.
   *
   * @throws Whatever the driver throws, with PostgreSQL's SQLSTATE as `code` where the server refused
   */
  query(text: string, parameters: readonly Parameter[], call: SqlCall): Promise<readonly Row[]>;
}

/** A database. */
export interface SqlClient extends Queries {
  /** Runs a function in one transaction, rolled back when it throws. */
  transaction<Result>(work: (queries: Queries) => Promise<Result>, call: SqlCall): Promise<Result>;
  /** Runs several statements without parameters, for migrations. */
  script(text: string): Promise<void>;
  /** Closes all connections. */
  close(): Promise<void>;
}

/** What a statement needs to know of its call. */
export type SqlCall = Pick<Call, "operation" | "deadline" | "signal">;

/** Thrown when a call's deadline passed or its signal was aborted while a statement ran. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  /** Why. */
  readonly reason: "timeout" | "aborted";
  /** Whether the server has said that it stopped the statement. */
  readonly certain: boolean;

  /** Made by the adapters. */
  constructor(reason: "timeout" | "aborted", certain: boolean, cause?: unknown) {
    super(reason, { cause });
    this.reason = reason;
    this.certain = certain;
  }
}
