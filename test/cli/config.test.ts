// Configuration from an object and from an environment.
import { expect } from "bun:test";
import { readConfiguration, type StoreConfiguration } from "../../src/config.ts";
import { StoreError } from "../../src/errors.ts";
import { behaviours } from "../support/behaviour.ts";

const behaviour = behaviours("configuration");
const SECRET = "s3cret-value";
const dynamodb = { DATABASE_BACKEND: "dynamodb", AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: SECRET };
const postgresql = { DATABASE_BACKEND: "postgresql" };

/** What was read, without what was left out. */
function reading(source: object): Record<string, unknown> {
  return JSON.parse(JSON.stringify(readConfiguration(source)));
}

/** The words of the refusal, which never show a value. */
function refusal(source: object): string {
  try {
    readConfiguration(source);
  } catch (error) {
    expect(error).toBeInstanceOf(StoreError);
    const { code, operation, message } = error as StoreError;
    expect([code, operation]).toEqual(["configuration", "openStore"]);
    expect(message).not.toContain(SECRET);
    return message.slice("openStore: ".length);
  }
  throw new Error("the configuration was taken");
}

behaviour("an environment of DynamoDB has the reference's defaults", () => {
  expect(reading(dynamodb)).toEqual({
    backend: "dynamodb",
    region: "us-west-1",
    credentials: { accessKeyId: "id", secretAccessKey: SECRET },
  });
});

behaviour("every setting of DynamoDB is read", () => {
  const environment = {
    ...dynamodb,
    AWS_DB_HOST: "http://localhost:8000",
    AWS_DB_PREFIX: "my-app.v2_",
    AWS_DEFAULT_REGION: "eu-west-1",
    AWS_REGION: "eu-north-1",
    AWS_SESSION_TOKEN: "token",
    AWS_DB_AUTO_CREATE_TABLES: "No",
    READ_OLD_LOOKUPS: "1",
    INDEXED_PROPERTIES: "email, phone ,,",
    USE_PROPERTY_LOOKUP_TABLE: "True",
  };
  expect(reading(environment)).toEqual({
    backend: "dynamodb",
    region: "eu-west-1",
    endpoint: "http://localhost:8000",
    prefix: "my-app.v2_",
    createTables: false,
    oldLookups: true,
    credentials: { accessKeyId: "id", secretAccessKey: SECRET, sessionToken: "token" },
    indexedProperties: ["email", "phone"],
  });
  expect(reading({ ...dynamodb, AWS_REGION: "eu-north-1" }).region).toBe("eu-north-1");
});

behaviour("tables are created unless a word for no says otherwise", () => {
  for (const word of ["false", "FALSE", "0", "no"]) {
    expect(reading({ ...dynamodb, AWS_DB_AUTO_CREATE_TABLES: word }).createTables).toBe(false);
  }
  for (const word of ["true", "1", "yes"]) {
    expect(reading({ ...dynamodb, AWS_DB_AUTO_CREATE_TABLES: word }).createTables).toBe(true);
  }
  expect(reading(dynamodb).createTables).toBe(undefined);
});

behaviour("an environment of PostgreSQL has the reference's defaults", () => {
  expect(reading(postgresql)).toEqual({
    backend: "postgresql",
    host: "localhost",
    port: 5432,
    database: "actingweb",
    user: "actingweb",
    schema: "public",
  });
});

behaviour("every setting of PostgreSQL is read", () => {
  const environment = {
    ...postgresql,
    PG_DB_HOST: "db.example",
    PG_DB_PORT: "6543",
    PG_DB_NAME: "notes",
    PG_DB_USER: "ann",
    PG_DB_PASSWORD: SECRET,
    PG_DB_PREFIX: "test_w0_",
    PG_DB_SCHEMA: "notes",
    PG_POOL_MAX_SIZE: "3",
    PG_CONNECTION_PRESET: "pgbouncer",
    PG_DB_TLS: "true",
    INDEXED_PROPERTIES: "email",
  };
  expect(reading(environment)).toEqual({
    backend: "postgresql",
    host: "db.example",
    port: 6543,
    database: "notes",
    user: "ann",
    password: SECRET,
    schema: "test_w0_notes",
    max: 3,
    preset: "pgbouncer",
    tls: true,
    indexedProperties: ["email"],
  });
});

const CERTIFICATE = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

behaviour("an authority's certificate means TLS that is checked by it, also when it came in one line", () => {
  for (const PG_DB_TLS_CA of [CERTIFICATE, `A comment\n${CERTIFICATE}`, CERTIFICATE.replaceAll("\n", "\\n")]) {
    const expected = { ca: PG_DB_TLS_CA.replaceAll("\\n", "\n") };
    expect(reading({ ...postgresql, PG_DB_TLS_CA }).tls).toEqual(expected);
    expect(reading({ ...postgresql, PG_DB_TLS_CA, PG_DB_TLS: "true" }).tls).toEqual(expected);
  }
});

