/**
 * The one order of names: their UTF-8 bytes.
 *
 * @module
 */

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

/**
 * The last text of all that begin with `prefix`, for inclusive ranges: nothing valid sorts between it and the texts
 * that do not begin with it. Keys hold at most 1,024 bytes, so it is built no longer than that.
 */
export function lastWithPrefix(prefix: string): string {
  const room = 1024 - new TextEncoder().encode(prefix).length;
  return prefix + "\u{10ffff}".repeat(Math.max(0, Math.floor(room / 4)));
}
