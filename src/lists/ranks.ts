/**
 * Ranks: sort keys between which there is always room for another one. Fractional indexing in base 62, as the reference
 * computes them: `a0`, `a1`, …, `az`, `b00`; `a0V` between `a0` and `a1`. They order as texts do.
 *
 * @module
 */

import { generateKeyBetween, generateNKeysBetween } from "fractional-indexing";
import { StoreError } from "../errors.ts";

/** Characters of a rank at most. */
export const RANK_MAXIMUM = 180;
/** Characters from which on a list needs to be compacted. */
export const RANK_WARNING = 140;
/** Characters up to which compacting leaves ranks alone. */
const RANK_SHORT = 32;
/** Halvings of the room that each further try adds, up to a number that two writers never share. */
const SPREAD_STEP = 8;
const SPREAD_MAXIMUM = 64;

/** A rank or an end of the list. */
export type Bound = string | null;

/**
 * The rank between two neighbours that everybody computes alike.
 *
 * @throws {StoreError} `too_large` when there is no room left, `corrupt` when a bound is no rank
 */
export function rankBetween(operation: string, lower: Bound, upper: Bound): string {
  return checked(operation, () => [generateKeyBetween(lower, upper)])[0]!;
}

/** So many ranks between two neighbours, as short as possible. */
export function ranksBetween(operation: string, lower: Bound, upper: Bound, count: number): string[] {
  return checked(operation, () => generateNKeysBetween(lower, upper, count));
}

/** A rank between two neighbours for the given try: the plain one first, then any of 256, of 65,536, … */
export function rankOfTry(
  operation: string,
  lower: Bound,
  upper: Bound,
  attempt: number,
  random: () => number,
): string {
  if (attempt === 0) return rankBetween(operation, lower, upper);
  const halvings = Math.min(SPREAD_STEP * attempt, SPREAD_STEP * 3);
  return checked(operation, () => [generateKeyBetween(...narrowed(lower, upper, halvings, random))])[0]!;
}

/** So many ranks between two neighbours, in a room of their own that nobody else will draw. */
export function ownRanksBetween(
  operation: string,
  lower: Bound,
  upper: Bound,
  count: number,
  random: () => number,
): string[] {
  return checked(operation, () => generateNKeysBetween(...narrowed(lower, upper, SPREAD_MAXIMUM, random), count));
}

/** A random part of the room between two neighbours. */
function narrowed(lower: Bound, upper: Bound, halvings: number, random: () => number): [string, string] {
  let [low, high] = room(lower, upper);
  for (let count = 0; count < halvings; count++) {
    const middle = generateKeyBetween(low, high);
    if (random() < 0.5) low = middle;
    else high = middle;
  }
  return [low, high];
}

/** At an end of the list the room is the step behind the rank of the plain try, so that ranks there stay short. */
function room(lower: Bound, upper: Bound): [string, string] {
  if (lower !== null && upper !== null) return [lower, upper];
  const first = generateKeyBetween(lower, upper);
  return upper === null ? [first, generateKeyBetween(first, null)] : [generateKeyBetween(null, first), first];
}

function checked(operation: string, compute: () => string[]): string[] {
  let ranks: string[];
  try {
    ranks = compute();
  } catch (cause) {
    throw new StoreError("corrupt", operation, "the rank of a stored item is none", { cause });
  }
  if (ranks.some((rank) => rank.length > RANK_MAXIMUM)) {
    throw new StoreError("too_large", operation, `no room at this place of the list: compact the list first`);
  }
  return ranks;
}

/** A change of one item's rank. */
export interface Move {
  /** The rank it has. */
  readonly from: string;
  /** The shorter rank it gets. */
  readonly to: string;
}

/**
 * How to shorten the long ranks of a list without changing its order at any moment.
 *
 * Runs of long ranks get even ones between the short neighbours. What moves towards the end goes last to first, what moves
 * towards the begin first to last: so no item ever passes another one.
 *
 * @param ranks All ranks of the list in order
 * @param short Characters up to which a rank stays as it is
 */
export function planMoves(operation: string, ranks: readonly string[], short = RANK_SHORT): Move[] {
  const moves: Move[] = [];
  for (let begin = 0, end: number; begin < ranks.length; begin = end + 1) {
    end = begin;
    while (end < ranks.length && ranks[end]!.length > short) end++;
    if (end === begin) continue;
    const run = ranks.slice(begin, end);
    const lower = ranks[begin - 1] ?? rankBetween(operation, null, run[0]!);
    const upper = ranks[end] ?? rankBetween(operation, run.at(-1)!, null);
    const targets = ranksBetween(operation, lower, upper, run.length);
    const all = run.map((from, index): Move => ({ from, to: targets[index]! }));
    moves.push(...all.filter(({ from, to }) => to > from).reverse(), ...all.filter(({ from, to }) => to < from));
  }
  return moves;
}
