/**
 * Cursors: the method and the sort key of the last row, as URL-safe text that can be stored.
 *
 * @module
 */

import { NAME_BYTES } from "../model/limits.ts";
import { bytes, filled, refuse, text, tooLarge } from "./check.ts";

/** Writes a cursor of a method's walk after the row with this sort key. */
export function encodeCursor(operation: string, after: string): string {
  const bytes = new TextEncoder().encode(JSON.stringify([1, operation, after]));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Reads a cursor of the same method; anything else is refused as `invalid`. */
export function decodeCursor(operation: string, cursor: unknown, positionBytes = NAME_BYTES): string {
  if (typeof cursor === "string") {
    try {
      const binary = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
      const encoded = Uint8Array.from(binary, (unit) => unit.charCodeAt(0));
      const decoded: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(encoded));
      if (Array.isArray(decoded) && decoded.length === 3 && decoded[0] === 1 && decoded[1] === operation) {
        const position = filled(operation, "cursor", text(operation, "cursor", decoded[2]));
        return bytes(position) <= positionBytes ? position : tooLarge(operation, "cursor", `${positionBytes} bytes`);
      }
    } catch {
      // Whatever is wrong with the text, the answer is the same refusal below.
    }
  }
  return refuse(operation, "cursor", `a cursor that ${operation} gave`);
}
