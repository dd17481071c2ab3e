/** Actors on PostgreSQL. @module */

import type { BackendPart } from "../backend.ts";
import { compactJson, parseJson } from "../model/json.ts";
import { instantOf } from "../model/time.ts";
import { TOMBSTONE_BUCKET, TOMBSTONE_OWNER, TOMBSTONE_SECONDS, tombstoneOf } from "../model/tombstone.ts";
import type { Actor, Actors } from "../store.ts";
import type { Row } from "./sql_client.ts";
import { type Context, pageOf, run, text, utc } from "./statements.ts";

/** The part. */
export function actors(context: Context): BackendPart<Actors> {
  const { tables, now } = context;
  const columns = "id, creator, passphrase";
  const insert = `INSERT INTO ${tables.actors} (id, creator, passphrase, created_at)
    VALUES ($1::text, $2::text, $3::text, ${utc("$4")}) ON CONFLICT (id) DO NOTHING RETURNING id`;

  return {
    async get(actorId, call) {
      const [row] = await run(context, `SELECT ${columns} FROM ${tables.actors} WHERE id = $1::text`, [actorId], call);
      return row === undefined ? null : decode(row);
    },

    async listByCreator(creator, call) {
      const rows = await run(
        context,
        `SELECT ${columns} FROM ${tables.actors} WHERE creator = $1::text ORDER BY id COLLATE "C"`,
        [creator],
        call,
      );
      return rows.map(decode);
    },

    async createIfAbsent(actor, call) {
      const values = [actor.id, actor.creator, actor.passphrase, instantOf(now())];
      if (call.clearTombstone !== true) return (await run(context, insert, values, call)).length > 0;
      const rows = await run(
        context,
        `WITH created AS (${insert}),
          cleared AS (DELETE FROM ${tables.attributes}
            WHERE id = $5::text AND bucket_name = $6::text AND EXISTS (SELECT 1 FROM created))
        SELECT id FROM created`,
        [...values, TOMBSTONE_OWNER, `${TOMBSTONE_BUCKET}:${actor.id}`],
        call,
      );
      return rows.length > 0;
    },

    async update(actorId, fields, call) {
      const names = Object.keys(fields) as (keyof typeof fields)[];
      const rows = await run(
        context,
        `UPDATE ${tables.actors} SET ${names.map((name, index) => `${name} = $${index + 2}::text`).join(", ")}
        WHERE id = $1::text RETURNING id`,
        [actorId, ...names.map((name) => fields[name]!)],
        call,
      );
      return rows.length > 0;
    },

    async delete(actorId, call) {
      const rows = await run(context, `DELETE FROM ${tables.actors} WHERE id = $1::text RETURNING id`, [actorId], call);
      return rows.length > 0;
    },

    async erase(actorId, call) {
      const owned = [
        tables.attributes,
        tables.diffs,
        tables.peertrustees,
        tables.properties,
        tables.subscriptions,
        tables.suspensions,
        tables.trusts,
      ];
      const milliseconds = now();
      const rows = await run(
        context,
        `WITH actor AS MATERIALIZED (SELECT id FROM ${tables.actors} WHERE id = $1::text FOR UPDATE),
          tombstone AS (INSERT INTO ${tables.attributes} (id, bucket_name, bucket, name, data, ttl_timestamp)
            SELECT $2::text, $3::text, $4::text, $1::text, $5::text::jsonb, $6::text::bigint FROM actor
            ON CONFLICT (id, bucket_name) DO UPDATE
            SET data = EXCLUDED.data, ttl_timestamp = EXCLUDED.ttl_timestamp, timestamp = NULL),
          lookup AS (DELETE FROM ${tables.lookup} WHERE actor_id = $1::text),
          ${owned.map((table, index) => `owned${index} AS (DELETE FROM ${table} WHERE id = $1::text)`).join(",\n")},
          gone AS (DELETE FROM ${tables.actors} WHERE id IN (SELECT id FROM actor) RETURNING id)
        SELECT id FROM gone`,
        [
          actorId,
          TOMBSTONE_OWNER,
          `${TOMBSTONE_BUCKET}:${actorId}`,
          TOMBSTONE_BUCKET,
          compactJson({ actor_id: actorId, deleted_at: instantOf(milliseconds) }),
          String(Math.floor(milliseconds / 1000) + TOMBSTONE_SECONDS),
        ],
        call,
      );
      return rows.length > 0;
    },

    async tombstone(actorId, call) {
      const [row] = await run(
        context,
        `SELECT data::text AS data FROM ${tables.attributes}
        WHERE id = $1::text AND bucket_name = $2::text AND bucket = $3::text AND name = $4::text
          AND (ttl_timestamp IS NULL OR ttl_timestamp > $5::text::bigint) AND data IS NOT NULL`,
        [
          TOMBSTONE_OWNER,
          `${TOMBSTONE_BUCKET}:${actorId}`,
          TOMBSTONE_BUCKET,
          actorId,
          String(Math.floor(now() / 1000)),
        ],
        call,
      );
      return row === undefined ? null : tombstoneOf(call.operation, actorId, parseJson(text(row, "data")));
    },

    async page(call) {
      const rows = await run(
        context,
        `SELECT ${columns} FROM ${tables.actors} WHERE $1::text IS NULL OR id COLLATE "C" > $1::text
        ORDER BY id COLLATE "C" LIMIT $2::text::bigint`,
        [call.after, String(call.limit + 1)],
        call,
      );
      return pageOf(rows, call.limit, decode, (row) => text(row, "id"));
    },
  };
}

function decode(row: Row): Actor {
  return { id: text(row, "id"), creator: text(row, "creator"), passphrase: text(row, "passphrase") };
}
