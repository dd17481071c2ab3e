/**
 * Comparing two stores row by row, in memory that does not grow with them.
 *
 * First both are read once, and each row's hash is added up in one of some thousand sums, chosen by its key. Where two sums
 * are equal their rows are, too. Only rows of the other sums are looked up on the other side.
 *
 * @module
 */

import { contentOf, hash64 } from "../model/row_hash.ts";
import { identityOf, keyOf, TABLE_NAMES } from "../model/table_rows.ts";
import { inParallel } from "../model/waiting.ts";
import type { RowKey, TableName, TransferStore } from "../tables.ts";
import { targetOf, type TransferOptions } from "./copy.ts";
import { limiter, persistently } from "./patience.ts";
import { createTally, type Progress, reporting, type Tally } from "./progress.ts";
import { needTables } from "./tables.ts";
import {
  estimateAll,
  isExpired,
  type Part,
  stagesOf,
  type TablePage,
  type TableRow,
  type WalkOptions,
  walkPart,
} from "./walk.ts";
import { syncRows } from "./write.ts";

/** A difference, without any content. */
export interface Difference {
  /** The table. */
  readonly table: TableName;
  /** The row's key. */
  readonly key: RowKey;
  /**
   * `absent`: only on the first side; `extra`: only on the second; `different`: on both, and not equal; `unreadable`: on
   * one of them no row that can be read.
   */
  readonly kind: "absent" | "extra" | "different" | "unreadable";
}

/** Options of {@linkcode compare}. */
export interface CompareOptions extends TransferOptions, WalkOptions {
  /** Is told of each difference; what it throws stops the comparison. */
  readonly onDifference?: (difference: Difference) => void | Promise<void>;
  /** Makes the second side equal to the first: writes what is absent or different, removes what is extra. Default `false`. */
  readonly repair?: boolean;
}

/** How a comparison goes. */
export interface Comparison extends Progress {
  /** Differences by kind. */
  readonly differences: { readonly [Kind in Difference["kind"]]: number };
  /** Differences that were repaired. */
  readonly repaired: number;
}

/** Sums of a table's rows. */
const SUMS = 4096;

/**
 * Compares every row of two stores by key and content. What only one kind of backend can hold counts where both are of
 * that kind. Attributes that have expired count as absent. A difference is looked at twice, so that what was written
 * between the readings is none.
 *
 * @param first The side that is right when it comes to repairing
 * @param second The other side
 * @returns How it goes; the last report is `finished`
 *
 * @example
 * ```ts
 * import type { TransferStore } from "actingweb-edge/transfer";
 * import { compare } from "actingweb-edge/transfer";
 *
 * export async function isEqual(first: TransferStore, second: TransferStore): Promise<boolean> {
 *   let count = 0;
 *   for await (const _ of compare(first, second, { onDifference: () => void count++ }));
 *   return count === 0;
 * }
 * ```
 */
export function compare(
  first: TransferStore,
  second: TransferStore,
  options: CompareOptions = {},
): AsyncIterable<Comparison> {
  needTables("compare", first, second);
  const tally = createTally();
  const differences = { absent: 0, extra: 0, different: 0, unreadable: 0 };
  const stages = stagesOf("compare", options);
  let repaired = 0;

  async function run(changed: () => void, signal: AbortSignal): Promise<void> {
    const sides = [first, second] as const;
    const { walk, live, contentsAt, contentsIn } = readerOf(sides, stages, options, tally, changed, signal);
    const target = targetOf(first, second, options, tally, signal);
    const counts = await Promise.all(sides.map((store) => estimateAll(store, options, signal)));
    tally.total = counts.includes(null) ? null : counts.reduce<number>((sum, count) => sum + count!, 0);

    async function report(table: TableName, key: RowKey, kind: Difference["kind"]): Promise<void> {
      differences[kind]++;
      await options.onDifference?.({ table, key, kind });
    }

    /** Looks at rows again on both sides, and reports and repairs what really differs. */
    async function settle(table: TableName, suspects: readonly RowKey[]): Promise<void> {
      if (suspects.length === 0) return;
      const [left, right] = await Promise.all([
        contentsAt(first, table, suspects),
        contentsAt(second, table, suspects),
      ]);
      const wrong: RowKey[] = [];
      for (const key of suspects) {
        const [one, other] = [left.get(identityOf(key)), right.get(identityOf(key))];
        if (one === other) continue;
        const without = one === undefined ? first : other === undefined ? second : null;
        if (without !== null && await cannotHold(without, sides, table, key, signal)) {
          tally.drop(`${table} without their actor`);
        } else {
          await report(table, key, one === undefined ? "extra" : other === undefined ? "absent" : "different");
          wrong.push(key);
        }
      }
      if (!options.repair || wrong.length === 0) return;
      const failedBefore = tally.failed;
      await syncRows(first, target, table, wrong);
      repaired += wrong.length - (tally.failed - failedBefore);
    }

    const sums = await Promise.all(sides.map(async (store) => {
      const added = createSums(sides);
      await walk(store, async (table, { items, unreadable }) => {
        for (const row of live(table, items)) added.add(table, row);
        for (const { key } of unreadable) await report(table, key, "unreadable");
      });
      return added;
    })) as [Sums, Sums];
    if (!sums[0].differ(sums[1])) return;
    if (tally.total !== null) tally.total *= 2;

    const isSuspect = (table: TableName) => (key: string) => sums[0].differ(sums[1], table, key);
    await walk(first, async (table, { items }) => {
      const here = contentsIn(table, items, isSuspect(table));
      const keys = keysOf(here);
      const there = await contentsAt(second, table, keys);
      await settle(table, keys.filter((key) => here.get(identityOf(key)) !== there.get(identityOf(key))));
    });
    await walk(second, async (table, { items }) => {
      const keys = keysOf(contentsIn(table, items, isSuspect(table)));
      const there = await contentsAt(first, table, keys);
      await settle(table, keys.filter((key) => !there.has(identityOf(key))));
    });
  }

  return reporting("compare", options.signal, run, (finished) => ({
    ...tally.report(finished),
    differences: { ...differences },
    repaired,
  }));
}

