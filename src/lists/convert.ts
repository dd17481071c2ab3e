/**
 * From format 1 to format 2.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import { refuse } from "../guard/check.ts";
import { pythonJson } from "../model/json.ts";
import { inParallel } from "../model/waiting.ts";
import type { CallOptions, Store } from "../store.ts";
import { begin, type Call, pause, rest } from "./call.ts";
import { type FormatOne, formatOne } from "./format_one.ts";
import { type ListContext, mayHaveResidue, type Metadata, metadataOf, stamp, type StoredMetadata } from "./metadata.ts";
import { checkName, indexName, itemName, metadataName } from "./names.ts";
import { ranksBetween } from "./ranks.ts";
import { type Rows, rowsOf } from "./rows.ts";
import type { ListOptions } from "./types.ts";

const PARALLEL = 8;
const ROWS_AT_ONCE = 100;

/** Options of {@linkcode convertList}. */
export interface ConvertOptions extends CallOptions, ListOptions {
  /**
   * Converts a list that has lost items, too: those that are left close up, and rows beyond its length are dropped. What was
   * lost can then no longer be seen, so look at `verify()` before. Default `false`.
   */
  readonly allowDamaged?: boolean;
}

/** What {@linkcode convertList} did. */
export interface Conversion {
  /** Whether the list was converted by this call. */
  readonly converted: boolean;
  /** Items of the list that was converted. */
  readonly items: number;
  /**
   * Rows of format 1 that were left because somebody changed them after they had been read. They belong to no list any
   * more: read them with `properties.get` before the next conversion, clearing or deleting removes them.
   */
  readonly left: number;
}

interface Work {
  readonly call: Call;
  readonly context: ListContext;
  readonly metadata: Metadata;
  readonly rows: Rows;
  readonly old: FormatOne;
}

/**
 * Converts a list from format 1 to format 2; does nothing to one that is in format 2 or does not exist.
 *
 * The items are copied, then the metadata row is changed on condition that nobody has changed the list, then the old rows
 * are removed. Readers see the old list until the metadata changes and the new one from then on. A call that is cut off
 * can be run again and finishes. Where the list is changed meanwhile, it begins anew; where it is deleted, the copies
 * are removed.
 *
 * Convert a list by one call at a time, and while no process writes that only knows format 1: such a process reads the
 * converted list as empty. One that adds an item in the moment of the change leaves a row that is counted as `left`.
 *
 * @param options `timeout` for the whole call: a list of n items takes n requests, eight at a time
 * @throws {StoreError} `invalid` when the name has a `#`: the list can be read, but copied under another name only;
 * `corrupt` when items are missing
 */
export async function convertList(
  store: Store,
  actorId: string,
  name: string,
  options: ConvertOptions = {},
): Promise<Conversion> {
  const { now = Date.now, random = Math.random, allowDamaged = false } = options;
  const call = begin("lists.convertList", options);
  const context: ListContext = { store, actorId, name: checkName(call.operation, name), now, random };
  const work: Work = {
    call,
    context,
    metadata: metadataOf(context),
    rows: rowsOf(context),
    old: formatOne(context),
  };
  for (let attempt = 0;; attempt++) {
    const stored = await work.metadata.read(call);
    if (stored === null) return { converted: false, items: 0, left: 0 };
    if (stored.format === 2) {
      if (mayHaveResidue(stored)) await removeOld(work, await work.old.rows(call));
      return { converted: false, items: 0, left: 0 };
    }
    const found = await work.old.rows(call);
    const source = itemsOf(work, stored, found, allowDamaged);
    const created = await copy(work, stored, source);
    if (created !== null && await flip(work, stored, source.texts.length)) {
      return { converted: true, items: source.texts.length, left: await removeOld(work, found) };
    }
    await undoIfGone(work, stored, created ?? new Map());
    await pause(call, attempt, random);
  }
}

interface Source {
  /** The items' texts in order. */
  readonly texts: readonly string[];
  /** Whether items are missing or beyond the length. */
  readonly isDamaged: boolean;
}

