/**
 * Deadline and cancellation of a statement.
 *
 * @module
 */

import type { Alarm, Alarms } from "./alarms.ts";
import { Interrupted, type SqlCall } from "./sql_client.ts";

/** Milliseconds that a statement has to end after it was told to stop. */
export const GRACE = 2_000;
/** Milliseconds before its deadline at which a write is told to stop, but no more than a quarter of its time. */
const RESERVE = 1_000;
/** SQLSTATE of a statement that was stopped. */
export const QUERY_CANCELED = "57014";

/** What is waited for, and how it is stopped. */
export interface Stoppable<Result> {
  /** What is waited for. */
  readonly pending: PromiseLike<Result>;
  /** Stops it; whether it has certainly changed nothing, so that nobody has to wait for the server's word. */
  stop(): boolean;
  /** Whether the server will say that it has stopped, so that it is told to before the deadline. Default: no. */
  readonly answers?: boolean;
  /** Called when the call ends and leaves it behind. */
  left?(): void;
  /** Called as soon as it has ended, also after it was given up; with what it threw, or `null`. */
  ended?(fault: unknown): void;
}

/**
 * Waits until the call's signal or shortly before its deadline, then stops what it waits for and waits until the deadline
 * for the server's word: a statement that the server stopped is known not to have been applied.
 *
 * @param stoppable What is waited for
 * @param call The call
 * @param alarms The alarms of the database
 * @throws {Interrupted} When the call is over before `pending` is
 */
export function interruptible<Result>(
  { pending, stop, answers = false, left, ended }: Stoppable<Result>,
  { deadline, signal }: SqlCall,
  alarms: Alarms,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    let reason: Interrupted["reason"] | null = null;
    const reserve = answers ? Math.min(RESERVE, (deadline - Date.now()) / 4) : 0;
    let alarm: Alarm = { at: deadline - reserve, ring: () => interrupt("timeout") };
    const end = (fault: unknown) => {
      ended?.(fault);
      quiet();
    };
    const quiet = () => {
      alarms.clear(alarm);
      signal?.removeEventListener("abort", abort);
    };
    const interrupt = (why: Interrupted["reason"]) => {
      quiet();
      reason = why;
      const giveUp = (certain: boolean) => {
        left?.();
        reject(new Interrupted(why, certain, signal?.reason));
      };
      if (stop()) return giveUp(true);
      alarm = { at: Math.min(deadline, Date.now() + GRACE), ring: () => giveUp(false) };
      alarms.set(alarm);
    };
    const abort = () => interrupt("aborted");
    alarms.set(alarm);
    signal?.addEventListener("abort", abort, { once: true });
    pending.then((result) => {
      end(null);
      resolve(result);
    }, (error) => {
      end(error);
      if (reason === null) return reject(error);
      const cause = reason === "aborted" ? signal?.reason : error;
      reject(new Interrupted(reason, error?.code === QUERY_CANCELED, cause));
    });
    if (signal?.aborted) abort();
  });
}
