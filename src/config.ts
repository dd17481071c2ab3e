/**
 * Configuration of a store: an object, or an environment. Wrong settings are found before anything connects.
 *
 * @module
 */

import * as v from "valibot";
import { type Environment, fromEnvironment } from "./config/environment.ts";
import { configurationSchema } from "./config/options.ts";
import { configurationError, wrongSettings } from "./config/problems.ts";
import type { DynamoDBStoreOptions } from "./dynamodb/mod.ts";
import type { PGliteStoreOptions } from "./pglite/mod.ts";
import type { PostgreSQLStoreOptions } from "./postgresql/mod.ts";

export type { Environment } from "./config/environment.ts";

/**
 * A backend's name with the options of that backend. Of DynamoDB's, `oldLookups` is `true` or `false` here, default
 * `false`: what reads them is loaded where it is needed.
 */
export type StoreConfiguration =
  | ({ readonly backend: "dynamodb"; readonly oldLookups?: boolean } & Omit<DynamoDBStoreOptions, "oldLookups">)
  | ({ readonly backend: "postgresql" } & PostgreSQLStoreOptions)
  | ({ readonly backend: "pglite" } & PGliteStoreOptions);

/**
 * Reads a configuration object, or an environment, which has no `backend` in lower case.
 *
 * @param source The configuration, or an environment such as `process.env`
 * @throws {StoreError} `configuration`, naming every setting that is wrong or missing, never a value
 */
export function readConfiguration(source: StoreConfiguration | Environment): StoreConfiguration {
  if (typeof source !== "object" || source === null) {
    throw wrongSettings(["the configuration must be an object or an environment"]);
  }
  if (!("backend" in source)) return fromEnvironment(source);
  const result = v.safeParse(configurationSchema, source);
  if (!result.success) throw configurationError(result.issues);
  // What was checked is given on as it came: the schemas change nothing in an object.
  return source as StoreConfiguration;
}
