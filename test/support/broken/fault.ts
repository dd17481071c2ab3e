// How a fault is put into the memory backend.
import type { Backend } from "../../../src/backend.ts";
import { guard } from "../../../src/guard.ts";
import type { StoreOptions } from "../../../src/store.ts";
import type { TransferStore } from "../../../src/tables.ts";
import {
  type Answering,
  backendOf,
  type Context,
  contextOf,
  type Database,
  type Parts,
  partsOf,
} from "../memory/mod.ts";

/** The memory backend with one fault. */
export interface Fault {
  /** Groups of the suite that have to notice. */
  readonly noticedBy: readonly [string, ...string[]];
  /** Opens a store; those that are given the same database share it. */
  open(options: StoreOptions, database: Database): TransferStore;
}

/** A fault in methods: what they do, not how often they ask the database. */
export function inParts(
  noticedBy: Fault["noticedBy"],
  change: (parts: Parts, context: Context) => Partial<Answering<Parts>>,
): Fault {
  return {
    noticedBy,
    open(options, database) {
      const context = contextOf(database, options);
      const parts = partsOf(context);
      return guard(backendOf({ ...parts, ...change(parts, context) }, options), options);
    },
  };
}

/** A fault in how a finished backend answers. */
export function inBackend(noticedBy: Fault["noticedBy"], change: (backend: Backend) => Partial<Backend>): Fault {
  return {
    noticedBy,
    open(options, database) {
      const backend = backendOf(partsOf(contextOf(database, options)), options);
      return guard({ ...backend, ...change(backend) }, options);
    },
  };
}
