/**
 * The lists among all rows of an actor's properties, found in one pass.
 *
 * @module
 */

import { indexOf, isRank, listOfMetadata, LISTS_BEGIN } from "../lists/names.ts";
import { parseJson } from "../model/json.ts";
import type { Json, Property } from "../store.ts";

/** A list as its rows show it. */
export interface CollectedList {
  readonly description: string;
  readonly explanation: string;
  /** The items' stored texts, in order. */
  readonly items: string[];
  /** Bytes of all rows' texts. */
  bytes: number;
}

/** Whether a row belongs to a list. */
export function isListRow({ name }: Property): boolean {
  return name.startsWith(LISTS_BEGIN);
}

/** The lists by name. */
export function collectLists(rows: readonly Property[]): Map<string, CollectedList> {
  const lists = new Map<string, CollectedList & { format: number; numbered: [index: number, text: string][] }>();
  for (const { name, value } of rows) {
    const list = listOfMetadata(name);
    if (list === null) continue;
    const { format = 1, description, explanation } = fieldsOf(value);
    const text = (field: Json | undefined) => typeof field === "string" ? field : "";
    lists.set(list, {
      format: Number(format),
      description: text(description),
      explanation: text(explanation),
      items: [],
      numbered: [],
      bytes: byteLength(value),
    });
  }
  for (const { name, value } of rows.filter(isListRow)) {
    const end = name.lastIndexOf("-");
    const list = lists.get(name.slice(LISTS_BEGIN.length, end));
    if (list === undefined) continue;
    if (list.format === 2) {
      const rank = name.slice(end + 2);
      if (name[end + 1] !== "#" || !isRank(rank)) continue;
      list.items.push(value);
    } else {
      const index = indexOf(name.slice(LISTS_BEGIN.length, end), name);
      if (index === null) continue;
      list.numbered.push([index, value]);
    }
    list.bytes += byteLength(value);
  }
  for (const { items, numbered } of lists.values()) {
    items.push(...numbered.sort(([one], [other]) => one - other).map(([, text]) => text));
  }
  return lists;
}

/** The names of plain properties and of lists, in the order of names. */
export function listNames(rows: readonly Property[], lists: ReadonlyMap<string, unknown>): string[] {
  return [...rows.filter((row) => !isListRow(row)).map(({ name }) => name), ...lists.keys()];
}

/** Bytes of a text. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

function fieldsOf(text: string): { readonly [field: string]: Json } {
  try {
    const value = parseJson(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? value as { readonly [field: string]: Json }
      : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
