/**
 * Writing the rows of an export into a store.
 *
 * @module
 */

import { compactJson } from "../model/json.ts";
import type { Json } from "../store.ts";
import type { TableName, TransferStore } from "../tables.ts";
import { targetOf, type TransferOptions } from "./copy.ts";
import {
  byteLength,
  type Closing,
  createSums,
  type Header,
  type Line,
  readHeader,
  readLine,
  refusal,
} from "./file_format.ts";
import { limiter } from "./patience.ts";
import { createTally, type Progress, reporting } from "./progress.ts";
import { needTables } from "./tables.ts";
import { isExpired, type TableRow } from "./walk.ts";
import { writeRows } from "./write.ts";

/** Options of {@linkcode importTables}. */
export interface ImportOptions extends TransferOptions {
  /** Reads and checks, and writes nothing. Default `false`. */
  readonly dryRun?: boolean;
}

/** An export: pieces of its text or of its bytes. Asked for twice, it has to begin anew each time. */
export type ImportSource = () => AsyncIterable<string | Uint8Array>;

/** Rows that are written at once, and characters of their lines. */
const BATCH_ROWS = 500;
/** Characters of a line at most: many times those of the greatest row, and no more than fits into memory. */
const LINE_CHARACTERS = 32 * 1024 * 1024;
const BATCH_CHARACTERS = 1_000_000;
/** Batches under way at once. */
const PARALLEL = 4;

/**
 * Writes every row of an export. The whole file is read and checked first, so that one that is cut off or was altered is
 * refused before anything is written. Rows with the same keys are replaced, others stay; a run can be repeated.
 *
 * @param target Where the rows are written
 * @param source The file
 * @returns How it goes; the last report is `finished`
 * @throws {StoreError} `corrupt` when the file is no export, or not whole
 *
 * @example
 * ```ts
 * import type { TransferStore } from "actingweb-edge/transfer";
 * import { importTables } from "actingweb-edge/transfer";
 *
 * export async function load(store: TransferStore, response: Response): Promise<void> {
 *   const bytes = new Uint8Array(await response.arrayBuffer());
 *   for await (const _ of importTables(store, async function* () { yield bytes; }));
 * }
 * ```
 */
export function importTables(
  target: TransferStore,
  source: ImportSource,
  options: ImportOptions = {},
): AsyncIterable<Progress> {
  needTables("importTables", target);
  const tally = createTally();
  return reporting("importTables", options.signal, async (changed, signal) => {
    const { header, rows, bytes } = await verify(source, signal);
    tally.bytes = bytes;
    tally.total = rows;
    const to = targetOf(header, target, options, tally, signal);
    if (!options.dryRun) await writeAll(source, to, options, changed);
  }, (finished) => tally.report(finished));
}

/** Reads a whole file and holds its counts and hashes against those of its last line. */
async function verify(
  source: ImportSource,
  signal: AbortSignal,
): Promise<{ header: Header; rows: number; bytes: number }> {
  const sums = createSums();
  let header: Header | null = null;
  let isClosed = false;
  let rows = 0;
  let bytes = 0;
  for await (const line of linesOf(measured(source(), (more) => bytes += more))) {
    if (isClosed) throw refusal("it goes on after its last line");
    signal.throwIfAborted();
    if (header === null) {
      header = readHeader(line);
      sums.add(line);
      continue;
    }
    const read = readLine(line);
    if ("table" in read) {
      sums.add(line, read.table);
      rows++;
    } else {
      isClosed = true;
      const { counts, hashes, hash } = sums.closing();
      const text = compactJson({ counts, hashes, hash } as unknown as Json);
      if (line !== text) throw refusal("its counts or hashes are not those of its lines");
    }
  }
  if (header === null) throw refusal("it is empty");
  if (!isClosed) throw refusal("its end is missing");
  return { header, rows, bytes };
}

async function writeAll(
  source: ImportSource,
  target: ReturnType<typeof targetOf>,
  options: ImportOptions,
  changed: () => void,
): Promise<void> {
  const { tally, signal } = target;
  const { now = Date.now } = options;
  const allow = limiter(options, signal);
  const underWay = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | null = null;
  let batch: Line[] = [];
  let size = 0;

  /** Begins to write a batch; waits while too many are under way. */
  async function flush(): Promise<void> {
    if (batch.length === 0) return;
    const [table, rows] = [batch[0]!.table, batch.map(({ row }) => row)];
    batch = [];
    size = 0;
    while (underWay.size >= PARALLEL) await Promise.race(underWay);
    if (failure !== null) throw failure.error;
    await allow(rows.length);
    const writing: Promise<void> = put(table, rows)
      .catch((error: unknown) => void (failure ??= { error }))
      .finally(() => underWay.delete(writing));
    underWay.add(writing);
  }

  async function put(table: TableName, rows: readonly TableRow[]): Promise<void> {
    const seconds = Math.floor(now() / 1000);
    const live = rows.filter((row) => !isExpired(table, row, seconds));
    await writeRows(target, table, live);
    tally.read(table, rows.length);
    tally.expired += rows.length - live.length;
    changed();
  }

  let table: TableName | null = null;
  for await (const text of linesOf(source())) {
    const line: Line | Closing | null = table === null && isHeader(text) ? null : readLine(text);
    if (line === null || !("table" in line)) continue;
    if (line.table !== table || batch.length === BATCH_ROWS || size > BATCH_CHARACTERS) await flush();
    // Lookup rows need their actors.
    if (line.table !== table) await Promise.all(underWay);
    table = line.table;
    batch.push(line);
    size += text.length;
  }
  await flush();
  await Promise.all(underWay);
  if (failure !== null) throw (failure as { readonly error: unknown }).error;
}

function isHeader(line: string): boolean {
  return line.startsWith('{"format":');
}

/** The same pieces; `count` is told the bytes of each. */
async function* measured(pieces: ReturnType<ImportSource>, count: (bytes: number) => void): ReturnType<ImportSource> {
  for await (const piece of pieces) {
    count(typeof piece === "string" ? byteLength(piece) : piece.length);
    yield piece;
  }
}

/** Lines of a text that comes in pieces, without their ends and without empty ones. */
async function* linesOf(pieces: AsyncIterable<string | Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let rest = "";
  const decoded = (bytes?: Uint8Array): string => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw refusal("it is no text in UTF-8");
    }
  };
  for await (const piece of pieces) {
    const [first = "", ...others] = (typeof piece === "string" ? piece : decoded(piece)).split("\n");
    // A line without an end, maybe packed into a few bytes, must not fill the memory.
    if (rest.length + first.length > LINE_CHARACTERS) throw refusal("a line is too long");
    rest += first;
    for (const line of others) {
      if (rest !== "") yield rest;
      rest = line;
    }
  }
  rest += decoded();
  if (rest !== "") yield rest;
}
