/** Diffs on PostgreSQL. @module */

import type { BackendPart, Call } from "../backend.ts";
import { SEQUENCE_MAXIMUM } from "../model/limits.ts";
import { instantOf } from "../model/time.ts";
import type { Diff, Diffs } from "../store.ts";
import type { Row } from "./sql_client.ts";
import { type Context, countOf, pageOf, readInstant, run, text, utc } from "./statements.ts";

/** The part. */
export function diffs(context: Context): BackendPart<Diffs> {
  const { tables, now } = context;
  const table = tables.diffs;
  const columns = `subid, seqnr::text AS seqnr, ${readInstant("timestamp")} AS timestamp, diff`;
  const key = "id = $1::text AND subid_seqnr = $2::text";
  const ofSubscription = "id = $1::text AND subid = $2::text";

  async function deleteUpTo(
    actorId: string,
    peerId: string,
    subscriptionId: string,
    sequence: number,
    call: Call,
  ): Promise<number> {
    const rows = await run(
      context,
      `WITH gone AS (DELETE FROM ${table} WHERE ${ofSubscription} AND seqnr <= $4::text::integer RETURNING seqnr),
        raised AS (UPDATE ${tables.subscriptions} s SET seqnr = last.seqnr
          FROM (SELECT max(seqnr) AS seqnr FROM gone) AS last
          WHERE s.id = $1::text AND s.peer_sub_id = $3::text AND s.seqnr < last.seqnr)
      SELECT count(*)::text AS count FROM gone`,
      [actorId, subscriptionId, `${peerId}:${subscriptionId}`, String(sequence)],
      call,
    );
    return countOf(rows);
  }

  return {
    async append(actorId, peerId, subscriptionId, data, call) {
      const timestamp = instantOf(now());
      for (;;) {
        const rows = await run(
          context,
          `WITH numbered AS (UPDATE ${tables.subscriptions} SET seqnr = seqnr + 1
              WHERE id = $1::text AND peer_sub_id = $2::text RETURNING seqnr),
            stored AS (INSERT INTO ${table} (id, subid_seqnr, subid, timestamp, diff, seqnr)
              SELECT $1::text, $3::text || ':' || seqnr, $3::text, ${utc("$4")}, $5::text, seqnr FROM numbered
              ON CONFLICT (id, subid_seqnr) DO NOTHING RETURNING seqnr)
          SELECT numbered.seqnr::text AS seqnr, stored.seqnr IS NOT NULL AS stored FROM numbered LEFT JOIN stored ON true`,
          [actorId, `${peerId}:${subscriptionId}`, subscriptionId, timestamp, data],
          call,
        );
        if (rows.length === 0) return null;
        // A diff that is there without its number was left by the reference, which writes the two one after the other.
        if (rows[0]!.stored === true) {
          return { subscriptionId, sequence: Number(text(rows[0]!, "seqnr")), timestamp, data };
        }
      }
    },

    async get(actorId, subscriptionId, sequence, call) {
      const parameters = [actorId, `${subscriptionId}:${sequence}`];
      const [row] = await run(context, `SELECT ${columns} FROM ${table} WHERE ${key}`, parameters, call);
      return row === undefined ? null : decode(row);
    },

    async first(actorId, subscriptionId, call) {
      const [row] = await run(
        context,
        `SELECT ${columns} FROM ${table} d WHERE ${ofSubscription} ORDER BY d.seqnr LIMIT 1`,
        [actorId, subscriptionId],
        call,
      );
      return row === undefined ? null : decode(row);
    },

    async all(actorId, subscriptionId, call) {
      const rows = await run(
        context,
        `SELECT ${columns} FROM ${table} d WHERE ${ofSubscription} AND d.seqnr > $3::text::integer ORDER BY d.seqnr`,
        [actorId, subscriptionId, String(call.after ?? 0)],
        call,
      );
      return rows.map(decode);
    },

    async page(actorId, subscriptionId, call) {
      const rows = await run(
        context,
        `SELECT ${columns} FROM ${table} d WHERE ${ofSubscription} AND d.seqnr > $3::text::bigint
        ORDER BY d.seqnr LIMIT $4::text::bigint`,
        [actorId, subscriptionId, call.after ?? "0", String(call.limit + 1)],
        call,
      );
      return pageOf(rows, call.limit, decode, (row) => text(row, "seqnr"));
    },

    async createIfAbsent(actorId, diff, call) {
      const rows = await run(
        context,
        `INSERT INTO ${table} (id, subid_seqnr, subid, timestamp, diff, seqnr)
        VALUES ($1::text, $2::text, $3::text, ${utc("$4")}, $5::text, $6::text::integer)
        ON CONFLICT (id, subid_seqnr) DO NOTHING RETURNING id`,
        [
          actorId,
          `${diff.subscriptionId}:${diff.sequence}`,
          diff.subscriptionId,
          diff.timestamp,
          diff.data,
          String(diff.sequence),
        ],
        call,
      );
      return rows.length > 0;
    },

    async delete(actorId, subscriptionId, sequence, call) {
      const parameters = [actorId, `${subscriptionId}:${sequence}`];
      return (await run(context, `DELETE FROM ${table} WHERE ${key} RETURNING id`, parameters, call)).length > 0;
    },

    deleteUpTo,

    deleteAll: (actorId, peerId, subscriptionId, call) =>
      deleteUpTo(actorId, peerId, subscriptionId, SEQUENCE_MAXIMUM, call),
  };
}

function decode(row: Row): Diff {
  return {
    subscriptionId: text(row, "subid"),
    sequence: Number(text(row, "seqnr")),
    timestamp: text(row, "timestamp"),
    data: text(row, "diff"),
  };
}
