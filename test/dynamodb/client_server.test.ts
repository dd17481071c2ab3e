// The client against a server that was written by others: DynamoDB Local, or DynamoDB itself.
import { afterAll, beforeAll, expect } from "bun:test";
import process from "node:process";
import {
  createDynamoDBClient,
  type DynamoDBClient,
  DynamoDBError,
  ExactNumber,
  type Item,
  marshalItem,
  type Output,
  type RequestEvent,
  unmarshalItem,
} from "../../src/dynamodb/client/mod.ts";
import { behaviours } from "../support/behaviour.ts";
import { caught } from "../support/caught.ts";

const behaviour = behaviours(import.meta.url);
const TableName = `client_${Date.now().toString(36)}${crypto.randomUUID().slice(0, 8)}`;

let client: DynamoDBClient;
let events: RequestEvent[] = [];

beforeAll(async () => {
  const endpoint = process.env.AWS_DB_HOST;
  if (endpoint === undefined || endpoint === "") {
    throw new Error("AWS_DB_HOST is not set: it has to name a DynamoDB, e.g. http://127.0.0.1:8000");
  }
  client = createDynamoDBClient({
    region: process.env.AWS_DEFAULT_REGION || "us-west-1",
    endpoint,
    credentials: {
      accessKeyId: process.env.AWS_ACCESS_KEY_ID || "test",
      secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY || "test",
    },
    // Megabytes take their time on a machine that runs other tests.
    timeout: 60_000,
    attemptTimeout: 30_000,
    onRequest: (event) => void events.push(event),
  });
  await client.send("CreateTable", {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["id", "name", "kind"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }, { AttributeName: "name", KeyType: "RANGE" }],
    // A local index makes item collections, with a size of their own.
    LocalSecondaryIndexes: [{
      IndexName: "by-kind",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }, { AttributeName: "kind", KeyType: "RANGE" }],
      Projection: { ProjectionType: "ALL" },
    }],
  });
  while ((await client.send("DescribeTable", { TableName })).Table?.TableStatus !== "ACTIVE") {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}, 60_000);
afterAll(async () => void await client?.send("DeleteTable", { TableName }), 60_000);

const keyOf = (id: string, name: string | number) => ({ id: { S: id }, name: { S: String(name) } });
const get = async (Key: Item) => (await client.send("GetItem", { TableName, Key, ConsistentRead: true })).Item;

behaviour("tables are described, listed, updated and expire", async () => {
  expect((await client.send("DescribeTable", { TableName })).Table?.TableName).toBe(TableName);
  const names: string[] = [];
  let start: string | undefined;
  do {
    const output: Output = await client.send("ListTables", { Limit: 1, ExclusiveStartTableName: start });
    names.push(...output.TableNames ?? []);
    start = output.LastEvaluatedTableName;
  } while (start !== undefined);
  expect(names).toContain(TableName);

  await client.send("UpdateTimeToLive", {
    TableName,
    TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
  });
  const { TimeToLiveDescription } = await client.send("DescribeTimeToLive", { TableName });
  expect(TimeToLiveDescription?.AttributeName).toBe("ttl");
  const updated = await client.send("UpdateTable", { TableName, BillingMode: "PAY_PER_REQUEST" });
  expect(updated).toBeDefined();
});

behaviour("a row is put, read, updated and deleted, with the values that are asked for", async () => {
  const key = keyOf("row", "a");
  expect(await client.send("PutItem", { TableName, Item: { ...key, count: { N: "1" } } })).not.toHaveProperty("Item");
  expect(await get(key)).toEqual({ ...key, count: { N: "1" } });
  const updated = await client.send("UpdateItem", {
    TableName,
    Key: key,
    UpdateExpression: "ADD #count :one",
    ExpressionAttributeNames: { "#count": "count" },
    ExpressionAttributeValues: { ":one": { N: "1" } },
    ReturnValues: "UPDATED_NEW",
  });
  expect(updated.Attributes).toEqual({ count: { N: "2" } });
  const deleted = await client.send("DeleteItem", { TableName, Key: key, ReturnValues: "ALL_OLD" });
  expect(deleted.Attributes).toEqual({ ...key, count: { N: "2" } });
  expect(await get(key)).toBeUndefined();
});