behaviour("a database's URL alone means PostgreSQL, and comes before the parts", () => {
  for (const url of ["postgres://ann:x@localhost/notes", "postgresql://h1:1,h2:2/notes?sslmode=require"]) {
    const expected = { backend: "postgresql", url, schema: "public" };
    expect(reading({ DATABASE_URL: url })).toEqual(expected);
    expect(reading({ ...postgresql, DATABASE_URL: url, PG_DB_HOST: "elsewhere" })).toEqual(expected);
  }
});

behaviour("a named backend comes before a database's URL", () => {
  expect(reading({ ...dynamodb, DATABASE_URL: "postgres://localhost/notes" }).backend).toBe("dynamodb");
});

behaviour("PGlite is in memory or in a folder", () => {
  expect(reading({ DATABASE_BACKEND: "pglite" })).toEqual({ backend: "pglite", schema: "public" });
  expect(reading({ DATABASE_BACKEND: "pglite", PGLITE_DATA: "./data", PG_DB_SCHEMA: "notes" })).toEqual({
    backend: "pglite",
    folder: "./data",
    schema: "notes",
  });
});

behaviour("empty texts count as not set, and what is no text is not looked at", () => {
  const bindings = { PG_DB_PORT: 1, AWS_DB_HOST: { fetch() {} }, DATABASE_URL: null, INDEXED_PROPERTIES: undefined };
  expect(reading({ ...dynamodb, AWS_SESSION_TOKEN: "", AWS_DB_PREFIX: "", ...bindings })).toEqual(reading(dynamodb));
  expect(reading({ ...postgresql, ...bindings, DATABASE_URL: "" })).toEqual(reading(postgresql));
});

behaviour("nothing configured is refused with what would do", () => {
  for (const environment of [{}, { PATH: "/bin" }, { DATABASE_BACKEND: "" }, { PG_DB_HOST: "localhost" }]) {
    expect(refusal(environment)).toBe(
      "DATABASE_BACKEND must be dynamodb, postgresql or pglite, or DATABASE_URL must be set",
    );
  }
});

const WRONG: readonly (readonly [environment: Record<string, string>, message: string])[] = [
  [{ DATABASE_BACKEND: SECRET }, "DATABASE_BACKEND must be dynamodb, postgresql or pglite"],
  [{ ...dynamodb, AWS_ACCESS_KEY_ID: "" }, "AWS_ACCESS_KEY_ID must be set"],
  [{ ...dynamodb, AWS_SECRET_ACCESS_KEY: "" }, "AWS_SECRET_ACCESS_KEY must be set"],
  [
    { ...dynamodb, AWS_DB_HOST: `localhost/${SECRET}` },
    "AWS_DB_HOST must be a URL that begins with http:// or https://",
  ],
  [{ ...dynamodb, AWS_DB_HOST: `http://[${SECRET}` }, "AWS_DB_HOST must be a URL that begins with http:// or https://"],
  [{ ...dynamodb, AWS_DB_PREFIX: `${SECRET}/` }, "AWS_DB_PREFIX must be 1 to 200 letters, digits, '_', '.' or '-'"],
  [{ ...dynamodb, AWS_DB_AUTO_CREATE_TABLES: SECRET }, "AWS_DB_AUTO_CREATE_TABLES must be true or false"],
  [{ DATABASE_URL: `mysql://ann:${SECRET}@localhost/notes` }, "DATABASE_URL must be a URL such as "],
  [{ DATABASE_URL: `postgres://ann:${SECRET}@[/notes` }, "DATABASE_URL must be a URL such as "],
  [{ ...postgresql, PG_DB_PORT: SECRET }, "PG_DB_PORT must be a whole number from 1 to 65535"],
  [{ ...postgresql, PG_DB_PORT: "0" }, "PG_DB_PORT must be a whole number from 1 to 65535"],
  [{ ...postgresql, PG_DB_PORT: "65536" }, "PG_DB_PORT must be a whole number from 1 to 65535"],
  [{ ...postgresql, PG_DB_PORT: "1.5" }, "PG_DB_PORT must be a whole number from 1 to 65535"],
  [{ ...postgresql, PG_POOL_MAX_SIZE: "-1" }, "PG_POOL_MAX_SIZE must be a whole number from 1 to 10000"],
  [
    { ...postgresql, PG_CONNECTION_PRESET: SECRET },
    "PG_CONNECTION_PRESET must be direct, pgbouncer, hyperdrive or lambda",
  ],
  [{ ...postgresql, PG_DB_TLS: SECRET }, "PG_DB_TLS must be true or false"],
  [{ ...postgresql, PG_DB_TLS_CA: `/etc/${SECRET}.pem` }, "PG_DB_TLS_CA must be certificates in PEM form"],
  [{ ...postgresql, PG_DB_TLS_CA: CERTIFICATE, PG_DB_TLS: "false" }, "PG_DB_TLS_CA must be left out when PG_DB_TLS"],
  [{ ...postgresql, PG_DB_PREFIX: "x".repeat(60) }, "PG_DB_PREFIX with PG_DB_SCHEMA must be at most 63 characters"],
  [{ ...dynamodb, USE_PROPERTY_LOOKUP_TABLE: "false" }, "USE_PROPERTY_LOOKUP_TABLE must be true"],
  [{ ...postgresql, USE_PROPERTY_LOOKUP_TABLE: "1" }, "USE_PROPERTY_LOOKUP_TABLE must be true"],
];

