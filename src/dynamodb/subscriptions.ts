/** Subscriptions on DynamoDB. @module */

import type { BackendPart, Call } from "../backend.ts";
import type { Subscription, Subscriptions } from "../store.ts";
import type { AttributeValue, Item } from "./client/mod.ts";
import {
  type ActorQuery,
  conditional,
  type Context,
  deleteQuery,
  getItem,
  queryAll,
  queryPage,
  S,
  send,
} from "./requests.ts";
import { optionalWhole, text, truth } from "./rows.ts";

const ATTRIBUTES: { readonly [name: string]: string } = {
  granularity: "granularity",
  target: "target",
  subtarget: "subtarget",
  resource: "resource",
  sequence: "seqnr",
  callback: "callback",
};

/** The part. */
export function subscriptions(context: Context): BackendPart<Subscriptions> {
  return {
    async get(actorId, peerId, subscriptionId, call) {
      const item = await getItem(context, "subscriptions", subscriptionKey(actorId, peerId, subscriptionId), call);
      return item && decode(call, item);
    },

    async all(actorId, call) {
      const items = await queryAll(context, "subscriptions", actorId, ofPeer(call.peerId), call);
      return items.filter(belongsTo(call.peerId)).map((item) => decode(call, item));
    },

    async page(actorId, call) {
      const query = ofPeer(call.peerId);
      const page = await queryPage(context, "subscriptions", actorId, query, { ...call, sortKey: "peer_sub_id" }, call);
      return { items: page.items.filter(belongsTo(call.peerId)).map((item) => decode(call, item)), after: page.after };
    },

    async createIfAbsent(actorId, subscription, call) {
      const { peerId, subscriptionId, ...fields } = subscription as Subscription;
      const item: Item = {
        ...subscriptionKey(actorId, peerId, subscriptionId),
        peerid: S(peerId),
        subid: S(subscriptionId),
      };
      for (const [name, value] of Object.entries(fields)) item[ATTRIBUTES[name]!] = encode(value);
      const { held } = await conditional(context, "PutItem", "subscriptions", {
        Item: item,
        ConditionExpression: "attribute_not_exists(id)",
      }, call);
      return held;
    },

    async update(actorId, peerId, subscriptionId, fields, call) {
      const names: Record<string, string> = {};
      const values: Item = {};
      for (const [name, value] of Object.entries(fields)) {
        names[`#${name}`] = ATTRIBUTES[name]!;
        values[`:${name}`] = encode(value);
      }
      const { held } = await conditional(
        context,
        "UpdateItem",
        "subscriptions",
        {
          Key: subscriptionKey(actorId, peerId, subscriptionId),
          UpdateExpression: `SET ${Object.keys(fields).map((name) => `#${name} = :${name}`).join(", ")}`,
          ConditionExpression: "attribute_exists(id)",
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: values,
        },
        call,
        true,
      );
      return held;
    },

    async delete(actorId, peerId, subscriptionId, call) {
      const output = await send(context, "DeleteItem", "subscriptions", {
        Key: subscriptionKey(actorId, peerId, subscriptionId),
        ReturnValues: "ALL_OLD",
      }, call);
      return output.Attributes !== undefined;
    },

    deleteAll(actorId, call) {
      const query = { ...ofPeer(call.peerId), projection: "id, peer_sub_id, peerid" };
      return deleteQuery(context, "subscriptions", "peer_sub_id", actorId, query, call, belongsTo(call.peerId));
    },
  };
}

/** The key of a subscription's row. A subscription id has no `:`, so the joined text has one reading only. */
export function subscriptionKey(actorId: string, peerId: string, subscriptionId: string): Item {
  return { id: S(actorId), peer_sub_id: S(`${peerId}:${subscriptionId}`) };
}

function ofPeer(peerId: string | undefined): ActorQuery {
  return peerId === undefined
    ? {}
    : { condition: "begins_with(peer_sub_id, :prefix)", values: { ":prefix": S(`${peerId}:`) } };
}

/** The prefix `a:` also finds subscriptions of a peer `a:b`. */
function belongsTo(peerId: string | undefined): (item: Item) => boolean {
  return ({ peerid }) => peerId === undefined || (peerid !== undefined && "S" in peerid && peerid.S === peerId);
}

function encode(value: string | number | boolean): AttributeValue {
  if (typeof value === "number") return { N: String(value) };
  return typeof value === "boolean" ? { BOOL: value } : S(value);
}

function decode({ operation }: Call, item: Item): Subscription {
  return {
    peerId: text(operation, item, "peerid"),
    subscriptionId: text(operation, item, "subid"),
    granularity: text(operation, item, "granularity"),
    target: text(operation, item, "target"),
    subtarget: text(operation, item, "subtarget"),
    resource: text(operation, item, "resource"),
    sequence: optionalWhole(operation, item, "seqnr") ?? 0,
    callback: truth(operation, item, "callback"),
  };
}
