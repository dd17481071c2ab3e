/** Reverse lookup on PostgreSQL, verified against the property. @module */

import type { BackendPart } from "../backend.ts";
import type { Lookups } from "../store.ts";
import { claim as claimRows, lockActor, lockProperties, UNCHANGED } from "./indexed.ts";
import { countOf, text } from "./rows.ts";
import { type Context, orTakenBack, run } from "./statements.ts";

/** The part. */
export function lookups(context: Context): BackendPart<Lookups> {
  const { tables } = context;
  const { lookup, properties } = tables;
  const get = `SELECT l.actor_id FROM ${lookup} l
    JOIN ${properties} p ON p.id = l.actor_id AND p.name = l.property_name AND p.value = l.value
    WHERE l.property_name = $1::text AND l.value = $2::text`;
  // The property is written as it is, so that another writer of it notices.
  const claim = `WITH ${lockActor(tables)},
    holder AS (UPDATE ${properties} SET value = value WHERE id = $1::text AND name = $2::text AND value = $3::text
      AND (SELECT count(*) FROM actor) >= 0 RETURNING id, name, value)
    ${
    claimRows(tables, "SELECT name, value, id FROM holder JOIN actor USING (id)", "held.actor_id = EXCLUDED.actor_id")
  }`;
  // A writer whose new property cannot be seen yet has at least moved the row when it claimed it.
  const held = `SELECT ctid FROM ${lookup} WHERE actor_id = $1::text AND property_name = $2::text AND value = $3::text`;
  const release = `WITH ${lockActor(tables)}, ${lockProperties(tables, "ARRAY[$2::text]")},
    held AS MATERIALIZED (${held} AND (SELECT count(*) FROM locked) >= 0 FOR UPDATE),
    gone AS (DELETE FROM ${lookup} WHERE actor_id = $1::text AND property_name = $2::text AND value = $3::text
      AND EXISTS (SELECT 1 FROM held) AND NOT EXISTS (SELECT 1 FROM locked WHERE value = $3::text) RETURNING 1)
    SELECT count(*)::text AS count FROM gone
    HAVING ${orTakenBack(`${UNCHANGED} AND (${held}) IS NOT DISTINCT FROM (SELECT ctid FROM held)`)}`;

  return {
    async get(name, value, call) {
      const [row] = await run(context, get, [name, value], call);
      return row === undefined ? null : text(row, "actor_id");
    },

    async claim(actorId, name, value, call) {
      return (await run(context, claim, [actorId, name, value], call)).length > 0;
    },

    async release(actorId, name, value, call) {
      return countOf(await run(context, release, [actorId, name, value], call)) > 0;
    },
  };
}
