/**
 * What a configuration object may hold, for each backend.
 *
 * @module
 */

import * as v from "valibot";
import {
  BACKEND_EXPECTED,
  httpUrl,
  PORT_MAXIMUM,
  postgresUrl,
  preset,
  region,
  tablePrefix,
  text,
  wholeExpected,
} from "./texts.ts";

const truth = v.boolean("must be true or false");
const callback = v.function("must be a function");
const object = v.custom<object>((given) => typeof given === "object" && given !== null, "must be an object");
const positive = v.pipe(v.number("must be a number above 0"), v.gtValue(0, "must be a number above 0"));
const notNegative = v.pipe(v.number("must be a number from 0"), v.minValue(0, "must be a number from 0"));
const count = whole(Number.MAX_SAFE_INTEGER);

const store = {
  indexedProperties: v.optional(v.array(text, "must be a list of property names")),
  timeout: v.optional(positive),
  onRequest: v.optional(callback),
  now: v.optional(callback),
};

const credentials = v.strictObject({
  accessKeyId: text,
  secretAccessKey: text,
  sessionToken: v.optional(text),
  expiration: v.optional(v.union([v.date(), v.string()], "must be a date")),
});

const dynamodb = v.strictObject({
  backend: v.literal("dynamodb"),
  ...store,
  region,
  endpoint: v.optional(httpUrl),
  credentials: v.lazy((given) => typeof given === "function" ? callback : credentials),
  fetch: v.optional(callback),
  random: v.optional(callback),
  attemptTimeout: v.optional(positive),
  maximumAttempts: v.optional(count),
  prefix: v.optional(tablePrefix),
  createTables: v.optional(truth),
  oldLookups: v.optional(truth),
});

const postgresql = v.strictObject({
  backend: v.literal("postgresql"),
  ...store,
  url: v.optional(postgresUrl),
  host: v.optional(text),
  port: v.optional(whole(PORT_MAXIMUM)),
  database: v.optional(text),
  user: v.optional(text),
  password: v.optional(v.union([v.string(), callback], "must be a string or a function")),
  preset: v.optional(preset),
  max: v.optional(count),
  tls: v.optional(v.union([truth, object], "must be true, false or an object")),
  connectTimeout: v.optional(positive),
  statementTimeout: v.optional(notNegative),
  parameters: v.optional(v.record(v.string(), v.string("must be a string"), "must be an object")),
  schema: v.optional(text),
  sql: v.optional(v.custom<object>((given) => typeof given === "function", "must be an instance of postgres")),
});

const pglite = v.strictObject({
  backend: v.literal("pglite"),
  ...store,
  folder: v.optional(text),
  database: v.optional(object),
  schema: v.optional(text),
});

/** A configuration object. */
export const configurationSchema = v.variant("backend", [dynamodb, postgresql, pglite], BACKEND_EXPECTED);

function whole(most: number) {
  const expected = wholeExpected(most);
  return v.pipe(v.number(expected), v.integer(expected), v.minValue(1, expected), v.maxValue(most, expected));
}
