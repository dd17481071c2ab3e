/**
 * The tables: names, keys and indexes of the reference, created on demand, verified, with expiry switched on.
 *
 * @module
 */

import { DynamoDBError } from "./client/errors.ts";
import type { CallContext, DynamoDBClient, Output } from "./client/mod.ts";
import { wait } from "./client/retry.ts";

/** Suffixes of the table names. */
export type TableName =
  | "actors"
  | "attributes"
  | "peertrustees"
  | "properties"
  | "property_lookup_v2"
  | "subscription_suspensions"
  | "subscriptiondiffs"
  | "subscriptions"
  | "trusts";

interface TableShape {
  readonly hash: string;
  readonly range?: string;
  readonly index?: { readonly name: string; readonly hash: string };
}

/** Keys and indexes of each table; every key is a text. */
export const TABLES: { readonly [Name in TableName]: TableShape } = {
  actors: { hash: "id", index: { name: "creator-index", hash: "creator" } },
  attributes: { hash: "id", range: "bucket_name" },
  peertrustees: { hash: "id", range: "peerid" },
  properties: { hash: "id", range: "name" },
  property_lookup_v2: { hash: "lookup_key" },
  subscription_suspensions: { hash: "id", range: "target_key" },
  subscriptiondiffs: { hash: "id", range: "subid_seqnr" },
  subscriptions: { hash: "id", range: "peer_sub_id" },
  trusts: { hash: "id", range: "peerid", index: { name: "secret-index", hash: "secret" } },
};

/** The attribute that DynamoDB's own expiry reads. */
export const EXPIRY_ATTRIBUTE = "ttl_timestamp";

const NAMES = Object.keys(TABLES) as TableName[];
const POLL_MILLISECONDS = 100;

/** The full name of a table. */
export function tableName(prefix: string, name: TableName): string {
  return `${prefix}_${name}`;
}

/**
 * Creates the tables that are missing, waits until all can be used, and switches expiry on. Safe for many callers at
 * once. Billing is per request; needs the permissions CreateTable, DescribeTable, DescribeTimeToLive and UpdateTimeToLive.
 *
 * @param client The client
 * @param prefix What the table names begin with, e.g. `demo_actingweb`
 * @param context Deadline and signal
 */
export async function createTables(client: DynamoDBClient, prefix: string, context?: CallContext): Promise<void> {
  await Promise.all(NAMES.map(async (name) => {
    const status = await describe(client, tableName(prefix, name), context);
    if (status === null) await create(client, prefix, name, context);
    if (status?.TableStatus !== "ACTIVE") await untilActive(client, tableName(prefix, name), context);
  }));
  await enableExpiry(client, prefix, context);
}

/** Switches on DynamoDB's own removal of expired attributes; whether it was off before. */
export async function enableExpiry(client: DynamoDBClient, prefix: string, context?: CallContext): Promise<boolean> {
  const TableName = tableName(prefix, "attributes");
  if (await isExpiring(client, TableName, context)) return false;
  try {
    await client.send("UpdateTimeToLive", {
      TableName,
      TimeToLiveSpecification: { AttributeName: EXPIRY_ATTRIBUTE, Enabled: true },
    }, context);
    return true;
  } catch (error) {
    // Another caller was quicker; DynamoDB reports that as a validation error.
    if (await isExpiring(client, TableName, context)) return false;
    throw error;
  }
}

/** What is wrong with one table. */
export interface TableFinding {
  /** Full name of the table. */
  readonly table: string;
  /** What is wrong, in words. */
  readonly problem: string;
}

/**
 * Compares the tables with what they should be: existence, keys, indexes, expiry. Reads only.
 *
 * @returns What is wrong; empty when nothing is
 */
export async function verifyTables(
  client: DynamoDBClient,
  prefix: string,
  context?: CallContext,
): Promise<TableFinding[]> {
  const findings = await Promise.all(NAMES.map(async (name) => {
    const table = tableName(prefix, name);
    const description = await describe(client, table, context);
    const problems = description === null ? ["the table is missing"] : differences(TABLES[name], description);
    if (description !== null && name === "attributes" && !(await isExpiring(client, table, context))) {
      problems.push(`time to live on ${EXPIRY_ATTRIBUTE} is off`);
    }
    return problems.map((problem) => ({ table, problem }));
  }));
  return findings.flat();
}

