// Instants, and the key of a lookup row.
import { expect } from "bun:test";
import { lookupKey } from "../../src/model/lookup_key.ts";
import { instantOf, normalizeInstant, toStoredInstant } from "../../src/model/time.ts";
import { behaviours } from "../support/behaviour.ts";

const behaviour = behaviours("time");

/** Texts that are instants, and the form that the contract gives them. */
const INSTANTS: Readonly<Record<string, string>> = {
  "2026-01-02T03:04:05.678901Z": "2026-01-02T03:04:05.678901Z",
  "2026-01-02T03:04:05.678901+0000": "2026-01-02T03:04:05.678901Z",
  "2026-01-02T03:04:05.678901+00:00": "2026-01-02T03:04:05.678901Z",
  "2026-01-02T03:04:05.678901": "2026-01-02T03:04:05.678901Z",
  "2026-01-02 03:04:05.678901": "2026-01-02T03:04:05.678901Z",
  "2026-01-02 03:04:05.678901+00": "2026-01-02T03:04:05.678901Z",
  "2026-01-02T03:04:05z": "2026-01-02T03:04:05.000000Z",
  "2026-01-02T03:04Z": "2026-01-02T03:04:00.000000Z",
  "2026-01-02T03:04:05,5Z": "2026-01-02T03:04:05.500000Z",
  "2026-01-02T03:04:05.000001Z": "2026-01-02T03:04:05.000001Z",
  "2026-01-02T03:04:05.123456789Z": "2026-01-02T03:04:05.123456Z",
  "2026-01-02T03:04:05.999999999Z": "2026-01-02T03:04:05.999999Z",
  "2026-01-02T03:04:05+05:30": "2026-01-01T21:34:05.000000Z",
  "2026-01-02T03:04:05.000007-0800": "2026-01-02T11:04:05.000007Z",
  "2026-01-02T00:00:00+00:00:01": "2026-01-01T23:59:59.000000Z",
  "2026-12-31T23:30:00-01:00": "2027-01-01T00:30:00.000000Z",
  "2024-02-29T12:00:00Z": "2024-02-29T12:00:00.000000Z",
  "2000-02-29T00:30:00+01:00": "2000-02-28T23:30:00.000000Z",
  "2024-03-01T00:30:00+01:00": "2024-02-29T23:30:00.000000Z",
  "1969-12-31T23:59:59.999999Z": "1969-12-31T23:59:59.999999Z",
  "0001-01-01T00:00:00Z": "0001-01-01T00:00:00.000000Z",
  "0099-06-15T00:00:00Z": "0099-06-15T00:00:00.000000Z",
  "9999-12-31T23:59:59.999999Z": "9999-12-31T23:59:59.999999Z",
};

const NO_INSTANTS = [
  "",
  "now",
  "2026-01-02",
  "2026-01-02T03",
  "03:04:05Z",
  "1767323045",
  "2026-1-2T03:04:05Z",
  "2026-13-01T00:00:00Z",
  "2026-00-01T00:00:00Z",
  "2026-04-31T00:00:00Z",
  "2026-02-29T00:00:00Z",
  "1900-02-29T00:00:00Z",
  "2026-01-02T24:00:00Z",
  "2026-01-02T03:60:00Z",
  "2026-01-02T03:04:60Z",
  "2026-01-02T03:04:05.Z",
  "2026-01-02T03:04:05+24:00",
  "2026-01-02T03:04:05+01:60",
  "2026-01-02T03:04:05 UTC",
  "2026-01-02T03:04:05Z\n",
  " 2026-01-02T03:04:05Z",
  "0000-12-31T23:59:59Z",
  "0001-01-01T00:00:00+00:01",
  "9999-12-31T23:59:59-00:01",
  "10000-01-01T00:00:00Z",
  "+002026-01-02T03:04:05Z",
];

behaviour("an instant in any ISO-8601 form becomes UTC with six digits, cut and never rounded", () => {
  const found = Object.fromEntries(Object.keys(INSTANTS).map((text) => [text, normalizeInstant(text)]));
  expect(found).toEqual(INSTANTS);
});

behaviour("a normalized instant stays as it is", () => {
  for (const instant of Object.values(INSTANTS)) expect(normalizeInstant(instant)).toBe(instant);
});

behaviour("what is no instant, no date or beyond the years 1 to 9999 is null", () => {
  expect(NO_INSTANTS.filter((text) => normalizeInstant(text) !== null)).toEqual([]);
});

behaviour("the stored form has exactly the 31 characters that the reference reads", () => {
  expect(toStoredInstant("2026-01-02T03:04:05.678901Z")).toBe("2026-01-02T03:04:05.678901+0000");
  for (const instant of Object.values(INSTANTS)) {
    expect(toStoredInstant(instant)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+0000$/);
    expect(normalizeInstant(toStoredInstant(instant))).toBe(instant);
  }
});

behaviour("milliseconds become an instant whose last three digits are zeros", () => {
  expect(instantOf(0)).toBe("1970-01-01T00:00:00.000000Z");
  expect(instantOf(-1)).toBe("1969-12-31T23:59:59.999000Z");
  expect(instantOf(1_767_323_045_678)).toBe("2026-01-02T03:04:05.678000Z");
  expect(normalizeInstant(instantOf(1_767_323_045_678))).toBe(instantOf(1_767_323_045_678));
});

behaviour("instants sort as texts in the order of time", () => {
  const instants = [-62_135_596_800_000, -1, 0, 1, 999, 1_000, 1_767_323_045_678, 253_402_300_799_999].map(instantOf);
  expect(instants.toSorted()).toEqual(instants);
});

behaviour("a lookup row's key is the digest that the reference makes", () => {
  expect(lookupKey("email", "me@x.org")).toBe("771b994e213c7ccb44eda0462bce7f0c25d376d91ba78d08ed5c639a93b437fb");
});

behaviour("a lookup row's key tells name from value and is made of UTF-8 bytes", async () => {
  expect(lookupKey("ab", "c")).not.toBe(lookupKey("a", "bc"));
  expect(lookupKey("email", "Me@x.org")).not.toBe(lookupKey("email", "me@x.org"));
  const text = "é😀".repeat(500);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`oauthId\0${text}`)));
  expect(lookupKey("oauthId", text)).toBe([...digest].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
});
