/**
 * Instants: ISO-8601 UTC with six fraction digits and `Z`, and the stored forms of the reference.
 *
 * @module
 */

const FORM =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)?$/;

/** Characters of an instant in the contract's form. */
const INSTANT_LENGTH = 27;
/** Both written forms, of any day that every month has: most instants are such, and need no arithmetic. */
const WRITTEN =
  /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z|\+0000)$/;

/**
 * Brings an ISO-8601 instant to the contract's form, e.g. `2026-01-02T03:04:05.678901Z`. Digits beyond microseconds are
 * cut; a text without offset is UTC, as the reference takes it.
 *
 * @returns The instant, or `null` when the text is no instant
 */
export function normalizeInstant(text: string): string | null {
  if (WRITTEN.test(text)) return text.length === INSTANT_LENGTH ? text : `${text.slice(0, INSTANT_LENGTH - 1)}Z`;
  const match = FORM.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second = "00", fraction = "", offset = "Z"] = match;
  const base = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const milliseconds = Date.parse(`${base}Z`);
  // Date.parse carries February 30 over into March on some engines; what does not come back as it went in is no date.
  if (Number.isNaN(milliseconds) || new Date(milliseconds).toISOString().slice(0, 19) !== base) return null;
  const shift = offsetMilliseconds(offset);
  if (shift === null) return null;
  const moved = new Date(milliseconds - shift);
  if (Number.isNaN(moved.getTime()) || moved.getUTCFullYear() < 1 || moved.getUTCFullYear() > 9999) return null;
  return `${moved.toISOString().slice(0, 19)}.${fraction.slice(0, 6).padEnd(6, "0")}Z`;
}

function offsetMilliseconds(offset: string): number | null {
  if (offset === "Z" || offset === "z") return 0;
  const digits = offset.slice(1).replaceAll(":", "");
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2, 4) || "0");
  const seconds = Number(digits.slice(4, 6) || "0");
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  const milliseconds = ((hours * 60 + minutes) * 60 + seconds) * 1000;
  return offset[0] === "-" ? -milliseconds : milliseconds;
}

/** The contract's form of a time in milliseconds since the epoch. */
export function instantOf(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 23)}000Z`;
}

/** The 31 characters that the reference stores on DynamoDB, e.g. `2026-01-02T03:04:05.678901+0000`. */
export function toStoredInstant(instant: string): string {
  return `${instant.slice(0, 26)}+0000`;
}
