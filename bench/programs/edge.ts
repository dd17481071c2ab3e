// The first answer through the store.
import process from "node:process";
import { dynamodbStore } from "../../src/dynamodb/mod.ts";

const {
  AWS_DB_HOST: endpoint = "",
  AWS_ACCESS_KEY_ID: accessKeyId = "",
  AWS_SECRET_ACCESS_KEY: secretAccessKey = "",
} = process.env;
const credentials = { accessKeyId, secretAccessKey };
const prefix = process.env.BENCH_PREFIX ?? "";
const store = dynamodbStore({
  region: "us-west-1",
  endpoint,
  credentials,
  prefix,
  createTables: false,
});

/** The property. */
export const answer = await store.properties.get("start", "name");
