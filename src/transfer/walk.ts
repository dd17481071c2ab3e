/**
 * Walking through tables in parallel segments, page by page.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import { SEGMENTS_MAXIMUM } from "../model/limits.ts";
import { TABLE_NAMES } from "../model/table_rows.ts";
import type { Page } from "../store.ts";
import type { FoundRows, TableName, TableRows, TransferStore } from "../tables.ts";
import { persistently } from "./patience.ts";

/** Any row. */
export type TableRow = TableRows[TableName];
/** A page of any table. */
export type TablePage = Page<TableRow> & FoundRows<TableRow>;

/** Parts of a table: short enough that a page's cost does not grow with the table, and few enough for a small one. */
export const SEGMENTS = 32;

/** Which rows a transfer is about, and how many at once. */
export interface WalkOptions {
  /** Only these tables. Default: all. */
  readonly tables?: readonly TableName[];
  /** Into how many parts each table is divided, 1 to 4,096. Default 32. */
  readonly segments?: number;
  /** Only this part, from 0; the others are for other machines. Default: all. */
  readonly segment?: number;
  /** Pages under way at once. Default 8. */
  readonly parallel?: number;
  /** Rows in a page at most, 1 to 1,000. Default 1,000. */
  readonly pageRows?: number;
}

/** A part of a table. */
export interface Part {
  /** The table. */
  readonly table: TableName;
  /** Which part of it. */
  readonly segment: number;
  /** Into how many parts it is divided. */
  readonly segments: number;
}

/** The parts of all tables in stages: all of one before the first of the next, since lookup rows need their actors. */
export function stagesOf(operation: string, options: WalkOptions): Part[][] {
  const { tables = TABLE_NAMES, segments = SEGMENTS, segment } = options;
  const refuse = (detail: string) => {
    throw new StoreError("invalid", operation, detail);
  };
  if (!Number.isInteger(segments) || segments < 1 || segments > SEGMENTS_MAXIMUM) {
    refuse(`segments must be a whole number from 1 to ${SEGMENTS_MAXIMUM}`);
  }
  if (segment !== undefined && !(Number.isInteger(segment) && segment >= 0 && segment < segments)) {
    refuse(`segment must be a whole number from 0 to ${segments - 1}`);
  }
  for (const table of tables) if (!TABLE_NAMES.includes(table)) refuse(`tables must be of ${TABLE_NAMES.join(", ")}`);
  const chosen = segment === undefined ? Array.from({ length: segments }, (_, index) => index) : [segment];
  const partsOf = (table: TableName) => chosen.map((each): Part => ({ table, segment: each, segments }));
  const wanted = TABLE_NAMES.filter((table) => tables.includes(table));
  return [wanted.filter((table) => table !== "lookups"), wanted.filter((table) => table === "lookups")]
    .map((stage) => stage.flatMap(partsOf))
    .filter((stage) => stage.length > 0);
}

/**
 * Walks through one part of a table. The next page is read while this one is worked on.
 *
 * @param cursor Where to begin; `null`: at the beginning
 * @param work Works on a page, whose cursor says where the walk goes on
 */
export async function walkPart(
  store: TransferStore,
  { table, segment, segments }: Part,
  cursor: string | null,
  { pageRows = 1_000 }: WalkOptions,
  signal: AbortSignal,
  work: (page: TablePage) => Promise<void>,
): Promise<void> {
  const read = (from: string | null) => {
    const options = { segment, segments, limit: pageRows, signal, ...(from === null ? {} : { cursor: from }) };
    const reading = persistently(() => firstOf(store.tables.pages(table, options)), signal);
    // It is awaited later, or never when the page before has failed.
    reading.catch(() => {});
    return reading;
  };
  let reading: Promise<TablePage> | null = read(cursor);
  while (reading !== null) {
    const page: TablePage = await reading;
    reading = page.cursor === null ? null : read(page.cursor);
    await work(page);
  }
}

async function firstOf<Item>(walk: AsyncIterable<Item>): Promise<Item> {
  for await (const item of walk) return item;
  throw new StoreError("internal", "transfer", "a walk has no page at all");
}

/** Rows in all tables, about, or `null` when nobody knows. */
export async function estimateAll(
  store: TransferStore,
  { tables = TABLE_NAMES, segment, segments = SEGMENTS }: WalkOptions,
  signal: AbortSignal,
) {
  const counts = await Promise.all(tables.map((table) => store.tables.estimate(table, { signal })));
  if (counts.includes(null)) return null;
  const all = counts.reduce<number>((sum, count) => sum + count!, 0);
  return segment === undefined ? all : Math.round(all / segments);
}

/** Whether an attribute has expired, so that it is absent for everybody. */
export function isExpired(table: TableName, row: TableRow, seconds: number): boolean {
  if (table !== "attributes") return false;
  const { expiresAt } = row as TableRows["attributes"];
  return typeof expiresAt === "number" && expiresAt <= seconds;
}
