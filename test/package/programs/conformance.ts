import { conformance, runCase } from "actingweb-edge/conformance";
import { dynamodbStore } from "actingweb-edge/dynamodb";
import { tables } from "actingweb-edge/dynamodb/tables";
import type { Given } from "../given.ts";

export default async function ({ dynamodb }: Given) {
  const [group] = conformance;
  await runCase(group!.cases[0]!, {
    open: (options) => Promise.resolve(dynamodbStore({ ...dynamodb, ...options, tables })),
  });
  return { group: group!.name, shown: true };
}
