/** Reverse lookup on PostgreSQL, verified against the property. @module */

import type { BackendPart } from "../backend.ts";
import type { Lookups } from "../store.ts";
import { type Context, run, text } from "./statements.ts";

/** The part. */
export function lookups(context: Context): BackendPart<Lookups> {
  const { actors, lookup, properties } = context.tables;

  return {
    async get(name, value, call) {
      const [row] = await run(
        context,
        `SELECT l.actor_id FROM ${lookup} l
        JOIN ${properties} p ON p.id = l.actor_id AND p.name = l.property_name AND p.value = l.value
        WHERE l.property_name = $1::text AND l.value = $2::text`,
        [name, value],
        call,
      );
      return row === undefined ? null : text(row, "actor_id");
    },

    async claim(actorId, name, value, call) {
      const holds = (actor: string) =>
        `EXISTS (SELECT 1 FROM ${properties} p WHERE p.id = ${actor} AND p.name = $2::text AND p.value = $3::text)`;
      const rows = await run(
        context,
        `INSERT INTO ${lookup} (property_name, value, actor_id)
        SELECT $2::text, $3::text, id FROM ${actors} WHERE id = $1::text AND ${holds("$1::text")}
        ON CONFLICT (property_name, value) DO UPDATE SET actor_id = EXCLUDED.actor_id
        WHERE ${lookup}.actor_id = EXCLUDED.actor_id OR NOT ${holds(`${lookup}.actor_id`)} RETURNING actor_id`,
        [actorId, name, value],
        call,
      );
      return rows.length > 0;
    },

    async release(actorId, name, value, call) {
      const rows = await run(
        context,
        `DELETE FROM ${lookup} l WHERE l.actor_id = $1::text AND l.property_name = $2::text AND l.value = $3::text
        AND NOT EXISTS (SELECT 1 FROM ${properties} p WHERE p.id = $1::text AND p.name = $2::text AND p.value = $3::text)
        RETURNING l.actor_id`,
        [actorId, name, value],
        call,
      );
      return rows.length > 0;
    },
  };
}
