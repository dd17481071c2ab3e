// Rows read together, with answers that a real DynamoDB gives on bad days only.
import { afterAll, beforeAll, expect } from "bun:test";
import { dynamodbStore } from "../../src/dynamodb/mod.ts";
import { StoreError } from "../../src/errors.ts";
import type { Store } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";
import { caught } from "../support/caught.ts";
import { type FakeDynamoDB, type Received, refusal, startFakeDynamoDB } from "../support/fake_dynamodb.ts";

const behaviour = behaviours(import.meta.url);
const PROPERTIES = "p_properties";
const NAMES = ["a", "b", "c"];

let server: FakeDynamoDB;
let store: Store;

beforeAll(async () => {
  server = await startFakeDynamoDB();
  store = dynamodbStore({
    region: "eu-west-1",
    prefix: "p",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    endpoint: server.endpoint,
  });
});
afterAll(async () => {
  await store.close();
  await server.stop();
});
const item = (name: string) => ({ id: { S: "actor" }, name: { S: name }, value: { S: `of ${name}` } });
const key = (name: string) => ({ id: { S: "actor" }, name: { S: name } });
const operations = () => server.received.map(({ operation }: Received) => operation);
const readAll = (signal?: AbortSignal) =>
  store.together(() =>
    NAMES.map((name, index) => store.properties.get("actor", name, index === 0 && signal ? { signal } : {}))
  );

behaviour("a row that the server left over is asked for again, alone", async () => {
  server.script(
    {
      body: {
        Responses: { [PROPERTIES]: [item("c"), item("a")] },
        UnprocessedKeys: { [PROPERTIES]: { Keys: [key("b")] } },
      },
    },
    { body: { Item: item("b") } },
  );
  expect(await Promise.all(readAll())).toEqual(["of a", "of b", "of c"]);
  expect(operations()).toEqual(["BatchGetItem", "GetItem"]);
  expect(server.received[0]!.input.RequestItems).toEqual({
    [PROPERTIES]: { Keys: NAMES.map(key), ConsistentRead: true },
  });
});

behaviour("a single read among other work is no batch", async () => {
  server.script({ body: { Item: item("a") } });
  expect(await store.together(() => store.properties.get("actor", "a"))).toBe("of a");
  expect(operations()).toEqual(["GetItem"]);
});

behaviour("a fault is each call's own, with its operation", async () => {
  server.script(refusal("AccessDeniedException"));
  const calls = store.together(() => [store.properties.get("actor", "a"), store.actors.get("actor")]);
  const errors = await Promise.all(calls.map((call) => caught(call as Promise<unknown>, StoreError)));
  expect(errors.map(({ code, operation }) => [code, operation])).toEqual([
    ["denied", "properties.get"],
    ["denied", "actors.get"],
  ]);
  expect(operations()).toEqual(["BatchGetItem"]);
});

behaviour("the signal of one ends all that share its request", async () => {
  server.script("silence");
  const controller = new AbortController();
  const calls = readAll(controller.signal);
  const errors = Promise.all(calls.map((call) => caught(call, StoreError)));
  await server.arrived(1);
  controller.abort();
  expect((await errors).map(({ code }) => code)).toEqual(["aborted", "aborted", "aborted"]);
});

behaviour("a throttle is tried again for all", async () => {
  server.script(refusal("ThrottlingException"), { body: { Responses: { [PROPERTIES]: [item("b")] } } });
  expect(await Promise.all(readAll())).toEqual([null, "of b", null]);
  expect(operations()).toEqual(["BatchGetItem", "BatchGetItem"]);
});
