/** Diffs on PostgreSQL. @module */

import type { BackendPart, Call } from "../backend.ts";
import { SEQUENCE_MAXIMUM } from "../model/limits.ts";
import { instantOf } from "../model/time.ts";
import type { Diff, Diffs } from "../store.ts";
import { collection, type Layout } from "./collection.ts";
import { countOf, text, utc } from "./rows.ts";
import { type Context, run, type Tables } from "./statements.ts";

/** Where a diff is kept. */
export function diffLayout(tables: Tables): Layout<Diff> {
  return {
    table: tables.diffs,
    key: ["id", "subid_seqnr"],
    fields: {
      subscriptionId: ["subid", "text"],
      sequence: ["seqnr", "whole"],
      timestamp: ["timestamp", "wall"],
      data: ["diff", "text"],
    },
    order: "seqnr",
    start: ["text::bigint", "0"],
  };
}

/** The part. */
export function diffs(context: Context): BackendPart<Diffs> {
  const { tables, now } = context;
  const table = tables.diffs;
  const rows = collection(context, diffLayout(context.tables));
  const ofSubscription = rows.where("id = $1::text AND subid = $2::text", 2);
  const later = rows.where("id = $1::text AND subid = $2::text AND seqnr > $3::text::bigint", 3);

  const append = `WITH numbered AS (UPDATE ${tables.subscriptions} SET seqnr = seqnr + 1
      WHERE id = $1::text AND peer_sub_id = $2::text RETURNING seqnr),
    stored AS (INSERT INTO ${table} (id, subid_seqnr, subid, timestamp, diff, seqnr)
      SELECT $1::text, $3::text || ':' || seqnr, $3::text, ${utc("$4")}, $5::text, seqnr FROM numbered
      ON CONFLICT (id, subid_seqnr) DO NOTHING RETURNING seqnr)
    SELECT numbered.seqnr::text AS seqnr, stored.seqnr IS NOT NULL AS stored FROM numbered LEFT JOIN stored ON true`;
  const deleteUpTo = `WITH gone AS (DELETE FROM ${table} WHERE id = $1::text AND subid = $2::text
      AND seqnr <= $4::text::bigint RETURNING seqnr),
    raised AS (UPDATE ${tables.subscriptions} s SET seqnr = last.seqnr
      FROM (SELECT max(seqnr) AS seqnr FROM gone) AS last
      WHERE s.id = $1::text AND s.peer_sub_id = $3::text AND s.seqnr < last.seqnr)
    SELECT count(*)::text AS count FROM gone`;

  async function removeUpTo(
    actorId: string,
    peerId: string,
    subscriptionId: string,
    sequence: number,
    call: Call,
  ): Promise<number> {
    const parameters = [actorId, subscriptionId, `${peerId}:${subscriptionId}`, String(sequence)];
    return countOf(await run(context, deleteUpTo, parameters, call));
  }

  return {
    async append(actorId, peerId, subscriptionId, data, call) {
      const timestamp = instantOf(now());
      const parameters = [actorId, `${peerId}:${subscriptionId}`, subscriptionId, timestamp, data];
      for (;;) {
        const [row] = await run(context, append, parameters, call);
        if (row === undefined) return null;
        // A diff that is there without its number was left by the reference, which writes the two one after the other.
        if (row.stored === true) return { subscriptionId, sequence: Number(text(row, "seqnr")), timestamp, data };
      }
    },

    get: (actorId, subscriptionId, sequence, call) => rows.get([actorId, `${subscriptionId}:${sequence}`], call),

    async first(actorId, subscriptionId, call) {
      const { items } = await ofSubscription.page([actorId, subscriptionId], { ...call, after: null, limit: 1 });
      return items[0] ?? null;
    },

    all: (actorId, subscriptionId, call) => later.all([actorId, subscriptionId, String(call.after ?? 0)], call),

    page: (actorId, subscriptionId, call) => ofSubscription.page([actorId, subscriptionId], call),

    createIfAbsent: (actorId, diff, call) =>
      rows.create([actorId, `${diff.subscriptionId}:${diff.sequence}`], diff, call),

    delete: (actorId, subscriptionId, sequence, call) => rows.delete([actorId, `${subscriptionId}:${sequence}`], call),

    deleteUpTo: removeUpTo,

    deleteAll: (actorId, peerId, subscriptionId, call) =>
      removeUpTo(actorId, peerId, subscriptionId, SEQUENCE_MAXIMUM, call),
  };
}
