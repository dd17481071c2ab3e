// Actors in memory.
import type { BackendPart } from "../../../src/backend.ts";
import { compactJson } from "../../../src/model/json.ts";
import * as tombstone from "../../../src/model/tombstone.ts";
import type { Actors } from "../../../src/store.ts";
import { attributeKey, liveRow, readRow } from "./attributes.ts";
import { type Context, copy, pageOf, removeWhere, rowsOf, sorted, type Synchronous } from "./database.ts";

/** The part. */
export function actors(context: Context): Synchronous<BackendPart<Actors>> {
  const { database, lookupsNeedActor, now } = context;
  const tombstones = () => rowsOf(database.attributes, tombstone.TOMBSTONE_OWNER);
  const tombstoneKey = (actorId: string) => attributeKey(tombstone.TOMBSTONE_BUCKET, actorId);

  function eraseOwned(actorId: string): void {
    const { attributes, diffs, peerTrustees, properties, subscriptions, suspensions, trusts } = database;
    for (const table of [attributes, diffs, peerTrustees, properties, subscriptions, suspensions, trusts]) {
      table.delete(actorId);
    }
    removeWhere(database.lookups, (owner) => owner === actorId);
  }

  function writeTombstone(actorId: string): void {
    const milliseconds = now();
    tombstones().set(tombstoneKey(actorId), {
      bucket: tombstone.TOMBSTONE_BUCKET,
      name: actorId,
      data: compactJson(tombstone.tombstoneData(actorId, milliseconds)),
      timestamp: null,
      expiresAt: Math.floor(milliseconds / 1000) + tombstone.TOMBSTONE_SECONDS,
    });
  }

  return {
    get(actorId) {
      const actor = database.actors.get(actorId);
      return actor === undefined ? null : copy(actor);
    },

    listByCreator: (creator) =>
      sorted(database.actors).map(([, actor]) => copy(actor)).filter((actor) => actor.creator === creator),

    createIfAbsent(actor, call) {
      if (database.actors.has(actor.id)) return false;
      database.actors.set(actor.id, copy(actor));
      if (call.clearTombstone === true) tombstones().delete(tombstoneKey(actor.id));
      return true;
    },

    update(actorId, fields) {
      const actor = database.actors.get(actorId);
      if (actor === undefined) return false;
      database.actors.set(actorId, { ...actor, ...fields });
      return true;
    },

    delete(actorId) {
      if (lookupsNeedActor) removeWhere(database.lookups, (owner) => owner === actorId);
      return database.actors.delete(actorId);
    },

    erase(actorId) {
      const existed = database.actors.delete(actorId);
      eraseOwned(actorId);
      if (existed && tombstone.fitsTombstone(actorId)) writeTombstone(actorId);
      return existed;
    },

    tombstone(actorId, call) {
      const row = liveRow(context, tombstone.TOMBSTONE_OWNER, tombstone.TOMBSTONE_BUCKET, actorId);
      return row === null ? null : tombstone.tombstoneOf(call.operation, actorId, readRow(row).data);
    },

    page: (call) => pageOf(sorted(database.actors), call, copy),
  };
}
