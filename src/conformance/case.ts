/**
 * What a behaviour of the contract looks like as data: a sentence and a function that shows it.
 *
 * @module
 */

import type { StoreOptions } from "../store.ts";
import type { TransferStore } from "../tables.ts";
import type { Check } from "./check.ts";

/** The surroundings of a case. */
export interface World {
  /** Opens one more store on the same database, e.g. with another clock or a report of requests; closed after the case. */
  open(options?: StoreOptions): Promise<TransferStore>;
  /** An id that nobody else uses, e.g. of an actor; `label` makes it readable. At most 60 characters. */
  id(label?: string): string;
  /** Awkward texts to use as names and values; each is storable (no NUL, no lone surrogate, not empty). */
  readonly awkward: readonly string[];
}

/** One behaviour. */
export interface Case {
  /** The behaviour as a sentence. */
  readonly name: string;
  /** Shows it, or throws. */
  run(store: TransferStore, check: Check, world: World): Promise<void>;
}

/** The behaviours of one part of the contract. */
export interface Group {
  /** The part, e.g. `properties`. */
  readonly name: string;
  /** Its behaviours. */
  readonly cases: readonly Case[];
}

/**
 * A clock that stands, for cases that count requests: a store may look again where a machine was slow, and a machine that
 * runs other tests is slow at times.
 */
export const stopped = (): number => 1_795_000_000_000;

/** Makes a group of sentences and functions. */
export function group(name: string, cases: { readonly [sentence: string]: Case["run"] }): Group {
  return { name, cases: Object.entries(cases).map(([sentence, run]) => ({ name: sentence, run })) };
}
