// Random numbers that a failing test can be given again: TEST_SEED=... repeats a run.
import process from "node:process";

/** A source of random choices. */
export interface Random {
  /** What it began with; print it where a test fails. */
  readonly seed: number;
  /** A whole number from 0 up to but not including `end`. */
  below(end: number): number;
  /** One of these. */
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
}

/** Begins with `TEST_SEED`, or with the time. */
export function random(seed = Number(process.env.TEST_SEED ?? Date.now() % 2 ** 32)): Random {
  let state = seed;
  // The generator mulberry32.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number) => Math.floor(next() * end);
  return { seed, below, pick: (items) => items[below(items.length)]! };
}
