/**
 * Writing an indexed property together with its lookup row, in one statement.
 *
 * @module
 */

import type { Call } from "../backend.ts";
import type { Parameter, Row } from "./sql_client.ts";
import { type Context, run } from "./statements.ts";

/** What is to be written. */
export type IndexedWrite =
  & { readonly actorId: string; readonly name: string }
  & (
    | { readonly kind: "set" | "create"; readonly value: string }
    | { readonly kind: "delete" }
    | { readonly kind: "setIfEquals"; readonly expected: string; readonly value: string }
    | { readonly kind: "deleteIfEquals"; readonly expected: string }
  );

type Query = (text: string, parameters: readonly Parameter[]) => Promise<readonly Row[]>;

/** The condition over `locked`, the property as it is now. */
const CONDITIONS: { readonly [Kind in IndexedWrite["kind"]]: string } = {
  set: "true",
  create: "NOT EXISTS (SELECT 1 FROM locked)",
  delete: "true",
  setIfEquals: "EXISTS (SELECT 1 FROM locked WHERE value = $4::text)",
  deleteIfEquals: "EXISTS (SELECT 1 FROM locked WHERE value = $4::text)",
};

/** Writes the property with its lookup row; whether anything was written. */
export async function writeIndexed(
  context: Context,
  write: IndexedWrite,
  call: Call,
  query: Query = (text, parameters) => run(context, text, parameters, call),
): Promise<boolean> {
  const { lookup, properties } = context.tables;
  const { actorId, name } = write;
  const parameters = [
    actorId,
    name,
    "value" in write ? write.value : null,
    "expected" in write ? write.expected : null,
  ];
  const [row] = await query(statement(context, write), parameters);
  if (row === undefined) return false;
  // Another writer of this property came between the statement's first look and its lock, so the lookup rows that this
  // statement could see were not all. What remains is never believed by a reader, but it is tidied up at once.
  if (row.raced === true) {
    await query(
      `DELETE FROM ${lookup} WHERE actor_id = $1::text AND property_name = $2::text AND NOT EXISTS
        (SELECT 1 FROM ${properties} p WHERE p.id = $1::text AND p.name = $2::text AND p.value = ${lookup}.value)`,
      [actorId, name],
    );
  }
  return true;
}

function statement({ tables: { actors, lookup, properties } }: Context, { kind }: IndexedWrite): string {
  const deletes = kind === "delete" || kind === "deleteIfEquals";
  const mine = `id = $1::text AND name = $2::text`;
  const written = deletes
    ? `DELETE FROM ${properties} WHERE ${mine} AND EXISTS (SELECT 1 FROM allowed) RETURNING false AS inserted`
    : `INSERT INTO ${properties} (id, name, value) SELECT $1::text, $2::text, $3::text FROM allowed
      ON CONFLICT (id, name) ${kind === "create" ? "DO NOTHING" : "DO UPDATE SET value = EXCLUDED.value"}
      RETURNING (xmax = 0) AS inserted`;
  const claimed = deletes ? "" : `,
    claimed AS (INSERT INTO ${lookup} (property_name, value, actor_id)
      SELECT $2::text, $3::text, $1::text FROM written WHERE EXISTS (SELECT 1 FROM ${actors} WHERE id = $1::text)
      ON CONFLICT (property_name, value) DO UPDATE SET actor_id = EXCLUDED.actor_id
      WHERE ${lookup}.actor_id <> EXCLUDED.actor_id AND NOT EXISTS (SELECT 1 FROM ${properties} p
        WHERE p.id = ${lookup}.actor_id AND p.name = $2::text AND p.value = $3::text))`;
  return `WITH seen AS MATERIALIZED (SELECT value FROM ${properties} WHERE ${mine}),
    locked AS MATERIALIZED (SELECT value FROM ${properties} WHERE ${mine} FOR UPDATE),
    allowed AS MATERIALIZED (SELECT count(*) FROM locked HAVING ${CONDITIONS[kind]} AND ($4::text IS NULL OR true)
      AND ($3::text IS NULL OR true)),
    written AS (${written}),
    released AS (DELETE FROM ${lookup} WHERE actor_id = $1::text AND property_name = $2::text
      ${deletes ? "" : "AND value <> $3::text"} AND EXISTS (SELECT 1 FROM written))${claimed}
    SELECT inserted, (SELECT value FROM seen) IS DISTINCT FROM (SELECT value FROM locked)
      OR (NOT inserted AND NOT EXISTS (SELECT 1 FROM locked)) AS raced FROM written`;
}