/** Full names of this prefix's tables that exist. */
export async function listTables(client: DynamoDBClient, prefix: string, context?: CallContext): Promise<string[]> {
  const wanted = new Set(NAMES.map((name) => tableName(prefix, name)));
  const found: string[] = [];
  let start: string | undefined;
  do {
    const output: Output = await client.send("ListTables", start ? { ExclusiveStartTableName: start } : {}, context);
    for (const name of output.TableNames ?? []) if (wanted.has(name)) found.push(name);
    start = output.LastEvaluatedTableName;
  } while (start !== undefined);
  return found;
}

interface Description {
  readonly TableStatus?: string;
  readonly KeySchema?: readonly KeyElement[];
  readonly AttributeDefinitions?: readonly { AttributeName: string; AttributeType: string }[];
  readonly GlobalSecondaryIndexes?: readonly {
    IndexName: string;
    IndexStatus?: string;
    KeySchema: readonly KeyElement[];
    Projection?: { ProjectionType?: string };
  }[];
}

interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: string;
}

async function describe(client: DynamoDBClient, table: string, context?: CallContext): Promise<Description | null> {
  try {
    const output = await client.send("DescribeTable", { TableName: table }, context);
    return (output.Table ?? {}) as Description;
  } catch (error) {
    if (error instanceof DynamoDBError && error.type === "ResourceNotFoundException") return null;
    throw error;
  }
}

function keySchema({ hash, range }: { hash: string; range?: string }): KeyElement[] {
  const schema = [{ AttributeName: hash, KeyType: "HASH" }];
  return range === undefined ? schema : [...schema, { AttributeName: range, KeyType: "RANGE" }];
}

async function create(client: DynamoDBClient, prefix: string, name: TableName, context?: CallContext): Promise<void> {
  const shape = TABLES[name];
  const keys = [shape.hash, shape.range, shape.index?.hash].filter((key) => key !== undefined);
  const input: Record<string, unknown> = {
    TableName: tableName(prefix, name),
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: keys.map((key) => ({ AttributeName: key, AttributeType: "S" })),
    KeySchema: keySchema(shape),
  };
  if (shape.index !== undefined) {
    const { name: IndexName, hash } = shape.index;
    input.GlobalSecondaryIndexes = [{
      IndexName,
      KeySchema: keySchema({ hash }),
      Projection: { ProjectionType: "ALL" },
    }];
  }
  try {
    await client.send("CreateTable", input, context);
  } catch (error) {
    // Somebody else is creating it right now, which is as good.
    if (!(error instanceof DynamoDBError && error.type === "ResourceInUseException")) throw error;
  }
}

async function untilActive(client: DynamoDBClient, table: string, context: CallContext = {}): Promise<void> {
  const { operation = "createTables", deadline = Date.now() + 60_000, signal } = context;
  while ((await describe(client, table, { ...context, deadline }))?.TableStatus !== "ACTIVE") {
    await wait(POLL_MILLISECONDS, operation, signal);
  }
}

async function isExpiring(client: DynamoDBClient, table: string, context?: CallContext): Promise<boolean> {
  const output = await client.send("DescribeTimeToLive", { TableName: table }, context);
  const description = output.TimeToLiveDescription as { TimeToLiveStatus?: string; AttributeName?: string } | undefined;
  return /^ENABL(ED|ING)$/.test(description?.TimeToLiveStatus ?? "") && description?.AttributeName === EXPIRY_ATTRIBUTE;
}

function differences(shape: TableShape, found: Description): string[] {
  const problems: string[] = [];
  if (JSON.stringify(found.KeySchema) !== JSON.stringify(keySchema(shape))) problems.push("its keys are other ones");
  for (const { AttributeName, AttributeType } of found.AttributeDefinitions ?? []) {
    if (AttributeType !== "S") problems.push(`key attribute ${AttributeName} is not a text`);
  }
  if (shape.index !== undefined) {
    const { name, hash } = shape.index;
    const index = found.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === name);
    if (index === undefined) problems.push(`index ${name} is missing`);
    else if (JSON.stringify(index.KeySchema) !== JSON.stringify(keySchema({ hash }))) {
      problems.push(`index ${name} has other keys`);
    } else if (index.Projection?.ProjectionType !== "ALL") {
      problems.push(`index ${name} does not project all attributes`);
    }
  }
  return problems;
}
