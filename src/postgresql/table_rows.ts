/**
 * Whole tables on PostgreSQL: ranges of an index, and batches in one statement.
 *
 * @example
 * ```ts
 * import { postgresqlStore } from "actingweb-edge/postgresql";
 * import { tables } from "actingweb-edge/postgresql/tables";
 *
 * export function open(url: string) {
 *   return postgresqlStore({ url, tables });
 * }
 * ```
 *
 * @module
 */

import type { BackendPart, TablesPart } from "../backend.ts";
import { tables as methods } from "../guard/tables.ts";
import { positionOf, storedKeyOf, TABLE_NAMES, type TableWalk } from "../model/table_rows.ts";
import type { RowKey, TableName, TableRows, Tables, UnreadableRow } from "../tables.ts";
import { text } from "./rows.ts";
import type { Parameter, Row } from "./sql_client.ts";
import { answerOf, type Context, run } from "./statements.ts";
import { columnsOf, decode, positionIn, recordOf, shapesOf, writeText } from "./stored_rows.ts";

/** Bytes of a page, beyond its first row. */
const PAGE_BYTES = 1_000_000;
/** Rows that are counted where there are no statistics. */
const COUNTED = 10_000;

/** Makes the part for transfers; a store has it when it is given it as its option `tables`. */
export const tables = (context: Context): TablesPart => ({ methods, part: partOf(context) });

function partOf(context: Context): BackendPart<Tables> {
  const shapes = shapesOf(context.tables);
  const writes = Object.fromEntries(TABLE_NAMES.map((table) => {
    return [table, writeText(table, shapes[table], context.tables)];
  })) as { readonly [Name in TableName]: string };

  function sort(table: TableName, rows: readonly Row[]) {
    const found = { items: [] as TableRows[TableName][], unreadable: [] as UnreadableRow[] };
    for (const row of rows) {
      const decoded = decode(table, shapes[table], row);
      if (typeof decoded !== "string") found.items.push(decoded);
      else found.unreadable.push({ key: positionIn(shapes[table], row), problem: decoded });
    }
    return found;
  }

  /** The rows whose keys are in `$1`, a JSON array of what they have to be. */
  function given(table: TableName, keys: readonly RowKey[]) {
    const { found, key: primary } = shapes[table];
    const wanted = keys.map((key) => found?.(key) ?? primary.map((column, index) => [column, key[index]!] as const));
    const columns = wanted[0]!.map(([column]) => column);
    const records = wanted.map((parts) => Object.fromEntries(parts.map(([, value], index) => [`f${index}`, value])));
    return {
      parameter: JSON.stringify(records),
      rows: `json_to_recordset($1::text::json) AS given (${columns.map((_, index) => `f${index} text`)})`,
      matches: columns.map((column, index) => `t.${column} = given.f${index}`).join(" AND "),
    };
  }

  return {
    async page(table, call) {
      const { segment = 0, segments = 1, actorId = null } = call;
      const walk: TableWalk = { table, segment, segments, actorId };
      const shape = shapes[table];
      const parameters: string[] = [];
      const conditions: string[] = [];
      const parameter = (value: string) => `$${parameters.push(value)}::text`;
      const [owner] = shape.order as readonly [string];
      if (actorId !== null) conditions.push(`${owner} = ${parameter(actorId)}`);
      const after = call.after === null ? null : storedKeyOf(walk, call.after);
      if (after !== null) {
        conditions.push(`(${shape.order}) > (${after.map(parameter)})`);
      } else if (segment > 0) conditions.push(`${owner} >= ${parameter(boundary(segment, segments))}`);
      if (segment < segments - 1) conditions.push(`${owner} < ${parameter(boundary(segment + 1, segments))}`);
      const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
      const order = `ORDER BY ${shape.order}`;
      const statement = `SELECT ${columnsOf(shape)} FROM (
          SELECT *, sum(bytes) OVER (${order} ROWS UNBOUNDED PRECEDING) - bytes AS bytes_before FROM (
            SELECT *, ${shape.size} AS bytes FROM ${shape.source ?? shape.table} AS t ${where} ${order}
            LIMIT ${parameter(String(call.limit))}::bigint) AS chosen) AS measured
        WHERE bytes_before < ${PAGE_BYTES} ${order}`;
      const rows = await run(context, statement, parameters, call);
      const last = rows.at(-1);
      return { ...sort(table, rows), after: last === undefined ? null : positionOf(walk, positionIn(shape, last)) };
    },

    async getMany(table, keys, call) {
      const shape = shapes[table];
      const { parameter, rows, matches } = given(table, keys);
      const columns = columnsOf(shape);
      const statement = `SELECT ${columns} FROM ${rows} JOIN ${shape.source ?? shape.table} AS t ON ${matches}`;
      return sort(table, await run(context, statement, [parameter], call));
    },

    async write(table, rows, call) {
      const records = rows.map((row) => recordOf(table, shapes[table], row));
      // Everybody locks rows in the same order, so that nobody waits in a circle.
      const [first, second] = Object.keys(shapes[table].fields) as [string, string];
      records.sort((a, b) => compare(a[first], b[first]) || compare(a[second], b[second]));
      return (await answerOf(context, writes[table], [JSON.stringify(records)], call)).count;
    },

    async delete(table, keys, call) {
      const { parameter, rows, matches } = given(table, keys);
      await run(context, `DELETE FROM ${shapes[table].table} AS t USING ${rows} WHERE ${matches}`, [parameter], call);
    },

    async estimate(table, call) {
      const { table: name } = shapes[table];
      const statement = `SELECT CASE WHEN known.reltuples > 0 THEN known.reltuples::bigint
          ELSE (SELECT count(*) FROM (SELECT 1 FROM ${name} LIMIT ${COUNTED + 1}) AS counted) END::text AS count,
        known.reltuples > 0 AS known FROM pg_class AS known WHERE known.oid = $1::text::regclass`;
      const [row] = await run(context, statement, [name], call);
      const count = row === undefined ? NaN : Number(text(row, "count"));
      return row?.known === true || count <= COUNTED ? count : null;
    },
  };
}

/** Any order will do, if it is always the same. */
function compare(one: Parameter = null, other: Parameter = null): number {
  return one === other ? 0 : (one ?? "") < (other ?? "") ? -1 : 1;
}

/**
 * The id at which a part of a table begins. The reference's ids are hexadecimal digits, evenly spread; other ids are
 * all in some part, too, if in uneven ones.
 */
function boundary(segment: number, segments: number): string {
  return Math.floor((segment * 0x10000) / segments).toString(16).padStart(4, "0");
}
