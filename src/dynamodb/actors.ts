/** Actors on DynamoDB. @module */

import type { BackendPart, Call } from "../backend.ts";
import {
  fitsTombstone,
  TOMBSTONE_BUCKET,
  TOMBSTONE_OWNER,
  TOMBSTONE_SECONDS,
  tombstoneData,
  tombstoneOf,
} from "../model/tombstone.ts";
import { compareBytes } from "../model/order.ts";
import type { Actor, Actors, Attributes } from "../store.ts";
import { attributeItem, attributeKey } from "./attributes.ts";
import type { Item } from "./client/mod.ts";
import { collection, type Fields, itemOf, readRow } from "./collection.ts";
import { eraseRows } from "./erase.ts";
import { rowsOf } from "./queries.ts";
import { type Context, S, send, transact } from "./requests.ts";
import { text } from "./rows.ts";

/** Attribute and kind of each field. */
export const FIELDS: Fields<Actor> = {
  id: ["id", "text"],
  creator: ["creator", "text"],
  passphrase: ["passphrase", "text"],
};

/** The part; tombstones are attributes. */
export function actors(context: Context, attributes: Pick<BackendPart<Attributes>, "get">): BackendPart<Actors> {
  const rows = collection(context, "actors", FIELDS);

  return {
    get: (actorId, call) => rows.get(actorKey(actorId), call),

    async listByCreator(creator, call) {
      const items = await rowsOf(context, "actors", {
        IndexName: "creator-index",
        KeyConditionExpression: "creator = :creator",
        ExpressionAttributeValues: { ":creator": S(creator) },
      }, call);
      return items.map((item) => readRow(FIELDS, call, item)).sort((a, b) => compareBytes(a.id, b.id));
    },

    async createIfAbsent(actor, call) {
      if (call.clearTombstone !== true || !fitsTombstone(actor.id)) {
        return await rows.create(actorKey(actor.id), actor, call);
      }
      return await transact(context, [
        ["Put", "actors", {
          Item: itemOf(FIELDS, actorKey(actor.id), actor),
          ConditionExpression: "attribute_not_exists(id)",
        }],
        ["Delete", "attributes", { Key: attributeKey(TOMBSTONE_OWNER, TOMBSTONE_BUCKET, actor.id) }],
      ], call);
    },

    update: (actorId, fields, call) => rows.update(actorKey(actorId), fields, call),

    delete: (actorId, call) => rows.delete(actorKey(actorId), call),

    erase: (actorId, call) => eraseRows(context, actorId, writeTombstone, call),

    async tombstone(actorId, call) {
      if (!fitsTombstone(actorId)) return null;
      const found = await attributes.get(TOMBSTONE_OWNER, TOMBSTONE_BUCKET, actorId, call);
      return found && tombstoneOf(call.operation, actorId, found.data);
    },

    async page(call) {
      const { Items: items = [], LastEvaluatedKey: last } = await send(context, "Scan", "actors", {
        ExclusiveStartKey: call.after === null ? undefined : actorKey(call.after),
        Limit: call.limit,
        ConsistentRead: call.consistent,
      }, call);
      return {
        items: items.map((item) => readRow(FIELDS, call, item)),
        after: last === undefined ? null : text(call.operation, last, "id"),
      };
    },
  };
}

/** Written without a condition: erasing again renews it. */
async function writeTombstone(context: Context, actorId: string, call: Call): Promise<void> {
  if (!fitsTombstone(actorId)) return;
  const now = context.now();
  const item = attributeItem(TOMBSTONE_OWNER, TOMBSTONE_BUCKET, actorId, tombstoneData(actorId, now), {
    expiresAt: Math.floor(now / 1000) + TOMBSTONE_SECONDS,
  });
  await send(context, "PutItem", "attributes", { Item: item }, call);
}

/** The key of an actor's row. */
export function actorKey(actorId: string): Item {
  return { id: S(actorId) };
}
