/**
 * Which of the permissions that a store needs are missing.
 *
 * @module
 */

import { DynamoDBError } from "./client/errors.ts";
import type { CallContext, DynamoDBClient, Item, Target } from "./client/mod.ts";
import { S } from "./requests.ts";
import { type TableFinding, type TableName, tableName, TABLES } from "./tables.ts";

/** A key that no row has; each write is also on condition that there is one. */
const NOBODY = "_actingweb_edge_verify";

type Probe = readonly [target: Target, input: (table: string, key: Item, hash: string) => Record<string, unknown>];

const PROBES: readonly Probe[] = [
  ["GetItem", (TableName, Key) => ({ TableName, Key })],
  ["BatchGetItem", (table, key) => ({ RequestItems: { [table]: { Keys: [key] } } })],
  ["Query", (TableName, _, hash) => ({
    TableName,
    KeyConditionExpression: "#hash = :nobody",
    ExpressionAttributeNames: { "#hash": hash },
    ExpressionAttributeValues: { ":nobody": S(NOBODY) },
  })],
  ["PutItem", (TableName, Item, hash) => ({ TableName, Item, ...onlyIfThere(hash) })],
  ["UpdateItem", (TableName, Key, hash) => ({ TableName, Key, ...onlyIfThere(hash) })],
  ["DeleteItem", (TableName, Key, hash) => ({ TableName, Key, ...onlyIfThere(hash) })],
  // Removing what is not there changes nothing.
  ["BatchWriteItem", (table, Key) => ({ RequestItems: { [table]: [{ DeleteRequest: { Key } }] } })],
];

function onlyIfThere(hash: string): Record<string, unknown> {
  return { ConditionExpression: "attribute_exists(#hash)", ExpressionAttributeNames: { "#hash": hash } };
}

/**
 * Tries every operation that a store uses on every table, without changing a row, and gives those that are denied. A table
 * that is missing is left out.
 */
export async function deniedOperations(
  client: DynamoDBClient,
  prefix: string,
  context?: CallContext,
): Promise<TableFinding[]> {
  const findings: TableFinding[] = [];
  for (const [name, { hash, range, index }] of Object.entries(TABLES)) {
    const table = tableName(prefix, name as TableName);
    const key = { [hash]: S(NOBODY), ...(range === undefined ? {} : { [range]: S(NOBODY) }) };
    const denied: string[] = [];
    for (const [target, input] of PROBES) {
      if (await isDenied(client, target, input(table, key, hash), context)) denied.push(target);
    }
    if (index !== undefined) {
      const [, query] = PROBES.find(([target]) => target === "Query")!;
      const input = { ...query(table, key, index.hash), IndexName: index.name };
      if (await isDenied(client, "Query", input, context)) denied.push(`Query of ${index.name}`);
    }
    if (denied.length > 0) findings.push({ table, problem: `permissions are missing: ${denied.join(", ")}` });
  }
  return findings;
}

/** Answers to a request that was allowed; missing tables and wrong keys are the business of `verifyTables`. */
const EXPECTED: readonly string[] = [
  "ConditionalCheckFailedException",
  "ResourceNotFoundException",
  "ValidationException",
];

async function isDenied(
  client: DynamoDBClient,
  target: Target,
  input: Record<string, unknown>,
  context?: CallContext,
): Promise<boolean> {
  try {
    await client.send(target, input, context);
    return false;
  } catch (error) {
    if (!(error instanceof DynamoDBError)) throw error;
    if (error.type === "AccessDeniedException") return true;
    if (EXPECTED.includes(error.type)) return false;
    throw error;
  }
}
