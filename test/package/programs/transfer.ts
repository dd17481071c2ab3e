import { exportTables, importTables } from "actingweb-edge/transfer";
import { dynamodbStore } from "actingweb-edge/dynamodb";
import { tables } from "actingweb-edge/dynamodb/tables";
import type { Given } from "../given.ts";

export default async function ({ dynamodb }: Given) {
  const actorId = crypto.randomUUID();
  const store = dynamodbStore({ ...dynamodb, tables });
  await store.properties.set(actorId, "colour", "blue");
  let file = "";
  for await (const _ of exportTables(store, (lines) => void (file += lines)));
  await store.properties.delete(actorId, "colour");
  let written = 0;
  const source = async function* () {
    yield file;
  };
  for await (const progress of importTables(store, source)) written = progress.written;
  return { written: written > 0, colour: await store.properties.get(actorId, "colour") };
}
