// Connections that break or hang, and calls that are given up.
import { afterAll, beforeAll, expect } from "bun:test";
import { type DynamoDBClientOptions, DynamoDBError } from "../../src/dynamodb/client/mod.ts";
import { behaviours } from "../support/behaviour.ts";
import { caught } from "../support/caught.ts";
import { closedPort, fakeClient, type FakeDynamoDB, refusal, startFakeDynamoDB } from "../support/fake_dynamodb.ts";
import { watchListeners, watchTimers } from "../support/leftovers.ts";

const behaviour = behaviours(import.meta.url);
const KEY = { TableName: "t", Key: { id: { S: "a" } } };
const PUT = { TableName: "t", Item: { id: { S: "a" } } };
const CONDITION = { ConditionExpression: "attribute_not_exists(id)" };

let server: FakeDynamoDB;
beforeAll(async () => {
  server = await startFakeDynamoDB();
});
afterAll(() => server.stop());

const clientOf = (options: Partial<DynamoDBClientOptions> = {}) => fakeClient(server, options);

for (const [fault, what] of [["reset", "before"], ["cut", "in the middle of"]] as const) {
  behaviour(`a connection that breaks ${what} the answer: what is safe is sent again`, async () => {
    const safe = [
      ["GetItem", KEY],
      ["Query", KEY],
      ["TransactGetItems", {}],
      ["BatchGetItem", {}],
      ["BatchWriteItem", {}],
      ["TransactWriteItems", {}],
      ["PutItem", PUT],
      ["DeleteItem", KEY],
      ["DeleteItem", { ...KEY, ReturnValues: "NONE" }],
    ] as const;
    for (const [target, input] of safe) {
      server.script(fault, fault, { body: { ConsumedCapacity: { CapacityUnits: 1 } } });
      expect(await clientOf().send(target, input)).toEqual({ ConsumedCapacity: { CapacityUnits: 1 } });
      // Some runtimes send once more by themselves what may be sent twice.
      expect(server.received.length).toBeGreaterThanOrEqual(3);
    }
  });

  behaviour(
    `a connection that breaks ${what} the answer: another write is sent once, its outcome is unknown`,
    async () => {
      const unsafe = [
        ["UpdateItem", KEY],
        ["PutItem", { ...PUT, ...CONDITION }],
        ["DeleteItem", { ...KEY, ...CONDITION }],
        ["PutItem", { ...PUT, ReturnValues: "ALL_OLD" }],
        ["DeleteItem", { ...KEY, ReturnValues: "ALL_OLD" }],
        ["PutItem", { ...PUT, Expected: {} }],
        ["CreateTable", {}],
        ["DeleteTable", {}],
      ] as const;
      const client = clientOf();
      for (const [target, input] of unsafe) {
        // On a connection that has served before, too: it might have been closed by the server since.
        server.script({}, fault, {});
        await client.send("GetItem", KEY);
        const error = await caught(client.send(target, input), DynamoDBError);
        expect(error).toMatchObject({
          type: "NetworkError",
          outcome: "unknown",
          retryable: true,
          attempts: 1,
          status: 0,
        });
        expect(error.cause).toBeInstanceOf(Error);
        expect(server.received.map(({ operation }) => operation)).toEqual(["GetItem", target]);
      }
    },
  );
}

behaviour("a write that the caller calls repeatable is sent again after a broken connection", async () => {
  server.script("reset", "reset", {});
  await clientOf().send("UpdateItem", KEY, { repeatable: true });
  expect(server.received.length).toBeGreaterThanOrEqual(3);
});

behaviour("a read that the caller does not call repeatable is one all the same: it changes nothing", async () => {
  server.script("cut", {});
  await clientOf().send("GetItem", KEY, { repeatable: false });
  expect(server.received).toHaveLength(2);
});

behaviour("what an earlier try may have done stays open when a later one is refused", async () => {
  server.script("cut", refusal("ThrottlingException"));
  const error = await caught(clientOf({ maximumAttempts: 2 }).send("PutItem", PUT), DynamoDBError);
  expect(error).toMatchObject({ type: "ThrottlingException", outcome: "unknown", attempts: 2 });

  server.script("cut", refusal("ConditionalCheckFailedException"));
  const again = clientOf().send("PutItem", { ...PUT, ...CONDITION }, { repeatable: true });
  expect(await caught(again, DynamoDBError)).toMatchObject({
    type: "ConditionalCheckFailedException",
    outcome: "unknown",
    attempts: 2,
  });
});

behaviour("a refused connection and an unknown host: nothing was sent, so any write is tried again", async () => {
  for (const endpoint of [`http://127.0.0.1:${await closedPort()}`, "http://nowhere.invalid"]) {
    const error = await caught(clientOf({ endpoint, maximumAttempts: 3 }).send("UpdateItem", KEY), DynamoDBError);
    expect(error).toMatchObject({ type: "NetworkError", outcome: "refused", retryable: true, attempts: 3, status: 0 });
  }
});

