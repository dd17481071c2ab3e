/**
 * The one order of names: their UTF-8 bytes.
 *
 * @module
 */

import { NAME_BYTES } from "./limits.ts";

/**
 * Compares two texts by their UTF-8 bytes. JavaScript's `<` compares UTF-16 units, which puts U+FF61 after U+1F600.
 *
 * @returns Negative, zero or positive, as for `Array.prototype.sort`
 */
export function compareBytes(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

/** Surrogates stand for code points above all other units, so they rank above them. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** The greatest text of so many bytes. */
const GREATEST = ["", "\u007f", "\u07ff", "\uffff", "\u{10ffff}"];

/**
 * The last of all texts that begin with `prefix`, for inclusive ranges. Keys hold at most 1,024 bytes, and so does it.
 */
export function lastWithPrefix(prefix: string): string {
  const room = Math.max(0, NAME_BYTES - new TextEncoder().encode(prefix).length);
  return prefix + GREATEST[4]!.repeat(Math.floor(room / 4)) + GREATEST[room % 4]!;
}
