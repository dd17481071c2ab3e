/**
 * Checks of arguments. Each gives back the value in the form that backends get, or throws `invalid` or `too_large`.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import * as limits from "../model/limits.ts";
import { normalizeInstant } from "../model/time.ts";
import type { Json } from "../store.ts";

const encoder = new TextEncoder();
// A lone surrogate has no UTF-8 form and NUL no place in a PostgreSQL text.
const UNSTORABLE = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const PLAIN = /^[\x20-\x7e]*$/;

/** Throws `invalid`, naming the argument and what was expected of it. */
export function refuse(operation: string, argument: string, expected: string): never {
  throw new StoreError("invalid", operation, `${argument} must be ${expected}`);
}

/** Throws `too_large`, naming the argument and the limit. */
export function tooLarge(operation: string, argument: string, limit: string): never {
  throw new StoreError("too_large", operation, `${argument} must be at most ${limit}`);
}

/** A text without NUL and lone surrogates, of any length. */
export function text(operation: string, argument: string, value: unknown): string {
  if (typeof value !== "string") refuse(operation, argument, "a string");
  if (!PLAIN.test(value) && UNSTORABLE.test(value)) {
    refuse(operation, argument, "free of NUL characters and lone surrogates");
  }
  return value;
}

/** A text that is not empty. */
export function filled(operation: string, argument: string, value: string): string {
  return value === "" ? refuse(operation, argument, "a string that is not empty") : value;
}

/** A text of at most 255 characters (or another limit), maybe empty. */
export function field(
  operation: string,
  argument: string,
  value: unknown,
  characters = limits.TEXT_CHARACTERS,
): string {
  const checked = text(operation, argument, value);
  // Code points are counted only when UTF-16 units are too many: there are never more of them.
  if (checked.length > characters && [...checked].length > characters) {
    tooLarge(operation, argument, `${characters} characters`);
  }
  return checked;
}

/** A text of 1 to 255 characters: part of a key. */
export function key(operation: string, argument: string, value: unknown): string {
  return filled(operation, argument, field(operation, argument, value));
}

/** Two parts of a key that are stored joined with `:`, together at most 255 characters. */
export function joined(operation: string, names: string, left: string, right: string): void {
  field(operation, names, `${left}:${right}`);
}

/** A creator: not empty, and an e-mail address in lower case. */
export function creator(operation: string, argument: string, value: unknown): string {
  const checked = key(operation, argument, value);
  return checked.includes("@") ? field(operation, argument, checked.toLowerCase()) : checked;
}

/** A subscription id: a key without `:`, which separates it from the peer's id. */
export function subscriptionId(operation: string, argument: string, value: unknown): string {
  const checked = key(operation, argument, value);
  if (checked.includes(":")) refuse(operation, argument, "free of ':'");
  return checked;
}

/** A property name: 1 to 1,024 bytes. */
export function propertyName(operation: string, argument: string, value: unknown): string {
  const checked = filled(operation, argument, text(operation, argument, value));
  if (bytes(checked) > limits.NAME_BYTES) tooLarge(operation, argument, `${limits.NAME_BYTES} bytes`);
  return checked;
}

/** Bytes of a text in UTF-8. */
export function bytes(value: string): number {
  return PLAIN.test(value) ? value.length : encoder.encode(value).length;
}

/** A row that fits into an item of DynamoDB; `fields` are the stored names and the texts or sizes of their values. */
export function item(operation: string, argument: string, fields: Record<string, string | number | null>): void {
  let size = 0;
  let upper = 0;
  for (const name in fields) {
    const value = fields[name]!;
    if (value !== null) upper += name.length + (typeof value === "string" ? value.length * 3 : value);
  }
  if (upper <= limits.ITEM_BYTES) return;
  for (const [name, value] of Object.entries(fields)) {
    if (value !== null) size += name.length + (typeof value === "string" ? bytes(value) : value);
  }
  if (size > limits.ITEM_BYTES) tooLarge(operation, argument, `${limits.ITEM_BYTES} bytes with its whole row`);
}

/** A value of an indexed property: at most 2,048 bytes. */
export function indexedValue(operation: string, value: string): string {
  if (bytes(value) > limits.INDEXED_VALUE_BYTES) {
    tooLarge(operation, "value of an indexed property", `${limits.INDEXED_VALUE_BYTES} bytes`);
  }
  return value;
}

/** A whole number between two bounds, both included. */
export function whole(operation: string, argument: string, value: unknown, least: number, most: number): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < least || value > most) {
    refuse(operation, argument, `a whole number from ${least} to ${most}`);
  }
  return Object.is(value, -0) ? 0 : value;
}

/** A truth value. */
export function truth(operation: string, argument: string, value: unknown): boolean {
  if (typeof value !== "boolean") refuse(operation, argument, "true or false");
  return value;
}

