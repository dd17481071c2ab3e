/** Attributes on PostgreSQL. @module */

import type { BackendPart } from "../backend.ts";
import { compactJson, parseJson } from "../model/json.ts";
import { compareBytes } from "../model/order.ts";
import type { Attribute, Attributes } from "../store.ts";
import { counted, countOf, optional, pageOf, readInstant, text, textArray, utc } from "./rows.ts";
import type { Parameter, Row } from "./sql_client.ts";
import { type Context, run } from "./statements.ts";

/** The part. */
export function attributes(context: Context): BackendPart<Attributes> {
  const { tables: { attributes: table }, now } = context;
  const seconds = () => String(Math.floor(now() / 1000));

  const columns = `bucket_name, bucket, name, data::text AS data, ${readInstant("timestamp")} AS timestamp,
    ttl_timestamp::text AS expiry`;
  const select = `SELECT ${columns} FROM ${table} WHERE`;
  const order = `bucket_name COLLATE "C"`;
  const one = "id = $1::text AND bucket_name = $2::text AND bucket = $3::text AND name = $4::text";
  // The bounds are for the index; `;` is the byte after `:`. A bucket `a:b` lies within those of a bucket `a`.
  const inBucket = `id = $1::text AND bucket = $2::text AND ${order} > $2::text || ':' AND ${order} < $2::text || ';'`;
  const named = `id = $1::text AND bucket = $2::text
    AND bucket_name = ANY (ARRAY(SELECT $2::text || ':' || json_array_elements_text($3::text::json)))`;
  const live = (parameter: string, row = "") =>
    `(${row}ttl_timestamp IS NULL OR ${row}ttl_timestamp > ${parameter}::text::bigint)
      AND ${row}data IS NOT NULL AND ${row}data <> 'null'::jsonb`;

  const insert = `INSERT INTO ${table} AS mine (id, bucket_name, bucket, name, data, timestamp, ttl_timestamp)`;
  const values = `VALUES ($1::text, $2::text, $3::text, $4::text, $5::text::jsonb, ${utc("$6")}, $7::text::bigint)`;
  const same = "mine.bucket = EXCLUDED.bucket AND mine.name = EXCLUDED.name";
  // Another bucket's row may have the same joined key. It is given NULL, which its column refuses with all the statement.
  const replace = `ON CONFLICT (id, bucket_name) DO UPDATE SET bucket = CASE WHEN ${same} THEN mine.bucket END,
    data = EXCLUDED.data, timestamp = EXCLUDED.timestamp, ttl_timestamp = EXCLUDED.ttl_timestamp`;
  const consume = (selected: string) =>
    `WITH gone AS (DELETE FROM ${table} WHERE ${one} RETURNING *) SELECT ${selected} FROM gone WHERE ${live("$5")}`;
  const ofBuckets = (parameter: string) => `bucket = ANY (${textArray(parameter)})`;

  const texts = {
    get: `${select} ${one} AND ${live("$5")}`,
    getMany: `${select} ${named} AND ${live("$4")} ORDER BY ${order}`,
    set: `${insert} ${values} ${replace}`,
    setMany: `${insert} SELECT $1::text, $2::text || ':' || name, $2::text, name, data::jsonb, ${utc("$4")},
      $5::text::bigint FROM json_to_recordset($3::text::json) AS given (name text, data text) ${replace}`,
    createIfAbsent: `${insert} ${values} ${replace} WHERE NOT (${same} AND ${live("$8", "mine.")}) RETURNING 1`,
    deleteIfEquals: `DELETE FROM ${table} WHERE ${one} AND ${live("$5")} AND data = $6::text::jsonb RETURNING 1`,
    consume: consume(columns),
    delete: consume("1"),
    deleteMany: `DELETE FROM ${table} WHERE ${named}`,
    bucket: `${select} ${inBucket} AND ${live("$3")} ORDER BY ${order}`,
    all: `${select} id = $1::text AND ${live("$2")} ORDER BY ${order}`,
    page: `${select} id = $1::text AND ${order} > $2::text AND ${live("$3")} ORDER BY ${order} LIMIT $4::text::bigint`,
    pageOfBucket: `${select} ${inBucket} AND ${order} > $3::text AND ${live("$4")} ORDER BY ${order}
      LIMIT $5::text::bigint`,
    timestamps: `SELECT bucket, ${readInstant("max(timestamp)")} AS timestamp FROM ${table}
      WHERE id = $1::text AND timestamp IS NOT NULL AND ${live("$2")} GROUP BY bucket ORDER BY bucket COLLATE "C"`,
    deleteBucket: counted(`DELETE FROM ${table} WHERE ${inBucket}`),
    deleteAll: counted(`DELETE FROM ${table} WHERE id = $1::text`),
    deleteByChain: counted(`DELETE FROM ${table} WHERE id = $1::text AND ${ofBuckets("$2")}
      AND data ->> 'chain_id' = $3::text AND jsonb_typeof(data -> 'chain_id') = 'string'`),
    purgeExpired: counted(`DELETE FROM ${table} WHERE ttl_timestamp <= $1::text::bigint`),
    purgeExpiredOfBuckets: counted(`DELETE FROM ${table}
      WHERE ttl_timestamp <= $1::text::bigint AND ${ofBuckets("$2")}`),
  };

  return {
    async get(actorId, bucket, name, call) {
      const [row] = await run(context, texts.get, [...keyOf(actorId, bucket, name), seconds()], call);
      return row === undefined ? null : decode(row);
    },

    async getMany(actorId, bucket, names, call) {
      const parameters = [actorId, bucket, JSON.stringify([...names]), seconds()];
      const rows = await run(context, texts.getMany, parameters, call);
      return new Map(rows.map((row) => [text(row, "name"), decode(row)]));
    },

    async set(actorId, bucket, name, data, call) {
      const parameters = [...keyOf(actorId, bucket, name), compactJson(data), ...extras(call)];
      await run(context, texts.set, parameters, call);
    },

    async setMany(actorId, bucket, entries, call) {
      // Everybody locks rows in the same order, so that nobody waits in a circle.
      const given = [...entries].sort(([a], [b]) => compareBytes(a, b))
        .map(([name, data]) => ({ name, data: compactJson(data) }));
      await run(context, texts.setMany, [actorId, bucket, JSON.stringify(given), ...extras(call)], call);
    },

    async createIfAbsent(actorId, bucket, name, data, call) {
      const parameters = [...keyOf(actorId, bucket, name), compactJson(data), ...extras(call), seconds()];
      return (await run(context, texts.createIfAbsent, parameters, call)).length > 0;
    },

    async setIfEquals(actorId, bucket, name, expected, data, call) {
      const parameters: Parameter[] = [...keyOf(actorId, bucket, name), seconds(), compactJson(expected)];
      let assignments = `data = $${parameters.push(compactJson(data))}::text::jsonb`;
      if (call.timestamp !== undefined) assignments += `, timestamp = ${utc(`$${parameters.push(call.timestamp)}`)}`;
      if (call.expiresAt !== undefined) {
        assignments += `, ttl_timestamp = $${parameters.push(String(call.expiresAt))}::text::bigint`;
      }
      const update = `UPDATE ${table} SET ${assignments} WHERE ${one} AND ${live("$5")} AND data = $6::text::jsonb
        RETURNING 1`;
      return (await run(context, update, parameters, call)).length > 0;
    },

    async deleteIfEquals(actorId, bucket, name, expected, call) {
      const parameters = [...keyOf(actorId, bucket, name), seconds(), compactJson(expected)];
      return (await run(context, texts.deleteIfEquals, parameters, call)).length > 0;
    },

    async consume(actorId, bucket, name, call) {
      const [row] = await run(context, texts.consume, [...keyOf(actorId, bucket, name), seconds()], call);
      return row === undefined ? null : decode(row);
    },

    async delete(actorId, bucket, name, call) {
      return (await run(context, texts.delete, [...keyOf(actorId, bucket, name), seconds()], call)).length > 0;
    },

    async deleteMany(actorId, bucket, names, call) {
      await run(context, texts.deleteMany, [actorId, bucket, JSON.stringify([...names])], call);
    },

    async bucket(actorId, bucket, call) {
      return (await run(context, texts.bucket, [actorId, bucket, seconds()], call)).map(decode);
    },

    async all(actorId, call) {
      return (await run(context, texts.all, [actorId, seconds()], call)).map(decode);
    },

    async page(actorId, call) {
      const rest = [call.after ?? "", seconds(), String(call.limit + 1)];
      const rows = call.bucket === undefined
        ? await run(context, texts.page, [actorId, ...rest], call)
        : await run(context, texts.pageOfBucket, [actorId, call.bucket, ...rest], call);
      return pageOf(rows, call.limit, decode, "bucket_name");
    },

    async timestamps(actorId, call) {
      const rows = await run(context, texts.timestamps, [actorId, seconds()], call);
      return new Map(rows.map((row) => [text(row, "bucket"), text(row, "timestamp")]));
    },

    async deleteBucket(actorId, bucket, call) {
      return countOf(await run(context, texts.deleteBucket, [actorId, bucket], call));
    },

    async deleteAll(actorId, call) {
      return countOf(await run(context, texts.deleteAll, [actorId], call));
    },

    async deleteByChain(actorId, buckets, chainId, call) {
      return countOf(await run(context, texts.deleteByChain, [actorId, JSON.stringify(buckets), chainId], call));
    },

    async purgeExpired(call) {
      if (call.buckets === undefined) return countOf(await run(context, texts.purgeExpired, [seconds()], call));
      return countOf(
        await run(context, texts.purgeExpiredOfBuckets, [seconds(), JSON.stringify(call.buckets)], call),
      );
    },
  };
}

function keyOf(actorId: string, bucket: string, name: string): string[] {
  return [actorId, `${bucket}:${name}`, bucket, name];
}

function extras({ timestamp, expiresAt }: { timestamp?: string; expiresAt?: number }): Parameter[] {
  return [timestamp ?? null, expiresAt === undefined ? null : String(expiresAt)];
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
