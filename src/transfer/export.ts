/**
 * Writing all rows of a store as lines of JSON.
 *
 * @module
 */

import { compactJson } from "../model/json.ts";
import { TABLE_NAMES } from "../model/table_rows.ts";
import { inParallel } from "../model/waiting.ts";
import type { Json } from "../store.ts";
import type { TransferOptions } from "./copy.ts";
import { byteLength, createSums, type Header, rowLine } from "./file_format.ts";
import { limiter } from "./patience.ts";
import { createTally, type Progress, reporting } from "./progress.ts";
import { needTables } from "./tables.ts";
import { estimateAll, isExpired, SEGMENTS, stagesOf, type TablePage, type WalkOptions, walkPart } from "./walk.ts";
import type { TableName, TransferStore } from "../tables.ts";

/** Options of {@linkcode exportTables}. */
export interface ExportOptions extends TransferOptions, Omit<WalkOptions, "segment"> {}

/**
 * Writes every row of every table to a sink, in the form that docs/transfer.md describes: a first line with the format,
 * the rows, and a last line with counts and hashes. Attributes that have expired are left out.
 *
 * @param source Where rows are read
 * @param sink Takes some lines, each with its end; the next ones come when its promise is fulfilled
 * @returns How it goes; the last report is `finished`
 *
 * @example
 * ```ts
 * import type { TransferStore } from "actingweb-edge/transfer";
 * import { exportTables } from "actingweb-edge/transfer";
 *
 * export async function dump(store: TransferStore): Promise<string> {
 *   let text = "";
 *   for await (const _ of exportTables(store, (lines) => void (text += lines)));
 *   return text;
 * }
 * ```
 */
export function exportTables(
  source: TransferStore,
  sink: (lines: string) => void | Promise<void>,
  options: ExportOptions = {},
): AsyncIterable<Progress> {
  needTables("exportTables", source);
  const tally = createTally();
  const { tables: wanted = TABLE_NAMES, segments = SEGMENTS, parallel = 2, now = Date.now } = options;
  const tables = TABLE_NAMES.filter((table) => wanted.includes(table));

  async function run(changed: () => void, signal: AbortSignal): Promise<void> {
    const allow = limiter(options, signal);
    const sums = createSums();
    const write = async (lines: readonly string[]) => {
      const text = lines.map((line) => `${line}\n`).join("");
      tally.bytes += byteLength(text);
      await sink(text);
    };
    let written: Promise<void> = Promise.resolve();

    async function take(table: TableName, { items, unreadable }: TablePage): Promise<void> {
      const seconds = Math.floor(now() / 1000);
      const lines = items.filter((row) => !isExpired(table, row, seconds)).map((row) => rowLine(table, row));
      for (const line of lines) sums.add(line, table);
      if (lines.length > 0) await write(lines);
      tally.read(table, items.length + unreadable.length);
      tally.written += lines.length;
      tally.expired += items.length - lines.length;
      for (const { key, problem } of unreadable) {
        tally.failed++;
        await options.onFailed?.({ table, key, problem });
      }
    }

    tally.total = await estimateAll(source, { tables }, signal);
    const header: Header = { format: "actingweb-edge", version: 1, backend: source.backend, tables };
    const first = compactJson(header as unknown as Json);
    sums.add(first);
    await write([first]);
    for (const table of tables) {
      const parts = stagesOf("exportTables", { tables: [table], segments }).flat();
      await inParallel(parts, parallel, async (part) => {
        // Parts are read ahead at once and written one after the other, so that equal databases have equal files.
        const earlier = written;
        let end = () => {};
        written = new Promise((resolve) => end = resolve);
        await walkPart(source, part, null, options, signal, async (page) => {
          await earlier;
          await allow(page.items.length);
          await take(table, page);
          changed();
        }).finally(() => end());
      });
    }
    await write([compactJson(sums.closing() as unknown as Json)]);
  }

  return reporting("exportTables", options.signal, run, (finished) => tally.report(finished));
}
