/**
 * Deadline and cancellation of a statement.
 *
 * @module
 */

import { Interrupted, type SqlCall } from "./sql_client.ts";

/** Milliseconds that a cancelled statement has to say how it ended. */
const GRACE = 2_000;
const QUERY_CANCELED = "57014";

/**
 * Waits for a statement until the call's deadline or signal, then cancels it and waits a little longer for the server's
 * word: a statement that the server stopped is known not to have been applied.
 */
export async function interruptible<Result>(
  pending: PromiseLike<Result>,
  cancel: (() => void) | null,
  { deadline, signal }: SqlCall,
): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let reason: "timeout" | "aborted" | null = null;
  let interrupt: (why: "timeout" | "aborted") => void = () => {};
  const abort = () => interrupt("aborted");
  const overdue = new Promise<never>((_, reject) => {
    interrupt = (why) => {
      if (reason !== null) return;
      reason = why;
      clearTimeout(timer);
      cancel?.();
      timer = setTimeout(() => reject(new Interrupted(why, false, signal?.reason)), cancel === null ? 0 : GRACE);
    };
  });
  timer = setTimeout(() => interrupt("timeout"), Math.max(0, deadline - Date.now()));
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([pending, overdue]);
  } catch (error) {
    if (reason !== null && (error as { code?: unknown } | null)?.code === QUERY_CANCELED) {
      throw new Interrupted(reason, true, error);
    }
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
