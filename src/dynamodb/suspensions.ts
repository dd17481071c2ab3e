/** Suspensions on DynamoDB. @module */

import type { BackendPart, Call } from "../backend.ts";
import { StoreError } from "../errors.ts";
import { instantOf, toStoredInstant } from "../model/time.ts";
import type { Suspension, Suspensions } from "../store.ts";
import type { Item } from "./client/mod.ts";
import { batchGet, conditional, type Context, deleteQuery, getItem, queryAll, queryPage, S } from "./requests.ts";
import { instant, text } from "./rows.ts";

/** The part. */
export function suspensions(context: Context): BackendPart<Suspensions> {
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

    async all(actorId, call) {
      return (await queryAll(context, "subscription_suspensions", actorId, {}, call)).map((item) =>
        readSuspension(call, item)
      );
    },

    async page(actorId, call) {
      const position = { ...call, sortKey: "target_key" };
      const page = await queryPage(context, "subscription_suspensions", actorId, {}, position, call);
      return { items: page.items.map((item) => readSuspension(call, item)), after: page.after };
    },

    async createIfAbsent(actorId, target, subtarget, call) {
      const item = suspensionKey(actorId, target, subtarget);
      item.target = S(target);
      if (subtarget !== "") item.subtarget = S(subtarget);
      item.suspended_at = S(toStoredInstant(instantOf(context.now())));
      const result = await conditional(context, "PutItem", "subscription_suspensions", {
        Item: item,
        ConditionExpression: "attribute_not_exists(id)",
      }, call);
      if (result.held) return true;
      const there = result.item ??
        await getItem(context, "subscription_suspensions", suspensionKey(actorId, target, subtarget), call, true);
      if (there !== null && !isOf(call, there, target, subtarget)) {
        throw new StoreError("conflict", call.operation, "another target and subtarget are stored under the same key");
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

    deleteAll: (actorId, call) => deleteQuery(context, "subscription_suspensions", actorId, {}, call),
  };
}

function suspensionKey(actorId: string, target: string, subtarget: string): Item {
  return { id: S(actorId), target_key: S(subtarget === "" ? target : `${target}:${subtarget}`) };
}

/** `a:b` is the key of the target `a:b` and of the subtarget `b` of `a`: only the row's own fields tell. */
function isOf({ operation }: Call, item: Item, target: string, subtarget: string): boolean {
  return text(operation, item, "target") === target && text(operation, item, "subtarget") === subtarget;
}

/** The suspension in a row. */
export function readSuspension({ operation }: Call, item: Item): Suspension {
  return {
    target: text(operation, item, "target"),
    subtarget: text(operation, item, "subtarget"),
    suspendedAt: instant(operation, item, "suspended_at"),
  };
}
