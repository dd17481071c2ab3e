// Suspensions in memory.
import type { BackendPart } from "../../../src/backend.ts";
import { StoreError } from "../../../src/errors.ts";
import { instantOf } from "../../../src/model/time.ts";
import type { Suspension, Suspensions } from "../../../src/store.ts";
import { type Context, copy, pageOf, removeWhere, rowsOf, sorted, type Synchronous } from "./database.ts";

/** The part. */
export function suspensions({ database, now }: Context): Synchronous<BackendPart<Suspensions>> {
  const rows = (actorId: string) => rowsOf(database.suspensions, actorId);

  /** The row of exactly this; the joined key may also be another pair's. */
  function find(actorId: string, target: string, subtarget: string): Suspension | null {
    const row = rows(actorId).get(suspensionKey(target, subtarget));
    return row !== undefined && row.target === target && row.subtarget === subtarget ? row : null;
  }

  return {
    has: (actorId, target, subtarget) =>
      find(actorId, target, "") !== null || find(actorId, target, subtarget) !== null,

    all: (actorId) => sorted(rows(actorId)).map(([, suspension]) => copy(suspension)),

    page: (actorId, call) => pageOf(sorted(rows(actorId)), call, copy),

    createIfAbsent(actorId, target, subtarget, call) {
      const key = suspensionKey(target, subtarget);
      if (find(actorId, target, subtarget) !== null) return false;
      if (rows(actorId).has(key)) {
        throw new StoreError("conflict", call.operation, "another target and subtarget are stored under the same key");
      }
      rows(actorId).set(key, { target, subtarget, suspendedAt: instantOf(now()) });
      return true;
    },

    delete: (actorId, target, subtarget) =>
      find(actorId, target, subtarget) !== null && rows(actorId).delete(suspensionKey(target, subtarget)),

    deleteAll: (actorId) => removeWhere(rows(actorId), () => true),
  };
}

function suspensionKey(target: string, subtarget: string): string {
  return subtarget === "" ? target : `${target}:${subtarget}`;
}