/** The items to be copied; refuses a list that is damaged unless told otherwise. */
function itemsOf(
  { call: { operation }, context: { name }, old }: Work,
  stored: StoredMetadata,
  found: ReadonlyMap<number, string>,
  allowDamaged: boolean,
): Source {
  if (name.includes("#")) refuse(operation, "name", "free of '#': the rows would lie within another list");
  const length = old.length(stored);
  const kept = [...found].filter(([index]) => index < length).sort(([a], [b]) => a - b);
  const isDamaged = kept.length < length || found.size > kept.length;
  if (isDamaged && !allowDamaged) {
    throw new StoreError("corrupt", operation, "items are missing or beyond the length; verify() tells which");
  }
  return { texts: kept.map(([, text]) => text), isDamaged };
}

/**
 * Writes the rows of format 2 and gives those that were not there before; `null` when the list was changed meanwhile. The
 * ranks are the same in every run, so a run that was cut off has done a part of the work.
 */
async function copy(
  { call, context: { store: { properties }, actorId, name }, metadata, rows }: Work,
  stored: StoredMetadata,
  { texts, isDamaged }: Source,
): Promise<Map<string, string> | null> {
  const ranks = ranksBetween(call.operation, null, null, texts.length);
  const wanted = new Map(ranks.map((rank, index) => [itemName(name, rank), texts[index]!]));
  const present = new Map((await rows.entries(call)).map(({ rank, text }) => [itemName(name, rank), text]));
  // Nobody reads these rows as long as the list is in format 1; a list that is no longer must keep its own.
  if ((await metadata.read(call))?.text !== stored.text) return null;
  const wrong = [...present].filter(([row, text]) => wanted.get(row) !== text);
  if (isDamaged && wrong.length > 0) {
    // Somebody has put a converted list back to format 1, and its items are in these rows.
    throw new StoreError("corrupt", call.operation, "items are missing, and rows of format 2 may be these items");
  }
  await inParallel(
    wrong,
    PARALLEL,
    async ([row, text]) => void await properties.deleteIfEquals(actorId, row, text, rest(call)),
  );

  const created = new Map<string, string>();
  const missing = [...wanted].filter(([row, text]) => present.get(row) !== text);
  for (let begin = 0; begin < missing.length; begin += ROWS_AT_ONCE) {
    await inParallel(missing.slice(begin, begin + ROWS_AT_ONCE), PARALLEL, async ([row, text]) => {
      if (await properties.createIfAbsent(actorId, row, text, rest(call))) created.set(row, text);
    });
    if ((await metadata.read(call))?.text !== stored.text) break;
  }
  return created;
}

/** Makes the copies the list, on condition that it is still the one that was copied. */
async function flip(
  { call, context: { store: { properties }, actorId, name, now, random } }: Work,
  stored: StoredMetadata,
  count: number,
): Promise<boolean> {
  const { length: _, ...fields } = stored.fields;
  const converted = {
    ...fields,
    format: 2,
    count_hint: count,
    format_ever_changed: true,
    updated_at: stamp({ now, random }),
  };
  return await properties.setIfEquals(
    actorId,
    metadataName(name),
    stored.text,
    pythonJson(converted),
    rest(call),
  );
}

/** Removes our copies when the list was deleted meanwhile: nobody else would, and a new list would take them over. */
async function undoIfGone(
  { call, context: { store: { properties }, actorId }, metadata }: Work,
  before: StoredMetadata,
  created: ReadonlyMap<string, string>,
): Promise<void> {
  const stored = await metadata.read(call);
  if (stored?.fields.created_at === before.fields.created_at) return;
  await inParallel([...created], PARALLEL, async ([row, text]) => {
    await properties.deleteIfEquals(actorId, row, text, rest(call));
  });
}

/** Removes the rows of format 1 that are still what was read; how many are not. */
async function removeOld(
  { call, context: { store: { properties }, actorId, name }, old }: Work,
  known: ReadonlyMap<number, string>,
): Promise<number> {
  const present = await old.rows(call);
  const same = [...present].filter(([index, text]) => known.get(index) === text);
  await properties.deleteMany(actorId, same.map(([index]) => indexName(name, index)), rest(call));
  return present.size - same.length;
}