for (const fault of ["silence", "stall"] as const) {
  behaviour(`${fault}: a try ends after its own time, a read is tried again, a conditional write is not`, async () => {
    server.script(fault, {});
    await clientOf({ attemptTimeout: 50 }).send("GetItem", KEY);
    expect(server.received.length).toBeGreaterThanOrEqual(2);

    server.script(fault, {});
    const error = await caught(clientOf({ attemptTimeout: 50 }).send("UpdateItem", KEY), DynamoDBError);
    expect(error).toMatchObject({ type: "Timeout", outcome: "unknown", retryable: true, attempts: 1 });
    expect(server.received).toHaveLength(1);
  });

  behaviour(`${fault}: the call ends at its deadline, whatever a try may take`, async () => {
    server.script(fault);
    const error = await caught(clientOf({ timeout: 80 }).send("GetItem", KEY), DynamoDBError);
    expect(error).toMatchObject({ type: "Timeout", outcome: "refused", retryable: true });
  });

  behaviour(`${fault}: an abort ends the call at once, and leaves no timer and no listener`, async () => {
    for (const [target, outcome] of [["GetItem", "refused"], ["UpdateItem", "unknown"]] as const) {
      server.script(fault);
      const controller = new AbortController();
      const listeners = watchListeners(controller.signal);
      const timers = watchTimers();
      const call = caught(clientOf().send(target, KEY, { signal: controller.signal }), DynamoDBError);
      await server.arrived(1);
      const reason = new Error("enough");
      controller.abort(reason);
      const error = await call;
      timers.restore();
      expect(error).toMatchObject({ type: "Aborted", outcome, retryable: false, attempts: 1 });
      expect(error.cause).toBe(reason);
      expect(listeners.left()).toBe(0);
      expect(timers.left()).toBe(0);
    }
  });
}

behaviour("a signal that is aborted already sends nothing and asks for no credentials", async () => {
  server.script({});
  let asked = 0;
  const credentials = () => {
    asked++;
    return { accessKeyId: "a", secretAccessKey: "b" };
  };
  const signal = AbortSignal.abort("gone");
  const listeners = watchListeners(signal);
  const timers = watchTimers();
  const error = await caught(clientOf({ credentials }).send("UpdateItem", KEY, { signal }), DynamoDBError);
  timers.restore();
  expect(error).toMatchObject({ type: "Aborted", outcome: "refused", cause: "gone" });
  expect(asked).toBe(0);
  expect(server.received).toHaveLength(0);
  expect(listeners.left() + timers.left()).toBe(0);
});

behaviour("an abort between two tries ends the wait at once, and leaves no timer and no listener", async () => {
  server.script(refusal("ThrottlingException"));
  const controller = new AbortController();
  const listeners = watchListeners(controller.signal);
  const timers = watchTimers();
  // The first pause is asked for with a number of hours.
  const client = clientOf({ random: () => 100_000, timeout: 3_600_000_000, now: () => 0, attemptTimeout: 5_000 });
  const call = caught(client.send("UpdateItem", KEY, { signal: controller.signal }), DynamoDBError);
  await timers.untilLongest(1_000_000);
  controller.abort();
  const error = await call;
  timers.restore();
  expect(error).toMatchObject({ type: "Aborted", outcome: "refused", attempts: 1 });
  expect(listeners.left()).toBe(0);
  expect(timers.left()).toBe(0);
  expect(server.received).toHaveLength(1);
});

behaviour("a call that succeeds or fails leaves no timer and no listener", async () => {
  const { signal } = new AbortController();
  const listeners = watchListeners(signal);
  const timers = watchTimers();
  server.script(refusal("ThrottlingException"), "cut", {}, refusal("ValidationException"));
  await clientOf({ random: () => 0.1 }).send("GetItem", KEY, { signal });
  await caught(clientOf().send("GetItem", KEY, { signal }), DynamoDBError);
  timers.restore();
  expect(listeners.added()).toBeGreaterThanOrEqual(4);
  expect(listeners.left()).toBe(0);
  expect(timers.left()).toBe(0);
});

behaviour("pages stop at an abort between two of them", async () => {
  server.script({ body: { Items: [], LastEvaluatedKey: { id: { S: "a" } } } });
  const controller = new AbortController();
  const pages = clientOf().pages("Query", KEY, { signal: controller.signal })[Symbol.asyncIterator]();
  expect((await pages.next()).done).toBe(false);
  expect((await pages.next()).done).toBe(false);
  controller.abort();
  await caught(pages.next(), DynamoDBError);
  expect(server.received.map(({ input }) => input.ExclusiveStartKey)).toEqual([undefined, { id: { S: "a" } }]);
});
