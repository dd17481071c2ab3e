// Which permissions are missing: asked of DynamoDB without changing a row.
import { afterAll, beforeAll, expect } from "bun:test";
import { createDynamoDBClient, createTables, listTables } from "../../src/dynamodb/mod.ts";
import { deniedOperations } from "../../src/dynamodb/permissions.ts";
import { behaviours } from "../support/behaviour.ts";
import { dynamodbConnection, uniqueName } from "../support/stores.ts";

const behaviour = behaviours("dynamodb permissions");
const prefix = uniqueName("permissions");
const client = createDynamoDBClient(dynamodbConnection());

beforeAll(() => createTables(client, prefix), 60_000);
afterAll(async () => {
  const tables = await listTables(client, prefix);
  await Promise.all(tables.map((TableName) => client.send("DeleteTable", { TableName })));
}, 60_000);

/** A client whose service denies what `isDenied` says. */
function clientWithout(isDenied: (target: string, body: string) => boolean) {
  const fetch_ = async (url: string, init: RequestInit) => {
    const target = new Headers(init.headers).get("x-amz-target")!.split(".")[1]!;
    const body = await new Response(init.body).text();
    if (!isDenied(target, body)) return await fetch(url, { ...init, body });
    const type = "com.amazon.coral.service#AccessDeniedException";
    return new Response(JSON.stringify({ __type: type, Message: "not authorized" }), { status: 400 });
  };
  return createDynamoDBClient({ ...dynamodbConnection(), fetch: fetch_ });
}

behaviour("nothing is missing where everything is allowed, and nothing is written", async () => {
  expect(await deniedOperations(client, prefix)).toEqual([]);
  for (const table of await listTables(client, prefix)) {
    const { Count } = await client.send("Scan", { TableName: table, ConsistentRead: true });
    expect([table, Count]).toEqual([table, 0]);
  }
});

behaviour("what is denied is named for each table", async () => {
  const reader = clientWithout((target) => !["GetItem", "BatchGetItem", "Query"].includes(target));
  const findings = await deniedOperations(reader, prefix);
  expect(findings.length).toBe(9);
  expect(findings[0]).toEqual({
    table: `${prefix}_actors`,
    problem: "permissions are missing: PutItem, UpdateItem, DeleteItem, BatchWriteItem",
  });
});

behaviour("an index that may not be queried is named", async () => {
  const without = clientWithout((target, body) => target === "Query" && body.includes("secret-index"));
  expect(await deniedOperations(without, prefix)).toEqual([
    { table: `${prefix}_trusts`, problem: "permissions are missing: Query of secret-index" },
  ]);
});

behaviour("a missing table has no permissions to miss", async () => {
  expect(await deniedOperations(client, `${prefix}_absent`)).toEqual([]);
});
