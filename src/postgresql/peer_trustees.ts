/** Peer trustees on PostgreSQL. @module */

import type { BackendPart } from "../backend.ts";
import type { PeerTrustee, PeerTrustees } from "../store.ts";
import type { Row } from "./sql_client.ts";
import { type Context, countOf, pageOf, run, text } from "./statements.ts";

const COLUMNS: { readonly [name: string]: string } = { baseUri: "baseuri", type: "type", passphrase: "passphrase" };

/** The part. */
export function peerTrustees(context: Context): BackendPart<PeerTrustees> {
  const table = context.tables.peertrustees;
  const key = "id = $1::text AND peerid = $2::text";
  const columns = "peerid, baseuri, type, passphrase";

  return {
    async get(actorId, peerId, call) {
      const [row] = await run(context, `SELECT ${columns} FROM ${table} WHERE ${key}`, [actorId, peerId], call);
      return row === undefined ? null : decode(row);
    },

    async listByType(actorId, type, call) {
      const rows = await run(
        context,
        `SELECT ${columns} FROM ${table} WHERE id = $1::text AND type = $2::text ORDER BY peerid COLLATE "C"`,
        [actorId, type],
        call,
      );
      return rows.map(decode);
    },

    async all(actorId, call) {
      const rows = await run(
        context,
        `SELECT ${columns} FROM ${table} WHERE id = $1::text ORDER BY peerid COLLATE "C"`,
        [actorId],
        call,
      );
      return rows.map(decode);
    },

    async page(actorId, call) {
      const rows = await run(
        context,
        `SELECT ${columns} FROM ${table} WHERE id = $1::text AND peerid COLLATE "C" > $2::text
        ORDER BY peerid COLLATE "C" LIMIT $3::text::bigint`,
        [actorId, call.after ?? "", String(call.limit + 1)],
        call,
      );
      return pageOf(rows, call.limit, decode, (row) => text(row, "peerid"));
    },

    async createIfAbsent(actorId, trustee, call) {
      const rows = await run(
        context,
        `INSERT INTO ${table} (id, ${columns}) VALUES ($1::text, $2::text, $3::text, $4::text, $5::text)
        ON CONFLICT (id, peerid) DO NOTHING RETURNING id`,
        [actorId, trustee.peerId, trustee.baseUri, trustee.type, trustee.passphrase],
        call,
      );
      return rows.length > 0;
    },

    async update(actorId, peerId, fields, call) {
      const names = Object.keys(fields) as (keyof typeof fields)[];
      const rows = await run(
        context,
        `UPDATE ${table} SET ${names.map((name, index) => `${COLUMNS[name]} = $${index + 3}::text`).join(", ")}
        WHERE ${key} RETURNING id`,
        [actorId, peerId, ...names.map((name) => fields[name]!)],
        call,
      );
      return rows.length > 0;
    },

    async delete(actorId, peerId, call) {
      const rows = await run(context, `DELETE FROM ${table} WHERE ${key} RETURNING id`, [actorId, peerId], call);
      return rows.length > 0;
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

function decode(row: Row): PeerTrustee {
  return {
    peerId: text(row, "peerid"),
    baseUri: text(row, "baseuri"),
    type: text(row, "type"),
    passphrase: text(row, "passphrase"),
  };
}
