/**
 * Comparing secrets, so that the time taken tells nothing about where or how two of them differ.
 *
 * @module
 */

import { sha256 } from "../model/sha256.ts";

/** Whether two secrets are the same. Their digests are compared: nobody can choose where those begin to differ. */
export function isSameSecret(left: Uint8Array, right: Uint8Array): boolean {
  return haveSameBytes(sha256(left), sha256(right));
}

/** Whether two digests are equal. Every byte of both is looked at, whatever was found before. */
export function haveSameBytes(one: ArrayLike<number>, other: ArrayLike<number>): boolean {
  let difference = one.length ^ other.length;
  for (let index = 0; index < one.length; index++) difference |= one[index]! ^ other[index]!;
  return difference === 0;
}
