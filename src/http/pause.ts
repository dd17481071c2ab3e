/**
 * Pauses between two tries of the same thing.
 *
 * @module
 */

import type { Service } from "./service.ts";

/** Waits for a random time up to so many milliseconds, so that those who try at once do not try again at once. */
export function pause({ random }: Pick<Service, "random">, longest: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, random() * longest));
}
