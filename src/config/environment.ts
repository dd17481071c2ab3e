/**
 * Configuration from an environment, under the names that the reference uses.
 *
 * @module
 */

import * as v from "valibot";
import type { StoreConfiguration } from "../config.ts";
import { configurationError, wrongSettings } from "./problems.ts";
import {
  BACKEND_EXPECTED,
  httpUrl,
  PORT_MAXIMUM,
  postgresUrl,
  preset,
  region,
  tablePrefix,
  wholeExpected,
} from "./texts.ts";

/**
 * An environment: `process.env`, `Deno.env.toObject()`, or a worker's `env`. Empty texts count as not set, and values
 * that are no texts (a worker's bindings) are not looked at. What has a `backend` is a configuration object, and has to be
 * a whole one.
 */
export type Environment =
  | (object & { readonly backend?: undefined })
  | { readonly [name: string]: unknown; readonly backend?: undefined };

const SCHEMA_CHARACTERS = 63;
const YES: readonly string[] = ["true", "1", "yes"];
const NO: readonly string[] = ["false", "0", "no"];

const optional = v.optional(v.string());
const truth = v.pipe(
  v.string(),
  v.toLowerCase(),
  v.check((word) => YES.includes(word) || NO.includes(word), "must be true or false"),
  v.transform((word) => YES.includes(word)),
);

function whole(most: number) {
  const expected = wholeExpected(most);
  return v.pipe(
    v.string(),
    v.regex(/^\d{1,15}$/, expected),
    v.transform(Number),
    v.minValue(1, expected),
    v.maxValue(most, expected),
  );
}

/** Certificates as a text; where a variable holds one line only, its line ends are written `\\n`. */
const certificates = v.pipe(
  v.string(),
  v.transform((text) => text.replaceAll("\\n", "\n")),
  v.regex(/^-----BEGIN CERTIFICATE-----\s/m, "must be certificates in PEM form, not the name of a file"),
);

const common = {
  INDEXED_PROPERTIES: v.optional(v.pipe(v.string(), v.transform(namesOf))),
  USE_PROPERTY_LOOKUP_TABLE: v.optional(
    v.pipe(v.string(), v.regex(/^true$/i, "must be true: reverse lookup goes through the lookup table only")),
  ),
};

const dynamodb = v.object({
  DATABASE_BACKEND: v.literal("dynamodb"),
  AWS_DB_HOST: v.optional(httpUrl),
  AWS_DB_PREFIX: v.optional(tablePrefix),
  AWS_DEFAULT_REGION: v.optional(region),
  AWS_REGION: v.optional(region),
  AWS_ACCESS_KEY_ID: v.string(),
  AWS_SECRET_ACCESS_KEY: v.string(),
  AWS_SESSION_TOKEN: optional,
  AWS_DB_AUTO_CREATE_TABLES: v.optional(truth),
  READ_OLD_LOOKUPS: v.optional(truth),
  ...common,
});

const postgresql = v.object({
  DATABASE_BACKEND: v.literal("postgresql"),
  DATABASE_URL: v.optional(postgresUrl),
  PG_DB_HOST: optional,
  PG_DB_PORT: v.optional(whole(PORT_MAXIMUM)),
  PG_DB_NAME: optional,
  PG_DB_USER: optional,
  PG_DB_PASSWORD: optional,
  PG_DB_PREFIX: optional,
  PG_DB_SCHEMA: optional,
  PG_POOL_MAX_SIZE: v.optional(whole(10_000)),
  PG_CONNECTION_PRESET: v.optional(preset),
  PG_DB_TLS: v.optional(truth),
  PG_DB_TLS_CA: v.optional(certificates),
  ...common,
});

const pglite = v.object({
  DATABASE_BACKEND: v.literal("pglite"),
  PGLITE_DATA: optional,
  PG_DB_PREFIX: optional,
  PG_DB_SCHEMA: optional,
  ...common,
});

const environment = v.variant("DATABASE_BACKEND", [dynamodb, postgresql, pglite], BACKEND_EXPECTED);

/** The names that each backend reads. */
export const ENVIRONMENT_NAMES: { readonly [Backend in StoreConfiguration["backend"]]: readonly string[] } = {
  dynamodb: Object.keys(dynamodb.entries),
  postgresql: Object.keys(postgresql.entries),
  pglite: Object.keys(pglite.entries),
};

