/**
 * Deadline and cancellation of a statement, and its turn at a connection.
 *
 * @module
 */

import { Interrupted, type SqlCall } from "./sql_client.ts";

/** Milliseconds that a statement has to end after it was told to stop. */
const GRACE = 2_000;
const QUERY_CANCELED = "57014";

/**
 * Waits until the call's deadline or signal, then stops what it waits for and waits a little longer for the server's
 * word: a statement that the server stopped is known not to have been applied.
 *
 * @param pending What is waited for
 * @param stop Stops it; whether it certainly never began
 * @param call The call
 * @throws {Interrupted} When the call is over before `pending` is
 */
export function interruptible<Result>(
  pending: PromiseLike<Result>,
  stop: () => boolean,
  { deadline, signal }: SqlCall,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    let reason: Interrupted["reason"] | null = null;
    let timer: ReturnType<typeof setTimeout>;
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
    const interrupt = (why: Interrupted["reason"]) => {
      end();
      reason = why;
      const giveUp = (certain: boolean) => reject(new Interrupted(why, certain, signal?.reason));
      if (stop()) giveUp(true);
      else timer = setTimeout(giveUp, GRACE, false);
    };
    const abort = () => interrupt("aborted");
    timer = setTimeout(interrupt, Math.max(0, deadline - Date.now()), "timeout");
    signal?.addEventListener("abort", abort, { once: true });
    pending.then((result) => {
      end();
      resolve(result);
    }, (error) => {
      end();
      if (reason === null) return reject(error);
      const cause = reason === "aborted" ? signal?.reason : error;
      reject(new Interrupted(reason, error?.code === QUERY_CANCELED, cause));
    });
    if (signal?.aborted) abort();
  });
}

/** Turns at a number of connections. */
export interface Turns {
  /** Takes a turn: at once, then it gives `null`, or after those who came before. */
  take(call: SqlCall): Promise<void> | null;
  /** Gives a turn back. */
  give(): void;
  /** Lets nobody begin until then, but no longer than a stopped statement may take. */
  hold(until: Promise<unknown>): void;
}

/** Makes turns: as many at a time as there are connections, first come, first served. */
export function turns(connections: number): Turns {
  const line = new Set<() => void>();
  let free = connections;
  let holds = 0;

  function next(): void {
    for (const begin of line) {
      if (free === 0 || holds > 0) return;
      line.delete(begin);
      free--;
      begin();
    }
  }

  return {
    take(call) {
      if (free > 0 && holds === 0) {
        free--;
        return null;
      }
      let place = () => {};
      const turn = new Promise<void>((resolve) => line.add(place = resolve));
      return interruptible(turn, () => line.delete(place), call);
    },
    give() {
      free++;
      next();
    },
    hold(until) {
      holds++;
      const timer = setTimeout(() => go(), GRACE);
      let go = () => {
        go = () => {};
        clearTimeout(timer);
        holds--;
        next();
      };
      until.then(() => go(), () => go());
    },
  };
}
