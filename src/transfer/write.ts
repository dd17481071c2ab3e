/**
 * Writing rows so that one bad row stops nobody else, and bringing single rows up to date.
 *
 * @module
 */

import { StoreError, type StoreErrorCode } from "../errors.ts";
import { contentOf } from "../model/row_hash.ts";
import { identityOf, keyOf } from "../model/table_rows.ts";
import type { RowKey, TableName, TransferStore } from "../tables.ts";
import { persistently } from "./patience.ts";
import type { FailedRow, Tally } from "./progress.ts";
import type { TableRow } from "./walk.ts";

/** Faults of a row, not of the database. */
const OF_ROWS: ReadonlySet<StoreErrorCode> = new Set(["invalid", "too_large", "conflict", "corrupt", "internal"]);
/** Rows read, compared and written at once. */
const BATCH = 500;

/** Where rows go. */
export interface Target {
  /** The store. */
  readonly store: TransferStore;
  /** Which backend the rows come from. */
  readonly from: string;
  /** Counts. */
  readonly tally: Tally;
  /** Stops it. */
  readonly signal: AbortSignal;
  /** Is told of each row that cannot be written. */
  fail(row: FailedRow): Promise<void>;
}

/** Writes rows. Those that cannot be written are told apart, by halves, and given to `fail`. */
export async function writeRows(target: Target, table: TableName, rows: readonly TableRow[]): Promise<void> {
  const isSameKind = target.from === target.store.backend;
  for (let start = 0; start < rows.length; start += BATCH) {
    const batch = rows.slice(start, start + BATCH);
    await writeHalves(target, table, isSameKind ? batch : batch.map((row) => bare(target, table, row)));
  }
}

async function writeHalves(target: Target, table: TableName, rows: readonly TableRow[]): Promise<void> {
  const { store, tally, signal } = target;
  try {
    const written = await persistently(() => store.tables.write(table, rows as never, { signal }), signal);
    tally.written += written;
    if (written < rows.length) tally.drop(`${table} without their actor`, rows.length - written);
  } catch (error) {
    if (!(error instanceof StoreError) || !OF_ROWS.has(error.code)) throw error;
    if (rows.length > 1) {
      const middle = Math.ceil(rows.length / 2);
      await writeHalves(target, table, rows.slice(0, middle));
      await writeHalves(target, table, rows.slice(middle));
      return;
    }
    const problem = error.message.slice(error.operation.length + 2);
    await target.fail({ table, key: keyOf(table, rows[0] as never), problem });
  }
}

/** A row without what another kind of backend cannot hold. */
function bare({ tally }: Target, table: TableName, row: TableRow): TableRow {
  // Nobody has checked it yet; the target's guard refuses what is no object.
  if (typeof row.additional !== "object" || row.additional === null) return row;
  for (const field of Object.keys(row.additional)) tally.drop(`${table}.${field}`);
  return { ...row, additional: null };
}

/**
 * Makes rows of the target what they are on the source, also while others write to both: after writing, the source is
 * read again, and what has changed there in between is written again. So the last word is always the source's.
 *
 * @param known What the target has been given already, by {@linkcode identityOf}: only the rest is written
 */
export async function syncRows(
  source: TransferStore,
  target: Target,
  table: TableName,
  keys: readonly RowKey[],
  known: ReadonlyMap<string, TableRow> = new Map(),
): Promise<void> {
  for (let start = 0; start < keys.length; start += BATCH) {
    let left = keys.slice(start, start + BATCH);
    let given: ReadonlyMap<string, TableRow | null> = known;
    while (left.length > 0) {
      const found = await rowsByKey(source, target, table, left);
      const stale = left.filter((key) => !isSame(given.get(identityOf(key)), found.get(identityOf(key)) ?? null));
      const next = new Map(stale.map((key) => [identityOf(key), found.get(identityOf(key)) ?? null]));
      await writeRows(target, table, [...next.values()].filter((row) => row !== null));
      const gone = stale.filter((key) => next.get(identityOf(key)) === null);
      const { store, signal } = target;
      if (gone.length > 0) await persistently(() => store.tables.delete(table, gone, { signal }), signal);
      given = next;
      left = stale;
    }
  }
}

async function rowsByKey(
  source: TransferStore,
  { signal }: Target,
  table: TableName,
  keys: readonly RowKey[],
): Promise<Map<string, TableRow>> {
  const { items } = await persistently(() => source.tables.getMany(table, keys, { signal }), signal);
  return new Map(items.map((row) => [identityOf(keyOf(table, row as never)), row as TableRow]));
}

/** Whether a row is what the target has been given; `undefined`: it has been given nothing. */
function isSame(given: TableRow | null | undefined, row: TableRow | null): boolean {
  if (given === undefined) return false;
  if (given === null || row === null) return given === row;
  return contentOf(given, true) === contentOf(row, true);
}

/** Makes all rows of an actor in a table what they are on the source. */
export async function syncActor(
  source: TransferStore,
  target: Target,
  table: TableName,
  actorId: string,
): Promise<void> {
  const { signal } = target;
  for (const store of [source, target.store]) {
    for await (const { items } of store.tables.pages(table, { actorId, signal, limit: BATCH })) {
      await syncRows(source, target, table, items.map((row) => keyOf(table, row as never)));
    }
  }
}