/** The backend that an environment names, in its own words; `DATABASE_URL` alone means PostgreSQL. */
export function backendOf(environment: Environment): string | undefined {
  const { DATABASE_BACKEND, DATABASE_URL } = textsOf(environment);
  return DATABASE_BACKEND ?? (DATABASE_URL === undefined ? undefined : "postgresql");
}

/**
 * Reads an environment.
 *
 * @throws {StoreError} `configuration`, naming every setting that is wrong or missing, never a value
 */
export function fromEnvironment(given: Environment): StoreConfiguration {
  const backend = backendOf(given);
  if (backend === undefined) throw wrongSettings([`DATABASE_BACKEND ${BACKEND_EXPECTED}, or DATABASE_URL must be set`]);
  const result = v.safeParse(environment, { ...textsOf(given), DATABASE_BACKEND: backend });
  if (!result.success) throw configurationError(result.issues);
  const settings = result.output;
  const indexedProperties = settings.INDEXED_PROPERTIES;
  switch (settings.DATABASE_BACKEND) {
    case "dynamodb":
      return { backend: "dynamodb", indexedProperties, ...dynamodbOptions(settings) };
    case "postgresql":
      return { backend: "postgresql", indexedProperties, ...postgresqlOptions(settings) };
    case "pglite":
      return { backend: "pglite", indexedProperties, schema: schemaOf(settings), folder: settings.PGLITE_DATA };
  }
}

function dynamodbOptions(settings: v.InferOutput<typeof dynamodb>) {
  return {
    region: settings.AWS_DEFAULT_REGION ?? settings.AWS_REGION ?? "us-west-1",
    endpoint: settings.AWS_DB_HOST,
    prefix: settings.AWS_DB_PREFIX,
    createTables: settings.AWS_DB_AUTO_CREATE_TABLES,
    oldLookups: settings.READ_OLD_LOOKUPS,
    credentials: {
      accessKeyId: settings.AWS_ACCESS_KEY_ID,
      secretAccessKey: settings.AWS_SECRET_ACCESS_KEY,
      sessionToken: settings.AWS_SESSION_TOKEN,
    },
  };
}

function postgresqlOptions(settings: v.InferOutput<typeof postgresql>) {
  const pool = {
    schema: schemaOf(settings),
    max: settings.PG_POOL_MAX_SIZE,
    preset: settings.PG_CONNECTION_PRESET,
    tls: tlsOf(settings),
  };
  if (settings.DATABASE_URL !== undefined) return { url: settings.DATABASE_URL, ...pool };
  return {
    host: settings.PG_DB_HOST ?? "localhost",
    port: settings.PG_DB_PORT ?? 5432,
    database: settings.PG_DB_NAME ?? "actingweb",
    user: settings.PG_DB_USER ?? "actingweb",
    password: settings.PG_DB_PASSWORD,
    ...pool,
  };
}

/** Whoever names an authority wants it checked. */
function tlsOf(
  { PG_DB_TLS, PG_DB_TLS_CA: ca }: v.InferOutput<typeof postgresql>,
): boolean | { ca: string } | undefined {
  if (ca === undefined) return PG_DB_TLS;
  if (PG_DB_TLS === false) throw wrongSettings(["PG_DB_TLS_CA must be left out when PG_DB_TLS is false"]);
  return { ca };
}

function schemaOf({ PG_DB_PREFIX = "", PG_DB_SCHEMA = "public" }: {
  readonly PG_DB_PREFIX?: string;
  readonly PG_DB_SCHEMA?: string;
}): string {
  const schema = PG_DB_PREFIX + PG_DB_SCHEMA;
  if (schema.length > SCHEMA_CHARACTERS) {
    throw wrongSettings([`PG_DB_PREFIX with PG_DB_SCHEMA must be at most ${SCHEMA_CHARACTERS} characters`]);
  }
  return schema;
}

function namesOf(list: string): string[] {
  return list.split(",").map((name) => name.trim()).filter((name) => name !== "");
}

function textsOf(given: Environment): { readonly [name: string]: string } {
  const texts = Object.entries(given).filter(([, value]) => typeof value === "string" && value !== "");
  return Object.fromEntries(texts) as { [name: string]: string };
}
