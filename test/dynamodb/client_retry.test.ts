// What is tried again, how often and how long, against a server that refuses.
import { afterAll, beforeAll, expect } from "bun:test";
import { type DynamoDBClientOptions, DynamoDBError } from "../../src/dynamodb/client/mod.ts";
import { backoff } from "../../src/dynamodb/client/retry.ts";
import { behaviours } from "../support/behaviour.ts";
import { caught } from "../support/caught.ts";
import { fakeClient, type FakeDynamoDB, refusal, startFakeDynamoDB } from "../support/fake_dynamodb.ts";

const behaviour = behaviours(import.meta.url);
const KEY = { TableName: "t", Key: { id: { S: "a" } } };
const CONDITIONAL = { ...KEY, ConditionExpression: "attribute_exists(id)" };

let server: FakeDynamoDB;
beforeAll(async () => {
  server = await startFakeDynamoDB();
});
afterAll(() => server.stop());

const clientOf = (options: Partial<DynamoDBClientOptions> = {}) => fakeClient(server, options);

const THROTTLES = [
  "LimitExceededException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
];
const CONFLICTS = ["ReplicatedWriteConflictException", "TransactionConflictException"];

for (const type of [...THROTTLES, ...CONFLICTS]) {
  behaviour(`a conditional write refused with ${type} is sent again, as nothing was done`, async () => {
    server.script(refusal(type), refusal(type), { body: { Attributes: { id: { S: "a" } } } });
    const output = await clientOf().send("UpdateItem", CONDITIONAL);
    expect(output).toEqual({ Attributes: { id: { S: "a" } } });
    expect(server.received).toHaveLength(3);
  });
}

behaviour("a throttle that comes with another namespace, or with status 503, is one too", async () => {
  const body = { __type: "com.amazon.coral.availability#ThrottlingException" };
  server.script({ status: 400, body }, { status: 503, body }, {});
  await clientOf().send("UpdateItem", CONDITIONAL);
  expect(server.received).toHaveLength(3);
});

for (
  const type of [
    "ConditionalCheckFailedException",
    "ValidationException",
    "ResourceNotFoundException",
    "AccessDeniedException",
    "ItemCollectionSizeLimitExceededException",
    "TransactionCanceledException",
    "IdempotentParameterMismatchException",
  ]
) {
  behaviour(`${type} is thrown at once`, async () => {
    server.script(refusal(type));
    const error = await caught(clientOf().send("GetItem", KEY), DynamoDBError);
    expect(error).toMatchObject({ type, status: 400, outcome: "refused", retryable: false, attempts: 1 });
    expect(error.message).toBe(`GetItem: ${type} (HTTP 400)`);
    expect(server.received).toHaveLength(1);
  });
}

behaviour("a cancelled transaction is sent again only if every reason may pass", async () => {
  const cancelled = (...codes: string[]) =>
    refusal("TransactionCanceledException", { CancellationReasons: codes.map((Code) => ({ Code })) });
  server.script(cancelled("None", "TransactionConflict"), cancelled("ThrottlingError", "None"), {});
  await clientOf().send("TransactWriteItems", { TransactItems: [] });
  expect(server.received).toHaveLength(3);

  server.script(cancelled("TransactionConflict", "ConditionalCheckFailed"));
  const error = await caught(clientOf().send("TransactWriteItems", { TransactItems: [] }), DynamoDBError);
  expect(error.reasons).toEqual([{ code: "TransactionConflict" }, { code: "ConditionalCheckFailed" }]);
  expect(server.received).toHaveLength(1);
});

