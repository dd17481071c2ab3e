/**
 * One call of a list with all its requests: one name for errors, one deadline, one signal.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import { refuse } from "../guard/check.ts";
import { wait as waitFor } from "../model/waiting.ts";
import type { CallOptions, ReadOptions } from "../store.ts";

const TIMEOUT_DEFAULT = 15_000;
const PAUSE_FIRST = 5;
const PAUSE_MAXIMUM = 100;

/** A call under way. */
export interface Call {
  /** The method, e.g. `lists.append`. */
  readonly operation: string;
  /** When it has to be over; milliseconds since the epoch. */
  readonly deadline: number;
  /** The caller's signal. */
  readonly signal: AbortSignal | undefined;
  /** Whether its reads must see every earlier write. */
  readonly consistent: boolean;
}

/** Begins a change; its reads are always consistent. */
export function begin(operation: string, { timeout = TIMEOUT_DEFAULT, signal }: CallOptions = {}): Call {
  if (!(timeout > 0)) refuse(operation, "timeout", "milliseconds above 0");
  return { operation, deadline: Date.now() + timeout, signal, consistent: true };
}

/** Begins a read. */
export function beginReading(operation: string, options: ReadOptions = {}): Call {
  return { ...begin(operation, options), consistent: options.consistent ?? true };
}

/** Options of the call's next request: its signal and what is left of its time. */
export function rest({ operation, deadline, signal, consistent }: Call): ReadOptions {
  const timeout = deadline - Date.now();
  if (timeout <= 0) throw new StoreError("timeout", operation, "the deadline passed");
  return { timeout, consistent, ...(signal === undefined ? {} : { signal }) };
}

/** Waits a random while before the next try where writers meet; throws `contended` when the deadline comes first. */
export async function pause(call: Call, attempt: number, random: () => number): Promise<void> {
  const milliseconds = random() * Math.min(PAUSE_FIRST * 2 ** attempt, PAUSE_MAXIMUM);
  if (Date.now() + milliseconds >= call.deadline) {
    throw new StoreError("contended", call.operation, "too many writers at one place of the list");
  }
  await wait(milliseconds, call);
}

/** Waits; throws `aborted` as soon as the caller's signal is. */
export function wait(milliseconds: number, { operation, signal }: Call): Promise<void> {
  return waitFor(milliseconds, signal, (cause) => {
    return new StoreError("aborted", operation, "the caller's signal was aborted", { cause });
  });
}
