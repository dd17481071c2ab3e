/** Properties on PostgreSQL. @module */

import type { BackendPart } from "../backend.ts";
import { compareBytes, lastWithPrefix } from "../model/order.ts";
import type { Properties, Property } from "../store.ts";
import { writeIndexed } from "./indexed.ts";
import type { Row } from "./sql_client.ts";
import { type Context, countOf, pageOf, run, text, transaction } from "./statements.ts";

/** List rows begin with `list:`; `;` is the byte after `:`. */
const OUTSIDE_LISTS = `(name COLLATE "C" < 'list:' OR name COLLATE "C" >= 'list;')`;

/** The part. */
export function properties(context: Context): BackendPart<Properties> {
  const { tables, indexed } = context;
  const between = `id = $1::text AND name COLLATE "C" >= $2::text AND name COLLATE "C" <= $3::text`;
  const upsert = `INSERT INTO ${tables.properties} (id, name, value) VALUES ($1::text, $2::text, $3::text)
    ON CONFLICT (id, name) DO UPDATE SET value = EXCLUDED.value`;
  const upsertMany = `INSERT INTO ${tables.properties} (id, name, value)
    SELECT $1::text, name, value FROM json_to_recordset($2::text::json) AS given (name text, value text)
    ON CONFLICT (id, name) DO UPDATE SET value = EXCLUDED.value`;
  const deleteMany = `DELETE FROM ${tables.properties}
    WHERE id = $1::text AND name IN (SELECT json_array_elements_text($2::text::json))`;

  return {
    async get(actorId, name, call) {
      const [row] = await run(
        context,
        `SELECT value FROM ${tables.properties} WHERE id = $1::text AND name = $2::text`,
        [actorId, name],
        call,
      );
      return row === undefined ? null : text(row, "value");
    },

    async getMany(actorId, names, call) {
      const rows = await run(
        context,
        `SELECT name, value FROM ${tables.properties}
        WHERE id = $1::text AND name IN (SELECT json_array_elements_text($2::text::json)) ORDER BY name COLLATE "C"`,
        [actorId, JSON.stringify([...names])],
        call,
      );
      return new Map(rows.map((row) => [text(row, "name"), text(row, "value")]));
    },

    async set(actorId, name, value, call) {
      if (indexed.has(name)) await writeIndexed(context, { kind: "set", actorId, name, value }, call);
      else await run(context, upsert, [actorId, name, value], call);
    },

    async setMany(actorId, entries, call) {
      // Everybody locks rows in the same order, so that nobody waits in a circle.
      const all = [...entries].sort(([a], [b]) => compareBytes(a, b));
      const plain = all.filter(([name]) => !indexed.has(name)).map(([name, value]) => ({ name, value }));
      if (plain.length === all.length) {
        await run(context, upsertMany, [actorId, JSON.stringify(plain)], call);
        return;
      }
      await transaction(context, async (query) => {
        if (plain.length > 0) await query(upsertMany, [actorId, JSON.stringify(plain)]);
        for (const [name, value] of all) {
          if (indexed.has(name)) await writeIndexed(context, { kind: "set", actorId, name, value }, call, query);
        }
      }, call);
    },

    async delete(actorId, name, call) {
      if (indexed.has(name)) return await writeIndexed(context, { kind: "delete", actorId, name }, call);
      const rows = await run(
        context,
        `DELETE FROM ${tables.properties} WHERE id = $1::text AND name = $2::text RETURNING id`,
        [actorId, name],
        call,
      );
      return rows.length > 0;
    },

    async deleteMany(actorId, names, call) {
      const all = [...names].sort(compareBytes);
      const plain = all.filter((name) => !indexed.has(name));
      if (plain.length === all.length) {
        await run(context, deleteMany, [actorId, JSON.stringify(plain)], call);
        return;
      }
      await transaction(context, async (query) => {
        if (plain.length > 0) await query(deleteMany, [actorId, JSON.stringify(plain)]);
        for (const name of all) {
          if (indexed.has(name)) await writeIndexed(context, { kind: "delete", actorId, name }, call, query);
        }
      }, call);
    },

    async createIfAbsent(actorId, name, value, call) {
      if (indexed.has(name)) return await writeIndexed(context, { kind: "create", actorId, name, value }, call);
      const rows = await run(
        context,
        `INSERT INTO ${tables.properties} (id, name, value) VALUES ($1::text, $2::text, $3::text)
        ON CONFLICT (id, name) DO NOTHING RETURNING id`,
        [actorId, name, value],
        call,
      );
      return rows.length > 0;
    },

    async setIfEquals(actorId, name, expected, value, call) {
      if (indexed.has(name)) {
        return await writeIndexed(context, { kind: "setIfEquals", actorId, name, expected, value }, call);
      }
      const rows = await run(
        context,
        `UPDATE ${tables.properties} SET value = $4::text
        WHERE id = $1::text AND name = $2::text AND value = $3::text RETURNING id`,
        [actorId, name, expected, value],
        call,
      );
      return rows.length > 0;
    },

    async deleteIfEquals(actorId, name, expected, call) {
      if (indexed.has(name)) {
        return await writeIndexed(context, { kind: "deleteIfEquals", actorId, name, expected }, call);
      }
      const rows = await run(
        context,
        `DELETE FROM ${tables.properties} WHERE id = $1::text AND name = $2::text AND value = $3::text RETURNING id`,
        [actorId, name, expected],
        call,
      );
      return rows.length > 0;
    },

    async range(actorId, lower, upper, call) {
      const rows = await run(
        context,
        `SELECT name, value FROM ${tables.properties} WHERE ${between} ORDER BY name COLLATE "C" LIMIT $4::text::bigint`,
        [actorId, lower, upper, limitOf(call.limit)],
        call,
      );
      return rows.map(decode);
    },

    async rangeNames(actorId, lower, upper, call) {
      const rows = await run(
        context,
        `SELECT name FROM ${tables.properties} WHERE ${between} ORDER BY name COLLATE "C" LIMIT $4::text::bigint`,
        [actorId, lower, upper, limitOf(call.limit)],
        call,
      );
      return rows.map((row) => text(row, "name"));
    },

    async last(actorId, lower, upper, call) {
      const [row] = await run(
        context,
        `SELECT name, value FROM ${tables.properties} WHERE ${between} ORDER BY name COLLATE "C" DESC LIMIT 1`,
        [actorId, lower, upper],
        call,
      );
      return row === undefined ? null : decode(row);
    },

    async prefix(actorId, prefix, call) {
      const rows = await run(
        context,
        `SELECT name, value FROM ${tables.properties} WHERE ${between} ORDER BY name COLLATE "C" LIMIT $4::text::bigint`,
        [actorId, prefix, lastWithPrefix(prefix), limitOf(call.limit)],
        call,
      );
      return rows.map(decode);
    },

    async all(actorId, call) {
      const lists = call.includeLists ? "" : `AND ${OUTSIDE_LISTS}`;
      const rows = await run(
        context,
        `SELECT name, value FROM ${tables.properties} WHERE id = $1::text ${lists} ORDER BY name COLLATE "C"`,
        [actorId],
        call,
      );
      return rows.map(decode);
    },

    async page(actorId, call) {
      const lists = call.includeLists ? "" : `AND ${OUTSIDE_LISTS}`;
      const rows = await run(
        context,
        `SELECT name, value FROM ${tables.properties} WHERE id = $1::text AND name COLLATE "C" > $2::text ${lists}
        ORDER BY name COLLATE "C" LIMIT $3::text::bigint`,
        [actorId, call.after ?? "", String(call.limit + 1)],
        call,
      );
      return pageOf(rows, call.limit, decode, (row) => text(row, "name"));
    },

    async deleteAll(actorId, call) {
      const lists = call.includeLists ? "" : `AND ${OUTSIDE_LISTS}`;
      const rows = await run(
        context,
        `WITH gone AS (DELETE FROM ${tables.properties} WHERE id = $1::text ${lists} RETURNING id),
          released AS (DELETE FROM ${tables.lookup} WHERE actor_id = $1::text)
        SELECT count(*)::text AS count FROM gone`,
        [actorId],
        call,
      );
      return countOf(rows);
    },
  };
}

function limitOf(limit: number | undefined): string | null {
  return limit === undefined ? null : String(limit);
}

function decode(row: Row): Property {
  return { name: text(row, "name"), value: text(row, "value") };
}
