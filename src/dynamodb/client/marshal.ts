/**
 * JavaScript values as DynamoDB's own JSON and back, with numbers kept exact.
 *
 * @module
 */

import { ExactNumber, marshalNumber, unmarshalNumber } from "./numbers.ts";
import type { AttributeValue, Item } from "./types.ts";

/** What {@linkcode marshal} takes and {@linkcode unmarshal} gives. */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | ExactNumber
  | Uint8Array
  | ReadonlySet<string>
  | ReadonlySet<number | bigint | ExactNumber>
  | ReadonlySet<Uint8Array>
  | readonly Value[]
  | { readonly [name: string]: Value };

const CHUNK = 8_192;

/**
 * Writes a value in DynamoDB's own JSON.
 *
 * @throws {TypeError} For what DynamoDB cannot hold: `undefined`, NaN, infinities, empty or mixed sets, functions, and
 * objects that are not plain, e.g. dates and maps
 * @throws {RangeError} For a number of more than 38 significant digits or outside 1e-130 to 1e126
 *
 * @example
 * ```ts
 * import { marshal } from "actingweb-edge/dynamo-db-client-lite";
 *
 * marshal({ id: "a", count: 2n ** 60n }); // => { M: { id: { S: "a" }, count: { N: "1152921504606846976" } } }
 * ```
 */
export function marshal(value: Value): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === "string") return { S: value };
  if (typeof value === "boolean") return { BOOL: value };
  if (isNumeric(value)) return { N: marshalNumber(value) };
  if (typeof value !== "object") throw new TypeError(`Cannot store a value of type ${typeof value}`);
  if (value instanceof Uint8Array) return { B: toBase64(value) };
  if (value instanceof Set) return marshalSet(value);
  // From, not map: a hole in an array is `undefined` and has to be refused.
  if (Array.isArray(value)) return { L: Array.from(value as readonly Value[], marshal) };
  return { M: marshalItem(value as { readonly [name: string]: Value }) };
}

/** Writes the fields of a plain object as a row; throws as {@linkcode marshal} does. */
export function marshalItem(fields: { readonly [name: string]: Value }): Item {
  const prototype: unknown = Object.getPrototypeOf(fields);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw new TypeError("Cannot store an object that is not plain");
  }
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, marshal(value)]));
}

function marshalSet(set: ReadonlySet<unknown>): AttributeValue {
  const members = [...set];
  if (members.length === 0) throw new TypeError("Cannot store an empty set");
  if (members.every((member) => typeof member === "string")) return { SS: members };
  if (members.every((member) => member instanceof Uint8Array)) return { BS: members.map(toBase64) };
  if (members.every(isNumeric)) return { NS: members.map(marshalNumber) };
  throw new TypeError("Cannot store a set of different kinds");
}

function isNumeric(value: unknown): value is number | bigint | ExactNumber {
  return typeof value === "number" || typeof value === "bigint" || value instanceof ExactNumber;
}

/**
 * Reads a value from DynamoDB's own JSON. An integer beyond 2^53 becomes a `bigint`, a fraction that a JavaScript
 * number would round becomes an {@linkcode ExactNumber}.
 *
 * @throws {TypeError} For a kind of value that DynamoDB does not have
 */
export function unmarshal(value: AttributeValue): Value {
  if ("S" in value) return value.S;
  if ("N" in value) return unmarshalNumber(value.N);
  if ("BOOL" in value) return value.BOOL;
  if ("NULL" in value) return null;
  if ("M" in value) return unmarshalItem(value.M);
  if ("L" in value) return value.L.map(unmarshal);
  if ("B" in value) return fromBase64(value.B);
  if ("SS" in value) return new Set(value.SS);
  if ("NS" in value) return new Set(value.NS.map(unmarshalNumber));
  if ("BS" in value) return new Set(value.BS.map(fromBase64));
  throw new TypeError("Cannot read a value of an unknown kind");
}

/** Reads a row; throws as {@linkcode unmarshal} does. */
export function unmarshalItem(item: Item): { [name: string]: Value } {
  // An attribute named `__proto__` becomes a field like any other; assigning it would change the prototype.
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, unmarshal(value)]));
}

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let start = 0; start < bytes.length; start += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  }
  return btoa(binary);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
