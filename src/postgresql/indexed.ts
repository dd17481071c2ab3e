/**
 * Writing indexed properties together with their lookup rows, in one statement.
 *
 * A statement sees the rows of the moment it began, but waits for locks and writes to the rows of now. A writer that came
 * in between has left lookup rows that it cannot see. So each of these statements compares the rows it saw with those it
 * locked, and takes itself back when they differ; `run` then tries it again.
 *
 * @module
 */

import type { Call } from "../backend.ts";
import { countOf, textArray } from "./rows.ts";
import { type Context, orTakenBack, run, type Tables } from "./statements.ts";

/** What is to become of a property. */
export interface Write {
  /** Its name. */
  readonly name: string;
  /** Its new text, or `null` to remove it. */
  readonly value: string | null;
  /** The text it must have, with the condition `equals`. */
  readonly expected?: string;
}

/** When a property may be written. */
export type Condition = "always" | "absent" | "equals";

const CONDITIONS: { readonly [Each in Condition]: string } = {
  always: "true",
  absent: "locked.name IS NULL",
  equals: "locked.value = given.expected",
};

/** Writes properties of an actor that may be indexed, all or none; how many rows were written or removed. */
export type IndexedWriter = (
  actorId: string,
  writes: readonly Write[],
  condition: Condition,
  call: Call,
) => Promise<number>;

/** Makes the writer. */
export function indexedWriter(context: Context): IndexedWriter {
  const { tables, indexed } = context;
  const texts = {
    always: statement(tables, "always"),
    absent: statement(tables, "absent"),
    equals: statement(tables, "equals"),
  };
  return async (actorId, writes, condition, call) => {
    const given = writes.map((write) => ({ ...write, indexed: indexed.has(write.name) }));
    return countOf(await run(context, texts[condition], [actorId, JSON.stringify(given)], call));
  };
}

function statement(tables: Tables, condition: Condition): string {
  const { lookup, properties } = tables;
  return `WITH given AS MATERIALIZED (SELECT * FROM json_to_recordset($2::text::json)
      AS given (name text, value text, expected text, indexed boolean)),
    ${lockActor(tables)},
    ${lockProperties(tables, "ARRAY(SELECT name FROM given)")},
    allowed AS MATERIALIZED (SELECT given.* FROM given LEFT JOIN locked USING (name) WHERE ${CONDITIONS[condition]}
      ORDER BY name COLLATE "C"),
    filled AS (INSERT INTO ${properties} (id, name, value) SELECT $1::text, name, value FROM allowed
      WHERE value IS NOT NULL ON CONFLICT (id, name)
      ${condition === "absent" ? "DO NOTHING" : "DO UPDATE SET value = EXCLUDED.value"}
      RETURNING name, value, xmax = 0 AS inserted),
    emptied AS (DELETE FROM ${properties} WHERE id = $1::text
      AND name = ANY (ARRAY(SELECT name FROM allowed WHERE value IS NULL)) RETURNING name),
    released AS (DELETE FROM ${lookup} AS held WHERE actor_id = $1::text
      AND property_name = ANY (ARRAY(SELECT name FROM allowed WHERE indexed))
      AND NOT EXISTS (SELECT 1 FROM allowed JOIN locked USING (name, value)
        WHERE name = held.property_name AND value = held.value) RETURNING 1),
    claimed AS (${
    claim(
      tables,
      `SELECT filled.name, filled.value, actor.id FROM filled JOIN allowed USING (name), actor,
        (SELECT count(*) FROM released) AS after_release WHERE indexed`,
    )
  })
    SELECT count(*)::text AS count FROM (SELECT inserted FROM filled UNION ALL SELECT false FROM emptied) AS written
    HAVING ${
    orTakenBack(`NOT EXISTS (SELECT 1 FROM allowed) OR (${UNCHANGED}
      AND count(*) FILTER (WHERE NOT inserted) = (SELECT count(*) FROM allowed JOIN locked USING (name)))`)
  }`;
}

/**
 * Locks the actor `$1`, if there is one, before all else, so that its writers wait for each other here and not in a
 * circle. Erasing an actor begins with it, too, and lookup rows need it.
 */
export function lockActor({ actors }: Tables): string {
  return `actor AS MATERIALIZED (SELECT id FROM ${actors} WHERE id = $1::text FOR NO KEY UPDATE)`;
}

/** Locks properties of the actor by their names, an array in SQL: `seen` as they were, `locked` as they are. */
export function lockProperties({ properties }: Tables, names: string): string {
  const rows = `SELECT name, value, ctid FROM ${properties} WHERE id = $1::text AND name = ANY (${names})`;
  const inOrder = `ORDER BY name COLLATE "C"`;
  return `seen AS MATERIALIZED (${rows} ${inOrder}),
    locked AS MATERIALIZED (${rows} AND (SELECT count(*) FROM actor) >= 0 ${inOrder} FOR UPDATE)`;
}

/** Whether no property was written, removed or replaced since the statement began: every write moves its row. */
export const UNCHANGED = "(SELECT array_agg(ctid) FROM seen) IS NOT DISTINCT FROM (SELECT array_agg(ctid) FROM locked)";

/**
 * Gives values to an actor where nobody has them. A lookup row whose owner's property has another value by now is taken
 * over; one that appeared since the statement began is not, for its property cannot be seen.
 *
 * @param source Selects name, value and actor
 * @param or Another condition under which an existing row is written
 */
export function claim({ lookup, properties }: Tables, source: string, or = "false"): string {
  return `INSERT INTO ${lookup} AS held (property_name, value, actor_id) ${source}
    ON CONFLICT (property_name, value) DO UPDATE SET actor_id = EXCLUDED.actor_id
    WHERE ${or} OR held.actor_id IN (SELECT actor_id FROM ${lookup} AS old
      WHERE old.property_name = held.property_name AND old.value = held.value AND NOT EXISTS (
        SELECT 1 FROM ${properties} AS p WHERE p.id = old.actor_id AND p.name = old.property_name AND p.value = old.value))
    RETURNING actor_id`;
}

/** Removes the properties that `condition` selects, with all lookup rows of the actor; names of `$2` are indexed. */
export function deleteWithLookups(tables: Tables, condition: string): string {
  return `WITH ${lockActor(tables)}, ${lockProperties(tables, textArray("$2"))},
    gone AS (DELETE FROM ${tables.properties} WHERE id = $1::text ${condition}
      AND (SELECT count(*) FROM locked) >= 0 RETURNING 1),
    released AS (DELETE FROM ${tables.lookup} WHERE actor_id = $1::text AND (SELECT count(*) FROM gone) >= 0)
    SELECT count(*)::text AS count FROM gone HAVING ${orTakenBack(UNCHANGED)}`;
}
