/**
 * Removing lookup rows that are not true, on either database.
 *
 * @module
 */

import type { StoreConfiguration } from "../config.ts";
import { CALL_MILLISECONDS, type LongRun } from "./long_run.ts";

/** Milliseconds for one statement, or for a walk through DynamoDB's table. */
const TIMEOUT = 100 * CALL_MILLISECONDS;
const OPERATION = "lookup rebuild";

/**
 * Removes lookup rows of values that their actors do not have. PGlite has none: only the reference leaves them, and it
 * cannot open PGlite.
 *
 * @param removed Called with how many were removed, now and then
 */
export async function removeStale(
  configuration: StoreConfiguration,
  { signal }: LongRun,
  removed: (count: number) => void,
): Promise<void> {
  const call = { operation: OPERATION, deadline: Date.now() + TIMEOUT, signal };
  if (configuration.backend === "dynamodb") {
    const { createDynamoDBClient, DEFAULT_PREFIX } = await import("../dynamodb/mod.ts");
    const { removeStaleLookups } = await import("../dynamodb/stale_lookups.ts");
    const { prefix = DEFAULT_PREFIX } = configuration;
    const client = createDynamoDBClient({ ...configuration, onRequest: undefined });
    const context = {
      client,
      prefix,
      createTables: false,
      indexed: new Set<string>(),
      now: Date.now,
    };
    await removeStaleLookups(context, { ...call, consistent: true }, removed);
  }
  if (configuration.backend === "postgresql") {
    const { connect } = await import("../postgresql/postgres_client.ts");
    const { removeStaleLookups } = await import("../postgresql/stale_lookups.ts");
    const client = connect({ ...configuration, max: 1, statementTimeout: 0 }, TIMEOUT);
    try {
      removed(await removeStaleLookups(client, configuration.schema ?? "public", call));
    } finally {
      await client.close();
    }
  }
}
