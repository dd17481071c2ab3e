/**
 * The key of a reverse-lookup row on DynamoDB.
 *
 * @module
 */

import { hex, sha256 } from "./sha256.ts";

/**
 * The hexadecimal SHA-256 of name, NUL and value as stored, so that a value of any length is a key and none is readable.
 */
export function lookupKey(name: string, value: string): string {
  return hex(sha256(new TextEncoder().encode(`${name}\0${value}`)));
}
