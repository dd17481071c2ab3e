/**
 * Copying all rows from one store to another, online and resumable.
 *
 * @module
 */

import { contentOf } from "../model/row_hash.ts";
import { identityOf, keyOf } from "../model/table_rows.ts";
import { inParallel } from "../model/waiting.ts";
import type { RowKey, TableName, TransferStore } from "../tables.ts";
import { type CheckpointPlace, openPosition } from "./checkpoint.ts";
import { limiter, type Rate } from "./patience.ts";
import { createTally, type FailedRow, type Progress, reporting, type Tally } from "./progress.ts";
import { needTables } from "./tables.ts";
import {
  estimateAll,
  isExpired,
  type Part,
  SEGMENTS,
  stagesOf,
  type TablePage,
  type TableRow,
  type WalkOptions,
  walkPart,
} from "./walk.ts";
import { syncActor, syncRows, type Target, writeRows } from "./write.ts";

/** Options that all transfers of rows take. */
export interface TransferOptions extends Rate {
  /** Stops the transfer: it throws `aborted`. */
  readonly signal?: AbortSignal;
  /** Is told of each row that cannot be transferred; what it throws stops the transfer. Default: rows are only counted. */
  readonly onFailed?: (row: FailedRow) => void | Promise<void>;
  /** Milliseconds since the epoch, for what has expired. Default `Date.now`. */
  readonly now?: () => number;
}

/** Options of {@linkcode copy}. */
export interface CopyOptions extends TransferOptions, WalkOptions {
  /** Where to note what is done, and to go on from. Default: nowhere. */
  readonly checkpoint?: CheckpointPlace;
  /**
   * Reads the rows of a page again after they were written, so that nothing older than the source's own rows stays on the
   * target while a {@linkcode mirror} writes to both. Costs a second read. Default `false`.
   */
  readonly live?: boolean;
  /** Reads and counts, and writes nothing. Default `false`. */
  readonly dryRun?: boolean;
}

/**
 * Copies every row of every table. Rows of the target with the same keys are replaced, others stay; see
 * {@linkcode compare} for those. Attributes that have expired are left out. A run can be stopped at any moment and
 * repeated: with a checkpoint it goes on where it was, without one it begins again, and both end equal.
 *
 * @param source Where rows are read
 * @param target Where they are written
 * @returns How it goes; the last report is `finished`. Stopping the iteration stops the copy
 * @throws {StoreError} When a database fails for longer than about two minutes; a row that cannot be written is no fault
 *
 * @example
 * ```ts
 * import type { TransferStore } from "actingweb-edge/transfer";
 * import { copy } from "actingweb-edge/transfer";
 *
 * export async function move(source: TransferStore, target: TransferStore) {
 *   for await (const { read, failed, finished } of copy(source, target)) {
 *     if (finished) console.log(`${read} rows, ${failed} failed`);
 *   }
 * }
 * ```
 */
export function copy(source: TransferStore, target: TransferStore, options: CopyOptions = {}): AsyncIterable<Progress> {
  needTables("copy", source, target);
  const tally = createTally();
  const stages = stagesOf("copy", options);
  return reporting("copy", options.signal, (changed, signal) => {
    return run(source, targetOf(source, target, options, tally, signal), stages, options, changed);
  }, (finished) => tally.report(finished));
}

/** Where rows go, and who is told of those that cannot. */
export function targetOf(
  source: Pick<TransferStore, "backend">,
  store: TransferStore,
  { onFailed }: TransferOptions,
  tally: Tally,
  signal: AbortSignal,
): Target {
  const fail = async (row: FailedRow) => {
    tally.failed++;
    await onFailed?.(row);
  };
  return { store, from: source.backend, tally, signal, fail };
}

async function run(
  source: TransferStore,
  target: Target,
  stages: readonly Part[][],
  options: CopyOptions,
  changed: () => void,
): Promise<void> {
  const { tally, signal } = target;
  const { segments = SEGMENTS, parallel = 8, now = Date.now } = options;
  const allow = limiter(options, signal);
  const position = await openPosition(options.dryRun ? undefined : options.checkpoint, segments);
  tally.resume(position.rows);
  tally.total = await estimateAll(source, options, signal);

  async function take(part: Part, page: TablePage): Promise<void> {
    const { table } = part;
    await allow(page.items.length);
    const seconds = Math.floor(now() / 1000);
    const rows = page.items.filter((row) => !isExpired(table, row, seconds));
    tally.expired += page.items.length - rows.length;
    tally.read(table, page.items.length + page.unreadable.length);
    for (const { key, problem } of page.unreadable) await target.fail({ table, key, problem });
    if (options.dryRun) tally.bytes += bytesOf(rows);
    else await put(table, rows);
    await position.move(part, page.cursor, tally.report(false).rows);
    changed();
  }

  async function put(table: TableName, rows: readonly TableRow[]): Promise<void> {
    await writeRows(target, table, rows);
    if (!options.live) return;
    const given = new Map(rows.map((row) => [identityOf(keyOf(table, row as never)), row]));
    await syncRows(source, target, table, rows.map((row) => keyOf(table, row as never)), given);
  }

  try {
    for (const stage of stages) {
      await inParallel(stage, parallel, async (part) => {
        const { cursor, done } = position.start(part);
        if (!done) await walkPart(source, part, cursor, options, signal, (page) => take(part, page));
      });
    }
  } finally {
    await position.finish();
  }
}

function bytesOf(rows: readonly TableRow[]): number {
  return rows.reduce((sum, row) => sum + contentOf(row, true).length, 0);
}

/** What {@linkcode copyAgain} copies: single rows, or all rows of actors. */
export type Again =
  | Pick<FailedRow, "table" | "key">
  | { readonly actorId: string; readonly table?: TableName };

/**
 * Makes some rows of the target what they are on the source, and removes those that the source does not have: the failed
 * rows of a {@linkcode copy}, or what a {@linkcode mirror} has missed.
 *
 * @param again Rows by table and key, and actors; any number
 */
export function copyAgain(
  source: TransferStore,
  target: TransferStore,
  again: Iterable<Again> | AsyncIterable<Again>,
  options: TransferOptions = {},
): AsyncIterable<Progress> {
  const tally = createTally();
  return reporting("copyAgain", options.signal, async (changed, signal) => {
    const to = targetOf(source, target, options, tally, signal);
    const allow = limiter(options, signal);
    for await (const each of again) {
      await allow(1);
      for (const [table, key] of tablesOf(each)) {
        tally.read(table, 1);
        if (key === null) await syncActor(source, to, table, (each as { actorId: string }).actorId);
        else await syncRows(source, to, table, [key]);
      }
      changed();
    }
  }, (finished) => tally.report(finished));
}

function tablesOf(again: Again): (readonly [table: TableName, key: RowKey | null])[] {
  if ("key" in again) return [[again.table, again.key]];
  if (again.table !== undefined) return [[again.table, null]];
  return stagesOf("copyAgain", { segments: 1 }).flat().map(({ table }) => [table, null]);
}
