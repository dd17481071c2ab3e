// Other ways to ask DynamoDB for a property, to write it, and to swap it.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import awsLite from "@aws-lite/client";
import { AwsClient } from "aws4fetch";
import type { Connection } from "../dynamodb_sides.ts";
import type { Ways } from "../ways.ts";

const UPDATE = {
  UpdateExpression: "SET #value = :value",
  ExpressionAttributeNames: { "#value": "value" },
};
const SWAP = { ...UPDATE, ConditionExpression: "#value = :expected" };

/** All of them, by the names that the tables use. */
export async function competitors(
  connection: Connection,
  table: string,
): Promise<Record<string, Ways>> {
  return {
    "aws4fetch, by hand": byAws4fetch(connection, table),
    "AWS SDK v3 with lib-dynamodb": bySdk(connection, table),
    "aws-lite": await byAwsLite(connection, table),
  };
}

function byAws4fetch(
  { endpoint, region, credentials }: Connection,
  table: string,
): Ways {
  const client = new AwsClient({ ...credentials, region, service: "dynamodb" });
  const send = async (target: string, input: unknown) => {
    const response = await client.fetch(endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `DynamoDB_20120810.${target}`,
      },
      body: JSON.stringify(input),
    });
    const output = await response.json() as { Item?: { value: { S: string } } };
    if (!response.ok) throw new Error(`status ${response.status}`);
    return output;
  };
  const key = (id: string, name: string) => ({
    TableName: table,
    Key: { id: { S: id }, name: { S: name } },
  });
  return {
    get: async (id, name) =>
      (await send("GetItem", { ...key(id, name), ConsistentRead: true })).Item
        ?.value.S ?? null,
    set: (id, name, value) =>
      send("UpdateItem", {
        ...key(id, name),
        ...UPDATE,
        ExpressionAttributeValues: { ":value": { S: value } },
      }),
    swap: (id, name, expected, value) =>
      send("UpdateItem", {
        ...key(id, name),
        ...SWAP,
        ExpressionAttributeValues: {
          ":value": { S: value },
          ":expected": { S: expected },
        },
      }),
  };
}

function bySdk(
  { endpoint, region, credentials }: Connection,
  table: string,
): Ways {
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint, region, credentials }),
  );
  const key = (id: string, name: string) => ({
    TableName: table,
    Key: { id, name },
  });
  return {
    get: async (id, name) =>
      (await client.send(
        new GetCommand({ ...key(id, name), ConsistentRead: true }),
      )).Item?.value as string ?? null,
    set: (id, name, value) =>
      client.send(
        new UpdateCommand({
          ...key(id, name),
          ...UPDATE,
          ExpressionAttributeValues: { ":value": value },
        }),
      ),
    swap: (id, name, expected, value) =>
      client.send(
        new UpdateCommand({
          ...key(id, name),
          ...SWAP,
          ExpressionAttributeValues: { ":value": value, ":expected": expected },
        }),
      ),
  };
}

interface AwsLiteDynamoDB {
  GetItem(input: object): Promise<{ Item?: { value?: string } }>;
  UpdateItem(input: object): Promise<unknown>;
}

async function byAwsLite(
  { endpoint, region, credentials }: Connection,
  table: string,
): Promise<Ways> {
  const client = await awsLite({
    ...credentials,
    region,
    endpoint,
    plugins: [import("@aws-lite/dynamodb")],
  });
  const dynamodb = (client as unknown as { DynamoDB: AwsLiteDynamoDB }).DynamoDB;
  const key = (id: string, name: string) => ({
    TableName: table,
    Key: { id, name },
  });
  return {
    get: async (id, name) =>
      (await dynamodb.GetItem({ ...key(id, name), ConsistentRead: true })).Item
        ?.value ?? null,
    set: (id, name, value) =>
      dynamodb.UpdateItem({
        ...key(id, name),
        ...UPDATE,
        ExpressionAttributeValues: { ":value": value },
      }),
    swap: (id, name, expected, value) =>
      dynamodb.UpdateItem({
        ...key(id, name),
        ...SWAP,
        ExpressionAttributeValues: { ":value": value, ":expected": expected },
      }),
  };
}
