/**
 * Rows as texts that are the same on every backend, and what is computed of them.
 *
 * @module
 */

import type { Json } from "../store.ts";
import type { TableName, TableRows } from "../tables.ts";
import { hex, sha256 } from "./sha256.ts";

const encoder = new TextEncoder();

/**
 * The content of a row: its fields by name, objects in their values by key, so that rows are equal exactly when their
 * texts are.
 *
 * @param additional Whether what only one kind of backend can hold counts, too
 */
export function contentOf<Name extends TableName>(row: TableRows[Name], additional: boolean): string {
  const { additional: own, ...fields } = row;
  return canonical({ ...fields, ...(additional && own ? { additional: own } : {}) } as unknown as Json);
}

function canonical(value: Json): string {
  if (typeof value === "number") return String(Object.is(value, -0) ? 0 : value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const object = value as { readonly [key: string]: Json };
  return `{${Object.keys(object).sort().map((key) => `${JSON.stringify(key)}:${canonical(object[key]!)}`).join(",")}}`;
}

/** The first 64 bits of a text's SHA-256. */
export function hash64(text: string): bigint {
  return new DataView(sha256(encoder.encode(text)).buffer).getBigUint64(0);
}

/** The hash of some lines with one more: SHA-256 of the hash before, in hexadecimal digits, and the line. It begins as `""`. */
export function lineHash(before: string, line: string): string {
  return hex(sha256(encoder.encode(before + line)));
}
