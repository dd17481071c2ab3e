/**
 * Reverse lookup in the two forms that the reference has left behind: the table `property_lookup`, whose key holds the
 * value in clear text, and the index `property-index` on the values of all properties. Read, never written.
 *
 * @example
 * ```ts
 * import { dynamodbStore } from "actingweb-edge/dynamodb";
 * import { oldLookups } from "actingweb-edge/dynamodb/old-lookups";
 *
 * export function open(accessKeyId: string, secretAccessKey: string) {
 *   return dynamodbStore({ region: "eu-west-1", credentials: { accessKeyId, secretAccessKey }, oldLookups });
 * }
 * ```
 *
 * @module
 */

import type { Call } from "../backend.ts";
import type { Item } from "./client/mod.ts";
import { storeError } from "./faults.ts";
import { readProperty } from "./indexed.ts";
import { nullIfMissing, OLD_INDEX, oldTableName } from "./old_tables.ts";
import { type Context, S } from "./requests.ts";
import { text } from "./rows.ts";
import { tableName } from "./tables.ts";

/** Bytes of a key: of a range key, and of an index's hash key. Longer values cannot be in there. */
const TABLE_VALUE_BYTES = 1024;
const INDEX_VALUE_BYTES = 2048;

/**
 * The actor that one of the old forms names, if its property really has the value, or `null`; a store asks for it when it
 * is given this as its option `oldLookups`.
 */
export async function oldLookups(context: Context, name: string, value: string, call: Call): Promise<string | null> {
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
