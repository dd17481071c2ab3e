/** Trusts on PostgreSQL. @module */

import type { BackendPart } from "../backend.ts";
import type { Trust, Trusts } from "../store.ts";
import type { Parameter, Row } from "./sql_client.ts";
import { type Context, countOf, optional, pageOf, readInstant, run, text, utc } from "./statements.ts";

type Fields = Omit<Trust, "peerId">;
/** `wall` is UTC wall time in a `timestamp` column, `instant` a `timestamptz`. */
type Kind = "text" | "truth" | "optional" | "wall" | "instant";

/** Column and kind of each field. */
const FIELDS: { readonly [Name in keyof Fields]-?: readonly [column: string, kind: Kind] } = {
  baseUri: ["baseuri", "text"],
  type: ["type", "text"],
  relationship: ["relationship", "text"],
  secret: ["secret", "text"],
  description: ['"desc"', "text"],
  approved: ["approved", "truth"],
  peerApproved: ["peer_approved", "truth"],
  verified: ["verified", "truth"],
  verificationToken: ["verification_token", "text"],
  peerIdentifier: ["peer_identifier", "optional"],
  establishedVia: ["established_via", "optional"],
  createdAt: ["created_at", "wall"],
  lastAccessed: ["last_accessed", "wall"],
  lastConnectedVia: ["last_connected_via", "optional"],
  clientName: ["client_name", "optional"],
  clientVersion: ["client_version", "optional"],
  clientPlatform: ["client_platform", "optional"],
  oauthClientId: ["oauth_client_id", "optional"],
  awSupported: ["aw_supported", "optional"],
  awVersion: ["aw_version", "optional"],
  capabilitiesFetchedAt: ["capabilities_fetched_at", "instant"],
};

const NAMES = Object.keys(FIELDS) as (keyof Fields)[];

/** How a kind is read from its column and written from a parameter. */
const READ: { readonly [K in Kind]: (column: string) => string } = {
  text: (column) => column,
  truth: (column) => column,
  optional: (column) => column,
  wall: readInstant,
  instant: (column) => readInstant(`${column} AT TIME ZONE 'UTC'`),
};
const WRITE: { readonly [K in Kind]: (parameter: string) => string } = {
  text: (parameter) => `${parameter}::text`,
  truth: (parameter) => `${parameter}::text::boolean`,
  optional: (parameter) => `${parameter}::text`,
  wall: utc,
  instant: (parameter) => `${parameter}::text::timestamptz`,
};

const COLUMNS = `peerid, ${NAMES.map((name) => `${READ[FIELDS[name][1]](FIELDS[name][0])} AS "${name}"`).join(", ")}`;

/** The part. */
export function trusts(context: Context): BackendPart<Trusts> {
  const table = context.tables.trusts;
  const key = "id = $1::text AND peerid = $2::text";

  return {
    async get(actorId, peerId, call) {
      const [row] = await run(context, `SELECT ${COLUMNS} FROM ${table} WHERE ${key}`, [actorId, peerId], call);
      return row === undefined ? null : decode(row);
    },

    async getBySecret(actorId, secret, call) {
      const [row] = await run(
        context,
        `SELECT ${COLUMNS} FROM ${table} WHERE secret = $2::text AND id = $1::text ORDER BY peerid COLLATE "C" LIMIT 1`,
        [actorId, secret],
        call,
      );
      return row === undefined ? null : decode(row);
    },

    async all(actorId, call) {
      const rows = await run(
        context,
        `SELECT ${COLUMNS} FROM ${table} WHERE id = $1::text ORDER BY peerid COLLATE "C"`,
        [actorId],
        call,
      );
      return rows.map(decode);
    },

    async page(actorId, call) {
      const rows = await run(
        context,
        `SELECT ${COLUMNS} FROM ${table} WHERE id = $1::text AND peerid COLLATE "C" > $2::text
        ORDER BY peerid COLLATE "C" LIMIT $3::text::bigint`,
        [actorId, call.after ?? "", String(call.limit + 1)],
        call,
      );
      return pageOf(rows, call.limit, decode, (row) => text(row, "peerid"));
    },

    async createIfAbsent(actorId, trust, call) {
      const complete = trust as Trust;
      const columns = NAMES.map((name) => FIELDS[name][0]).join(", ");
      const values = NAMES.map((name, index) => WRITE[FIELDS[name][1]](`$${index + 3}`)).join(", ");
      const rows = await run(
        context,
        `INSERT INTO ${table} (id, peerid, ${columns}) VALUES ($1::text, $2::text, ${values})
        ON CONFLICT (id, peerid) DO NOTHING RETURNING id`,
        [actorId, complete.peerId, ...NAMES.map((name) => parameter(complete[name]))],
        call,
      );
      return rows.length > 0;
    },

    async update(actorId, peerId, fields, call) {
      const names = Object.keys(fields) as (keyof Fields)[];
      const assignments = names.map((name, index) => `${FIELDS[name][0]} = ${WRITE[FIELDS[name][1]](`$${index + 3}`)}`);
      const rows = await run(
        context,
        `UPDATE ${table} SET ${assignments.join(", ")} WHERE ${key} RETURNING id`,
        [actorId, peerId, ...names.map((name) => parameter(fields[name]!))],
        call,
      );
      return rows.length > 0;
    },

    async touch(actorId, peerId, use, call) {
      const rows = await run(
        context,
        `UPDATE ${table} SET last_accessed = ${utc("$3")}, created_at = COALESCE(created_at, ${utc("$3")}),
          last_connected_via = COALESCE($4::text, last_connected_via) WHERE ${key} RETURNING id`,
        [actorId, peerId, use.at, use.via ?? null],
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

function parameter(value: Fields[keyof Fields]): Parameter {
  return typeof value === "boolean" ? String(value) : value;
}

function decode(row: Row): Trust {
  const fields: Record<string, unknown> = { peerId: text(row, "peerid") };
  for (const name of NAMES) {
    const kind = FIELDS[name][1];
    fields[name] = kind === "truth" ? row[name] === true : kind === "text" ? text(row, name) : optional(row, name);
  }
  return fields as unknown as Trust;
}
