/** Suspensions on PostgreSQL. @module */

import type { BackendPart } from "../backend.ts";
import { StoreError } from "../errors.ts";
import { instantOf } from "../model/time.ts";
import type { Suspension, Suspensions } from "../store.ts";
import { collection, type Layout } from "./collection.ts";
import { type Context, run, type Tables } from "./statements.ts";

/** Target and subtarget joined as DynamoDB's key has them, so that both backends have one order and one ambiguity. */
export const JOINED = `(CASE WHEN subtarget = '' THEN target ELSE target || ':' || subtarget END)`;

/** Where a suspension is kept. */
export function suspensionLayout(tables: Tables): Layout<Suspension> {
  return {
    table: tables.suspensions,
    key: ["id", "target", "subtarget"],
    fields: {
      target: ["target", "text"],
      subtarget: ["subtarget", "text"],
      suspendedAt: ["suspended_at", "instant"],
    },
    order: `${JOINED} COLLATE "C"`,
  };
}

/** The part. */
export function suspensions(context: Context): BackendPart<Suspensions> {
  const { tables: { suspensions: table }, now } = context;
  const rows = collection(context, suspensionLayout(context.tables));
  const has =
    `SELECT 1 FROM ${table} WHERE id = $1::text AND target = $2::text AND subtarget IN ('', $3::text) LIMIT 1`;
  const create = `WITH other AS MATERIALIZED (SELECT 1 FROM ${table} WHERE id = $1::text AND ${JOINED} = $4::text
      AND (target <> $2::text OR subtarget <> $3::text)),
    created AS (INSERT INTO ${table} (id, target, subtarget, suspended_at)
      SELECT $1::text, $2::text, $3::text, $5::text::timestamptz WHERE NOT EXISTS (SELECT 1 FROM other)
      ON CONFLICT (id, target, subtarget) DO NOTHING RETURNING 1)
    SELECT EXISTS (SELECT 1 FROM other) AS other, EXISTS (SELECT 1 FROM created) AS created`;

  return {
    async has(actorId, target, subtarget, call) {
      return (await run(context, has, [actorId, target, subtarget], call)).length > 0;
    },

    all: (actorId, call) => rows.ofActor.all([actorId], call),

    page: (actorId, call) => rows.ofActor.page([actorId], call),

    async createIfAbsent(actorId, target, subtarget, call) {
      const joined = subtarget === "" ? target : `${target}:${subtarget}`;
      const [row] = await run(context, create, [actorId, target, subtarget, joined, instantOf(now())], call);
      if (row?.other === true) {
        throw new StoreError("conflict", call.operation, "another row is stored under the same key");
      }
      return row?.created === true;
    },

    delete: (actorId, target, subtarget, call) => rows.delete([actorId, target, subtarget], call),

    deleteAll: (actorId, call) => rows.ofActor.delete([actorId], call),
  };
}
