/**
 * The tombstone of an erased actor: where the reference keeps it, for how long, and how it reads.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import type { Json, Tombstone } from "../store.ts";
import { TEXT_CHARACTERS } from "./limits.ts";
import { instantOf, normalizeInstant } from "./time.ts";

/** The id under which tombstones are attributes; never an actor. */
export const TOMBSTONE_OWNER = "_actingweb_deleted";
/** Their bucket. */
export const TOMBSTONE_BUCKET = "_deleted_actors";
/** Seconds a tombstone lasts: 30 days and the reference's hour for clocks that differ. */
export const TOMBSTONE_SECONDS = 30 * 86_400 + 3_600;

/** Whether an id leaves room for the bucket in a tombstone's key, which is as long as any attribute's. */
export function fitsTombstone(actorId: string): boolean {
  return [...`${TOMBSTONE_BUCKET}:${actorId}`].length <= TEXT_CHARACTERS;
}

/** The stored value `{ actor_id, deleted_at }`, with the instant in the form of Python's `isoformat`. */
export function tombstoneData(actorId: string, milliseconds: number): Json {
  return { actor_id: actorId, deleted_at: instantOf(milliseconds).replace("Z", "+00:00") };
}

/** Reads the stored value `{ actor_id, deleted_at }`. */
export function tombstoneOf(operation: string, actorId: string, data: Json): Tombstone {
  const stored = typeof data === "object" && data !== null && "deleted_at" in data ? data.deleted_at : null;
  const deletedAt = typeof stored === "string" ? normalizeInstant(stored) : null;
  if (deletedAt === null) throw new StoreError("corrupt", operation, "a stored tombstone has no readable deleted_at");
  return { actorId, deletedAt };
}
