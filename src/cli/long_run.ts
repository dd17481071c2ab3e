/**
 * What commands that take long have in common: progress on standard error, and a clean stop.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import type { Shell } from "./command.ts";
import { onStop } from "./signals.ts";

/** Milliseconds between two lines of progress. */
const PROGRESS_MILLISECONDS = 2_000;
/** Milliseconds for one call of a long run: a page, a batch, one list. */
export const CALL_MILLISECONDS = 120_000;

/** Milliseconds between two collections of garbage. */
const COLLECT_MILLISECONDS = 500;

/** A command that takes long. */
export interface LongRun {
  /** Aborted by the first signal that stops the process. */
  readonly signal: AbortSignal;
  /** Says how far it is, at first and then every few seconds. */
  progress(line: () => string): void;
}

/**
 * Runs work that takes long until it is done or the process is told to stop.
 *
 * @returns Whether it was done; stopped, it was in the middle of something that can be done again
 */
export async function untilStopped(shell: Shell, work: (run: LongRun) => Promise<void>): Promise<boolean> {
  const stop = new AbortController();
  const release = onStop(() => stop.abort());
  const collecting = collectGarbage();
  let last = -Infinity;
  try {
    await work({
      signal: stop.signal,
      progress(line) {
        if (performance.now() - last < PROGRESS_MILLISECONDS) return;
        last = performance.now();
        shell.complain(line());
      },
    });
    return true;
  } catch (error) {
    const isStopped = stop.signal.aborted && error instanceof StoreError && error.code === "aborted";
    if (!isStopped) throw error;
    shell.complain("Stopped.");
    return false;
  } finally {
    clearInterval(collecting);
    release();
  }
}

/**
 * Under Bun, garbage may grow to many times what is in use, and the more so the longer a run is and the more memory the
 * machine has; so its collector is called now and then.
 */
function collectGarbage(): ReturnType<typeof setInterval> | undefined {
  const { Bun } = globalThis as unknown as { readonly Bun?: { gc(wait: boolean): unknown } };
  return Bun && setInterval(() => Bun.gc(true), COLLECT_MILLISECONDS);
}

/** A number with its word. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
