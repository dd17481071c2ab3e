// What old deployments leave behind: the two earlier forms of the reverse lookup, stale rows of today's, odd tables.
import { afterAll, beforeAll, expect } from "bun:test";
import type { Call } from "../../src/backend.ts";
import { createDynamoDBClient, type Item } from "../../src/dynamodb/client/mod.ts";
import { createTables, dynamodbStore, verifyTables } from "../../src/dynamodb/mod.ts";
import { oldLookups } from "../../src/dynamodb/old_lookups.ts";
import { countOldLookups, hasOldIndex } from "../../src/dynamodb/old_tables.ts";
import { removeStaleLookups } from "../../src/dynamodb/stale_lookups.ts";
import { lookupKey } from "../../src/model/lookup_key.ts";
import { behaviours } from "../support/behaviour.ts";
import { dynamodbConnection, removeTables, uniqueName } from "../support/stores.ts";

const behaviour = behaviours("old lookups");
const client = createDynamoDBClient(dynamodbConnection());
const prefix = uniqueName("old_lookups");
const VALUE = "ann@example.org";

const key = (name: string, KeyType: "HASH" | "RANGE") => ({ AttributeName: name, KeyType });
const texts = (...names: string[]) => names.map((AttributeName) => ({ AttributeName, AttributeType: "S" }));
const put = (table: string, fields: Readonly<Record<string, string>>) => {
  const item: Item = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { S: value }]));
  return client.send("PutItem", { TableName: `${prefix}_${table}`, Item: item });
};
const open = (old: boolean) => {
  const options = { ...dynamodbConnection(), prefix, createTables: false };
  return dynamodbStore(old ? { ...options, oldLookups } : options);
};

/** The table of properties with the index that the reference once made. */
async function makeProperties(): Promise<void> {
  await client.send("CreateTable", {
    TableName: `${prefix}_properties`,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: texts("id", "name", "value"),
    KeySchema: [key("id", "HASH"), key("name", "RANGE")],
    GlobalSecondaryIndexes: [{
      IndexName: "property-index",
      KeySchema: [key("value", "HASH")],
      Projection: { ProjectionType: "ALL" },
    }],
  });
}

beforeAll(async () => {
  await makeProperties();
  await createTables(client, prefix);
}, 60_000);
afterAll(() => removeTables(prefix), 60_000);

behaviour(
  "the old index on values is read where that is asked for, and believed as far as the property has it",
  async () => {
    expect(await hasOldIndex(client, prefix)).toBe(true);
    expect(await hasOldIndex(client, `${prefix}_none`)).toBe(false);
    await put("properties", { id: "a", name: "email", value: VALUE });
    await put("properties", { id: "b", name: "note", value: "text" });
    expect(await open(false).lookups.get("email", VALUE)).toBe(null);
    expect(await open(true).lookups.get("email", VALUE)).toBe("a");
    expect(await open(true).lookups.get("email", "text")).toBe(null);
    expect(await open(true).lookups.get("email", "v".repeat(2_048))).toBe(null);
  },
);

behaviour("the old table is read, verified by the property, and counted", async () => {
  expect(await countOldLookups(client, prefix)).toBe(null);
  await client.send("CreateTable", {
    TableName: `${prefix}_property_lookup`,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: texts("property_name", "value"),
    KeySchema: [key("property_name", "HASH"), key("value", "RANGE")],
  });
  await put("properties", { id: "c", name: "email", value: "old@example.org" });
  await put("property_lookup", { property_name: "email", value: "old@example.org", actor_id: "c" });
  await put("property_lookup", { property_name: "email", value: "stale@example.org", actor_id: "c" });
  expect(await countOldLookups(client, prefix)).toBe(2);
  expect(await open(true).lookups.get("email", "old@example.org")).toBe("c");
  expect(await open(true).lookups.get("email", "stale@example.org")).toBe(null);
});

behaviour("lookup rows whose property has another value are removed, and true ones stay", async () => {
  const store = open(false);
  await store.properties.set("d", "email", "true@example.org");
  const rows = Array.from({ length: 3 }, (_, index) => `gone${index}@example.org`);
  for (const value of rows) {
    await put("property_lookup_v2", { lookup_key: lookupKey("email", value), actor_id: "d", property_name: "email" });
  }
  const context = {
    client,
    prefix,
    createTables: false,
    indexed: new Set(["email"]),
    now: Date.now,
  };
  const call: Call = { operation: "test", deadline: Date.now() + 30_000, consistent: true };
  const removed: number[] = [];
  await removeStaleLookups(context, call, (count) => void removed.push(count));
  expect(removed).toEqual([3]);
  await removeStaleLookups(context, call, (count) => void removed.push(count));
  expect(removed).toEqual([3, 0]);
  expect(await store.lookups.get("email", "true@example.org")).toBe("d");
});

behaviour("tables are verified by their keys, indexes and expiry", async () => {
  expect(await verifyTables(client, prefix)).toEqual([]);
  const odd = `${prefix}_odd`;
  await client.send("CreateTable", {
    TableName: `${odd}_actors`,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [...texts("id"), { AttributeName: "creator", AttributeType: "N" }],
    KeySchema: [key("id", "HASH")],
    GlobalSecondaryIndexes: [{
      IndexName: "creator-index",
      KeySchema: [key("creator", "HASH")],
      Projection: { ProjectionType: "KEYS_ONLY" },
    }],
  });
  const found = await verifyTables(client, odd);
  const problems = found.map(({ table, problem }) => `${table.slice(odd.length)}: ${problem}`).sort();
  expect(problems.slice(0, 3)).toEqual([
    "_actors: index creator-index does not project all attributes",
    "_actors: key attribute creator is not a text",
    "_attributes: the table is missing",
  ]);
  expect(problems.length).toBe(10);
});
