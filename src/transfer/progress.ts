/**
 * How a transfer goes: counts, speed, and an async iterable of both.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import { TABLE_NAMES } from "../model/table_rows.ts";
import type { RowKey, TableName } from "../tables.ts";

/** What a transfer has done so far. */
export interface Progress {
  /** The table of the last rows, or `null` before the first. */
  readonly table: TableName | null;
  /** Rows read. */
  readonly read: number;
  /** Rows written. */
  readonly written: number;
  /** Rows that could not be transferred; each was given to `onFailed`. */
  readonly failed: number;
  /** Attributes that were left out because they had expired. */
  readonly expired: number;
  /** Rows read, by table. */
  readonly rows: { readonly [Name in TableName]?: number };
  /** What the target cannot hold, by table and field, e.g. `actors.created_at`; how often. */
  readonly dropped: { readonly [what: string]: number };
  /** Seconds since the beginning. */
  readonly seconds: number;
  /** Bytes of the rows of a dry run, about; of a file, before it is compressed. Else 0. */
  readonly bytes: number;
  /** Rows to read in all, about; `null` when nobody knows. */
  readonly total: number | null;
  /** Rows a second since the beginning. */
  readonly rowsPerSecond: number;
  /** Seconds that are left at this speed; `null` when nobody knows. */
  readonly remainingSeconds: number | null;
  /** Whether this is the last report. */
  readonly finished: boolean;
}

/** A row that could not be transferred. */
export interface FailedRow {
  /** Its table. */
  readonly table: TableName;
  /** Its key. */
  readonly key: RowKey;
  /** What is wrong, without any stored value. */
  readonly problem: string;
}

/** Counts under way; the plain ones are counted by whoever does the work. */
export interface Tally extends Counts {
  /** Goes on from what an earlier run has read. */
  resume(rows: Progress["rows"]): void;
  /** Counts rows that were read. */
  read(table: TableName, count: number): void;
  /** Counts what the target cannot hold. */
  drop(what: string, count?: number): void;
  /** The counts as they are. */
  report(finished: boolean): Progress;
}

interface Counts {
  written: number;
  failed: number;
  expired: number;
  bytes: number;
  total: number | null;
}

/** Begins to count. */
export function createTally(): Tally {
  const started = performance.now();
  const counts: Counts = { written: 0, failed: 0, expired: 0, bytes: 0, total: null };
  const dropped: { [what: string]: number } = {};
  let rows: { [Name in TableName]?: number } = {};
  let table: TableName | null = null;
  let before = 0;
  const allRead = () => TABLE_NAMES.reduce((sum, name) => sum + (rows[name] ?? 0), 0);

  return Object.assign(counts, {
    resume(earlier: Progress["rows"]): void {
      rows = { ...earlier };
      before = allRead();
    },
    read(name: TableName, count: number): void {
      table = name;
      rows[name] = (rows[name] ?? 0) + count;
    },
    drop(what: string, count = 1): void {
      dropped[what] = (dropped[what] ?? 0) + count;
    },
    report(finished: boolean): Progress {
      const { written, failed, expired, bytes, total } = counts;
      const read = allRead();
      const seconds = (performance.now() - started) / 1000;
      const rowsPerSecond = seconds === 0 ? 0 : (read - before) / seconds;
      const left = total === null || rowsPerSecond === 0 ? null : Math.max(0, total - read) / rowsPerSecond;
      return {
        table,
        read,
        written,
        failed,
        expired,
        rows: { ...rows },
        dropped: { ...dropped },
        bytes,
        total,
        seconds,
        rowsPerSecond,
        remainingSeconds: finished ? 0 : left,
        finished,
      };
    },
  });
}

/**
 * Runs work and gives a report whenever there is something new and the caller is ready for it; the last one is finished.
 * A caller who stops early stops the work.
 *
 * @param work Calls `changed` after each step, and ends when the signal is aborted
 */
export async function* reporting<Report>(
  operation: string,
  signal: AbortSignal | undefined,
  work: (changed: () => void, signal: AbortSignal) => Promise<void>,
  report: (finished: boolean) => Report,
): AsyncGenerator<Report, void, undefined> {
  if (signal?.aborted) {
    throw new StoreError("aborted", operation, "the caller's signal was aborted", { cause: signal.reason });
  }
  const stop = new AbortController();
  const pass = () => stop.abort(signal?.reason);
  signal?.addEventListener("abort", pass, { once: true });
  let wake = () => {};
  let isNew = false;
  const changed = () => {
    isNew = true;
    wake();
  };
  let outcome: { readonly error?: unknown } | null = null;
  const working = work(changed, stop.signal)
    .then(() => outcome = {}, (error: unknown) => outcome = { error })
    .then(changed);
  try {
    for (;;) {
      if (!isNew) await new Promise<void>((resolve) => wake = resolve);
      isNew = false;
      if (outcome !== null) break;
      yield report(false);
    }
    const { error } = outcome as { readonly error?: unknown };
    if (error !== undefined) throw error;
    yield report(true);
  } finally {
    signal?.removeEventListener("abort", pass);
    stop.abort();
    await working;
  }
}
