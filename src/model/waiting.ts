/**
 * Waiting, and working on many things some at once.
 *
 * @module
 */

/** Waits, or throws what `aborted` makes of the signal's reason as soon as the signal is aborted. */
export function wait(
  milliseconds: number,
  signal: AbortSignal | undefined,
  aborted: (reason: unknown) => Error,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(aborted(signal?.reason));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });
}

/** Works on each, some at once. After a fault none is begun; it is thrown when those under way have ended. */
export async function inParallel<Each>(
  items: readonly Each[],
  parallel: number,
  work: (item: Each) => Promise<unknown>,
): Promise<void> {
  const queue = items.values();
  let failure: { readonly error: unknown } | null = null;
  const worker = async () => {
    for (const item of queue) {
      if (failure !== null) return;
      await work(item).catch((error: unknown) => {
        failure ??= { error };
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, items.length) }, worker));
  if (failure !== null) throw (failure as { readonly error: unknown }).error;
}
