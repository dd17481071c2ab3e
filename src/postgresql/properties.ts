/** Properties on PostgreSQL. @module */

import type { BackendPart } from "../backend.ts";
import { compareBytes, lastWithPrefix } from "../model/order.ts";
import type { Properties, Property } from "../store.ts";
import { deleteWithLookups, indexedWriter } from "./indexed.ts";
import { countOf, pageOf, text, textArray } from "./rows.ts";
import type { Row } from "./sql_client.ts";
import { type Context, run } from "./statements.ts";

/** List rows begin with `list:`; `;` is the byte after `:`. */
const BEFORE_LISTS = `name COLLATE "C" < 'list:'`;
const AFTER_LISTS = `name COLLATE "C" >= 'list;'`;
const IN_ORDER = `ORDER BY name COLLATE "C"`;

/** The part. */
export function properties(context: Context): BackendPart<Properties> {
  const { tables, indexed } = context;
  const table = tables.properties;
  const writeIndexed = indexedWriter(context);
  const indexedNames = JSON.stringify([...indexed]);

  const one = "id = $1::text AND name = $2::text";
  const named = (names: string) => `id = $1::text AND name = ANY (${names})`;
  const range = `FROM ${table} WHERE id = $1::text AND name COLLATE "C" >= $2::text AND name COLLATE "C" <= $3::text`;
  const select = `SELECT name, value FROM ${table}`;
  const following = `id = $1::text AND name COLLATE "C" > $2::text`;
  const limited = "LIMIT $3::text::bigint";
  /** One side of the list rows, which an index walks around instead of through. */
  const side = (bound: string) =>
    `(SELECT name, value, name COLLATE "C" AS key FROM ${table} WHERE ${following} AND ${bound} ${IN_ORDER} ${limited})`;
  const create = `INSERT INTO ${table} (id, name, value) VALUES ($1::text, $2::text, $3::text) ON CONFLICT (id, name)`;

  const texts = {
    get: `SELECT value FROM ${table} WHERE ${one}`,
    getMany: `${select} WHERE ${named(textArray("$2"))} ${IN_ORDER}`,
    set: `${create} DO UPDATE SET value = EXCLUDED.value`,
    setMany:
      `WITH given AS MATERIALIZED (SELECT * FROM json_to_recordset($2::text::json) AS given (name text, value text)),
        emptied AS (DELETE FROM ${table} WHERE ${named("ARRAY(SELECT name FROM given WHERE value IS NULL)")})
      INSERT INTO ${table} (id, name, value) SELECT $1::text, name, value FROM given WHERE value IS NOT NULL
      ON CONFLICT (id, name) DO UPDATE SET value = EXCLUDED.value`,
    delete: `DELETE FROM ${table} WHERE ${one} RETURNING 1`,
    deleteMany: `DELETE FROM ${table} WHERE ${named(textArray("$2"))}`,
    createIfAbsent: `${create} DO NOTHING RETURNING 1`,
    setIfEquals: `UPDATE ${table} SET value = $4::text WHERE ${one} AND value = $3::text RETURNING 1`,
    deleteIfEquals: `DELETE FROM ${table} WHERE ${one} AND value = $3::text RETURNING 1`,
    range: `SELECT name, value ${range} ${IN_ORDER} LIMIT $4::text::bigint`,
    rangeNames: `SELECT name ${range} ${IN_ORDER} LIMIT $4::text::bigint`,
    last: `SELECT name, value ${range} ${IN_ORDER} DESC LIMIT 1`,
    page: `${select} WHERE ${following} ${IN_ORDER} ${limited}`,
    pagePlain: `SELECT name, value FROM (${side(BEFORE_LISTS)} UNION ALL ${side(AFTER_LISTS)}) AS plain
      ORDER BY key ${limited}`,
    deleteAll: deleteWithLookups(tables, ""),
    deleteAllPlain: deleteWithLookups(tables, `AND (${BEFORE_LISTS} OR ${AFTER_LISTS})`),
  };

  return {
    async get(actorId, name, call) {
      const [row] = await run(context, texts.get, [actorId, name], call);
      return row === undefined ? null : text(row, "value");
    },

    async getMany(actorId, names, call) {
      const rows = await run(context, texts.getMany, [actorId, JSON.stringify([...names])], call);
      return new Map(rows.map((row) => [text(row, "name"), text(row, "value")]));
    },

    async set(actorId, name, value, call) {
      if (indexed.has(name)) await writeIndexed(actorId, [{ name, value }], "always", call);
      else await run(context, texts.set, [actorId, name, value], call);
    },

    async setMany(actorId, entries, call) {
      // Everybody locks rows in the same order, so that nobody waits in a circle.
      const writes = [...entries].sort(([a], [b]) => compareBytes(a, b))
        .map(([name, value]) => ({ name, value: value === "" ? null : value }));
      if (writes.some(({ name }) => indexed.has(name))) await writeIndexed(actorId, writes, "always", call);
      else await run(context, texts.setMany, [actorId, JSON.stringify(writes)], call);
    },

    async delete(actorId, name, call) {
      if (indexed.has(name)) return await writeIndexed(actorId, [{ name, value: null }], "always", call) > 0;
      return (await run(context, texts.delete, [actorId, name], call)).length > 0;
    },

    async deleteMany(actorId, names, call) {
      const all = [...names];
      if (all.some((name) => indexed.has(name))) {
        await writeIndexed(actorId, all.map((name) => ({ name, value: null })), "always", call);
      } else await run(context, texts.deleteMany, [actorId, JSON.stringify(all)], call);
    },

    async createIfAbsent(actorId, name, value, call) {
      if (indexed.has(name)) return await writeIndexed(actorId, [{ name, value }], "absent", call) > 0;
      return (await run(context, texts.createIfAbsent, [actorId, name, value], call)).length > 0;
    },

    async setIfEquals(actorId, name, expected, value, call) {
      if (indexed.has(name)) return await writeIndexed(actorId, [{ name, value, expected }], "equals", call) > 0;
      return (await run(context, texts.setIfEquals, [actorId, name, expected, value], call)).length > 0;
    },

    async deleteIfEquals(actorId, name, expected, call) {
      if (indexed.has(name)) return await writeIndexed(actorId, [{ name, value: null, expected }], "equals", call) > 0;
      return (await run(context, texts.deleteIfEquals, [actorId, name, expected], call)).length > 0;
    },

    async range(actorId, lower, upper, call) {
      return (await run(context, texts.range, [actorId, lower, upper, limitOf(call.limit)], call)).map(decode);
    },

    async rangeNames(actorId, lower, upper, call) {
      const rows = await run(context, texts.rangeNames, [actorId, lower, upper, limitOf(call.limit)], call);
      return rows.map((row) => text(row, "name"));
    },

    async last(actorId, lower, upper, call) {
      const [row] = await run(context, texts.last, [actorId, lower, upper], call);
      return row === undefined ? null : decode(row);
    },

    async prefix(actorId, prefix, call) {
      const parameters = [actorId, prefix, lastWithPrefix(prefix), limitOf(call.limit)];
      return (await run(context, texts.range, parameters, call)).map(decode);
    },

    async all(actorId, call) {
      const statement = call.includeLists ? texts.page : texts.pagePlain;
      return (await run(context, statement, [actorId, "", null], call)).map(decode);
    },

    async page(actorId, call) {
      const statement = call.includeLists ? texts.page : texts.pagePlain;
      const rows = await run(context, statement, [actorId, call.after ?? "", String(call.limit + 1)], call);
      return pageOf(rows, call.limit, decode, "name");
    },

    async deleteAll(actorId, call) {
      const statement = call.includeLists ? texts.deleteAll : texts.deleteAllPlain;
      return countOf(await run(context, statement, [actorId, indexedNames], call));
    },
  };
}

function limitOf(limit: number | undefined): string | null {
  return limit === undefined ? null : String(limit);
}

function decode(row: Row): Property {
  return { name: text(row, "name"), value: text(row, "value") };
}