/** An instant, in the contract's form. */
export function instant(operation: string, argument: string, value: unknown): string {
  const normal = typeof value === "string" ? normalizeInstant(value) : null;
  if (normal === null) refuse(operation, argument, "an ISO-8601 instant, e.g. 2026-01-02T03:04:05.678901Z");
  return normal;
}

/** An object. */
export function object(operation: string, argument: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) refuse(operation, argument, "an object");
  return value as Record<string, unknown>;
}

/**
 * An object with no fields but the known ones.
 *
 * A field given as `undefined` counts as not given, as TypeScript's own spread treats it.
 */
export function known(
  operation: string,
  argument: string,
  value: unknown,
  names: object,
): Readonly<Record<string, unknown>> {
  const fields = object(operation, argument, value);
  for (const name of Object.keys(fields)) {
    if (fields[name] !== undefined && !Object.hasOwn(names, name)) {
      refuse(operation, argument, `of the fields ${Object.keys(names).join(", ")}`);
    }
  }
  return fields;
}

/** Fields of a row: at least one, each of the known ones, each checked. */
export function given<Fields extends object>(
  operation: string,
  argument: string,
  fields: unknown,
  checks: { readonly [Name in keyof Fields]-?: (operation: string, argument: string, value: unknown) => unknown },
): Partial<Fields> {
  const checked: Partial<Fields> = {};
  for (const [name, value] of Object.entries(known(operation, argument, fields, checks))) {
    const field = name as keyof Fields;
    if (value !== undefined) checked[field] = checks[field](operation, name, value) as Fields[keyof Fields];
  }
  if (Object.keys(checked).length === 0) refuse(operation, argument, "at least one field");
  return checked;
}

/** A text that may be missing: `null`, and the empty text, which the reference reads as missing. */
export function optional(
  operation: string,
  argument: string,
  value: unknown,
  check: (operation: string, argument: string, value: unknown) => string,
): string | null {
  return value === null || value === undefined || value === "" ? null : check(operation, argument, value);
}

/** Any number of names, each checked, each once. */
export function each(
  operation: string,
  argument: string,
  values: unknown,
  check: (value: unknown) => string,
): string[] {
  if (!isIterable(values)) refuse(operation, argument, "an iterable of strings");
  const checked = new Set<string>();
  for (const value of values) checked.add(check(value));
  return [...checked];
}

/** Any number of pairs of a name and a value, each checked; of a name given twice the last counts. */
export function pairs<Value>(
  operation: string,
  argument: string,
  entries: unknown,
  name: (name: unknown) => string,
  value: (value: unknown, name: string) => Value,
): Map<string, Value> {
  const expected = "an iterable of [name, value] pairs";
  if (!isIterable(entries)) refuse(operation, argument, expected);
  const checked = new Map<string, Value>();
  for (const entry of entries) {
    if (!Array.isArray(entry) || entry.length !== 2) refuse(operation, argument, expected);
    const key = name(entry[0]);
    checked.set(key, value(entry[1], key));
  }
  return checked;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

/**
 * A JSON value that both databases can hold.
 *
 * @returns The length of its text in the reference's form, in bytes
 */
export function json(operation: string, argument: string, value: Json, depth = 0): number {
  switch (typeof value) {
    case "string":
      return asciiLength(text(operation, argument, value));
    case "boolean":
      return value ? 4 : 5;
    case "bigint":
      return digits(operation, argument, value);
    case "number":
      if (!Number.isFinite(value)) refuse(operation, argument, "JSON: numbers have to be finite");
      return String(value).length + 1;
    case "object":
      break;
    default:
      refuse(operation, argument, `JSON: a ${typeof value} is none`);
  }
  if (value === null) return 4;
  if (depth >= limits.JSON_DEPTH) tooLarge(operation, argument, `${limits.JSON_DEPTH} levels deep`);
  let size = 2;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      size = within(operation, argument, size + json(operation, argument, value[index], depth + 1) + 2);
    }
    return size;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    refuse(operation, argument, "JSON: objects have to be plain");
  }
  for (const [name, part] of Object.entries(value as { [name: string]: Json })) {
    const length = asciiLength(text(operation, argument, name)) + json(operation, argument, part, depth + 1) + 4;
    size = within(operation, argument, size + length);
  }
  return size;
}

/** Stops early: an object that holds others twice, and those again, is small in memory and endless as text. */
function within(operation: string, argument: string, size: number): number {
  return size > limits.ITEM_BYTES ? tooLarge(operation, argument, `${limits.ITEM_BYTES} bytes as JSON`) : size;
}

/** PostgreSQL's numbers end at 131,072 digits before the point; Python refuses texts of more than 4,300. */
function digits(operation: string, argument: string, value: bigint): number {
  const length = value.toString().length;
  if (length > 4300) tooLarge(operation, argument, "4300 digits in a number");
  return length;
}

function asciiLength(value: string): number {
  return JSON.stringify(value).replace(/[\x7f-\uffff]/g, "\\uffff").length;
}
