/**
 * What somebody may have meant.
 *
 * @module
 */

const FARTHEST = 3;

/** ` (did you mean …?)` with the nearest of the known names, or nothing when none is near. */
export function hint(given: string, known: readonly string[], before = ""): string {
  const nearest = known
    .map((name) => ({ name, distance: name.startsWith(given) ? 0 : distance(given, name) }))
    .sort((left, right) => left.distance - right.distance)[0];
  if (nearest === undefined || nearest.distance > Math.min(FARTHEST, nearest.name.length / 2)) return "";
  return ` (did you mean ${before}${nearest.name}?)`;
}

/** Characters to insert, remove or replace, after Levenshtein. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
