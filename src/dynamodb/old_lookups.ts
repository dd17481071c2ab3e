/**
 * Reverse lookup in the two forms that the reference has left behind: the table `property_lookup`, whose key holds the
 * value in clear text, and the index `property-index` on the values of all properties. Read, never written.
 *
 * @module
 */

import type { Call } from "../backend.ts";
import { DynamoDBError } from "./client/errors.ts";
import type { CallContext, DynamoDBClient, Item } from "./client/mod.ts";
import { storeError } from "./faults.ts";
import { readProperty } from "./indexed.ts";
import { type Context, S } from "./requests.ts";
import { text } from "./rows.ts";
import { tableName } from "./tables.ts";

/** Suffix of the old table's name. */
const OLD_TABLE = "property_lookup";
/** Name of the old index. */
export const OLD_INDEX = "property-index";

/** The full name of the old table. */
export function oldTableName(prefix: string): string {
  return `${prefix}_${OLD_TABLE}`;
}

/** Bytes of a key: of a range key, and of an index's hash key. Longer values cannot be in there. */
const TABLE_VALUE_BYTES = 1024;
const INDEX_VALUE_BYTES = 2048;

/** The actor that one of the old forms names, if its property really has the value, or `null`. */
export async function oldOwner(context: Context, name: string, value: string, call: Call): Promise<string | null> {
  const size = new TextEncoder().encode(value).length;
  const forms = [...(size <= TABLE_VALUE_BYTES ? [ofTable] : []), ...(size <= INDEX_VALUE_BYTES ? [ofIndex] : [])];
  try {
    for (const form of forms) {
      for await (const owner of form(context, name, value, call)) {
        if (await readProperty(context, owner, name, call) === value) return owner;
      }
    }
  } catch (error) {
    throw storeError(call.operation, error, false);
  }
  return null;
}

type Owners = AsyncGenerator<string, void, undefined>;

async function* ofTable({ client, prefix }: Context, name: string, value: string, call: Call): Owners {
  const Key = { property_name: S(name), value: S(value) };
  const input = { TableName: oldTableName(prefix), Key, ConsistentRead: call.consistent };
  const output = await client.send("GetItem", input, call).catch(nullIfMissing);
  if (output?.Item !== undefined) yield text(call.operation, output.Item, "actor_id");
}

/** An index is never consistent, and this one does not tell which property has the value. */
async function* ofIndex({ client, prefix }: Context, name: string, value: string, call: Call): Owners {
  const input = {
    TableName: tableName(prefix, "properties"),
    IndexName: OLD_INDEX,
    KeyConditionExpression: "#value = :value",
    FilterExpression: "#name = :name",
    ExpressionAttributeNames: { "#value": "value", "#name": "name" },
    ExpressionAttributeValues: { ":value": S(value), ":name": S(name) },
  };
  let start: Item | undefined;
  do {
    const output = await client.send("Query", { ...input, ExclusiveStartKey: start }, call).catch(nullIfMissing);
    for (const item of output?.Items ?? []) yield text(call.operation, item, "id");
    start = output?.LastEvaluatedKey;
  } while (start !== undefined);
}

/** Most deployments have neither the table nor the index; DynamoDB reports a missing index as a validation error. */
function nullIfMissing(error: unknown): null {
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
