// Creating tables: a wait for a slow service ends with its signal.
import { expect } from "bun:test";
import { DynamoDBError } from "../../src/dynamodb/client/mod.ts";
import { createDynamoDBClient, createTables } from "../../src/dynamodb/mod.ts";
import { behaviours } from "../support/behaviour.ts";
import { caught } from "../support/caught.ts";

const behaviour = behaviours(import.meta.url);
const CREATING = JSON.stringify({ Table: { TableStatus: "CREATING" } });

behaviour("a wait for tables that never become active is given up with the signal", async () => {
  const controller = new AbortController();
  let described = 0;
  const client = createDynamoDBClient({
    region: "eu-west-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    fetch: () => {
      // Each of the nine tables has been looked at twice and is waited for.
      if (++described === 18) queueMicrotask(() => setTimeout(() => controller.abort(), 0));
      return Promise.resolve(new Response(CREATING));
    },
  });
  const error = await caught(createTables(client, "slow", { signal: controller.signal }), DynamoDBError);
  expect(error.type).toBe("Aborted");
  expect(described).toBe(18);
});