behaviour("a wrong setting is named with what was expected, never with its value", () => {
  for (const [environment, message] of WRONG) {
    const words = refusal(environment);
    expect(words.startsWith(message)).toBe(true);
    expect(words).not.toContain(";");
  }
});

behaviour("several wrong settings are all named in one message", () => {
  expect(refusal({ DATABASE_BACKEND: "dynamodb", AWS_DB_HOST: "x", AWS_DB_PREFIX: "/" }).split("; ")).toEqual([
    "AWS_DB_HOST must be a URL that begins with http:// or https://",
    "AWS_DB_PREFIX must be 1 to 200 letters, digits, '_', '.' or '-'",
    "AWS_ACCESS_KEY_ID must be set",
    "AWS_SECRET_ACCESS_KEY must be set",
  ]);
});

behaviour("a configuration object is taken as it is", () => {
  const credentials = { accessKeyId: "id", secretAccessKey: SECRET };
  const callback = () => {};
  const sources: StoreConfiguration[] = [
    { backend: "dynamodb", region: "eu-west-1", credentials },
    {
      backend: "dynamodb",
      region: "eu-west-1",
      credentials: () => credentials,
      endpoint: "https://dynamodb.example",
      prefix: "p",
      createTables: false,
      indexedProperties: [],
      timeout: 1,
      attemptTimeout: 1,
      maximumAttempts: 1,
      now: () => 0,
      random: () => 0,
      fetch: () => Promise.resolve(new Response()),
      onRequest: callback,
    },
    { backend: "postgresql" },
    {
      backend: "postgresql",
      host: "h",
      port: 1,
      database: "d",
      user: "u",
      password: () => SECRET,
      preset: "lambda",
      max: 1,
      tls: { rejectUnauthorized: false },
      connectTimeout: 1,
      statementTimeout: 0,
      parameters: { application_name: "notes" },
      schema: "s",
    },
    { backend: "pglite", folder: "./data", schema: "s" },
  ];
  for (const source of sources) expect(readConfiguration(source)).toBe(source);
});

behaviour("a wrong option is named by its path with what was expected, never with its value", () => {
  const credentials = { accessKeyId: "id", secretAccessKey: SECRET };
  const wrong: readonly (readonly [source: object, message: string])[] = [
    [{ backend: SECRET }, "backend must be dynamodb, postgresql or pglite"],
    [{ backend: undefined }, "backend must be dynamodb, postgresql or pglite"],
    [{ backend: "dynamodb", credentials }, "region must be set"],
    [{ backend: "dynamodb", region: "r" }, "credentials must be set"],
    [
      { backend: "dynamodb", region: "", credentials },
      "region must be a region such as eu-north-1: letters, digits and '-'",
    ],
    [
      { backend: "dynamodb", region: "r", credentials: { accessKeyId: SECRET } },
      "credentials.secretAccessKey must be set",
    ],
    [{ backend: "dynamodb", region: "r", credentials: SECRET }, "credentials must be an object"],
    [{ backend: "dynamodb", region: "r", credentials, retries: SECRET }, "retries is no known setting"],
    [{ backend: "dynamodb", region: "r", credentials, timeout: SECRET }, "timeout must be a number above 0"],
    [{ backend: "dynamodb", region: "r", credentials, timeout: 0 }, "timeout must be a number above 0"],
    [{ backend: "dynamodb", region: "r", credentials, fetch: SECRET }, "fetch must be a function"],
    [{ backend: "postgresql", url: SECRET }, "url must be a URL such as "],
    [{ backend: "postgresql", port: 70_000 }, "port must be a whole number from 1 to 65535"],
    [{ backend: "postgresql", password: 7 }, "password must be a string or a function"],
    [{ backend: "postgresql", preset: SECRET }, "preset must be direct, pgbouncer, hyperdrive or lambda"],
    [{ backend: "postgresql", tls: SECRET }, "tls must be true, false or an object"],
    [{ backend: "postgresql", indexedProperties: [SECRET, 7] }, "indexedProperties.1 must be a string"],
    [{ backend: "postgresql", parameters: { a: 7 } }, "parameters.a must be a string"],
    [{ backend: "pglite", folder: 7 }, "folder must be a string"],
    [{ backend: "pglite", region: SECRET }, "region is no known setting"],
  ];
  for (const [source, message] of wrong) {
    const words = refusal(source);
    expect([words, words.startsWith(message)]).toEqual([words, true]);
    expect(words).not.toContain(";");
  }
});

behaviour("several wrong options are all named in one message", () => {
  expect(refusal({ backend: "postgresql", port: 0, max: 0.5, regoin: SECRET })).toBe(
    "port must be a whole number from 1 to 65535; max must be a whole number from 1; regoin is no known setting",
  );
});

behaviour("what is neither an object nor an environment is refused", () => {
  for (const source of [undefined, null, "postgres://localhost", 7]) {
    expect(refusal(source as unknown as object)).toBe("the configuration must be an object or an environment");
  }
});
