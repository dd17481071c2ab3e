/**
 * The key of a reverse-lookup row on DynamoDB.
 *
 * @module
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/**
 * The hexadecimal SHA-256 of name, NUL and value as stored, so that a value of any length is a key and none is readable.
 */
export function lookupKey(name: string, value: string): string {
  return bytesToHex(sha256(utf8ToBytes(`${name}\0${value}`)));
}
