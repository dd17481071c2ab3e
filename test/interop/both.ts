// Both libraries at one place, for a test file.
import { afterAll, beforeAll } from "bun:test";
import type { TransferStore } from "../../src/tables.ts";
import { type BackendName, BACKENDS, type RawRow, type SharedPlace, sharedPlace, VERSION } from "./place.ts";
import type { Reference } from "./reference.ts";

/** What a test needs; filled before the first one runs. */
export interface Both {
  place: SharedPlace;
  store: TransferStore;
  reference: Reference;
}

const INSTALLING = 300_000;
const REMOVING = 120_000;

/** Declares the tests of a file once for each backend, each time with a place of its own. */
export function onEachBackend(label: string, declare: (backend: BackendName, both: Both) => void): void {
  for (const backend of BACKENDS) {
    const both = {} as Both;
    beforeAll(async () => {
      both.place = await sharedPlace(backend, label);
      both.store = both.place.open();
      both.reference = both.place.startReference();
      // The first call waits until its interpreter is up.
      await both.reference.call("actor", "get", { actor_id: "nobody" });
    }, INSTALLING);
    afterAll(async () => {
      await both.reference.close();
      await both.store.close();
      await both.place.remove();
    }, REMOVING);
    declare(backend, both);
  }
}

/** Whether a row belongs to an actor. */
export function isOf(row: RawRow, actorId: string): boolean {
  return row.id === JSON.stringify(actorId) || row.id === JSON.stringify({ S: actorId });
}

/** A row without its place and its writer. */
export function withoutVersion(row: RawRow): RawRow {
  return Object.fromEntries(Object.entries(row).filter(([field]) => field !== VERSION));
}
