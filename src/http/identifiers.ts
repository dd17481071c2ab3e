/**
 * Ids and secrets in the reference's forms.
 *
 * @module
 */

import { hex } from "../model/sha256.ts";

// RFC 9562's namespace for URLs, 6ba7b811-9dad-11d1-80b4-00c04fd430c8.
const NAMESPACE_URL = [0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8];
const TOKEN_BYTES = 20;

/** A UUID of version 5 in the namespace of URLs: 32 lower-case hexadecimal digits. */
export async function uuid5(name: string): Promise<string> {
  const seed = new Uint8Array([...NAMESPACE_URL, ...new TextEncoder().encode(name)]);
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-1", seed)).subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return hex(bytes);
}

/** A new id of something under a root. */
export function newId(root: string): Promise<string> {
  return uuid5(root + newToken());
}

/** A new secret: 40 lower-case hexadecimal digits. */
export function newToken(): string {
  return hex(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)));
}
