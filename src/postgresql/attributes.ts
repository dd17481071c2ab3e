/** Attributes on PostgreSQL. @module */

import type { BackendPart, Call } from "../backend.ts";
import { StoreError } from "../errors.ts";
import { compactJson, parseJson } from "../model/json.ts";
import { compareBytes } from "../model/order.ts";
import type { Attribute, Attributes } from "../store.ts";
import type { Parameter, Row } from "./sql_client.ts";
import { type Context, countOf, optional, pageOf, readInstant, run, text, transaction, utc } from "./statements.ts";

const COLUMNS = `bucket_name, bucket, name, data::text AS data, ${readInstant("timestamp")} AS timestamp,
  ttl_timestamp::text AS expiry`;
const KEY = "id = $1::text AND bucket_name = $2::text AND bucket = $3::text AND name = $4::text";
const PRESENT = "data IS NOT NULL AND data <> 'null'::jsonb";

/** The part. */
export function attributes(context: Context): BackendPart<Attributes> {
  const { tables: { attributes: table }, now } = context;
  const seconds = () => String(Math.floor(now() / 1000));
  const live = (parameter: string) =>
    `(ttl_timestamp IS NULL OR ttl_timestamp > ${parameter}::text::bigint) AND ${PRESENT}`;
  const keyOf = (actorId: string, bucket: string, name: string) => [actorId, `${bucket}:${name}`, bucket, name];
  const insert = `INSERT INTO ${table} AS mine (id, bucket_name, bucket, name, data, timestamp, ttl_timestamp)`;
  const replace = `DO UPDATE SET data = EXCLUDED.data, timestamp = EXCLUDED.timestamp,
    ttl_timestamp = EXCLUDED.ttl_timestamp WHERE mine.bucket = EXCLUDED.bucket AND mine.name = EXCLUDED.name`;
  const values = `VALUES ($1::text, $2::text, $3::text, $4::text, $5::text::jsonb, ${utc("$6")}, $7::text::bigint)`;
  const setMany = `${insert}
    SELECT $1::text, $2::text || ':' || name, $2::text, name, data::jsonb, ${utc("$4")}, $5::text::bigint
    FROM json_to_recordset($3::text::json) AS given (name text, data text)
    ON CONFLICT (id, bucket_name) ${replace} RETURNING id`;

  return {
    async get(actorId, bucket, name, call) {
      const [row] = await run(
        context,
        `SELECT ${COLUMNS} FROM ${table} WHERE ${KEY} AND ${live("$5")}`,
        [...keyOf(actorId, bucket, name), seconds()],
        call,
      );
      return row === undefined ? null : decode(row);
    },

    async getMany(actorId, bucket, names, call) {
      const rows = await run(
        context,
        `SELECT ${COLUMNS} FROM ${table} WHERE id = $1::text AND bucket = $2::text AND ${live("$4")} AND bucket_name IN
          (SELECT $2::text || ':' || json_array_elements_text($3::text::json)) ORDER BY name COLLATE "C"`,
        [actorId, bucket, JSON.stringify([...names]), seconds()],
        call,
      );
      return new Map(rows.map((row) => [text(row, "name"), decode(row)]));
    },

    async set(actorId, bucket, name, data, call) {
      const rows = await run(
        context,
        `${insert} ${values} ON CONFLICT (id, bucket_name) ${replace} RETURNING id`,
        [...keyOf(actorId, bucket, name), compactJson(data), ...extras(call)],
        call,
      );
      if (rows.length === 0) throw conflict(call);
    },

    async setMany(actorId, bucket, entries, call) {
      // Everybody locks rows in the same order, so that nobody waits in a circle.
      const given = [...entries].sort(([a], [b]) => compareBytes(a, b))
        .map(([name, data]) => ({ name, data: compactJson(data) }));
      const parameters = [actorId, bucket, JSON.stringify(given), ...extras(call)];
      if (given.every(({ name }) => isUnambiguous(bucket, name))) {
        await run(context, setMany, parameters, call);
        return;
      }
      await transaction(context, async (query) => {
        if ((await query(setMany, parameters)).length < given.length) throw conflict(call);
      }, call);
    },

    async createIfAbsent(actorId, bucket, name, data, call) {
      const rows = await run(
        context,
        `WITH created AS (${insert} ${values} ON CONFLICT (id, bucket_name) ${replace}
            AND NOT ((mine.ttl_timestamp IS NULL OR mine.ttl_timestamp > $8::text::bigint)
              AND mine.data IS NOT NULL AND mine.data <> 'null'::jsonb) RETURNING id)
        SELECT 'created' AS outcome FROM created UNION ALL
        SELECT CASE WHEN bucket = $3::text AND name = $4::text THEN 'taken' ELSE 'foreign' END FROM ${table}
        WHERE id = $1::text AND bucket_name = $2::text`,
        [...keyOf(actorId, bucket, name), compactJson(data), ...extras(call), seconds()],
        call,
      );
      const outcomes = rows.map((row) => text(row, "outcome"));
      if (outcomes.includes("created")) return true;
      if (outcomes.includes("foreign")) throw conflict(call);
      return false;
    },

    async setIfEquals(actorId, bucket, name, expected, data, call) {
      const parameters: Parameter[] = [
        ...keyOf(actorId, bucket, name),
        seconds(),
        compactJson(expected),
        compactJson(data),
      ];
      let assignments = "data = $7::text::jsonb";
      if (call.timestamp !== undefined) assignments += `, timestamp = ${utc(`$${parameters.push(call.timestamp)}`)}`;
      if (call.expiresAt !== undefined) {
        assignments += `, ttl_timestamp = $${parameters.push(String(call.expiresAt))}::text::bigint`;
      }
      const rows = await run(
        context,
        `UPDATE ${table} SET ${assignments} WHERE ${KEY} AND ${live("$5")} AND data = $6::text::jsonb RETURNING id`,
        parameters,
        call,
      );
      return rows.length > 0;
    },

    async deleteIfEquals(actorId, bucket, name, expected, call) {
      const rows = await run(
        context,
        `DELETE FROM ${table} WHERE ${KEY} AND ${live("$5")} AND data = $6::text::jsonb RETURNING id`,
        [...keyOf(actorId, bucket, name), seconds(), compactJson(expected)],
        call,
      );
      return rows.length > 0;
    },

    async consume(actorId, bucket, name, call) {
      const rows = await run(
        context,
        `WITH gone AS (DELETE FROM ${table} WHERE ${KEY} RETURNING *) SELECT ${COLUMNS} FROM gone WHERE ${live("$5")}`,
        [...keyOf(actorId, bucket, name), seconds()],
        call,
      );
      return rows[0] === undefined ? null : decode(rows[0]);
    },

    async delete(actorId, bucket, name, call) {
      const rows = await run(
        context,
        `WITH gone AS (DELETE FROM ${table} WHERE ${KEY} RETURNING *) SELECT id FROM gone WHERE ${live("$5")}`,
        [...keyOf(actorId, bucket, name), seconds()],
        call,
      );
      return rows.length > 0;
    },

    async deleteMany(actorId, bucket, names, call) {
      await run(
        context,
        `DELETE FROM ${table} WHERE id = $1::text AND bucket = $2::text AND bucket_name IN
          (SELECT $2::text || ':' || json_array_elements_text($3::text::json))`,
        [actorId, bucket, JSON.stringify([...names])],
        call,
      );
    },

    async bucket(actorId, bucket, call) {
      const rows = await run(
        context,
        `SELECT ${COLUMNS} FROM ${table} WHERE id = $1::text AND bucket = $2::text AND ${inBucket("$2")}
          AND ${live("$3")} ORDER BY bucket_name COLLATE "C"`,
        [actorId, bucket, seconds()],
        call,
      );
      return rows.map(decode);
    },

    async all(actorId, call) {
      const rows = await run(
        context,
        `SELECT ${COLUMNS} FROM ${table} WHERE id = $1::text AND ${live("$2")} ORDER BY bucket_name COLLATE "C"`,
        [actorId, seconds()],
        call,
      );
      return rows.map(decode);
    },

    async page(actorId, call) {
      const ofBucket = call.bucket === undefined ? "" : `AND bucket = $5::text AND ${inBucket("$5")}`;
      const rows = await run(
        context,
        `SELECT ${COLUMNS} FROM ${table} WHERE id = $1::text AND bucket_name COLLATE "C" > $2::text AND ${live("$3")}
        ${ofBucket} ORDER BY bucket_name COLLATE "C" LIMIT $4::text::bigint`,
        [
          actorId,
          call.after ?? "",
          seconds(),
          String(call.limit + 1),
          ...(call.bucket === undefined ? [] : [call.bucket]),
        ],
        call,
      );
      return pageOf(rows, call.limit, decode, (row) => text(row, "bucket_name"));
    },

    async timestamps(actorId, call) {
      const rows = await run(
        context,
        `SELECT bucket, ${readInstant("max(timestamp)")} AS timestamp FROM ${table}
        WHERE id = $1::text AND timestamp IS NOT NULL AND ${live("$2")} GROUP BY bucket ORDER BY bucket COLLATE "C"`,
        [actorId, seconds()],
        call,
      );
      return new Map(rows.map((row) => [text(row, "bucket"), text(row, "timestamp")]));
    },

    async deleteBucket(actorId, bucket, call) {
      const condition = `id = $1::text AND bucket = $2::text AND ${inBucket("$2")}`;
      return countOf(await run(context, deleteCounted(condition), [actorId, bucket], call));
    },

    async deleteAll(actorId, call) {
      return countOf(await run(context, deleteCounted("id = $1::text"), [actorId], call));
    },

    async deleteByChain(actorId, buckets, chainId, call) {
      const condition = `id = $1::text AND bucket IN (SELECT json_array_elements_text($2::text::json))
        AND data ->> 'chain_id' = $3::text AND jsonb_typeof(data -> 'chain_id') = 'string'`;
      return countOf(await run(context, deleteCounted(condition), [actorId, JSON.stringify(buckets), chainId], call));
    },

    async purgeExpired(call) {
      const condition = `ttl_timestamp <= $1::text::bigint
        AND ($2::text IS NULL OR bucket IN (SELECT json_array_elements_text($2::text::json)))`;
      const buckets = call.buckets === undefined ? null : JSON.stringify(call.buckets);
      return countOf(await run(context, deleteCounted(condition), [seconds(), buckets], call));
    },
  };

  function deleteCounted(condition: string): string {
    return `WITH gone AS (DELETE FROM ${table} WHERE ${condition} RETURNING id)
      SELECT count(*)::text AS count FROM gone`;
  }
}

/** A bucket's part of the key's order, for the index; `;` is the byte after `:`. */
function inBucket(parameter: string): string {
  return `bucket_name COLLATE "C" >= ${parameter}::text || ':' AND bucket_name COLLATE "C" < ${parameter}::text || ';'`;
}

function extras({ timestamp, expiresAt }: { timestamp?: string; expiresAt?: number }): Parameter[] {
  return [timestamp ?? null, expiresAt === undefined ? null : String(expiresAt)];
}

/** Only a `:` inside a part gives the joined key a second reading. */
function isUnambiguous(bucket: string, name: string): boolean {
  return !bucket.includes(":") && !name.includes(":");
}

function conflict({ operation }: Call): StoreError {
  return new StoreError("conflict", operation, "another bucket's attribute is stored under the same key");
}

function decode(row: Row): Attribute {
  const expiry = optional(row, "expiry");
  return {
    bucket: text(row, "bucket"),
    name: text(row, "name"),
    data: parseJson(text(row, "data")),
    timestamp: optional(row, "timestamp"),
    expiresAt: expiry === null ? null : Number(expiry),
  };
}
