/**
 * What every transfer needs of a store.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import type { TransferStore } from "../tables.ts";

/** Throws `configuration` when a store has no tables, as a caller without types may give one. */
export function needTables(operation: string, ...stores: readonly TransferStore[]): void {
  if (stores.every((store) => store.tables !== undefined)) return;
  throw new StoreError("configuration", operation, "a store has to be opened with the option `tables`");
}
