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

/** What a statement answers. */
export interface Answer {
  /** The rows it selects or returns. */
  readonly rows: readonly Row[];
  /** Rows read or written, as PostgreSQL counts them. */
  readonly count: number;
}

/** What a statement needs to know of its call. */
export type SqlCall = Pick<Call, "operation" | "deadline" | "signal">;

/** A database. Both methods throw what the driver throws, or {@linkcode Interrupted}, or {@linkcode NotSent}. */
export interface SqlClient {
  /** Runs one statement, which is a transaction of its own. */
  query(text: string, parameters: readonly Parameter[], call: SqlCall): Promise<Answer>;
  /** Runs several statements without parameters in one transaction, for migrations. */
  script(text: string, call: SqlCall): Promise<void>;
  /** Closes all connections. */
  close(): Promise<void>;
}

/** Thrown when a call's deadline passed or its signal was aborted while a statement waited or ran. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  /** Why. */
  readonly reason: "timeout" | "aborted";
  /** Whether the statement was certainly not applied: never sent, or stopped by the server's own word. */
  readonly certain: boolean;

  /** Made by the adapters. */
  constructor(reason: "timeout" | "aborted", certain: boolean, cause?: unknown) {
    super(reason, { cause });
    this.reason = reason;
    this.certain = certain;
  }
}

/** Thrown when there was no connection to send the statement on; the cause says why. */
export class NotSent extends Error {
  override readonly name = "NotSent";

  /** Made by the adapters. */
  constructor(cause: unknown) {
    super("no connection", { cause });
  }
}
