// Reverse lookup in memory.
import type { BackendPart } from "../../../src/backend.ts";
import type { Lookups } from "../../../src/store.ts";
import type { Context, Synchronous } from "./database.ts";
import { claim, holds, lookupKey } from "./properties.ts";

/** The part. */
export function lookups(context: Context): Synchronous<BackendPart<Lookups>> {
  const { database } = context;
  return {
    get(name, value) {
      const owner = database.lookups.get(lookupKey(name, value));
      return owner !== undefined && holds(database, owner, name, value) ? owner : null;
    },

    claim: (actorId, name, value) => holds(database, actorId, name, value) && claim(context, actorId, name, value),

    release(actorId, name, value) {
      const key = lookupKey(name, value);
      if (database.lookups.get(key) !== actorId || holds(database, actorId, name, value)) return false;
      return database.lookups.delete(key);
    },
  };
}