behaviour("a transaction carries the same token in all its tries, and another one in the next call", async () => {
  const client = clientOf();
  server.script(refusal("TransactionInProgressException"), { status: 500 }, "reset", {}, {});
  await client.send("TransactWriteItems", { TransactItems: [] });
  await client.send("TransactWriteItems", { TransactItems: [] });
  const tokens = server.received.map(({ input }) => input.ClientRequestToken);
  expect(tokens).toHaveLength(5);
  expect(new Set(tokens.slice(0, 4)).size).toBe(1);
  expect(tokens[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(tokens[4]).not.toBe(tokens[0]);
});

behaviour("a transaction that is still in progress at the end may have been done", async () => {
  server.script(refusal("TransactionInProgressException"));
  const call = clientOf({ maximumAttempts: 1 }).send("TransactWriteItems", { TransactItems: [] });
  expect((await caught(call, DynamoDBError)).outcome).toBe("unknown");
});

behaviour("a token that the caller gave is kept", async () => {
  server.script({});
  await clientOf().send("TransactWriteItems", { TransactItems: [], ClientRequestToken: "mine" });
  expect(server.received[0]!.input.ClientRequestToken).toBe("mine");
});

for (const status of [500, 502, 503, 504]) {
  behaviour(`status ${status} with a proxy's page: a read is sent again, a conditional write is not`, async () => {
    const page = { status, body: "<html><body>Bad day</body></html>", headers: { "content-type": "text/html" } };
    server.script(page, { body: { Item: { id: { S: "a" } } } });
    expect(await clientOf().send("GetItem", KEY)).toEqual({ Item: { id: { S: "a" } } });
    expect(server.received).toHaveLength(2);

    server.script(page, {});
    const error = await caught(clientOf().send("UpdateItem", CONDITIONAL), DynamoDBError);
    expect(error).toMatchObject({ type: "InternalServerError", status, outcome: "unknown", retryable: true });
    expect(server.received).toHaveLength(1);
  });
}

for (const [body, what] of [["<html>", "a page"], ["", "nothing"], ["null", "null"], ["[]", "a list"], ["1", "1"]]) {
  behaviour(`status 200 with ${what}: a read is sent again, a conditional write is not`, async () => {
    server.script({ body }, { body: {} });
    expect(await clientOf().send("Query", KEY)).toEqual({});
    expect(server.received).toHaveLength(2);

    server.script({ body });
    const error = await caught(clientOf().send("PutItem", CONDITIONAL), DynamoDBError);
    expect(error).toMatchObject({ type: "InvalidResponse", status: 200, outcome: "unknown" });
    expect(server.received).toHaveLength(1);
  });
}

behaviour("a proxy's own refusal is no refusal of DynamoDB, and is final", async () => {
  for (const status of [302, 403, 404, 413]) {
    server.script({ status, body: "<html>", headers: { location: `${server.endpoint}/elsewhere` } });
    const error = await caught(clientOf().send("GetItem", KEY), DynamoDBError);
    expect(error).toMatchObject({ type: "InvalidResponse", status, outcome: "refused" });
    expect(server.received).toHaveLength(1);
  }
});

behaviour("status 429 without a body is a throttle", async () => {
  server.script({ status: 429, body: "" }, {});
  await clientOf().send("UpdateItem", CONDITIONAL);
  expect(server.received).toHaveLength(2);
});

behaviour("a refusal in a form that DynamoDB never sends is still an error of ours", async () => {
  for (
    const body of ["null", "[1]", '{"__type":7}', '{"__type":null,"message":{"a":1}}', '{"CancellationReasons":"x"}']
  ) {
    server.script({ status: 400, body });
    const error = await caught(clientOf().send("GetItem", KEY), DynamoDBError);
    expect(error.status).toBe(400);
  }
});

behaviour("no more tries than maximumAttempts, and the error tells how many they were", async () => {
  for (const maximumAttempts of [1, 3]) {
    server.script(refusal("ThrottlingException"));
    const error = await caught(clientOf({ maximumAttempts }).send("GetItem", KEY), DynamoDBError);
    expect(error).toMatchObject({ type: "ThrottlingException", attempts: maximumAttempts, retryable: true });
    expect(server.received).toHaveLength(maximumAttempts);
  }
});

behaviour("no try begins when the pause before it would reach the deadline", async () => {
  let time = 0;
  server.script(() => {
    time += 300;
    return refusal("ThrottlingException");
  });
  // With the longest pauses: 50 and 100 fit into the second, 200 after 900 would not.
  const client = clientOf({ random: () => 1, timeout: 1_000, now: () => time });
  const error = await caught(client.send("GetItem", KEY), DynamoDBError);
  expect(error).toMatchObject({ type: "ThrottlingException", attempts: 3 });
  expect(server.received).toHaveLength(3);
});

behaviour("a deadline in the past sends nothing", async () => {
  server.script({});
  const error = await caught(clientOf().send("GetItem", KEY, { deadline: Date.now() - 1 }), DynamoDBError);
  expect(error).toMatchObject({ type: "Timeout", outcome: "refused" });
  expect(server.received).toHaveLength(0);
});

behaviour("pauses have full jitter: from nothing to a bound that doubles up to two seconds", () => {
  const bounds = (throttled: boolean) =>
    Array.from({ length: 9 }, (_, index) => backoff(index + 1, throttled, () => 1));
  expect(bounds(true)).toEqual([50, 100, 200, 400, 800, 1600, 2000, 2000, 2000]);
  expect(bounds(false)).toEqual([25, 50, 100, 200, 400, 800, 1600, 2000, 2000]);
  expect(backoff(5, true, () => 0)).toBe(0);
  expect(backoff(5, true, () => 0.25)).toBe(200);
});

behaviour("the pauses that the jitter asks for are kept between the tries", async () => {
  const given = [0.9, 0.2, 0.5];
  server.script(refusal("ThrottlingException"), refusal("ThrottlingException"), refusal("ThrottlingException"), {});
  await clientOf({ random: () => given.shift()! }).send("GetItem", KEY);
  const [first, second, third, fourth] = server.received.map(({ at }) => at) as [number, number, number, number];
  // A timer may come a little early.
  expect(second - first).toBeGreaterThanOrEqual(0.9 * 50 - 2);
  expect(third - second).toBeGreaterThanOrEqual(0.2 * 100 - 2);
  expect(fourth - third).toBeGreaterThanOrEqual(0.5 * 200 - 2);
  expect(given).toEqual([]);
});
