/**
 * Lists in format 1, as the reference made them until 2026: one row per index, the length in the metadata. They are read
 * here, and converted by {@linkcode convertList}.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import type { Json } from "../store.ts";
import { type Call, rest } from "./call.ts";
import { decodeItem, within } from "./items.ts";
import type { ListContext, StoredMetadata } from "./metadata.ts";
import { indexBounds, indexName, indexOf } from "./names.ts";
import type { ListEntry } from "./types.ts";

/** So many items are read by their names; more by the range of all, which does not grow with a wrong length. */
const BY_NAME = 100;

/** Reads a list in format 1. */
export interface FormatOne {
  /** The stored length, which is binding. */
  length(stored: StoredMetadata): number;
  /** The item at an index that may be negative. */
  get(call: Call, stored: StoredMetadata, index: number): Promise<Json | undefined>;
  /** Items between two positions. */
  entries(call: Call, stored: StoredMetadata, start: number, end: number | undefined): Promise<ListEntry[]>;
  /** All rows by index, also those beyond the length. */
  rows(call: Call): Promise<Map<number, string>>;
}

/** Reads a list in format 1. */
export function formatOne({ store: { properties }, actorId, name }: ListContext): FormatOne {
  function length({ fields }: StoredMetadata): number {
    const stored = Number(fields.length ?? 0);
    return Number.isSafeInteger(stored) && stored > 0 ? stored : 0;
  }

  async function rows(call: Call): Promise<Map<number, string>> {
    const found = await properties.range(actorId, ...indexBounds(name), rest(call));
    const texts = new Map<number, string>();
    for (const { name: row, value } of found) {
      const index = indexOf(name, row);
      if (index !== null) texts.set(index, value);
    }
    return texts;
  }

  async function some(call: Call, from: number, to: number): Promise<Map<number, string>> {
    const indexes = Array.from({ length: to - from }, (_, offset) => from + offset);
    const found = await properties.getMany(actorId, indexes.map((index) => indexName(name, index)), rest(call));
    return new Map([...found].map(([row, text]) => [indexOf(name, row)!, text]));
  }

  async function read(call: Call, from: number, to: number): Promise<ListEntry[]> {
    const texts = to - from > BY_NAME ? await rows(call) : await some(call, from, Math.max(from, to));
    const items: ListEntry[] = [];
    for (let index = from; index < to; index++) {
      const text = texts.get(index);
      if (text === undefined) throw missing(call, index);
      items.push({ rank: String(index), text, value: decodeItem(text) });
    }
    return items;
  }

  return {
    length,
    rows,

    async get(call, stored, index) {
      const count = length(stored);
      const position = index < 0 ? index + count : index;
      if (position < 0 || position >= count) return undefined;
      return (await read(call, position, position + 1))[0]!.value;
    },

    entries(call, stored, start, end) {
      const count = length(stored);
      return read(call, within(start, count), end === undefined ? count : within(end, count));
    },
  };
}

/** At most so many items from an index on, and whether more follow. */
export async function pageOfFormatOne(
  old: FormatOne,
  call: Call,
  stored: StoredMetadata,
  start: number,
  limit: number,
): Promise<[ListEntry[], boolean]> {
  return [await old.entries(call, stored, start, start + limit), start + limit < old.length(stored)];
}

function missing({ operation }: Call, index: number): StoreError {
  return new StoreError("corrupt", operation, `the item at index ${index} is missing: the list is damaged`);
}