/** Reading for a comparison: rows that have not expired, as their contents by key. */
function readerOf(
  sides: readonly [TransferStore, TransferStore],
  stages: readonly Part[][],
  options: CompareOptions,
  tally: Tally,
  changed: () => void,
  signal: AbortSignal,
) {
  const { parallel = 8, now = Date.now } = options;
  const allow = limiter(options, signal);
  const additional = isSameKind(sides);

  function live(table: TableName, rows: readonly TableRow[]): TableRow[] {
    const seconds = Math.floor(now() / 1000);
    return rows.filter((row) => !isExpired(table, row, seconds));
  }

  function contentsIn(
    table: TableName,
    rows: readonly TableRow[],
    isWanted: (key: string) => boolean = () => true,
  ): Map<string, string> {
    const contents = new Map<string, string>();
    for (const row of live(table, rows)) {
      const key = identityOf(keyOf(table, row as never));
      if (isWanted(key)) contents.set(key, contentOf(row, additional));
    }
    return contents;
  }

  return {
    live,
    contentsIn,

    /** The contents of the rows with these keys. */
    async contentsAt(store: TransferStore, table: TableName, keys: readonly RowKey[]): Promise<Map<string, string>> {
      if (keys.length === 0) return new Map();
      const { items } = await persistently(() => store.tables.getMany(table, keys, { signal }), signal);
      return contentsIn(table, items);
    },

    /** Walks through all tables. */
    async walk(store: TransferStore, work: (table: TableName, page: TablePage) => Promise<void>): Promise<void> {
      for (const stage of stages) {
        await inParallel(stage, parallel, (part) =>
          walkPart(store, part, null, options, signal, async (page) => {
            await allow(page.items.length);
            tally.read(part.table, page.items.length + page.unreadable.length);
            await work(part.table, page);
            changed();
          }));
      }
    },
  };
}

/** Whether what only one kind of backend can hold has to be equal, too. */
function isSameKind([first, second]: readonly [TransferStore, TransferStore]): boolean {
  return first.backend === second.backend;
}

function keysOf(contents: ReadonlyMap<string, string>): RowKey[] {
  return [...contents.keys()].map((key) => JSON.parse(key) as RowKey);
}

/** Whether a lookup row is missing because neither side has its actor, which its database needs. */
async function cannotHold(
  { capabilities }: TransferStore,
  sides: readonly TransferStore[],
  table: TableName,
  [actorId]: RowKey,
  signal: AbortSignal,
): Promise<boolean> {
  if (table !== "lookups" || !capabilities.lookupsNeedActor) return false;
  const found = await Promise.all(sides.map((store) => store.tables.getMany("actors", [[actorId!]], { signal })));
  return found.every(({ items }) => items.length === 0);
}

/** Sums of the hashes of a side's rows. */
interface Sums {
  /** Adds a row. */
  add(table: TableName, row: TableRow): void;
  /** Whether the sums of all rows differ, or the one that a key of a table belongs to. */
  differ(other: Sums, table?: TableName, key?: string): boolean;
  /** The sums of a table. */
  of(table: TableName): BigUint64Array;
}

function createSums(sides: readonly [TransferStore, TransferStore]): Sums {
  const additional = isSameKind(sides);
  const tables = new Map<TableName, BigUint64Array>();
  const of = (table: TableName) => {
    const sums = tables.get(table) ?? new BigUint64Array(SUMS);
    tables.set(table, sums);
    return sums;
  };
  return {
    of,
    add(table, row) {
      const key = identityOf(keyOf(table, row as never));
      const at = sumOf(key);
      const sums = of(table);
      // Written to the array, a sum is cut to 64 bits.
      sums[at] = sums[at]! + hash64(`${key}\n${contentOf(row, additional)}`);
    },
    differ(other, table, key) {
      if (table !== undefined && key !== undefined) return of(table)[sumOf(key)] !== other.of(table)[sumOf(key)];
      return TABLE_NAMES.some((name) => of(name).some((sum, index) => sum !== other.of(name)[index]));
    },
  };
}

/** Which sum a key belongs to: FNV-1a over its UTF-16 units. */
function sumOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % SUMS;
}
