/**
 * How columns are read and written, whatever the session's time zone and date style.
 *
 * @module
 */

import type { Row } from "./sql_client.ts";

/** SQL that reads a `timestamp` column, which holds UTC wall time, as the contract's instant. */
export function readInstant(column: string): string {
  return `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** SQL that makes UTC wall time of an instant. */
export function utc(parameter: string): string {
  return `(${parameter}::text::timestamptz AT TIME ZONE 'UTC')`;
}

/** SQL of a JSON array of texts as an array. An index takes it as it is, where IN (SELECT …) would be joined. */
export function textArray(parameter: string): string {
  return `ARRAY(SELECT json_array_elements_text(${parameter}::text::json))`;
}

/** SQL that counts what a statement returns. */
export function counted(statement: string): string {
  return `WITH gone AS (${statement} RETURNING 1) SELECT count(*)::text AS count FROM gone`;
}

/** A text column; NULL reads as `""`. */
export function text(row: Row, column: string): string {
  const value = row[column];
  return typeof value === "string" ? value : "";
}

/** A text column where NULL and the empty text mean that there is none, as in the reference. */
export function optional(row: Row, column: string): string | null {
  return text(row, column) || null;
}

/** The number in the only column of the only row. */
export function countOf(rows: readonly Row[]): number {
  return Number(rows[0]?.count ?? 0);
}

/** The first `limit` rows of `limit + 1`, and the key to go on after if there are more. */
export function pageOf<Each>(
  rows: readonly Row[],
  limit: number,
  decode: (row: Row) => Each,
  key: string,
): { items: Each[]; after: string | null } {
  const kept = rows.slice(0, limit);
  return { items: kept.map(decode), after: rows.length > limit ? text(kept.at(-1)!, key) : null };
}
