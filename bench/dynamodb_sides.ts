// A property on DynamoDB: the store, and the limit, a loop of unsigned requests with the same bodies.
import process from "node:process";
import { createSigner } from "../src/dynamodb/client/mod.ts";
import { dynamodbStore } from "../src/dynamodb/mod.ts";
import { dynamodbConnection, dynamodbPlace } from "../test/support/stores.ts";
import { measureWays, VALUE, type Ways } from "./ways.ts";
import { measure } from "./rounds.ts";
import { load, options, print } from "./work.ts";

/** How to reach DynamoDB. */
export interface Connection {
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  };
}

/** Other clients. */
interface Competitors {
  competitors(
    connection: Connection,
    table: string,
  ): Promise<Record<string, Ways>>;
}

/** Another signer. */
interface Signers {
  aws4fetchSigner(connection: Connection): (body: string) => Promise<unknown>;
}

/** The same requests without signature, limits or care. */
function bareFetch(
  { endpoint, credentials, region }: Connection,
  table: string,
) {
  // The server wants to see a signature and does not check it.
  const { authorization, ...headers } = createSigner(region)(
    { host: "bench", path: "/", target: "", body: "", time: Date.now() },
    credentials,
  );
  const send = async (target: string, input: unknown) => {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: {
        ...headers,
        authorization: authorization!,
        "x-amz-target": `DynamoDB_20120810.${target}`,
      },
      body: JSON.stringify(input),
    });
    return await response.json() as { Item?: { value: { S: string } } };
  };
  const key = (id: string, name: string) => ({
    TableName: table,
    Key: { id: { S: id }, name: { S: name } },
  });
  const update = {
    UpdateExpression: "SET #value = :value",
    ExpressionAttributeNames: { "#value": "value" },
  };
  return {
    get: async (id: string, name: string) =>
      (await send("GetItem", { ...key(id, name), ConsistentRead: true })).Item
        ?.value.S ?? null,
    set: (id: string, name: string, value: string) =>
      send("UpdateItem", {
        ...key(id, name),
        ...update,
        ExpressionAttributeValues: { ":value": { S: value } },
      }),
    swap: (id: string, name: string, expected: string, value: string) =>
      send("UpdateItem", {
        ...key(id, name),
        ...update,
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        ConditionExpression: "#value = :expected",
        ExpressionAttributeValues: {
          ":value": { S: value },
          ":expected": { S: expected },
        },
      }),
  };
}

async function timings(connection: Connection): Promise<void> {
  const place = await dynamodbPlace("bench");
  try {
    const store = dynamodbStore({
      ...connection,
      prefix: place.prefix,
      createTables: false,
    });
    const table = `${place.prefix}_properties`;
    const { competitors } = await load<Competitors>("dynamodb");
    const ways = {
      "bare fetch, unsigned": bareFetch(connection, table),
      "actingweb-edge": {
        get: (id: string, name: string) => store.properties.get(id, name),
        set: (id: string, name: string, value: string) => store.properties.set(id, name, value),
        swap: (id: string, name: string, expected: string, value: string) =>
          store.properties.setIfEquals(id, name, expected, value),
      },
      ...await competitors(connection, table),
    };
    for (const parallel of [1, 32]) {
      await measureWays("DynamoDB", ways, { ...options(), parallel });
    }
  } finally {
    await place.remove();
  }
}

async function signers(connection: Connection): Promise<void> {
  const { aws4fetchSigner } = await load<Signers>("signer");
  const theirs = aws4fetchSigner(connection);
  const sign = createSigner(connection.region);
  const { host } = new URL(connection.endpoint);
  const body = JSON.stringify({
    TableName: "bench_properties",
    Key: { id: { S: "a" }, name: { S: VALUE } },
  });
  const target = "DynamoDB_20120810.GetItem";
  const sides = [
    { name: "aws4fetch", run: () => theirs(body) },
    {
      name: "actingweb-edge",
      run: () =>
        sign(
          { host, path: "/", target, body, time: Date.now() },
          connection.credentials,
        ),
    },
  ];
  print({
    group: "Signer",
    call: "sign",
    parallel: 1,
    sides: await measure(sides, { ...options(), parallel: 1 }),
  });
}

const connection = dynamodbConnection();
await signers(connection);
await timings(connection);
process.exit(0);
