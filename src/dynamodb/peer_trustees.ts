/** Peer trustees on DynamoDB. @module */

import type { BackendPart, Call } from "../backend.ts";
import type { PeerTrustee, PeerTrustees } from "../store.ts";
import type { Item } from "./client/mod.ts";
import { conditional, type Context, deleteQuery, getItem, queryAll, queryPage, S, send } from "./requests.ts";
import { text } from "./rows.ts";

const ATTRIBUTES: { readonly [name: string]: string } = { baseUri: "baseuri", type: "type", passphrase: "passphrase" };

/** The part. */
export function peerTrustees(context: Context): BackendPart<PeerTrustees> {
  return {
    async get(actorId, peerId, call) {
      const item = await getItem(context, "peertrustees", trusteeKey(actorId, peerId), call);
      return item && decode(call, item);
    },

    async listByType(actorId, type, call) {
      const query = {
        values: { ":type": S(type) },
        names: { "#type": "type" },
        rest: { FilterExpression: "#type = :type" },
      };
      return (await queryAll(context, "peertrustees", actorId, query, call)).map((item) => decode(call, item));
    },

    async all(actorId, call) {
      return (await queryAll(context, "peertrustees", actorId, {}, call)).map((item) => decode(call, item));
    },

    async page(actorId, call) {
      const page = await queryPage(context, "peertrustees", actorId, {}, { ...call, sortKey: "peerid" }, call);
      return { items: page.items.map((item) => decode(call, item)), after: page.after };
    },

    async createIfAbsent(actorId, trustee, call) {
      const { held } = await conditional(context, "PutItem", "peertrustees", {
        Item: {
          ...trusteeKey(actorId, trustee.peerId),
          baseuri: S(trustee.baseUri),
          type: S(trustee.type),
          passphrase: S(trustee.passphrase),
        },
        ConditionExpression: "attribute_not_exists(id)",
      }, call);
      return held;
    },

    async update(actorId, peerId, fields, call) {
      const names: Record<string, string> = {};
      const values: Item = {};
      for (const [name, value] of Object.entries(fields)) {
        names[`#${name}`] = ATTRIBUTES[name]!;
        values[`:${name}`] = S(value);
      }
      const { held } = await conditional(
        context,
        "UpdateItem",
        "peertrustees",
        {
          Key: trusteeKey(actorId, peerId),
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

    async delete(actorId, peerId, call) {
      const output = await send(context, "DeleteItem", "peertrustees", {
        Key: trusteeKey(actorId, peerId),
        ReturnValues: "ALL_OLD",
      }, call);
      return output.Attributes !== undefined;
    },

    deleteAll: (actorId, call) =>
      deleteQuery(context, "peertrustees", "peerid", actorId, { projection: "id, peerid" }, call),
  };
}

function trusteeKey(actorId: string, peerId: string): Item {
  return { id: S(actorId), peerid: S(peerId) };
}

function decode({ operation }: Call, item: Item): PeerTrustee {
  return {
    peerId: text(operation, item, "peerid"),
    baseUri: text(operation, item, "baseuri"),
    type: text(operation, item, "type"),
    passphrase: text(operation, item, "passphrase"),
  };
}
