// Batches: how they are split, what is sent again, what is thrown.
import { afterAll, beforeAll, expect } from "bun:test";
import {
  type DynamoDBClientOptions,
  DynamoDBError,
  type Item,
  type WriteRequest,
} from "../../src/dynamodb/client/mod.ts";
import { behaviours } from "../support/behaviour.ts";
import { caught } from "../support/caught.ts";
import { fakeClient, type FakeDynamoDB, type Received, refusal, startFakeDynamoDB } from "../support/fake_dynamodb.ts";
import { watchListeners, watchTimers } from "../support/leftovers.ts";

const behaviour = behaviours(import.meta.url);

let server: FakeDynamoDB;
beforeAll(async () => {
  server = await startFakeDynamoDB();
});
afterAll(() => server.stop());

const clientOf = (options: Partial<DynamoDBClientOptions> = {}) => fakeClient(server, options);

const keyOf = (number: number): Item => ({ id: { S: `key ${number}` } });
const keys = (count: number) => Array.from({ length: count }, (_, number) => keyOf(number));
const puts = (count: number, table = "t"): WriteRequest[] => keys(count).map((put) => ({ table, put }));

type Native = { PutRequest?: { Item: Item }; DeleteRequest?: { Key: Item } };
const written = ({ input }: Received) => input.RequestItems as Record<string, Native[]>;
const asked = ({ input }: Received) => (input.RequestItems as Record<string, { Keys: Item[] }>).t!.Keys;

behaviour("no rows are no request", async () => {
  server.script({});
  await clientOf().batchWrite([]);
  expect(await clientOf().batchGet("t", [])).toEqual([]);
  expect(server.received).toHaveLength(0);
});

behaviour("writes go 25 at a time, each of them once", async () => {
  server.script({});
  await clientOf().batchWrite(puts(130));
  const batches = server.received.map((request) => written(request).t!);
  expect(batches.map(({ length }) => length).sort((one, other) => one - other)).toEqual([5, 25, 25, 25, 25, 25]);
  const ids = batches.flat().map(({ PutRequest }) => PutRequest!.Item);
  expect(ids).toHaveLength(130);
  expect(new Set(ids.map(({ id }) => JSON.stringify(id))).size).toBe(130);
});

behaviour("at most four requests are under way at once", async () => {
  let open = 0;
  let most = 0;
  const client = clientOf({
    fetch: async () => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 1));
      open--;
      return new Response("{}");
    },
  });
  await client.batchWrite(puts(500));
  expect(most).toBe(4);
});

behaviour("puts and deletes of several tables go together, also of tables with names of object fields", async () => {
  server.script({});
  const tables = ["t", "constructor", "__proto__", "toString"];
  await clientOf().batchWrite([...tables.map((table) => ({ table, put: keyOf(1) })), { table: "t", delete: keyOf(2) }]);
  const [request] = server.received.map(written);
  expect<unknown>(Object.entries(request!)).toEqual([
    ["t", [{ PutRequest: { Item: keyOf(1) } }, { DeleteRequest: { Key: keyOf(2) } }]],
    ...tables.slice(1).map((table) => [table, [{ PutRequest: { Item: keyOf(1) } }]]),
  ]);
});

behaviour("a request of writes stays below 16 MB of UTF-8, escapes included", async () => {
  let bodies: string[] = [];
  const client = clientOf({
    fetch: (_url, { body }) => {
      bodies.push(String(body));
      return Promise.resolve(new Response("{}"));
    },
  });
  // 390 KB of each: one, two and four bytes a character, and a control character that JSON writes with six.
  for (const character of ["a", "\u00e9", "\ud83d\ude00", "\u0001"]) {
    bodies = [];
    const data = { S: character.repeat(390_000 / new TextEncoder().encode(character).length) };
    await client.batchWrite(keys(25).map((key) => ({ table: "t", put: { ...key, data } })));
    for (const body of bodies) {
      expect(new TextEncoder().encode(body).length).toBeLessThan(16 * 1024 * 1024);
    }
    expect(bodies.flatMap((body) => JSON.parse(body).RequestItems.t)).toHaveLength(25);
    expect(bodies).toHaveLength(character === "\u0001" ? 5 : 1);
  }
});

behaviour("unprocessed writes are sent again, until nothing is left", async () => {
  const [first, second, third] = keys(3).map((Item) => ({ PutRequest: { Item } }));
  server.script(
    { body: { UnprocessedItems: { t: [first, third] } } },
    { body: { UnprocessedItems: { t: [third] } } },
    { body: { UnprocessedItems: {} } },
  );
  await clientOf().batchWrite(puts(3));
  expect<unknown>(server.received.map((request) => written(request).t)).toEqual([
    [first, second, third],
    [first, third],
    [
      third,
    ],
  ]);
});

behaviour("the pauses between fruitless answers grow, and start again after progress", async () => {
  const asked: number[] = [];
  const random = () => {
    asked.push(performance.now());
    return 0.5;
  };
  const left = (count: number) => ({
    body: { UnprocessedItems: { t: puts(count).map(() => ({ DeleteRequest: { Key: keyOf(1) } })) } },
  });
  server.script(left(3), left(3), left(2), left(2), { body: {} });
  await clientOf({ random }).batchWrite(puts(3));
  const pauses = server.received.slice(1).map(({ at }, index) => at - asked[index]!);
  // Half of 100, 200, 50, 100; a timer may come a little early.
  for (const [index, least] of [50, 100, 25, 50].entries()) expect(pauses[index]).toBeGreaterThanOrEqual(least - 2);
});

