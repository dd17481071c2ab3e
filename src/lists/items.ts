/**
 * Items: between stored text and JSON, and positions of a list.
 *
 * @module
 */

import { item, json, whole } from "../guard/check.ts";
import { parseJson, pythonJson } from "../model/json.ts";
import type { Json, Property } from "../store.ts";
import { itemName, rankOf } from "./names.ts";
import { RANK_MAXIMUM } from "./ranks.ts";
import type { ListEntry } from "./types.ts";

/** The stored text of an item: Python's own form, which the reference compares with. */
export function encodeItem(operation: string, actorId: string, list: string, value: Json): string {
  json(operation, "value", value);
  const text = pythonJson(value);
  // Refused here, so that an item that is too large does not create its list.
  item(operation, "value", { id: actorId, name: itemName(list, "").length + RANK_MAXIMUM, value: text });
  return text;
}

/** The item of a stored text. What the reference cannot write as JSON it stores as plain text. */
export function decodeItem(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

/** The item in a row, or `null` when the row is another list's. */
export function entryOf(list: string, { name, value: text }: Property): ListEntry | null {
  const rank = rankOf(list, name);
  return rank === null ? null : { rank, text, value: decodeItem(text) };
}

/** A position counted from the end when it is negative, within the length; like Python's slices. */
export function within(position: number, length: number): number {
  return Math.min(Math.max(position < 0 ? position + length : position, 0), length);
}

/** A whole number that may be negative. */
export function checkIndex(operation: string, argument: string, index: unknown): number {
  return whole(operation, argument, index, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
}
