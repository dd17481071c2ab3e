/** Reverse lookup on DynamoDB: the digest table, verified against the property. @module */

import type { BackendPart } from "../backend.ts";
import { StoreError } from "../errors.ts";
import { lookupKey } from "../model/lookup_key.ts";
import type { Lookups } from "../store.ts";
import { DynamoDBError } from "./client/errors.ts";
import { verifiedOwner } from "./indexed.ts";
import { type Context, S, send } from "./requests.ts";
import { tableName } from "./tables.ts";

/** The part. */
export function lookups(context: Context): BackendPart<Lookups> {
  const property = (actorId: string, name: string, value: string, condition: string) => ({
    ConditionCheck: {
      TableName: tableName(context.prefix, "properties"),
      Key: { id: S(actorId), name: S(name) },
      ConditionExpression: condition,
      ExpressionAttributeNames: { "#value": "value" },
      ExpressionAttributeValues: { ":value": S(value) },
    },
  });

  return {
    async get(name, value, call) {
      const { row, verified } = await verifiedOwner(context, name, value, call);
      return verified ? row : null;
    },

    async claim(actorId, name, value, call) {
      const owner = await verifiedOwner(context, name, value, { ...call, consistent: true });
      if (owner.verified) return owner.row === actorId;
      const stale = owner.row === null ? "" : " OR actor_id = :stale";
      return await transacted(context, [
        property(actorId, name, value, "#value = :value"),
        {
          Put: {
            TableName: tableName(context.prefix, "property_lookup_v2"),
            Item: { lookup_key: S(lookupKey(name, value)), actor_id: S(actorId), property_name: S(name) },
            ConditionExpression: `attribute_not_exists(lookup_key) OR actor_id = :actor${stale}`,
            ExpressionAttributeValues: {
              ":actor": S(actorId),
              ...(owner.row === null ? {} : { ":stale": S(owner.row) }),
            },
          },
        },
      ], call);
    },

    release: (actorId, name, value, call) =>
      transacted(context, [
        property(actorId, name, value, "attribute_not_exists(id) OR #value <> :value"),
        {
          Delete: {
            TableName: tableName(context.prefix, "property_lookup_v2"),
            Key: { lookup_key: S(lookupKey(name, value)) },
            ConditionExpression: "actor_id = :actor",
            ExpressionAttributeValues: { ":actor": S(actorId) },
          },
        },
      ], call),
  };
}

/** Whether the transaction's conditions held. */
async function transacted(context: Context, items: unknown[], call: Parameters<typeof send>[4]): Promise<boolean> {
  try {
    await send(context, "TransactWriteItems", null, { TransactItems: items }, call);
    return true;
  } catch (error) {
    const cause = error instanceof StoreError ? error.cause : undefined;
    const reasons = cause instanceof DynamoDBError ? cause.reasons : undefined;
    if (reasons?.some(({ code }) => code === "ConditionalCheckFailed")) return false;
    throw error;
  }
}
