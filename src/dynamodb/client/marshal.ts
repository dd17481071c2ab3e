/**
 * JavaScript values as DynamoDB's own JSON and back, with numbers kept exact.
 *
 * @module
 */

import type { AttributeValue, Item } from "./types.ts";

/** A number that neither a JavaScript number nor a `bigint` holds exactly, as the text that DynamoDB gave. */
export class ExactNumber {
  /** The digits, e.g. `0.1234567890123456789`. */
  readonly text: string;

  /** @param text A decimal number of at most 38 significant digits */
  constructor(text: string) {
    this.text = text;
  }

  /** The digits. */
  toString(): string {
    return this.text;
  }
}

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

const DIGITS = 38;

/**
 * Writes a value in DynamoDB's own JSON.
 *
 * @throws {TypeError} For what DynamoDB cannot hold: `undefined`, NaN, infinities, empty or mixed sets, functions
 * @throws {RangeError} For a number of more than 38 significant digits
 *
 * @example
 * ```ts
 * marshal({ id: "a", count: 2n ** 60n }); // { M: { id: { S: "a" }, count: { N: "1152921504606846976" } } }
 * ```
 */
export function marshal(value: Value): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === "string") return { S: value };
  if (typeof value === "boolean") return { BOOL: value };
  if (typeof value === "number" || typeof value === "bigint" || value instanceof ExactNumber) {
    return { N: digits(value) };
  }
  if (typeof value !== "object") throw new TypeError(`Cannot store a ${typeof value}`);
  if (value instanceof Uint8Array) return { B: toBase64(value) };
  if (value instanceof Set) return marshalSet(value);
  if (Array.isArray(value)) return { L: value.map((item: Value) => marshal(item)) };
  return { M: marshalItem(value as { [name: string]: Value }) };
}

/** Writes the fields of an object as a row. */
export function marshalItem(fields: { readonly [name: string]: Value }): Item {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, marshal(value)]));
}

function digits(value: number | bigint | ExactNumber): string {
  const text = typeof value === "object" ? value.text : String(value);
  if (!/^-?\d*\.?\d+(e[+-]?\d+)?$/i.test(text)) throw new TypeError("Cannot store a number that is not finite");
  const significant = text.replace(/e.*$/i, "").replace(/[-.]/g, "").replace(/^0+/, "").replace(/0+$/, "");
  if (significant.length > DIGITS) throw new RangeError(`Cannot store more than ${DIGITS} significant digits`);
  return text;
}

function marshalSet(set: ReadonlySet<unknown>): AttributeValue {
  const members = [...set];
  if (members.length === 0) throw new TypeError("Cannot store an empty set");
  if (members.every((member) => typeof member === "string")) return { SS: members };
  if (members.every((member) => member instanceof Uint8Array)) return { BS: members.map(toBase64) };
  if (
    members.every((member) => typeof member === "number" || typeof member === "bigint" || member instanceof ExactNumber)
  ) {
    return { NS: members.map(digits) };
  }
  throw new TypeError("Cannot store a set of different kinds");
}

/** Reads a value from DynamoDB's own JSON; a number becomes a number, a `bigint` or an {@linkcode ExactNumber}. */
export function unmarshal(value: AttributeValue): Value {
  if ("S" in value) return value.S;
  if ("N" in value) return exact(value.N);
  if ("BOOL" in value) return value.BOOL;
  if ("NULL" in value) return null;
  if ("M" in value) return unmarshalItem(value.M);
  if ("L" in value) return value.L.map(unmarshal);
  if ("B" in value) return fromBase64(value.B);
  if ("SS" in value) return new Set(value.SS);
  if ("NS" in value) return new Set(value.NS.map(exact));
  return new Set(value.BS.map(fromBase64));
}

/** Reads a row. */
export function unmarshalItem(item: Item): { [name: string]: Value } {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, unmarshal(value)]));
}

function exact(text: string): number | bigint | ExactNumber {
  const number = Number(text);
  if (Number.isSafeInteger(number) || normal(text) === normal(String(number))) return number;
  return /^-?\d+$/.test(text) ? BigInt(text) : new ExactNumber(text);
}

/** Sign, significant digits and power of ten, so that `1E+2`, `100` and `1e2` are one. */
function normal(text: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const all = (whole + fraction).replace(/^0+/, "");
  const kept = all.replace(/0+$/, "");
  if (kept === "") return "0";
  return `${sign === "-" ? "-" : ""}${kept}e${Number(exponent) - fraction.length + all.length - kept.length}`;
}

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
