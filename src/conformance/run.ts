/**
 * Runs a case with stores of its own.
 *
 * @module
 */

import type { StoreOptions } from "../store.ts";
import type { TransferStore } from "../tables.ts";
import { AWKWARD } from "./awkward.ts";
import type { Case, World } from "./case.ts";
import { check } from "./check.ts";

/** What the author of a backend gives. */
export interface Harness {
  /** Opens a store; all that one harness opens share one database. Any number are open at once. */
  open(options?: StoreOptions): Promise<TransferStore>;
  /** More awkward texts than our own few, e.g. a published corpus. None may be empty or hold NUL or lone surrogates. */
  readonly awkward?: readonly string[];
}

let count = 0;

/**
 * Runs one case and closes the stores it has opened, whatever happens.
 *
 * @throws {CheckError} When the behaviour is not shown; anything else that a store throws comes through
 */
export async function runCase({ run }: Case, { open, awkward = AWKWARD }: Harness): Promise<void> {
  const opened: TransferStore[] = [];
  const world: World = {
    awkward,
    async open(options) {
      const store = await open(options);
      opened.push(store);
      return store;
    },
    id: (label = "actor") => `${label}-${(++count).toString(36)}-${crypto.randomUUID().slice(0, 13)}`,
  };
  try {
    await run(await world.open(), check, world);
  } finally {
    await Promise.all(opened.map((store) => store.close()));
  }
}
