/**
 * The file of an export: lines of JSON. See docs/transfer.md.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import { compactJson, parseJson } from "../model/json.ts";
import { lineHash } from "../model/row_hash.ts";
import { TABLE_NAMES } from "../model/table_rows.ts";
import type { Json } from "../store.ts";
import type { TableName } from "../tables.ts";
import type { TableRow } from "./walk.ts";

/** The first line. */
export interface Header {
  /** Always this. */
  readonly format: "actingweb-edge";
  /** Version of the format. */
  readonly version: 1;
  /** The backend that the rows come from, e.g. `dynamodb`. */
  readonly backend: string;
  /** The tables in it, in this order. */
  readonly tables: readonly TableName[];
}

/** The last line, by which a file that is cut off or altered is known. */
export interface Closing {
  /** Rows by table. */
  readonly counts: { readonly [Name in TableName]?: number };
  /** Hash of each table's lines. */
  readonly hashes: { readonly [Name in TableName]?: string };
  /** Hash of all lines before this one. */
  readonly hash: string;
}

/** Counts and hashes of the lines so far. */
export interface Sums {
  /** Takes in a line without its end; `table`: of a row. */
  add(line: string, table?: TableName): void;
  /** The last line that belongs to them. */
  closing(): Closing;
}

/** Begins to count and hash. */
export function createSums(): Sums {
  const counts: { [Name in TableName]?: number } = {};
  const hashes: { [Name in TableName]?: string } = {};
  let hash = "";
  return {
    add(line, table) {
      hash = lineHash(hash, line);
      if (table === undefined) return;
      counts[table] = (counts[table] ?? 0) + 1;
      hashes[table] = lineHash(hashes[table] ?? "", line);
    },
    closing: () => ({ counts, hashes, hash }),
  };
}

const encoder = new TextEncoder();

/** Bytes of a text of the file. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** The line of a row, without its end. */
export function rowLine(table: TableName, { additional, ...fields }: TableRow): string {
  return compactJson({ table, row: { ...fields, ...(additional ? { additional } : {}) } as unknown as Json });
}

/** What a line of the middle holds. */
export interface Line {
  /** The table. */
  readonly table: TableName;
  /** The row; it is checked when it is written. */
  readonly row: TableRow;
}

/** Reads the first line. */
export function readHeader(line: string): Header {
  const header = objectOf(line);
  if (header.format !== "actingweb-edge") throw refusal("it is no export of actingweb-edge");
  if (header.version !== 1) throw refusal("it is of a version that this program does not know");
  const { tables } = header;
  if (!Array.isArray(tables) || !tables.every(isTable)) throw refusal("its first line names unknown tables");
  return header as unknown as Header;
}

/** Reads another line: a row, or the closing line. */
export function readLine(line: string): Line | Closing {
  const read = objectOf(line);
  if ("hash" in read && !("table" in read)) return read as unknown as Closing;
  const { row } = read;
  if (!isTable(read.table) || typeof row !== "object" || row === null || Array.isArray(row)) {
    throw refusal("a line holds no row");
  }
  return read as unknown as Line;
}

/** The refusal of a file. */
export function refusal(detail: string): StoreError {
  return new StoreError("corrupt", "importTables", `the file cannot be used: ${detail}`);
}

function objectOf(line: string): { readonly [name: string]: Json } {
  try {
    const value = parseJson(line);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as { [name: string]: Json };
  } catch {
    // The parser's message quotes the line, which holds rows.
  }
  throw refusal("a line is no JSON object");
}

function isTable(name: unknown): name is TableName {
  return (TABLE_NAMES as readonly unknown[]).includes(name);
}
