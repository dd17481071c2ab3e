import { dynamodbStore } from "actingweb-edge/dynamodb";
import type { Given } from "../given.ts";

export default async function ({ dynamodb }: Given) {
  const actorId = crypto.randomUUID();
  const { properties } = dynamodbStore(dynamodb);
  await properties.set(actorId, "colour", "blue");
  const before = await properties.get(actorId, "colour");
  const changed = await properties.setIfEquals(actorId, "colour", "blue", "green");
  return [before, changed, await properties.get(actorId, "colour")];
}
