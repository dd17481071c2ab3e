/**
 * Stored texts on a terminal.
 *
 * @module
 */

// What moves the cursor, ends a line, turns the direction of writing or is not seen at all.
// deno-lint-ignore no-control-regex
const UNSEEN = /[\0-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Cs}/gu;

/** A name that somebody else chose, in the middle of a line: it can neither pretend to be a line nor steer the terminal. */
export function shown(name: string): string {
  return name.replace(UNSEEN, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
