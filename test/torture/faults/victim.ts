// A process that writes until it is killed: prints `ready`, and goes on when it is given a line.
import process from "node:process";
import { createInterface } from "node:readline";
import { dynamodbStore } from "../../../src/dynamodb/mod.ts";
import { postgresqlStore } from "../../../src/postgresql/mod.ts";
import { dynamodbConnection, postgresqlUrl } from "../../support/stores.ts";
import { INDEXED, VALUES } from "./calls.ts";

const [backend, tables, work, actorId] = process.argv.slice(2) as [string, string, "erase" | "index", string];
const options = { indexedProperties: [INDEXED], timeout: 60_000 };
const { properties, actors } = backend === "dynamodb"
  ? dynamodbStore({ ...dynamodbConnection(), prefix: tables, createTables: false, ...options })
  : postgresqlStore({ url: postgresqlUrl(), schema: tables, ...options });

await properties.get(actorId, "warm");
console.log("ready");
for await (const _ of createInterface({ input: process.stdin })) {
  if (work === "erase") break;
  for (let round = 0;; round++) {
    const value = VALUES[round % VALUES.length]!;
    if (value === null) await properties.delete(actorId, INDEXED);
    else await properties.set(actorId, INDEXED, `${value} of ${actorId}`);
  }
}
await actors.erase(actorId);
console.log("done");
process.exit();
