/** Suspensions on DynamoDB. @module */

import type { BackendPart, Call } from "../backend.ts";
import { StoreError } from "../errors.ts";
import { instantOf } from "../model/time.ts";
import type { Suspension, Suspensions } from "../store.ts";
import type { Item } from "./client/mod.ts";
import { collection, type Fields, itemOf } from "./collection.ts";
import { batchGet, conditional, type Context, getItem, rowOf, S } from "./requests.ts";
import { text } from "./rows.ts";

/** Attribute and kind of each field. */
export const FIELDS: Fields<Suspension> = {
  target: ["target", "text"],
  subtarget: ["subtarget", "sparse"],
  suspendedAt: ["suspended_at", "instant"],
};

/** The part. */
export function suspensions(context: Context): BackendPart<Suspensions> {
  const rows = collection(context, "subscription_suspensions", FIELDS);

  return {
    async has(actorId, target, subtarget, call) {
      const whole = suspensionKey(actorId, target, "");
      if (subtarget === "") {
        const item = await getItem(context, "subscription_suspensions", whole, call);
        return item !== null && isOf(call, item, target, "");
      }
      const keys = [whole, suspensionKey(actorId, target, subtarget)];
      const items = await batchGet(context, "subscription_suspensions", keys, call);
      return items.some((item) => isOf(call, item, target, "") || isOf(call, item, target, subtarget));
    },

    all: (actorId, call) => rows.all(actorId, call),

    page: (actorId, call) => rows.page(actorId, call),

    async createIfAbsent(actorId, target, subtarget, call) {
      const key = suspensionKey(actorId, target, subtarget);
      const item = itemOf(FIELDS, key, { target, subtarget, suspendedAt: instantOf(context.now()) });
      const result = await conditional(context, "PutItem", "subscription_suspensions", {
        Item: item,
        ConditionExpression: "attribute_not_exists(id)",
      }, call);
      if (result.held) return true;
      const there = await rowOf(result, context, "subscription_suspensions", key, call);
      if (there !== null && !isOf(call, there, target, subtarget)) {
        throw new StoreError("conflict", call.operation, "another row is stored under the same key");
      }
      return false;
    },

    async delete(actorId, target, subtarget, call) {
      const { held } = await conditional(context, "DeleteItem", "subscription_suspensions", {
        Key: suspensionKey(actorId, target, subtarget),
        ConditionExpression: subtarget === ""
          ? "target = :target AND (attribute_not_exists(subtarget) OR subtarget IN (:subtarget, :none))"
          : "target = :target AND subtarget = :subtarget",
        ExpressionAttributeValues: {
          ":target": S(target),
          ":subtarget": S(subtarget),
          ...(subtarget === "" ? { ":none": { NULL: true } } : {}),
        },
      }, call);
      return held;
    },

    deleteAll: (actorId, call) => rows.deleteAll(actorId, call),
  };
}

function suspensionKey(actorId: string, target: string, subtarget: string): Item {
  return { id: S(actorId), target_key: S(subtarget === "" ? target : `${target}:${subtarget}`) };
}

/** `a:b` is the key of the target `a:b` and of the subtarget `b` of `a`: only the row's own fields tell. */
function isOf({ operation }: Call, item: Item, target: string, subtarget: string): boolean {
  return text(operation, item, "target") === target && text(operation, item, "subtarget") === subtarget;
}
