// The first answer through aws4fetch, by hand.
import process from "node:process";
import { AwsClient } from "aws4fetch";

const {
  AWS_DB_HOST: endpoint = "",
  AWS_ACCESS_KEY_ID: accessKeyId = "",
  AWS_SECRET_ACCESS_KEY: secretAccessKey = "",
} = process.env;
const client = new AwsClient({
  accessKeyId,
  secretAccessKey,
  region: "us-west-1",
  service: "dynamodb",
});
const key = { id: { S: "start" }, name: { S: "name" } };
const response = await client.fetch(endpoint, {
  method: "POST",
  headers: {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "DynamoDB_20120810.GetItem",
  },
  body: JSON.stringify({
    TableName: `${process.env.BENCH_PREFIX}_properties`,
    Key: key,
    ConsistentRead: true,
  }),
});

/** The property. */
export const answer = (await response.json() as { Item: { value: { S: string } } }).Item.value.S;
