/**
 * Every fault of a store is one class with a closed set of codes.
 *
 * @module
 */

/**
 * What went wrong. Codes are stable; the text of a message is not.
 *
 * | code | meaning | retryable |
 * | --- | --- | --- |
 * | `invalid` | an argument is not acceptable; the message names it and what was expected | no |
 * | `too_large` | an argument is over a limit; the message names it and the limit | no |
 * | `conflict` | another row stands in the way, e.g. two composite keys that are joined to the same text | no |
 * | `contended` | too many writers at one row; none of this call was applied | yes |
 * | `throttled` | the database asks for fewer requests; none of this call was applied | yes |
 * | `timeout` | the deadline passed; a read, or a write that was certainly not applied | yes |
 * | `aborted` | the caller's signal was aborted | no |
 * | `unavailable` | the database cannot be reached or is failing; not applied | yes |
 * | `unknown_outcome` | a write was sent and its answer never came: it may have been applied | no |
 * | `not_migrated` | a table or schema is missing or too old; run `migrate` | no |
 * | `denied` | the database refuses the credentials or lacks a permission | no |
 * | `corrupt` | a stored row cannot be read as what it should be | no |
 * | `configuration` | settings are missing, wrong or contradictory | no |
 * | `closed` | the store was closed | no |
 * | `locked` | another live process has the embedded database open | no |
 * | `internal` | anything else; the cause says what | no |
 */
export type StoreErrorCode =
  | "invalid"
  | "too_large"
  | "conflict"
  | "contended"
  | "throttled"
  | "timeout"
  | "aborted"
  | "unavailable"
  | "unknown_outcome"
  | "not_migrated"
  | "denied"
  | "corrupt"
  | "configuration"
  | "closed"
  | "locked"
  | "internal";

const RETRYABLE: ReadonlySet<StoreErrorCode> = new Set(["contended", "throttled", "timeout", "unavailable"]);

/** The key under which Node, Deno and Bun look for how to print an object. */
const inspect: unique symbol = Symbol.for("nodejs.util.inspect.custom");

/**
 * The one error a store throws. Absence never throws: it is `null`, `false` or an empty collection.
 *
 * The message never carries a secret or a stored value. `cause` holds the driver's own error, which may quote both:
 * consoles print the error without it, and logs that may hold values ask for it by name. Only a process that ends by an
 * uncaught error prints it, too.
 *
 * @example
 * ```ts
 * import { StoreError } from "actingweb-edge";
 *
 * export function retryAfter(error: unknown): number | null {
 *   return error instanceof StoreError && error.retryable ? 1 : null;
 * }
 * ```
 */
export class StoreError extends Error {
  /** `StoreError`: tells it from other errors where `instanceof` cannot, e.g. with two copies of this package. */
  override readonly name = "StoreError";
  /** What went wrong. */
  readonly code: StoreErrorCode;
  /** The method that failed, e.g. `properties.get`. */
  readonly operation: string;
  /** Whether the same call may succeed later without any change, and cannot have been applied already. */
  readonly retryable: boolean;

  /**
   * For authors of backends.
   *
   * @param code What went wrong
   * @param operation The method that failed, e.g. `properties.get`
   * @param detail What to do about it, without any stored value
   * @param options `cause`: the error below, if there is one
   */
  constructor(code: StoreErrorCode, operation: string, detail: string, options?: { cause?: unknown }) {
    super(`${operation}: ${detail}`, options);
    this.code = code;
    this.operation = operation;
    this.retryable = RETRYABLE.has(code);
  }

  /** What consoles print: everything but the cause. */
  [inspect](): string {
    return `${this.stack ?? `${this.name}: ${this.message}`}\n  code: ${this.code}, retryable: ${this.retryable}`;
  }
}
