/**
 * Waiting: for a database that asks for time, and for the rate that a caller allows.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import { wait } from "../model/waiting.ts";

/** Tries of one call at most; with the pauses between them about two minutes. */
const ATTEMPTS = 30;
/** Milliseconds of the longest pause. */
const PAUSE_MAXIMUM = 8_000;

/**
 * Makes a call again after a fault that may pass. Only for calls that can be made twice.
 *
 * @throws {StoreError} The last fault, when it does not pass
 */
export async function persistently<Result>(call: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  for (let attempt = 1;; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!mayPass(error) || attempt === ATTEMPTS || signal.aborted) throw error;
      await delay(Math.random() * Math.min(PAUSE_MAXIMUM, 50 * 2 ** attempt), signal);
    }
  }
}

function mayPass(error: unknown): boolean {
  return error instanceof StoreError && (error.retryable || error.code === "unknown_outcome");
}

/** Waits; throws `aborted` as soon as the signal is. */
export function delay(milliseconds: number, signal: AbortSignal): Promise<void> {
  return wait(milliseconds, signal, (cause) => {
    return new StoreError("aborted", "transfer", "the transfer was stopped", { cause });
  });
}

/** Counts the capacity units that a store consumes: give `onRequest` to the store, and the meter to the transfer. */
export interface Meter {
  /** For the store's options. */
  onRequest(request: { readonly consumedCapacity: number }): void;
  /** Units so far. */
  units(): number;
}

/** Makes a meter. */
export function createMeter(): Meter {
  let units = 0;
  return { onRequest: ({ consumedCapacity }) => void (units += consumedCapacity), units: () => units };
}

/** How fast a transfer may go. */
export interface Rate {
  /** Rows a second at most. Default: no limit. */
  readonly rowsPerSecond?: number;
  /** Capacity units a second at most, all stores of the meter together. Default: no limit. */
  readonly capacityPerSecond?: number;
  /** Counts the capacity; needed for `capacityPerSecond`. */
  readonly meter?: Meter;
}

/** Waits before each page until the rate allows it; `rows` is how many it has. */
export function limiter(rate: Rate, signal: AbortSignal): (rows: number) => Promise<void> {
  const { rowsPerSecond = Infinity, capacityPerSecond = Infinity, meter } = rate;
  if (capacityPerSecond !== Infinity && meter === undefined) {
    throw new StoreError("configuration", "transfer", "capacityPerSecond needs a meter");
  }
  const started = performance.now();
  const unitsBefore = meter?.units() ?? 0;
  let rows = 0;
  return async (more) => {
    rows += more;
    const units = (meter?.units() ?? 0) - unitsBefore;
    const due = started + 1000 * Math.max((rows - more) / rowsPerSecond, units / capacityPerSecond);
    const milliseconds = due - performance.now();
    if (milliseconds > 0) await delay(milliseconds, signal);
  };
}
