// A source whose reading costs nothing: rows that were made before.
import type { TableName, TransferStore } from "../../src/tables.ts";
import { TABLE_NAMES } from "../../src/transfer/mod.ts";
import { memoryStore } from "../support/memory/mod.ts";
import { type Batch, generate } from "./rows.ts";

type Row = Batch["rows"][number];

/** A store with about `count` rows that can only be walked through. */
export function madeRows(count: number, seed: number): TransferStore {
  const made = new Map<TableName, Row[]>(TABLE_NAMES.map((table) => [table, []]));
  for (const { table, rows } of generate(count, seed)) made.get(table)!.push(...rows);

  async function* pages(
    table: TableName,
    { segment = 0, segments = 1, limit = 1_000, cursor }: {
      segment?: number;
      segments?: number;
      limit?: number;
      cursor?: string;
    } = {},
  ) {
    const rows = made.get(table)!;
    const end = Math.floor((rows.length * (segment + 1)) / segments);
    let start = cursor === undefined ? Math.floor((rows.length * segment) / segments) : Number(cursor);
    do {
      const items = rows.slice(start, Math.min(start + limit, end));
      start += items.length;
      yield { items, unreadable: [], cursor: start < end ? String(start) : null };
    } while (start < end);
  }

  const store = memoryStore();
  const tables = { ...store.tables, pages, estimate: (table: TableName) => Promise.resolve(made.get(table)!.length) };
  return { ...store, tables: tables as unknown as TransferStore["tables"] };
}
