/** Actors on DynamoDB. @module */

import type { BackendPart, Call } from "../backend.ts";
import { instantOf } from "../model/time.ts";
import { TOMBSTONE_BUCKET, TOMBSTONE_OWNER, TOMBSTONE_SECONDS, tombstoneOf } from "../model/tombstone.ts";
import { compareBytes } from "../model/order.ts";
import type { Actor, Actors } from "../store.ts";
import { attributeItem, attributeKey, readAttribute } from "./attributes.ts";
import type { Item } from "./client/mod.ts";
import { DynamoDBError } from "./client/errors.ts";
import { eraseRows } from "./erase.ts";
import { storeError } from "./faults.ts";
import { conditional, type Context, getItem, S, send } from "./requests.ts";
import { text } from "./rows.ts";
import { tableName } from "./tables.ts";

/** The part. */
export function actors(context: Context): BackendPart<Actors> {
  return {
    async get(actorId, call) {
      const item = await getItem(context, "actors", { id: S(actorId) }, call);
      return item === null ? null : decode(call, item);
    },

    async listByCreator(creator, call) {
      const found: Actor[] = [];
      let input: Record<string, unknown> = {
        IndexName: "creator-index",
        KeyConditionExpression: "creator = :creator",
        ExpressionAttributeValues: { ":creator": S(creator) },
      };
      for (;;) {
        const output = await send(context, "Query", "actors", input, call);
        for (const item of output.Items ?? []) found.push(decode(call, item));
        if (output.LastEvaluatedKey === undefined) return found.sort((a, b) => compareBytes(a.id, b.id));
        input = { ...input, ExclusiveStartKey: output.LastEvaluatedKey };
      }
    },

    async createIfAbsent(actor, call) {
      const put = { Item: encode(actor), ConditionExpression: "attribute_not_exists(id)" };
      if (call.clearTombstone !== true) return (await conditional(context, "PutItem", "actors", put, call)).held;
      const tombstone = attributeKey(TOMBSTONE_OWNER, TOMBSTONE_BUCKET, actor.id);
      return await transactCreate(context, put, tombstone, call);
    },

    async update(actorId, fields, call) {
      const names: Record<string, string> = {};
      const values: Item = {};
      for (const [name, value] of Object.entries(fields)) {
        names[`#${name}`] = name;
        values[`:${name}`] = S(value);
      }
      const assignments = Object.keys(fields).map((name) => `#${name} = :${name}`);
      const { held } = await conditional(
        context,
        "UpdateItem",
        "actors",
        {
          Key: { id: S(actorId) },
          UpdateExpression: `SET ${assignments.join(", ")}`,
          ConditionExpression: "attribute_exists(id)",
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: values,
        },
        call,
        true,
      );
      return held;
    },

    async delete(actorId, call) {
      const output = await send(context, "DeleteItem", "actors", {
        Key: { id: S(actorId) },
        ReturnValues: "ALL_OLD",
      }, call);
      return output.Attributes !== undefined;
    },

    erase: (actorId, call) => eraseRows(context, actorId, writeTombstone, call),

    async tombstone(actorId, call) {
      const item = await getItem(context, "attributes", attributeKey(TOMBSTONE_OWNER, TOMBSTONE_BUCKET, actorId), call);
      const attribute = item && readAttribute(context, call, item, TOMBSTONE_BUCKET, actorId);
      return attribute === null ? null : tombstoneOf(call.operation, actorId, attribute.data);
    },

    async page(call) {
      const start = call.after === null ? {} : { ExclusiveStartKey: { id: S(call.after) } };
      const output = await send(context, "Scan", "actors", {
        ...start,
        Limit: call.limit,
        ConsistentRead: call.consistent,
      }, call);
      const last = output.LastEvaluatedKey?.id;
      return {
        items: (output.Items ?? []).map((item) => decode(call, item)),
        after: last !== undefined && "S" in last ? last.S : null,
      };
    },
  };
}

/** Written without a condition: erasing again renews it. */
async function writeTombstone(context: Context, actorId: string, call: Call): Promise<void> {
  const now = context.now();
  const item = attributeItem(TOMBSTONE_OWNER, TOMBSTONE_BUCKET, actorId, {
    actor_id: actorId,
    deleted_at: instantOf(now),
  }, { expiresAt: Math.floor(now / 1000) + TOMBSTONE_SECONDS });
  await send(context, "PutItem", "attributes", { Item: item }, call);
}

async function transactCreate(
  context: Context,
  put: Record<string, unknown>,
  tombstone: Item,
  call: Call,
): Promise<boolean> {
  try {
    await send(context, "TransactWriteItems", null, {
      TransactItems: [
        { Put: { TableName: tableName(context.prefix, "actors"), ...put } },
        { Delete: { TableName: tableName(context.prefix, "attributes"), Key: tombstone } },
      ],
    }, call);
    return true;
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    if (cause instanceof DynamoDBError && cause.reasons?.[0]?.code === "ConditionalCheckFailed") return false;
    throw storeError(call.operation, error, true);
  }
}

function encode(actor: Actor): Item {
  return { id: S(actor.id), creator: S(actor.creator), passphrase: S(actor.passphrase) };
}

function decode({ operation }: Call, item: Item): Actor {
  return {
    id: text(operation, item, "id"),
    creator: text(operation, item, "creator"),
    passphrase: text(operation, item, "passphrase"),
  };
}
