// What is reported of requests, and what errors show.
import { afterAll, beforeAll, expect } from "bun:test";
import { inspect } from "node:util";
import { type DynamoDBClientOptions, DynamoDBError, type RequestEvent } from "../../src/dynamodb/client/mod.ts";
import { behaviours } from "../support/behaviour.ts";
import { caught } from "../support/caught.ts";
import { fakeClient, type FakeDynamoDB, refusal, startFakeDynamoDB } from "../support/fake_dynamodb.ts";

const behaviour = behaviours(import.meta.url);
const KEY = { TableName: "t", Key: { id: { S: "a" } } };

let server: FakeDynamoDB;
beforeAll(async () => {
  server = await startFakeDynamoDB();
});
afterAll(() => server.stop());

const clientOf = (options: Partial<DynamoDBClientOptions> = {}) => fakeClient(server, options);

behaviour("every try is reported, before the call ends", async () => {
  const events: RequestEvent[] = [];
  const client = clientOf({ onRequest: (event) => void events.push(event), attemptTimeout: 1_000 });
  server.script(
    refusal("ThrottlingException"),
    "cut",
    { status: 502, body: "<html>" },
    { body: { ConsumedCapacity: { TableName: "t", CapacityUnits: 1.5 } } },
  );
  await client.send("GetItem", KEY, { operation: "properties.get" });
  const common = { operation: "properties.get", target: "GetItem" };
  expect<unknown>(events.map(({ milliseconds: _, ...event }) => event)).toEqual([
    { ...common, attempt: 1, status: 400, error: "ThrottlingException", consumedCapacity: 0 },
    { ...common, attempt: 2, status: 200, error: "NetworkError", consumedCapacity: 0 },
    { ...common, attempt: 3, status: 502, error: "InternalServerError", consumedCapacity: 0 },
    { ...common, attempt: 4, status: 200, error: null, consumedCapacity: 1.5 },
  ]);
  for (const { milliseconds } of events) expect(milliseconds).toBeGreaterThanOrEqual(0);
});

behaviour("a call that fails is reported too, and one that never was sent is not", async () => {
  const events: RequestEvent[] = [];
  const client = clientOf({ onRequest: (event) => void events.push(event) });
  server.script(refusal("ValidationException"));
  await caught(client.send("GetItem", KEY), DynamoDBError);
  await caught(client.send("GetItem", KEY, { signal: AbortSignal.abort() }), DynamoDBError);
  await caught(client.send("GetItem", KEY, { deadline: 0 }), DynamoDBError);
  expect(events.map(({ operation, error }) => [operation, error])).toEqual([["GetItem", "ValidationException"]]);
});

behaviour("capacity is summed over tables", async () => {
  const units: number[] = [];
  const client = clientOf({ onRequest: ({ consumedCapacity }) => void units.push(consumedCapacity) });
  server.script({ body: { ConsumedCapacity: [{ CapacityUnits: 2 }, { TableName: "t" }, { CapacityUnits: 0.5 }] } });
  await client.batchWrite([{ table: "t", delete: KEY.Key }]);
  expect(units).toEqual([2.5]);
});

behaviour("capacity is asked for when it is reported, where it can be, and as the caller wants it", async () => {
  const client = clientOf({ onRequest: () => {} });
  server.script({});
  await client.send("Query", KEY);
  await client.send("Query", { ...KEY, ReturnConsumedCapacity: "INDEXES" });
  await client.send("DescribeTable", { TableName: "t" });
  await client.send("ListTables", {});
  await client.send("UpdateTimeToLive", { TableName: "t" });
  await clientOf().send("Query", KEY);
  expect(server.received.map(({ input }) => input.ReturnConsumedCapacity)).toEqual([
    "TOTAL",
    "INDEXES",
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

behaviour("what a hook throws, now or later, changes nothing", async () => {
  const failing = [
    () => {
      throw new Error("hook");
    },
    () => Promise.reject(new Error("hook")),
  ];
  for (const onRequest of failing) {
    server.script({ body: { Count: 1 } }, refusal("ValidationException"));
    expect(await clientOf({ onRequest }).send("Query", KEY)).toEqual({ Count: 1 });
    expect((await caught(clientOf({ onRequest }).send("Query", KEY), DynamoDBError)).type).toBe("ValidationException");
  }
});

behaviour("the caller's input is not changed", async () => {
  server.script({});
  const input = Object.freeze({ TransactItems: Object.freeze([]) });
  await clientOf({ onRequest: () => {} }).send("TransactWriteItems", input);
  expect(input).toEqual({ TransactItems: [] });
});

behaviour("an error carries rows, reasons and the server's words, and shows none of them", async () => {
  const secret = { id: { S: "stored value" } };
  const reasons = { CancellationReasons: [{ Code: "ConditionalCheckFailed", Item: secret, Message: "stored value" }] };
  const more = { Item: secret, ...reasons, message: "the value stored value is too long" };
  server.script(refusal("TransactionCanceledException", more));
  const error = await caught(clientOf().send("TransactWriteItems", { secret }), DynamoDBError);

  expect(error.item).toEqual(secret);
  expect(error.reasons).toEqual([{ code: "ConditionalCheckFailed", item: secret }]);
  expect(error.serverMessage).toContain("stored value");
  const shown = [error.message, error.stack, String(error), JSON.stringify(error), JSON.stringify({ ...error })];
  for (const text of [...shown, inspect(error, { depth: 9 })]) expect(text).not.toContain("stored value");
});

behaviour("no error holds the secret, the session token or the signature", async () => {
  const credentials = { accessKeyId: "AKID", secretAccessKey: "hidden1", sessionToken: "hidden2" };
  for (const reply of ["reset", "cut", { status: 500 }, { body: "<html>" }, refusal("ValidationException")] as const) {
    server.script(reply);
    const error = await caught(clientOf({ credentials }).send("UpdateItem", KEY), DynamoDBError);
    const shown = inspect(error, { depth: 9, showHidden: true });
    expect(shown).not.toContain("hidden");
    expect(shown).not.toContain("Signature=");
  }
});

behaviour("pages walk a Query to its end, with the keys that the server gives", async () => {
  const start = { id: { S: "a" } };
  server.script({ body: { Count: 1, LastEvaluatedKey: start } }, { body: { Count: 2 } });
  const counts: unknown[] = [];
  for await (const { Count } of clientOf().pages("Query", KEY)) counts.push(Count);
  expect(counts).toEqual([1, 2]);
  expect(server.received.map(({ input }) => input)).toEqual([KEY, { ...KEY, ExclusiveStartKey: start }]);
});
