/**
 * Instants: ISO-8601 UTC with six fraction digits and `Z`, and the stored forms of the reference.
 *
 * @module
 */

const FORM =
  /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(?:[Zz]|([+-])(\d\d)(?::?(\d\d)(?::?(\d\d))?)?)?$/;

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
  const [, day, minute, second = "00", fraction = "", sign, ...offset] = match;
  const base = `${day}T${minute}:${second}`;
  const milliseconds = Date.parse(`${base}Z`);
  // Date.parse carries February 30 over into March on some engines; what does not come back as it went in is no date.
  if (Number.isNaN(milliseconds) || new Date(milliseconds).toISOString().slice(0, 19) !== base) return null;
  const [hours, minutes, seconds] = offset.map((part = "0") => Number(part)) as [number, number, number];
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  const shift = ((hours * 60 + minutes) * 60 + seconds) * 1000;
  const moved = new Date(sign === "-" ? milliseconds + shift : milliseconds - shift);
  if (Number.isNaN(moved.getTime()) || moved.getUTCFullYear() < 1 || moved.getUTCFullYear() > 9999) return null;
  return `${moved.toISOString().slice(0, 19)}.${fraction.slice(0, 6).padEnd(6, "0")}Z`;
}

/** The contract's form of a time in milliseconds since the epoch. */
export function instantOf(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 23)}000Z`;
}

/** The 31 characters that the reference stores on DynamoDB, e.g. `2026-01-02T03:04:05.678901+0000`. */
export function toStoredInstant(instant: string): string {
  return `${instant.slice(0, 26)}+0000`;
}
