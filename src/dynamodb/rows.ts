/**
 * Reading stored rows: a field that is not of the kind it should be makes the row `corrupt`, never silently absent.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import { normalizeInstant } from "../model/time.ts";
import type { Item } from "./client/mod.ts";

/** The fault of a row that holds something else in this field. */
export function corrupt(operation: string, field: string): never {
  throw new StoreError("corrupt", operation, `a stored row has an unreadable ${field}`);
}

/** A text; absent and NULL read as `""`. */
export function text(operation: string, item: Item, field: string): string {
  const value = item[field];
  if (value === undefined || "NULL" in value) return "";
  return "S" in value ? value.S : corrupt(operation, field);
}

/** A text that may be missing; the empty text counts as missing, as in the reference. */
export function optionalText(operation: string, item: Item, field: string): string | null {
  return text(operation, item, field) || null;
}

/** An instant that may be missing. */
export function optionalInstant(operation: string, item: Item, field: string): string | null {
  const stored = text(operation, item, field);
  return stored === "" ? null : normalizeInstant(stored) ?? corrupt(operation, field);
}

/** An instant. */
export function instant(operation: string, item: Item, field: string): string {
  return optionalInstant(operation, item, field) ?? corrupt(operation, field);
}

/** A whole number that may be missing. */
export function optionalWhole(operation: string, item: Item, field: string): number | null {
  const value = item[field];
  if (value === undefined || "NULL" in value) return null;
  const number = "N" in value ? Number(value.N) : NaN;
  return Number.isSafeInteger(number) ? number : corrupt(operation, field);
}

/** A whole number. */
export function whole(operation: string, item: Item, field: string): number {
  return optionalWhole(operation, item, field) ?? corrupt(operation, field);
}

/** A truth value; old rows hold numbers, and absent reads as `false`. */
export function truth(operation: string, item: Item, field: string): boolean {
  const value = item[field];
  if (value === undefined || "NULL" in value) return false;
  if ("BOOL" in value) return value.BOOL;
  return "N" in value ? value.N !== "0" : corrupt(operation, field);
}