behaviour("a condition that does not hold is an error with the row", async () => {
  const row = { ...keyOf("condition", "a"), value: { S: "stored value" } };
  await client.send("PutItem", { TableName, Item: row });
  const put = client.send("PutItem", {
    TableName,
    Item: row,
    ConditionExpression: "attribute_not_exists(id)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  const error = await caught(put, DynamoDBError);
  expect(error).toMatchObject({
    type: "ConditionalCheckFailedException",
    status: 400,
    outcome: "refused",
    attempts: 1,
  });
  expect(error.item).toEqual(row);
});

behaviour("a transaction is done as one, and a token's second use changes nothing", async () => {
  const [one, other] = [keyOf("transaction", "one"), keyOf("transaction", "other")];
  const add = {
    TableName,
    Key: one,
    UpdateExpression: "ADD #n :one",
    ExpressionAttributeNames: { "#n": "n" },
    ExpressionAttributeValues: { ":one": { N: "1" } },
  };
  const input = {
    TransactItems: [{ Update: add }, { Put: { TableName, Item: other } }],
    ClientRequestToken: crypto.randomUUID(),
  };
  await client.send("TransactWriteItems", input);
  await client.send("TransactWriteItems", input);
  const { Responses } = await client.send("TransactGetItems", {
    TransactItems: [one, other, keyOf("transaction", "none")].map((Key) => ({ Get: { TableName, Key } })),
  });
  expect<unknown>(Responses).toEqual([{ Item: { ...one, n: { N: "1" } } }, { Item: other }, {}]);
});

behaviour("a cancelled transaction tells why, with the row", async () => {
  const [one, other] = [keyOf("cancelled", "one"), keyOf("cancelled", "other")];
  await client.send("PutItem", { TableName, Item: other });
  const put = (Item: Item) => ({
    Put: {
      TableName,
      Item,
      ConditionExpression: "attribute_not_exists(id)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    },
  });
  const call = client.send("TransactWriteItems", { TransactItems: [put(one), put(other)] });
  const error = await caught(call, DynamoDBError);
  expect(error).toMatchObject({ type: "TransactionCanceledException", outcome: "refused", attempts: 1 });
  expect(error.reasons).toEqual([{ code: "None" }, { code: "ConditionalCheckFailed", item: other }]);
  expect(await get(one)).toBeUndefined();
});

behaviour("a missing table and a wrong request are refused", async () => {
  const missing = await caught(client.send("Scan", { TableName: `${TableName}_none` }), DynamoDBError);
  expect(missing).toMatchObject({ type: "ResourceNotFoundException", status: 400 });
  const wrong = await caught(client.send("GetItem", { TableName, Key: { id: { S: "a" } } }), DynamoDBError);
  expect(wrong.type).toBe("ValidationException");
  expect(wrong.serverMessage).not.toBe("");
});

behaviour("three megabytes are walked in pages, by Query and by Scan", async () => {
  const rows = Array.from({ length: 30 }, (_, number) => ({
    ...keyOf("pages", String(number).padStart(3, "0")),
    data: { S: "x".repeat(100_000) },
  }));
  await client.batchWrite(rows.map((put) => ({ table: TableName, put })));
  const query = { KeyConditionExpression: "id = :id", ExpressionAttributeValues: { ":id": { S: "pages" } } };
  const scan = { FilterExpression: "id = :id", ExpressionAttributeValues: { ":id": { S: "pages" } } };
  for (const [target, input] of [["Query", query], ["Scan", scan]] as const) {
    const found: Item[] = [];
    let pages = 0;
    for await (const { Items = [] } of client.pages(target, { TableName, ...input })) {
      pages++;
      found.push(...Items);
    }
    expect(pages).toBeGreaterThanOrEqual(3);
    expect(found.map(({ name }) => name)).toEqual(rows.map(({ name }) => name));
  }
});

behaviour("130 rows are written, 250 keys are read, and all are deleted", async () => {
  const rows = Array.from({ length: 130 }, (_, number) => ({ ...keyOf("batch", number), n: { N: String(number) } }));
  events = [];
  await client.batchWrite(rows.map((put) => ({ table: TableName, put })), { operation: "save" });
  expect(events.map(({ operation, target, error }) => [operation, target, error])).toEqual(
    Array(6).fill(["save", "BatchWriteItem", null]),
  );
  // Every row takes one unit in the table and, having no kind, none in the index.
  expect(events.reduce((sum, { consumedCapacity }) => sum + consumedCapacity, 0)).toBe(130);

  const keys = Array.from({ length: 250 }, (_, number) => keyOf("batch", number));
  events = [];
  const found = await client.batchGet(TableName, [...keys, ...keys.slice(0, 120)], { consistent: true });
  expect(events).toHaveLength(3);
  expect(found.sort((one, other) => Number(unmarshalItem(one).n) - Number(unmarshalItem(other).n))).toEqual(rows);

  const names = await client.batchGet(TableName, keys, { projection: "#name", names: { "#name": "name" } });
  expect(Object.keys(names[0]!)).toEqual(["name"]);
  await client.batchWrite(keys.map((key) => ({ table: TableName, delete: key })));
  expect(await client.batchGet(TableName, keys, { consistent: true })).toEqual([]);
});

behaviour("more rows than an answer's 16 MB are read by one call", async () => {
  const rows = Array.from({ length: 60 }, (_, number) => ({
    ...keyOf("large", number),
    data: { S: "x".repeat(350_000) },
  }));
  await client.batchWrite(rows.map((put) => ({ table: TableName, put })));
  events = [];
  const found = await client.batchGet(TableName, rows.map(({ id, name }) => ({ id, name })));
  expect(events.length).toBeGreaterThanOrEqual(2);
  expect(new Set(found.map(({ name }) => JSON.stringify(name))).size).toBe(60);
  expect(found).toHaveLength(60);
});

behaviour("25 rows whose JSON is far beyond 16 MB are written by one call", async () => {
  const rows = Array.from({ length: 25 }, (_, number) => ({
    ...keyOf("escaped", number),
    data: { S: "\u0001".repeat(300_000) },
  }));
  await client.batchWrite(rows.map((put) => ({ table: TableName, put })));
  expect(await get(keyOf("escaped", 24))).toEqual(rows[24]);
});

behaviour("an item of 400 KB is taken, and one byte more is not", async () => {
  const key = keyOf("size", "a");
  const used = "id".length + "size".length + "name".length + "a".length + "data".length;
  const put = (length: number) =>
    client.send("PutItem", {
      TableName,
      Item: { ...key, data: { S: "\u00e9".repeat(length / 2) + "x".repeat(length % 2) } },
    });
  const most = 400 * 1024 - used;
  await put(most);
  expect((await get(key))?.data).toEqual({ S: "\u00e9".repeat(most / 2) + "x".repeat(most % 2) });
  expect((await caught(put(most + 1), DynamoDBError)).type).toBe("ValidationException");
});

behaviour("an item collection is written with a question for its size, and read by its local index", async () => {
  for (const [name, kind] of [["a", "note"], ["b", "task"], ["c", "memo"]] as const) {
    const Item = { ...keyOf("collection", name), kind: { S: kind } };
    await client.send("PutItem", { TableName, Item, ReturnItemCollectionMetrics: "SIZE" });
  }
  const byKind = await client.send("Query", {
    TableName,
    IndexName: "by-kind",
    ConsistentRead: true,
    KeyConditionExpression: "id = :id",
    ExpressionAttributeValues: { ":id": { S: "collection" } },
  });
  expect(byKind.Count).toBe(3);
  expect(byKind.Items?.map(({ name }) => name)).toEqual([{ S: "c" }, { S: "a" }, { S: "b" }]);
});

behaviour("every kind of value comes back as it was", async () => {
  const fields = {
    id: "values",
    name: "\ud83d\ude00 \u00e9 \u2028",
    empty: "",
    nothing: null,
    yes: true,
    small: 1e-7,
    negative: -0.1,
    safe: 9007199254740991,
    beyond: 9007199254740993n,
    digits: 12345678901234567890123456789012345678n,
    large: -(10n ** 125n),
    fraction: new ExactNumber("0.12345678901234567890123456789012345678"),
    least: 1e-130,
    bytes: Uint8Array.of(0, 128, 255),
    none: new Uint8Array(),
    texts: new Set(["a", "b"]),
    numbers: new Set([1, 2n ** 60n]),
    binaries: new Set([Uint8Array.of(1)]),
    nested: { list: [1, [], {}, { deep: [null, false] }] },
    ...JSON.parse('{"__proto__":{"polluted":true},"constructor":"c"}'),
  };
  await client.send("PutItem", { TableName, Item: marshalItem(fields) });
  const { id, name } = marshalItem({ id: fields.id, name: fields.name });
  const read = unmarshalItem((await get({ id: id!, name: name! }))!);
  expect(read).toEqual(fields);
  expect(Object.hasOwn(read, "__proto__")).toBe(true);
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
});
