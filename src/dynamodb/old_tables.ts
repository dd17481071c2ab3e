/**
 * The table and the index of the reference's earlier reverse lookups.
 *
 * @module
 */

import { DynamoDBError } from "./client/errors.ts";
import type { CallContext, DynamoDBClient } from "./client/mod.ts";
import { tableName } from "./tables.ts";

/** Suffix of the old table's name. */
const OLD_TABLE = "property_lookup";
/** Name of the old index. */
export const OLD_INDEX = "property-index";

/** The full name of the old table. */
export function oldTableName(prefix: string): string {
  return `${prefix}_${OLD_TABLE}`;
}

/** Most deployments have neither the table nor the index; DynamoDB reports a missing index as a validation error. */
export function nullIfMissing(error: unknown): null {
  if (error instanceof DynamoDBError) {
    if (error.type === "ResourceNotFoundException") return null;
    if (error.type === "ValidationException" && error.serverMessage?.includes("index")) return null;
  }
  throw error;
}

/** Counts the rows of the old table; `null` when there is no such table. */
export async function countOldLookups(
  client: DynamoDBClient,
  prefix: string,
  context?: CallContext,
): Promise<number | null> {
  let count = 0;
  try {
    const input = { TableName: oldTableName(prefix), Select: "COUNT" };
    for await (const { Count = 0 } of client.pages("Scan", input, context)) count += Count;
    return count;
  } catch (error) {
    return nullIfMissing(error);
  }
}

/** Whether the table of properties still has the old index. */
export async function hasOldIndex(client: DynamoDBClient, prefix: string, context?: CallContext): Promise<boolean> {
  try {
    const { Table } = await client.send("DescribeTable", { TableName: tableName(prefix, "properties") }, context);
    const { GlobalSecondaryIndexes = [] } = (Table ?? {}) as { GlobalSecondaryIndexes?: { IndexName: string }[] };
    return GlobalSecondaryIndexes.some(({ IndexName }) => IndexName === OLD_INDEX);
  } catch (error) {
    return nullIfMissing(error) !== null;
  }
}
