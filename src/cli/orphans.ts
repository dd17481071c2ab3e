/**
 * Rows without an actor: what an erasure that was cut off has left, or somebody wrote for an id that never was.
 *
 * @module
 */

import { keyLength, keyOf, TABLE_NAMES } from "../model/table_rows.ts";
import type { RowKey, TableName, TransferStore } from "../tables.ts";
import { Failure } from "./command.ts";
import { CALL_MILLISECONDS, counted, type LongRun } from "./long_run.ts";

/** The rows of one actor that is not there, in one table. */
export interface Orphans {
  /** The actor's id. */
  readonly actorId: string;
  /** The table. */
  readonly table: TableName;
  /** How many rows. */
  readonly rows: number;
}

/** Ids that the reference keeps rows under without an actor begin so. */
const RESERVED = "_actingweb_";
const PAGE_ROWS = 1_000;

/** Lookup rows first: they go only while their property is there. */
const TABLES = [...TABLE_NAMES].reverse().filter((name) => name !== "actors");

/**
 * Finds the rows of actors that are not there, and removes them where `repair` says so. An actor's row is the first to be
 * written and the last to go, so what an actor is just writing is never taken for an orphan.
 *
 * @param found Called with what was found, table by table
 * @throws {Failure} When there is no actor at all: the tables may be wrong ones
 */
export async function findOrphans(
  store: TransferStore,
  repair: boolean,
  run: LongRun,
  found: (orphans: Orphans) => void,
): Promise<void> {
  const options = { signal: run.signal, timeout: CALL_MILLISECONDS };
  await refuseWithoutActors(store, options);
  let rows = 0;
  for (const table of TABLES) {
    const counts = new Map<string, number>();
    for await (const { items, unreadable } of store.tables.pages(table, { ...options, limit: PAGE_ROWS })) {
      const keys: RowKey[] = [...items.map((row) => keyOf(table, row)), ...unreadable.map(({ key }) => key)];
      rows += keys.length;
      run.progress(() => `${counted(rows, "row")} read, now ${table}`);
      const missing = await missingActors(store, keys.map(([actorId]) => actorId!), options);
      const orphans = keys.filter(([actorId]) => missing.has(actorId!));
      for (const [actorId] of orphans) counts.set(actorId!, (counts.get(actorId!) ?? 0) + 1);
      const removable = orphans.filter((key) => key.length === keyLength(table));
      if (repair) await store.tables.delete(table, removable, options);
    }
    for (const [actorId, count] of counts) found({ actorId, table, rows: count });
  }
}

type Options = { readonly signal: AbortSignal; readonly timeout: number };

async function refuseWithoutActors(store: TransferStore, options: Options): Promise<void> {
  for await (const { items } of store.actors.pages({ ...options, limit: 1 })) if (items.length > 0) return;
  throw new Failure("there is not a single actor, so every row would count as an orphan; is this the right database?");
}

async function missingActors(
  store: TransferStore,
  ids: readonly string[],
  options: Options,
): Promise<ReadonlySet<string>> {
  const asked = new Set(ids.filter((id) => !id.startsWith(RESERVED)));
  const { items } = await store.tables.getMany("actors", [...asked].map((id) => [id]), options);
  for (const { id } of items) asked.delete(id);
  return asked;
}
