/** Trusts on DynamoDB. @module */

import type { BackendPart, Call } from "../backend.ts";
import { toStoredInstant } from "../model/time.ts";
import type { Trust, Trusts } from "../store.ts";
import type { AttributeValue, Item } from "./client/mod.ts";
import { conditional, type Context, deleteQuery, getItem, queryAll, queryPage, S, send } from "./requests.ts";
import { optionalInstant, optionalText, text, truth } from "./rows.ts";

type Fields = Omit<Trust, "peerId">;
type Kind = "text" | "truth" | "optional" | "instant";

/** Stored name and kind of each field. */
const FIELDS: { readonly [Name in keyof Fields]-?: readonly [attribute: string, kind: Kind] } = {
  baseUri: ["baseuri", "text"],
  type: ["type", "text"],
  relationship: ["relationship", "text"],
  secret: ["secret", "text"],
  description: ["desc", "text"],
  approved: ["approved", "truth"],
  peerApproved: ["peer_approved", "truth"],
  verified: ["verified", "truth"],
  verificationToken: ["verification_token", "text"],
  peerIdentifier: ["peer_identifier", "optional"],
  establishedVia: ["established_via", "optional"],
  createdAt: ["created_at", "instant"],
  lastAccessed: ["last_accessed", "instant"],
  lastConnectedVia: ["last_connected_via", "optional"],
  clientName: ["client_name", "optional"],
  clientVersion: ["client_version", "optional"],
  clientPlatform: ["client_platform", "optional"],
  oauthClientId: ["oauth_client_id", "optional"],
  awSupported: ["aw_supported", "optional"],
  awVersion: ["aw_version", "optional"],
  capabilitiesFetchedAt: ["capabilities_fetched_at", "instant"],
};

const NAMES = Object.keys(FIELDS) as (keyof Fields)[];

/** The part. */
export function trusts(context: Context): BackendPart<Trusts> {
  return {
    async get(actorId, peerId, call) {
      const item = await getItem(context, "trusts", trustKey(actorId, peerId), call);
      return item && decode(call, item);
    },

    async getBySecret(actorId, secret, call) {
      let input: Record<string, unknown> = {
        IndexName: "secret-index",
        KeyConditionExpression: "secret = :secret",
        FilterExpression: "id = :id",
        ExpressionAttributeValues: { ":secret": S(secret), ":id": S(actorId) },
      };
      for (;;) {
        const output = await send(context, "Query", "trusts", input, call);
        const item = output.Items?.[0];
        if (item !== undefined) return decode(call, item);
        if (output.LastEvaluatedKey === undefined) return null;
        input = { ...input, ExclusiveStartKey: output.LastEvaluatedKey };
      }
    },

    async all(actorId, call) {
      return (await queryAll(context, "trusts", actorId, {}, call)).map((item) => decode(call, item));
    },

    async page(actorId, call) {
      const page = await queryPage(context, "trusts", actorId, {}, { ...call, sortKey: "peerid" }, call);
      return { items: page.items.map((item) => decode(call, item)), after: page.after };
    },

    async createIfAbsent(actorId, trust, call) {
      const complete = trust as Trust;
      const item = trustKey(actorId, complete.peerId);
      for (const name of NAMES) {
        const value = encode(name, complete[name]);
        if (value !== null) item[FIELDS[name][0]] = value;
      }
      const { held } = await conditional(context, "PutItem", "trusts", {
        Item: item,
        ConditionExpression: "attribute_not_exists(id)",
      }, call);
      return held;
    },

    async update(actorId, peerId, fields, call) {
      const sets: string[] = [];
      const removals: string[] = [];
      const names: Record<string, string> = {};
      const values: Item = {};
      for (const name of Object.keys(fields) as (keyof Fields)[]) {
        const value = encode(name, fields[name]!);
        names[`#${name}`] = FIELDS[name][0];
        if (value === null) removals.push(`#${name}`);
        else {
          sets.push(`#${name} = :${name}`);
          values[`:${name}`] = value;
        }
      }
      const set = sets.length > 0 ? `SET ${sets.join(", ")}` : "";
      const remove = removals.length > 0 ? `REMOVE ${removals.join(", ")}` : "";
      const { held } = await conditional(
        context,
        "UpdateItem",
        "trusts",
        {
          Key: trustKey(actorId, peerId),
          UpdateExpression: `${set} ${remove}`.trim(),
          ConditionExpression: "attribute_exists(id)",
          ExpressionAttributeNames: names,
          ...(sets.length > 0 ? { ExpressionAttributeValues: values } : {}),
        },
        call,
        true,
      );
      return held;
    },

    async touch(actorId, peerId, use, call) {
      const via = use.via === undefined ? "" : ", last_connected_via = :via";
      const { held } = await conditional(
        context,
        "UpdateItem",
        "trusts",
        {
          Key: trustKey(actorId, peerId),
          UpdateExpression: `SET last_accessed = :at, created_at = if_not_exists(created_at, :at)${via}`,
          ConditionExpression: "attribute_exists(id)",
          ExpressionAttributeValues: {
            ":at": S(toStoredInstant(use.at)),
            ...(use.via === undefined ? {} : { ":via": S(use.via) }),
          },
        },
        call,
        true,
      );
      return held;
    },

    async delete(actorId, peerId, call) {
      const output = await send(context, "DeleteItem", "trusts", {
        Key: trustKey(actorId, peerId),
        ReturnValues: "ALL_OLD",
      }, call);
      return output.Attributes !== undefined;
    },

    deleteAll: (actorId, call) => deleteQuery(context, "trusts", "peerid", actorId, { projection: "id, peerid" }, call),
  };
}

function trustKey(actorId: string, peerId: string): Item {
  return { id: S(actorId), peerid: S(peerId) };
}

/** The stored form of a field, or `null` when it is left out of the row. */
function encode(name: keyof Fields, value: Fields[keyof Fields]): AttributeValue | null {
  if (value === null) return null;
  if (typeof value === "boolean") return { BOOL: value };
  return S(FIELDS[name][1] === "instant" ? toStoredInstant(value) : value);
}

const READERS = { text, truth, optional: optionalText, instant: optionalInstant };

function decode({ operation }: Call, item: Item): Trust {
  const fields: Record<string, unknown> = { peerId: text(operation, item, "peerid") };
  for (const name of NAMES) {
    const [attribute, kind] = FIELDS[name];
    fields[name] = READERS[kind](operation, item, attribute);
  }
  return fields as unknown as Trust;
}
