// Configuration from hands that are not ours: a file, a form, somebody else's environment.
import { expect } from "bun:test";
import fc from "fast-check";
import { readConfiguration } from "../../src/config.ts";
import { ENVIRONMENT_NAMES } from "../../src/config/environment.ts";
import { StoreError } from "../../src/errors.ts";
import { openStore } from "../../src/open.ts";
import { behaviours } from "../support/behaviour.ts";
import { fuzz, FUZZ_MILLISECONDS } from "./fuzz.ts";
import { hostileText, hostileValue, OBJECT_NAMES, pollution } from "./values.ts";

const behaviour = behaviours("hostile configuration");

/** In every text below, so that a message that quotes one is known. */
const SECRET = "hunter2-is-secret";

/** Texts that come near to being right. */
const near = fc.constantFrom(
  `postgres://user:${SECRET}@localhost/db`,
  `postgres://user:${SECRET}%zz@localhost/db`,
  `postgres://%zz:${SECRET}@[::1/db`,
  `postgres://${SECRET}:99999999/`,
  `postgres://a,b,c/${SECRET}`,
  `postgresql://u@h:5432,h2:x/db?password=${SECRET}`,
  `http://${SECRET}@localhost:99999`,
  `https://u:${SECRET}@example.org/path?q#h`,
  `HTTP://[${SECRET}]`,
  "true",
  "0",
  "65536",
  "1e3",
  "٣",
  "dynamodb",
  "direct",
  `a,b,,${SECRET},`,
  "list:a,email",
  "s".repeat(64),
);
const text = fc.oneof(near, hostileText.map((each) => `${each}${SECRET}`), hostileText);
const backend = fc.constantFrom("dynamodb", "postgresql");

const environment = fc.tuple(
  backend,
  fc.dictionary(
    fc.constantFrom(...ENVIRONMENT_NAMES.dynamodb, ...ENVIRONMENT_NAMES.postgresql, ...OBJECT_NAMES),
    fc.oneof({ weight: 5, arbitrary: text }, { weight: 1, arbitrary: hostileValue }),
    { maxKeys: 6 },
  ),
  fc.constantFrom({}, { DATABASE_BACKEND: "postgresql" }, { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: SECRET }),
).map(([name, settings, more]) => ({ DATABASE_BACKEND: name, ...more, ...settings }));

const NAMES = [
  "region",
  "endpoint",
  "credentials",
  "prefix",
  "createTables",
  "url",
  "host",
  "port",
  "database",
  "user",
  "password",
  "preset",
  "max",
  "tls",
  "connectTimeout",
  "statementTimeout",
  "parameters",
  "schema",
  "indexedProperties",
  "timeout",
  "attemptTimeout",
  "maximumAttempts",
];
const object = fc.tuple(
  backend,
  fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), fc.constantFrom(...OBJECT_NAMES)), fc.oneof(text, hostileValue), {
    maxKeys: 4,
  }),
  fc.constantFrom({}, { region: "eu-north-1", credentials: { accessKeyId: "a", secretAccessKey: SECRET } }),
).map(([name, settings, more]) => ({ backend: name, ...more, ...settings }));

/** Opens it; whether it was refused. Nothing connects before the first call. */
async function isRefused(source: object): Promise<boolean> {
  try {
    await (await openStore(source)).close();
    return false;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    expect(["configuration", "invalid", "too_large"]).toContain(error.code);
    expect(error.message).not.toContain(SECRET);
    return true;
  }
}

behaviour("an environment opens a store or is refused, whatever is in it, and no value is quoted", async () => {
  const outcomes = new Set<boolean>();
  await fuzz(1_500, environment, async (given) => void outcomes.add(await isRefused(given)));
  expect(outcomes.size).toBe(2);
  expect(pollution()).toEqual([]);
}, FUZZ_MILLISECONDS);

behaviour("so does a configuration object", async () => {
  const outcomes = new Set<boolean>();
  await fuzz(1_500, object, async (given) => void outcomes.add(await isRefused(given)));
  expect(outcomes.size).toBe(2);
  expect(pollution()).toEqual([]);
}, FUZZ_MILLISECONDS);

behaviour("what is no configuration at all is refused, too", async () => {
  await fuzz(500, hostileValue, (given) => {
    try {
      readConfiguration(given as object);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      expect(error.code).toBe("configuration");
    }
  });
}, FUZZ_MILLISECONDS);

behaviour("a name of a setting cannot steer the terminal that shows the refusal", async () => {
  const source = { backend: "pglite", "evil\n\x1b[2Jline": true } as object;
  const error = await openStore(source).catch((error: unknown) => error as StoreError);
  // deno-lint-ignore no-control-regex
  expect((error as StoreError).message).not.toMatch(/[\0-\x1f\x7f-\x9f]/);
});
