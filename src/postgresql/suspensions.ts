/** Suspensions on PostgreSQL. @module */

import type { BackendPart } from "../backend.ts";
import { StoreError } from "../errors.ts";
import { instantOf } from "../model/time.ts";
import type { Suspension, Suspensions } from "../store.ts";
import type { Row } from "./sql_client.ts";
import { type Context, countOf, pageOf, readInstant, run, text } from "./statements.ts";

/** Target and subtarget joined as DynamoDB's key has them, so that both backends have one order and one ambiguity. */
const KEY = `(CASE WHEN subtarget = '' THEN target ELSE target || ':' || subtarget END)`;
const COLUMNS = `target, subtarget, ${readInstant("suspended_at AT TIME ZONE 'UTC'")} AS suspended_at, ${KEY} AS key`;

/** The part. */
export function suspensions(context: Context): BackendPart<Suspensions> {
  const { tables: { suspensions: table }, now } = context;
  const exactly = "id = $1::text AND target = $2::text AND subtarget = $3::text";

  return {
    async has(actorId, target, subtarget, call) {
      const rows = await run(
        context,
        `SELECT 1 AS found FROM ${table} WHERE id = $1::text AND target = $2::text AND subtarget IN ('', $3::text) LIMIT 1`,
        [actorId, target, subtarget],
        call,
      );
      return rows.length > 0;
    },

    async all(actorId, call) {
      const rows = await run(
        context,
        `SELECT ${COLUMNS} FROM ${table} WHERE id = $1::text ORDER BY ${KEY} COLLATE "C"`,
        [actorId],
        call,
      );
      return rows.map(decode);
    },

    async page(actorId, call) {
      const rows = await run(
        context,
        `SELECT ${COLUMNS} FROM ${table} WHERE id = $1::text AND ${KEY} COLLATE "C" > $2::text
        ORDER BY ${KEY} COLLATE "C" LIMIT $3::text::bigint`,
        [actorId, call.after ?? "", String(call.limit + 1)],
        call,
      );
      return pageOf(rows, call.limit, decode, (row) => text(row, "key"));
    },

    async createIfAbsent(actorId, target, subtarget, call) {
      const key = subtarget === "" ? target : `${target}:${subtarget}`;
      const [row] = await run(
        context,
        `WITH other AS MATERIALIZED (SELECT 1 FROM ${table} WHERE id = $1::text AND ${KEY} = $4::text
            AND (target <> $2::text OR subtarget <> $3::text)),
          created AS (INSERT INTO ${table} (id, target, subtarget, suspended_at)
            SELECT $1::text, $2::text, $3::text, $5::text::timestamptz WHERE NOT EXISTS (SELECT 1 FROM other)
            ON CONFLICT (id, target, subtarget) DO NOTHING RETURNING id)
        SELECT EXISTS (SELECT 1 FROM other) AS other, EXISTS (SELECT 1 FROM created) AS created`,
        [actorId, target, subtarget, key, instantOf(now())],
        call,
      );
      if (row?.other === true) {
        throw new StoreError("conflict", call.operation, "another target and subtarget are stored under the same key");
      }
      return row?.created === true;
    },

    async delete(actorId, target, subtarget, call) {
      const parameters = [actorId, target, subtarget];
      return (await run(context, `DELETE FROM ${table} WHERE ${exactly} RETURNING id`, parameters, call)).length > 0;
    },

    async deleteAll(actorId, call) {
      const rows = await run(
        context,
        `WITH gone AS (DELETE FROM ${table} WHERE id = $1::text RETURNING id) SELECT count(*)::text AS count FROM gone`,
        [actorId],
        call,
      );
      return countOf(rows);
    },
  };
}

function decode(row: Row): Suspension {
  return {
    target: text(row, "target"),
    subtarget: text(row, "subtarget"),
    suspendedAt: text(row, "suspended_at"),
  };
}
