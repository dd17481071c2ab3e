/**
 * Removing expired attributes by the way, where the database does not remove them by itself.
 *
 * @module
 */

import type { CallOptions, Store } from "./store.ts";

/** Options of {@linkcode occasionalPurge}. */
export interface OccasionalPurgeOptions {
  /** Seconds between two removals at least. Positive. Default 3,600. */
  readonly every?: number;
  /** Only in these buckets. Default: in all. */
  readonly buckets?: readonly string[];
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/**
 * Makes a function to be called with every request, or whenever there is time: now and then it removes the expired
 * attributes of all actors, by one statement on an index. Each process counts for itself.
 *
 * The function answers how many were removed, or `null` when it was not yet time, when another call is at it, or when the
 * database removes them by itself. It throws {@linkcode StoreError} as `attributes.purgeExpired` does; the next attempt is
 * made when it is time again.
 *
 * @example
 * ```ts
 * import { occasionalPurge, type Store } from "actingweb-edge";
 *
 * export function handler(store: Store, answer: (request: Request) => Promise<Response>) {
 *   const purge = occasionalPurge(store);
 *   return (request: Request, context: { waitUntil(work: Promise<unknown>): void }) => {
 *     context.waitUntil(purge());
 *     return answer(request);
 *   };
 * }
 * ```
 */
export function occasionalPurge(
  store: Store,
  options: OccasionalPurgeOptions = {},
): (call?: CallOptions) => Promise<number | null> {
  const { every = 3_600, buckets, now = Date.now } = options;
  let last = -Infinity;
  return async (call = {}) => {
    if (store.capabilities.nativeExpiry || now() - last < every * 1000) return null;
    last = now();
    return await store.attributes.purgeExpired(buckets === undefined ? call : { ...call, buckets });
  };
}