behaviour(
  "writes that stay unprocessed are thrown with all that is left, in the form in which they were given",
  async () => {
    server.script(({ input }) => ({ body: { UnprocessedItems: input.RequestItems } }));
    const requests = [...puts(60), { table: "u", delete: keyOf(1) }];
    const call = clientOf({ maximumAttempts: 3 }).batchWrite(requests, { operation: "save" });
    const error = await caught(call, DynamoDBError);
    expect(error).toMatchObject({ type: "UnprocessedItems", outcome: "refused", retryable: true, attempts: 3 });
    expect(error.message).toBe("save: UnprocessedItems");
    expect(error.unprocessed).toEqual(requests);
    expect(JSON.stringify(error)).not.toContain("key 1");
  },
);

behaviour("left-overs are thrown at the deadline, however much progress there is", async () => {
  let time = 0;
  server.script(({ input }) => {
    time += 400;
    const { t } = input.RequestItems as { t: unknown[] };
    return { body: { UnprocessedItems: { t: t.slice(1) } } };
  });
  const error = await caught(clientOf({ now: () => time, timeout: 1_000 }).batchWrite(puts(5)), DynamoDBError);
  expect(error.type).toBe("UnprocessedItems");
  expect(error.unprocessed).toEqual(puts(5).slice(3));
  expect(server.received).toHaveLength(3);
});

behaviour("after a fault no batch is begun, and what is not known to be done is thrown", async () => {
  server.script((request) =>
    written(request).t!.some(({ PutRequest }) => PutRequest!.Item.id === undefined)
      ? refusal("ValidationException")
      : { body: {} }
  );
  const requests = puts(500);
  requests[30] = { table: "t", put: { wrong: { S: "secret row" } } };
  const error = await caught(clientOf().batchWrite(requests), DynamoDBError);
  expect(error).toMatchObject({ type: "ValidationException", outcome: "refused" });
  expect(server.received.length).toBeLessThan(12);
  const left = error.unprocessed as WriteRequest[];
  expect(left).toContainEqual(requests[30]!);
  expect(left).toContainEqual(requests[499]!);
  expect(left).not.toContainEqual(requests[0]!);
  expect(left).toHaveLength(500 - 25 * (server.received.length - 1));
  expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain("secret row");
});

behaviour("an abort ends a batch at once, also between two tries, and leaves no timer and no listener", async () => {
  for (
    const reply of ["silence", { body: { UnprocessedItems: { t: [{ DeleteRequest: { Key: keyOf(1) } }] } } }] as const
  ) {
    server.script(reply);
    const controller = new AbortController();
    const listeners = watchListeners(controller.signal);
    const timers = watchTimers();
    const client = clientOf({ random: () => 100, timeout: 100_000 });
    const call = caught(client.batchWrite(puts(100), { signal: controller.signal }), DynamoDBError);
    await server.arrived(4);
    controller.abort();
    expect(await call).toMatchObject({ type: "Aborted" });
    timers.restore();
    expect(listeners.left() + timers.left()).toBe(0);
    expect(server.received).toHaveLength(4);
  }
});

behaviour("reads go 100 at a time, and a key that is given twice is asked for once", async () => {
  server.script((request) => ({ body: { Responses: { t: asked(request) } } }));
  const rows = await clientOf().batchGet("t", [...keys(250), ...keys(50)], { consistent: true });
  expect(server.received.map((request) => asked(request).length).sort((one, other) => one - other)).toEqual([
    50,
    100,
    100,
  ]);
  expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBe(250);
  expect(rows).toHaveLength(250);
});

behaviour("a key is the same in whatever order its parts are written, and another one with another value", async () => {
  server.script({ body: { Responses: {} } });
  const key = { id: { S: "a" }, name: { S: "b" } };
  await clientOf().batchGet("t", [key, { name: { S: "b" }, id: { S: "a" } }, { id: { S: "b" }, name: { S: "a" } }]);
  expect(asked(server.received[0]!)).toHaveLength(2);
});

behaviour("options of a batch of reads are sent with every request", async () => {
  server.script({ body: { Responses: {}, UnprocessedKeys: { t: { Keys: [keyOf(0)] } } } }, { body: {} });
  await clientOf().batchGet("t", keys(2), { consistent: true, projection: "#n", names: { "#n": "name" } });
  const options = { ConsistentRead: true, ProjectionExpression: "#n", ExpressionAttributeNames: { "#n": "name" } };
  expect<unknown>(server.received.map(({ input }) => input.RequestItems)).toEqual([
    { t: { ...options, Keys: keys(2) } },
    { t: { ...options, Keys: [keyOf(0)] } },
  ]);
  server.script({});
  await clientOf().batchGet("t", keys(1));
  expect(server.received[0]!.input.RequestItems).toEqual({ t: { ConsistentRead: false, Keys: keys(1) } });
});

behaviour("unprocessed keys are asked for again, and are thrown when they stay", async () => {
  server.script((request) => {
    const [first, ...rest] = asked(request);
    return { body: { Responses: { t: [first] }, UnprocessedKeys: rest.length === 0 ? {} : { t: { Keys: rest } } } };
  });
  expect(await clientOf({ maximumAttempts: 1 }).batchGet("t", keys(6))).toEqual(keys(6));

  server.script((request) => ({ body: { Responses: { t: [] }, UnprocessedKeys: { t: { Keys: asked(request) } } } }));
  const error = await caught(clientOf({ maximumAttempts: 2 }).batchGet("t", keys(3)), DynamoDBError);
  expect(error).toMatchObject({ type: "UnprocessedItems", attempts: 2 });
  expect(error.unprocessed).toEqual(keys(3));
});
