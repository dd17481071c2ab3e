/**
 * Schemas of settings that are texts in a configuration object and in an environment alike. Every message says what is
 * expected, beginning with `must`, and never what was given.
 *
 * @module
 */

import * as v from "valibot";

/** What a backend's name has to be. */
export const BACKEND_EXPECTED = "must be dynamodb, postgresql or pglite";

/** A text that is not empty. */
export const text = v.pipe(v.string("must be a string"), v.nonEmpty("must be a string of at least one character"));

const URL_EXPECTED = "must be a URL that begins with http:// or https://";

/** Where a service answers. */
export const httpUrl = v.pipe(
  v.string(URL_EXPECTED),
  v.check((url) => /^https?:\/\//i.test(url) && URL.canParse(url), URL_EXPECTED),
);

const POSTGRES_URL_EXPECTED = "must be a URL such as postgres://user:password@host:5432/database";

/** Where PostgreSQL answers; the driver also takes several hosts, separated by commas. */
export const postgresUrl = v.pipe(
  v.string(POSTGRES_URL_EXPECTED),
  v.check(
    (url) => /^postgres(ql)?:\/\//i.test(url) && URL.canParse(url.replace(/,[^/?@]*(?=[/?]|$)/, "")),
    POSTGRES_URL_EXPECTED,
  ),
);

const REGION_EXPECTED = "must be a region such as eu-north-1: letters, digits and '-'";

/** A region of AWS: it becomes a part of the service's host name, where more than that would name another host. */
export const region = v.pipe(v.string(REGION_EXPECTED), v.regex(/^[A-Za-z0-9-]{1,63}$/, REGION_EXPECTED));

const PREFIX_EXPECTED = "must be 1 to 200 letters, digits, '_', '.' or '-'";

/** What DynamoDB's table names begin with. */
export const tablePrefix = v.pipe(v.string(PREFIX_EXPECTED), v.regex(/^[A-Za-z0-9_.-]{1,200}$/, PREFIX_EXPECTED));

/** How PostgreSQL is reached. */
export const preset = v.picklist(
  ["direct", "pgbouncer", "hyperdrive", "lambda"],
  "must be direct, pgbouncer, hyperdrive or lambda",
);

/** PostgreSQL's port. */
export const PORT_MAXIMUM = 65_535;

/** The words for a whole number between two bounds. */
export function wholeExpected(most: number): string {
  return most === Number.MAX_SAFE_INTEGER
    ? "must be a whole number from 1"
    : `must be a whole number from 1 to ${most}`;
}
