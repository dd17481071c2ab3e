import { listOf } from "actingweb-edge/lists";
import { dynamodbStore } from "actingweb-edge/dynamodb";
import type { Given } from "../given.ts";

export default async function ({ dynamodb }: Given) {
  const list = listOf(dynamodbStore(dynamodb), crypto.randomUUID(), "notes");
  await list.extend(["first", "third"]);
  await list.insert(1, "second");
  return [await list.slice(), await list.pop()];
}
