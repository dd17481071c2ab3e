/**
 * Rows of one kind: what actors, trusts, peer trustees, subscriptions, diffs and suspensions have in common, made of a
 * table of their fields.
 *
 * @module
 */

import type { BackendPage, Call, PageRequest } from "../backend.ts";
import { counted, countOf, pageOf, readInstant, utc } from "./rows.ts";
import type { Parameter, Row as SqlRow } from "./sql_client.ts";
import { type Context, run } from "./statements.ts";

/** How a field is read from its column, written from a parameter, and decoded. */
export interface Kind {
  read(column: string): string;
  write(parameter: string): string;
  decode(value: SqlRow[string]): unknown;
}

const column = (name: string) => name;
const text = (parameter: string) => `${parameter}::text`;

/** The kinds of columns. */
export const KINDS = {
  text: { read: column, write: text, decode: (value) => value ?? "" },
  /** NULL and the empty text mean that there is none, as in the reference. */
  optional: { read: column, write: text, decode: (value) => value || null },
  truth: { read: column, write: (parameter) => `${parameter}::text::boolean`, decode: (value) => value === true },
  whole: { read: text, write: (parameter) => `${parameter}::text::integer`, decode: Number },
  /** UTC wall time in a `timestamp`. */
  wall: { read: readInstant, write: utc, decode: (value) => value },
  /** An instant in a `timestamptz`. */
  instant: {
    read: (name) => readInstant(`${name} AT TIME ZONE 'UTC'`),
    write: (parameter) => `${parameter}::text::timestamptz`,
    decode: (value) => value,
  },
} satisfies { readonly [name: string]: Kind };

/** The column that holds a field, and how. */
export type Field = readonly [column: string, kind: keyof typeof KINDS];

/** A table's rows. */
export interface Layout<Row> {
  /** The table, quoted and with its schema. */
  readonly table: string;
  /** The columns of its primary key. */
  readonly key: readonly string[];
  /** The columns of all fields. */
  readonly fields: { readonly [Name in keyof Row]-?: Field };
  /** What its collections are sorted by. */
  readonly order: string;
  /** The type of that, and a value before all others. Default `text` and the empty text. */
  readonly start?: readonly [type: string, value: string];
}

/** Rows that share something, e.g. their actor. The parameters are those of its condition. */
export interface Selection<Row> {
  /** All of them. */
  all(parameters: readonly Parameter[], call: Call): Promise<Row[]>;
  /** One page of them. */
  page(parameters: readonly Parameter[], call: Call & PageRequest): Promise<BackendPage<Row>>;
  /** Removes them; how many. */
  delete(parameters: readonly Parameter[], call: Call): Promise<number>;
}

/** What can be done with rows of one kind. */
export interface Collection<Row> {
  /** The row with this key, or `null`. */
  get(key: readonly string[], call: Call): Promise<Row | null>;
  /** Creates a row; whether there was none. */
  create(key: readonly string[], row: Row, call: Call): Promise<boolean>;
  /** Writes the given fields of a row that is there; whether it is. */
  update(key: readonly string[], fields: Partial<Row>, call: Call): Promise<boolean>;
  /** Removes a row; whether it was there. */
  delete(key: readonly string[], call: Call): Promise<boolean>;
  /** The rows of an actor. */
  readonly ofActor: Selection<Row>;
  /** The rows that a condition with so many parameters selects. */
  where(condition: string, parameters: number): Selection<Row>;
}

/** The rows of a table. */
export function collection<Row extends object>(context: Context, layout: Layout<Row>): Collection<Row> {
  const { table, key, fields, order, start: [orderType, least] = ["text", ""] } = layout;
  const names = Object.keys(fields) as (keyof Row & string)[];
  const kind = (name: keyof Row): Kind => KINDS[fields[name][1]];
  const written = names.filter((name) => !key.includes(fields[name][0]));
  const columns = `${names.map((name) => `${kind(name).read(fields[name][0])} AS "${name}"`)}, (${order})::text AS key`;
  const isKey = key.map((name, index) => `${name} = $${index + 1}::text`).join(" AND ");

  const get = `SELECT ${columns} FROM ${table} WHERE ${isKey}`;
  const create = `INSERT INTO ${table} (${[...key, ...written.map((name) => fields[name][0])]})
    VALUES (${[
    ...key.map((_, index) => `$${index + 1}::text`),
    ...written.map((name, index) => assigned(name, index)),
  ]})
    ON CONFLICT (${key}) DO NOTHING RETURNING 1`;
  const remove = `DELETE FROM ${table} WHERE ${isKey} RETURNING 1`;

  /** The parameter of a field that follows the key's. */
  function assigned(name: keyof Row, index: number): string {
    return kind(name).write(`$${key.length + index + 1}`);
  }

  function parameter(value: unknown): Parameter {
    return value === null ? null : String(value);
  }

  function decode(row: SqlRow): Row {
    const decoded: Record<string, unknown> = {};
    for (const name of names) decoded[name] = kind(name).decode(row[name] ?? null);
    return decoded as Row;
  }

  function where(condition: string, parameters: number): Selection<Row> {
    const all = `SELECT ${columns} FROM ${table} WHERE ${condition} ORDER BY ${order}`;
    const page = `SELECT ${columns} FROM ${table} WHERE ${condition} AND ${order} > $${parameters + 1}::${orderType}
      ORDER BY ${order} LIMIT $${parameters + 2}::text::bigint`;
    const removeAll = counted(`DELETE FROM ${table} WHERE ${condition}`);
    return {
      async all(parameters, call) {
        return (await run(context, all, parameters, call)).map(decode);
      },
      async page(parameters, call) {
        const rows = await run(context, page, [...parameters, call.after ?? least, String(call.limit + 1)], call);
        return pageOf(rows, call.limit, decode, "key");
      },
      async delete(parameters, call) {
        return countOf(await run(context, removeAll, parameters, call));
      },
    };
  }

  return {
    async get(key, call) {
      const [row] = await run(context, get, key, call);
      return row === undefined ? null : decode(row);
    },

    async create(key, row, call) {
      const parameters = [...key, ...written.map((name) => parameter(row[name]))];
      return (await run(context, create, parameters, call)).length > 0;
    },

    async update(key, given, call) {
      const changed = Object.keys(given) as (keyof Row & string)[];
      const assignments = changed.map((name, index) => `${fields[name][0]} = ${assigned(name, index)}`);
      const text = `UPDATE ${table} SET ${assignments} WHERE ${isKey} RETURNING 1`;
      return (await run(context, text, [...key, ...changed.map((name) => parameter(given[name]))], call)).length > 0;
    },

    async delete(key, call) {
      return (await run(context, remove, key, call)).length > 0;
    },

    ofActor: where("id = $1::text", 1),
    where,
  };
}
