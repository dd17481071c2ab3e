// The first answer through the AWS SDK.
import process from "node:process";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";

const {
  AWS_DB_HOST: endpoint = "",
  AWS_ACCESS_KEY_ID: accessKeyId = "",
  AWS_SECRET_ACCESS_KEY: secretAccessKey = "",
} = process.env;
const credentials = { accessKeyId, secretAccessKey };
const client = DynamoDBDocumentClient.from(
  new DynamoDBClient({ endpoint, region: "us-west-1", credentials }),
);
const key = { id: "start", name: "name" };
const table = `${process.env.BENCH_PREFIX}_properties`;

/** The property. */
export const answer = (await client.send(
  new GetCommand({ TableName: table, Key: key, ConsistentRead: true }),
)).Item
  ?.value as string;
