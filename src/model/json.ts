/**
 * JSON without loss: numbers beyond a JavaScript number's reach become `bigint`, and texts are written in the form that
 * the reference compares with.
 *
 * @module
 */

import type { Json } from "../store.ts";

const LONG_DIGITS = /\d{16}/;
/**
 * What ends or begins a text, what does not, and numbers whole, so that the digits of a fraction or an exponent are never
 * taken for a number of their own. No match is long: an engine may give up a pattern in the midst of a long text.
 */
const QUOTE_ESCAPE_OR_NUMBER = /"|\\.|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const LONG_INTEGER = /^-?[1-9]\d{15,}$/;

/**
 * Parses JSON text; an integer that a number cannot hold exactly becomes a `bigint`. A number with a fraction or an
 * exponent becomes the nearest JavaScript number, which every float of the reference is already.
 *
 * @throws {SyntaxError} If the text is not JSON
 */
export function parseJson(text: string): Json {
  if (!LONG_DIGITS.test(text)) return JSON.parse(text);
  // Not every runtime's reviver sees a number's source text, so long integers travel as marked texts.
  const mark = unusedMark(text);
  let isText = false;
  const marked = text.replace(QUOTE_ESCAPE_OR_NUMBER, (token) => {
    if (token === '"') isText = !isText;
    return isText || !LONG_INTEGER.test(token) || isExact(token) ? token : `"${mark}${token}"`;
  });
  return JSON.parse(marked, (_key, value) => {
    return typeof value === "string" && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value;
  });
}

/** Whether these are the very digits that the nearest number is written with; any other integer would be rounded. */
function isExact(digits: string): boolean {
  const [mantissa, exponent = "0"] = String(Number(digits)).split("e+") as [string, string?];
  const [whole, fraction = ""] = mantissa.split(".") as [string, string?];
  return whole + fraction.padEnd(Number(exponent), "0") === digits;
}

/**
 * A short text that is in no text of this JSON, found in one pass: whoever writes the JSON may know how it is chosen, and
 * can neither make it long nor the search for it slow.
 */
function unusedMark(text: string): string {
  // An escape could spell the mark, so it is looked for in the decoded text.
  const decoded = text.includes("\\u") ? JSON.stringify(JSON.parse(text)) : text;
  const used = new Set<string>();
  for (const [mark] of decoded.matchAll(/int\d{1,8}:/g)) used.add(mark);
  let number = 0;
  while (used.has(`int${number}:`)) number++;
  return `int${number}:`;
}

/** Writes JSON compactly, with a `bigint` as a plain number. */
export function compactJson(value: Json): string {
  return write(value, ",", ":", JSON.stringify, numberText);
}

/**
 * Writes JSON exactly as Python's `json.dumps` does by default: `, ` and `: `, ASCII only, small numbers as `1e-05`.
 * The reference's compare-and-swap compares this very text, so another form would never match there.
 */
export function pythonJson(value: Json): string {
  return write(value, ", ", ": ", asciiText, pythonNumber);
}

function write(
  value: Json,
  comma: string,
  colon: string,
  quote: (text: string) => string,
  digits: (value: number) => string,
): string {
  switch (typeof value) {
    case "string":
      return quote(value);
    case "number":
      return digits(value);
    case "bigint":
      return value.toString();
    case "boolean":
      return value ? "true" : "false";
  }
  if (value === null) return "null";
  if (Array.isArray(value)) {
    return `[${value.map((item: Json) => write(item, comma, colon, quote, digits)).join(comma)}]`;
  }
  const entries = Object.entries(value as { [key: string]: Json });
  return `{${entries.map(([key, item]) => quote(key) + colon + write(item, comma, colon, quote, digits)).join(comma)}}`;
}

function asciiText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function numberText(value: number): string {
  return Object.is(value, -0) ? "-0.0" : String(value);
}

/**
 * Python writes a float below 1e-4 with an exponent of at least two digits. JavaScript writes whole numbers up to 1e21
 * without one; Python reads those as integers and writes the same digits again.
 */
function pythonNumber(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude === 0 || magnitude >= 1e-4) return numberText(value);
  const [mantissa, exponent] = value.toExponential().split("e-") as [string, string];
  return `${mantissa}e-${exponent.padStart(2, "0")}`;
}

/** Whether two values are equal as JSON: the order of keys means nothing, 1 equals `1n`, `true` is not 1. */
export function jsonEquals(left: Json, right: Json): boolean {
  if (left === right) return true;
  if (typeof left === "bigint") return typeof right === "number" && isWrittenAs(right, left);
  if (typeof right === "bigint") return typeof left === "number" && isWrittenAs(left, right);
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => jsonEquals(item, right[index]));
  }
  const one = left as { [key: string]: Json };
  const other = right as { [key: string]: Json };
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && jsonEquals(one[key]!, other[key]!));
}

/** JSON compares digits: 1e23 is 10n ** 23n there, although the nearest binary number is a little less. */
function isWrittenAs(value: number, digits: bigint): boolean {
  return value === Number(digits) && isExact(String(digits));
}
