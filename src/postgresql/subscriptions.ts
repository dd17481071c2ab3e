/** Subscriptions on PostgreSQL. @module */

import type { BackendPart } from "../backend.ts";
import type { Subscription, Subscriptions } from "../store.ts";
import type { Row } from "./sql_client.ts";
import { type Context, countOf, pageOf, run, text } from "./statements.ts";

/** Column and type of each field. */
const FIELDS: { readonly [name: string]: readonly [column: string, cast: string] } = {
  granularity: ["granularity", "text"],
  target: ["target", "text"],
  subtarget: ["subtarget", "text"],
  resource: ["resource", "text"],
  sequence: ["seqnr", "text::integer"],
  callback: ["callback", "text::boolean"],
};

/** The part. */
export function subscriptions(context: Context): BackendPart<Subscriptions> {
  const table = context.tables.subscriptions;
  const columns =
    "peer_sub_id, peerid, subid, granularity, target, subtarget, resource, seqnr::text AS seqnr, callback";
  const key = "id = $1::text AND peer_sub_id = $2::text";
  const ofPeer = "id = $1::text AND ($2::text IS NULL OR peerid = $2::text)";

  return {
    async get(actorId, peerId, subscriptionId, call) {
      const parameters = [actorId, `${peerId}:${subscriptionId}`];
      const [row] = await run(context, `SELECT ${columns} FROM ${table} WHERE ${key}`, parameters, call);
      return row === undefined ? null : decode(row);
    },

    async all(actorId, call) {
      const rows = await run(
        context,
        `SELECT ${columns} FROM ${table} WHERE ${ofPeer} ORDER BY peer_sub_id COLLATE "C"`,
        [actorId, call.peerId ?? null],
        call,
      );
      return rows.map(decode);
    },

    async page(actorId, call) {
      const rows = await run(
        context,
        `SELECT ${columns} FROM ${table} WHERE ${ofPeer} AND peer_sub_id COLLATE "C" > $3::text
        ORDER BY peer_sub_id COLLATE "C" LIMIT $4::text::bigint`,
        [actorId, call.peerId ?? null, call.after ?? "", String(call.limit + 1)],
        call,
      );
      return pageOf(rows, call.limit, decode, (row) => text(row, "peer_sub_id"));
    },

    async createIfAbsent(actorId, subscription, call) {
      const { peerId, subscriptionId, ...fields } = subscription as Subscription;
      const names = Object.keys(fields) as (keyof typeof fields)[];
      const rows = await run(
        context,
        `INSERT INTO ${table} (id, peer_sub_id, peerid, subid, ${names.map((name) => FIELDS[name]![0]).join(", ")})
        VALUES ($1::text, $2::text, $3::text, $4::text,
          ${names.map((name, index) => `$${index + 5}::${FIELDS[name]![1]}`).join(", ")})
        ON CONFLICT (id, peer_sub_id) DO NOTHING RETURNING id`,
        [
          actorId,
          `${peerId}:${subscriptionId}`,
          peerId,
          subscriptionId,
          ...names.map((name) => String(fields[name])),
        ],
        call,
      );
      return rows.length > 0;
    },

    async update(actorId, peerId, subscriptionId, fields, call) {
      const names = Object.keys(fields) as (keyof typeof fields)[];
      const assignments = names.map((name, index) => `${FIELDS[name]![0]} = $${index + 3}::${FIELDS[name]![1]}`);
      const rows = await run(
        context,
        `UPDATE ${table} SET ${assignments.join(", ")} WHERE ${key} RETURNING id`,
        [actorId, `${peerId}:${subscriptionId}`, ...names.map((name) => String(fields[name]))],
        call,
      );
      return rows.length > 0;
    },

    async delete(actorId, peerId, subscriptionId, call) {
      const parameters = [actorId, `${peerId}:${subscriptionId}`];
      return (await run(context, `DELETE FROM ${table} WHERE ${key} RETURNING id`, parameters, call)).length > 0;
    },

    async deleteAll(actorId, call) {
      const rows = await run(
        context,
        `WITH gone AS (DELETE FROM ${table} WHERE ${ofPeer} RETURNING id) SELECT count(*)::text AS count FROM gone`,
        [actorId, call.peerId ?? null],
        call,
      );
      return countOf(rows);
    },
  };
}

function decode(row: Row): Subscription {
  return {
    peerId: text(row, "peerid"),
    subscriptionId: text(row, "subid"),
    granularity: text(row, "granularity"),
    target: text(row, "target"),
    subtarget: text(row, "subtarget"),
    resource: text(row, "resource"),
    sequence: Number(text(row, "seqnr")),
    callback: row.callback === true,
  };
}
