/**
 * Lookup rows whose actor's property has another value: they mean nothing here, but the reference believes them.
 *
 * @module
 */

import { storeError } from "./faults.ts";
import { counted, countOf } from "./rows.ts";
import type { SqlCall, SqlClient } from "./sql_client.ts";
import { tablesOf } from "./statements.ts";

/**
 * Removes them in one statement. A row that a writer takes meanwhile has moved, so its place is no longer among those that
 * were found.
 *
 * @returns How many
 */
export async function removeStaleLookups(sql: SqlClient, schema: string, call: SqlCall): Promise<number> {
  const { lookup, properties } = tablesOf(schema);
  const stale = `SELECT ctid FROM ${lookup} AS l WHERE NOT EXISTS (
    SELECT 1 FROM ${properties} AS p WHERE p.id = l.actor_id AND p.name = l.property_name AND p.value = l.value)`;
  const statement = counted(`DELETE FROM ${lookup} WHERE ctid = ANY (ARRAY(${stale}))`);
  try {
    return countOf((await sql.query(statement, [], call)).rows);
  } catch (error) {
    throw storeError(call.operation, error, true);
  }
}
