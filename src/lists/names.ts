/**
 * Names of a list's rows among the properties: `list:NAME-meta`, `list:NAME-#RANK`, and `list:NAME-INDEX` in format 1.
 *
 * A range of names alone does not tell lists apart: an old list called `NAME-#x` or `NAME-5` has rows inside the range of
 * list `NAME`. So what follows the prefix must also have the shape of a rank or an index.
 *
 * @module
 */

import { bytes, filled, refuse, text, tooLarge } from "../guard/check.ts";
import { NAME_BYTES } from "../model/limits.ts";
import { RANK_MAXIMUM } from "./ranks.ts";

/** What all rows of lists begin with. */
export const LISTS_BEGIN = "list:";
/** A name above all rows of lists. */
export const LISTS_END = "list;";
const METADATA_END = "-meta";

const RANK = /^[0-9A-Za-z]+$/;
const INDEX = /^(?:0|[1-9][0-9]{0,14})$/;
const NEW_NAME_BYTES = NAME_BYTES - `${LISTS_BEGIN}-#`.length - RANK_MAXIMUM;

/** Name of the metadata row. */
export function metadataName(list: string): string {
  return `${LISTS_BEGIN}${list}${METADATA_END}`;
}

/** Name of an item's row. */
export function itemName(list: string, rank: string): string {
  return `${LISTS_BEGIN}${list}-#${rank}`;
}

/** Bounds of the items' rows, to be followed by {@linkcode rankOf}. */
export function itemBounds(list: string): [lower: string, upper: string] {
  return [itemName(list, ""), `${LISTS_BEGIN}${list}-$`];
}

/** What follows the prefix of the items' rows. */
export function afterItemPrefix(list: string, name: string): string {
  return name.slice(itemName(list, "").length);
}

/** Whether a text has the shape of a rank. */
export function isRank(text: string): boolean {
  return RANK.test(text);
}

/** The rank in the name of an item's row, or `null` for another list's row in the same range. */
export function rankOf(list: string, name: string): string | null {
  const rank = afterItemPrefix(list, name);
  return isRank(rank) ? rank : null;
}

/** Name of an item's row in format 1. */
export function indexName(list: string, index: number): string {
  return `${LISTS_BEGIN}${list}-${index}`;
}

/** Bounds of the items' rows in format 1, to be followed by {@linkcode indexOf}. */
export function indexBounds(list: string): [lower: string, upper: string] {
  return [`${LISTS_BEGIN}${list}-0`, `${LISTS_BEGIN}${list}-:`];
}

/** The index in the name of an item's row in format 1, or `null` for another list's row in the same range. */
export function indexOf(list: string, name: string): number | null {
  const index = name.slice(`${LISTS_BEGIN}${list}-`.length);
  return INDEX.test(index) ? Number(index) : null;
}

/** The list whose metadata row has this name, or `null` for another row. */
export function listOfMetadata(name: string): string | null {
  if (!name.startsWith(LISTS_BEGIN) || !name.endsWith(METADATA_END)) return null;
  return name.slice(LISTS_BEGIN.length, -METADATA_END.length) || null;
}

/** The least name above another one. */
export function following(name: string): string {
  if (bytes(name) < NAME_BYTES) return `${name}\u0001`;
  // Nothing longer can be stored, and these names end with a letter or a digit.
  return name.slice(0, -1) + String.fromCharCode(name.charCodeAt(name.length - 1) + 1);
}

/** A list's name. */
export function checkName(operation: string, name: unknown): string {
  return filled(operation, "name", text(operation, "name", name));
}

/** Refuses names that a new list may not have. */
export function checkNewName(operation: string, name: string): void {
  if (name.includes("#")) refuse(operation, "name", "free of '#' for a new list");
  if (bytes(name) > NEW_NAME_BYTES) tooLarge(operation, "name", `${NEW_NAME_BYTES} bytes for a new list`);
}
