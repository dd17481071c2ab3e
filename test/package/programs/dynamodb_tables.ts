import { tables } from "actingweb-edge/dynamodb/tables";
import { dynamodbStore } from "actingweb-edge/dynamodb";
import type { Given } from "../given.ts";

export default async function ({ dynamodb }: Given) {
  const actorId = crypto.randomUUID();
  const store = dynamodbStore({ ...dynamodb, tables });
  await store.properties.set(actorId, "colour", "blue");
  const { items } = await store.tables.getMany("properties", [[actorId, "colour"], [actorId, "absent"]]);
  return items.map(({ name, value }) => [name, value]);
}
