/** Actors on PostgreSQL. @module */

import type { BackendPart } from "../backend.ts";
import { compactJson } from "../model/json.ts";
import { instantOf } from "../model/time.ts";
import {
  fitsTombstone,
  TOMBSTONE_BUCKET,
  TOMBSTONE_OWNER,
  TOMBSTONE_SECONDS,
  tombstoneData,
  tombstoneOf,
} from "../model/tombstone.ts";
import type { Actor, Actors, Attributes } from "../store.ts";
import { collection, type Layout } from "./collection.ts";
import { utc } from "./rows.ts";
import { type Context, run, type Tables } from "./statements.ts";

/** Where an actor is kept. */
export function actorLayout(tables: Tables): Layout<Actor> {
  return {
    table: tables.actors,
    key: ["id"],
    fields: { id: ["id", "text"], creator: ["creator", "text"], passphrase: ["passphrase", "text"] },
    order: `id COLLATE "C"`,
  };
}

/** The part; tombstones are attributes. */
export function actors(context: Context, attributes: Pick<BackendPart<Attributes>, "get">): BackendPart<Actors> {
  const { tables, now } = context;
  const rows = collection(context, actorLayout(context.tables));
  const ofCreator = rows.where("creator = $1::text", 1);
  const everyone = rows.where("true", 0);

  // An actor that is being erased still counts as there, because this statement would not see its tombstone to clear it.
  const create = `INSERT INTO ${tables.actors} (id, creator, passphrase, created_at)
    SELECT $1::text, $2::text, $3::text, ${utc("$4")}
    WHERE NOT EXISTS (SELECT 1 FROM ${tables.actors} WHERE id = $1::text) ON CONFLICT (id) DO NOTHING RETURNING 1`;
  const createAndClear = `WITH created AS (${create}),
    cleared AS (DELETE FROM ${tables.attributes}
      WHERE id = $5::text AND bucket_name = $6::text AND EXISTS (SELECT 1 FROM created))
    SELECT 1 FROM created`;
  const { diffs, peertrustees, properties, subscriptions, suspensions, trusts } = tables;
  const owned = [tables.attributes, diffs, peertrustees, properties, subscriptions, suspensions, trusts];
  const erase = `WITH actor AS MATERIALIZED (SELECT id FROM ${tables.actors} WHERE id = $1::text FOR UPDATE),
    tombstone AS (INSERT INTO ${tables.attributes} (id, bucket_name, bucket, name, data, ttl_timestamp)
      SELECT $2::text, $3::text, $4::text, $1::text, $5::text::jsonb, $6::text::bigint FROM actor
      WHERE $3::text IS NOT NULL ON CONFLICT (id, bucket_name) DO UPDATE
      SET data = EXCLUDED.data, ttl_timestamp = EXCLUDED.ttl_timestamp, timestamp = NULL),
    lookup AS (DELETE FROM ${tables.lookup} WHERE actor_id = $1::text),
    ${owned.map((table, index) => `owned${index} AS (DELETE FROM ${table} WHERE id = $1::text)`).join(",\n    ")},
    gone AS (DELETE FROM ${tables.actors} WHERE id IN (SELECT id FROM actor) RETURNING 1)
    SELECT 1 FROM gone`;

  return {
    get: (actorId, call) => rows.get([actorId], call),

    listByCreator: (creator, call) => ofCreator.all([creator], call),

    async createIfAbsent(actor, call) {
      const values = [actor.id, actor.creator, actor.passphrase, instantOf(now())];
      if (call.clearTombstone !== true) return (await run(context, create, values, call)).length > 0;
      const parameters = [...values, TOMBSTONE_OWNER, `${TOMBSTONE_BUCKET}:${actor.id}`];
      return (await run(context, createAndClear, parameters, call)).length > 0;
    },

    update: (actorId, fields, call) => rows.update([actorId], fields, call),

    delete: (actorId, call) => rows.delete([actorId], call),

    async erase(actorId, call) {
      const milliseconds = now();
      const parameters = [
        actorId,
        TOMBSTONE_OWNER,
        fitsTombstone(actorId) ? `${TOMBSTONE_BUCKET}:${actorId}` : null,
        TOMBSTONE_BUCKET,
        compactJson(tombstoneData(actorId, milliseconds)),
        String(Math.floor(milliseconds / 1000) + TOMBSTONE_SECONDS),
      ];
      return (await run(context, erase, parameters, call)).length > 0;
    },

    async tombstone(actorId, call) {
      const found = await attributes.get(TOMBSTONE_OWNER, TOMBSTONE_BUCKET, actorId, call);
      return found && tombstoneOf(call.operation, actorId, found.data);
    },

    page: (call) => everyone.page([], call),
  };
}
