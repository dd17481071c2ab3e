/** Diffs on DynamoDB. @module */

import type { BackendPart, Call } from "../backend.ts";
import { StoreError } from "../errors.ts";
import { instantOf, toStoredInstant } from "../model/time.ts";
import type { Diff, Diffs } from "../store.ts";
import type { Item } from "./client/mod.ts";
import { DynamoDBError } from "./client/errors.ts";
import {
  type ActorQuery,
  batchGet,
  batchWrite,
  conditional,
  type Context,
  deleteQuery,
  getItem,
  queryAll,
  S,
  send,
} from "./requests.ts";
import { instant, optionalWhole, text } from "./rows.ts";
import { subscriptionKey } from "./subscriptions.ts";
import { tableName } from "./tables.ts";

/** The part. */
export function diffs(context: Context): BackendPart<Diffs> {
  /** Keys are sorted as texts (1, 10, 11, 2), so the numbers are read alone and sorted, and the rows fetched after. */
  async function numbers(actorId: string, subscriptionId: string, call: Call, after: number): Promise<number[]> {
    const query = { ...ofSubscription(subscriptionId), projection: "subid_seqnr, seqnr" };
    const items = await queryAll(context, "subscriptiondiffs", actorId, query, call);
    const found = items.map((item) => sequenceOf(call, item)).filter((sequence) => sequence > after);
    return found.sort((a, b) => a - b);
  }

  async function all(actorId: string, subscriptionId: string, call: Call, after: number): Promise<Diff[]> {
    const items = await queryAll(context, "subscriptiondiffs", actorId, ofSubscription(subscriptionId), call);
    return items.map((item) => decode(call, item)).filter(({ sequence }) => sequence > after).sort(bySequence);
  }

  return {
    append: (actorId, peerId, subscriptionId, data, call) =>
      append(context, actorId, peerId, subscriptionId, data, call),

    async get(actorId, subscriptionId, sequence, call) {
      const item = await getItem(context, "subscriptiondiffs", diffKey(actorId, subscriptionId, sequence), call);
      return item && decode(call, item);
    },

    async first(actorId, subscriptionId, call) {
      return (await all(actorId, subscriptionId, call, 0))[0] ?? null;
    },

    all: (actorId, subscriptionId, call) => all(actorId, subscriptionId, call, call.after ?? 0),

    async page(actorId, subscriptionId, call) {
      const found = await numbers(actorId, subscriptionId, call, Number(call.after));
      const wanted = found.slice(0, call.limit);
      const keys = wanted.map((sequence) => diffKey(actorId, subscriptionId, sequence));
      const items = keys.length === 0 ? [] : await batchGet(context, "subscriptiondiffs", keys, call);
      return {
        items: items.map((item) => decode(call, item)).sort(bySequence),
        after: found.length > wanted.length ? String(wanted.at(-1)) : null,
      };
    },

    async createIfAbsent(actorId, diff, call) {
      const { held } = await conditional(context, "PutItem", "subscriptiondiffs", {
        Item: encode(actorId, diff),
        ConditionExpression: "attribute_not_exists(id)",
      }, call);
      return held;
    },

    async delete(actorId, subscriptionId, sequence, call) {
      const output = await send(context, "DeleteItem", "subscriptiondiffs", {
        Key: diffKey(actorId, subscriptionId, sequence),
        ReturnValues: "ALL_OLD",
      }, call);
      return output.Attributes !== undefined;
    },

    async deleteUpTo(actorId, subscriptionId, sequence, call) {
      const found = await numbers(actorId, subscriptionId, { ...call, consistent: true }, 0);
      const cleared = found.filter((number) => number <= sequence);
      await batchWrite(
        context,
        cleared.map((number) => ({
          table: "subscriptiondiffs" as const,
          delete: diffKey(actorId, subscriptionId, number),
        })),
        call,
      );
      return cleared.length;
    },

    deleteAll(actorId, subscriptionId, call) {
      const query = { ...ofSubscription(subscriptionId), projection: "id, subid_seqnr" };
      return deleteQuery(context, "subscriptiondiffs", "subid_seqnr", actorId, query, call);
    },
  };
}

/**
 * The number and the diff are written in one transaction on condition that the number is still the next: a number is
 * never given twice, also when diffs are cleared meanwhile, and never lost.
 */
async function append(
  context: Context,
  actorId: string,
  peerId: string,
  subscriptionId: string,
  data: string,
  call: Call,
): Promise<Diff | null> {
  const key = subscriptionKey(actorId, peerId, subscriptionId);
  let last = await lastNumber(context, key, call);
  if (last === null) return null;
  let step = 1;
  for (let attempt = 0;; attempt++) {
    const timestamp = instantOf(context.now());
    const diff: Diff = { subscriptionId, sequence: last + step, timestamp, data };
    const reasons = await store(context, key, last, encode(actorId, diff), call);
    if (reasons === null) return diff;
    if (Date.now() > call.deadline) {
      throw new StoreError("contended", call.operation, "too many writers at the same subscription");
    }
    if (reasons[0]?.code === "ConditionalCheckFailed") {
      const current = reasons[0].item === undefined
        ? undefined
        : optionalWhole(call.operation, reasons[0].item, "seqnr");
      const next: number | null = current ?? await lastNumber(context, key, call, true);
      if (next === null) return null;
      last = next;
      step = 1;
    } else {
      // A diff without its number: left by the reference, which writes the two one after the other.
      step++;
    }
    if (attempt > 0) await pause(attempt);
  }
}

/** The subscription's number; a moment's old answer will do where the write has it as its condition. */
async function lastNumber(context: Context, key: Item, call: Call, consistent = false): Promise<number | null> {
  let item = await getItem(context, "subscriptions", key, call, consistent);
  if (item === null && !consistent) item = await getItem(context, "subscriptions", key, call, true);
  return item && (optionalWhole(call.operation, item, "seqnr") ?? 0);
}

type Reasons = NonNullable<DynamoDBError["reasons"]>;

async function store(context: Context, key: Item, last: number, item: Item, call: Call): Promise<Reasons | null> {
  try {
    await send(context, "TransactWriteItems", null, {
      TransactItems: [
        {
          Update: {
            TableName: tableName(context.prefix, "subscriptions"),
            Key: key,
            UpdateExpression: "SET seqnr = :next",
            ConditionExpression: "seqnr = :last",
            ExpressionAttributeValues: { ":next": item.seqnr!, ":last": { N: String(last) } },
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          },
        },
        {
          Put: {
            TableName: tableName(context.prefix, "subscriptiondiffs"),
            Item: item,
            ConditionExpression: "attribute_not_exists(id)",
          },
        },
      ],
    }, call);
    return null;
  } catch (error) {
    const cause = error instanceof StoreError ? error.cause : undefined;
    const reasons = cause instanceof DynamoDBError ? cause.reasons : undefined;
    if (reasons?.some(({ code }) => code === "ConditionalCheckFailed")) return reasons;
    throw error;
  }
}

function pause(attempt: number): Promise<void> {
  const most = Math.min(5 * 2 ** attempt, 250);
  return new Promise((resolve) => setTimeout(resolve, Math.random() * most));
}

function diffKey(actorId: string, subscriptionId: string, sequence: number): Item {
  return { id: S(actorId), subid_seqnr: S(`${subscriptionId}:${sequence}`) };
}

function ofSubscription(subscriptionId: string): ActorQuery {
  return { condition: "begins_with(subid_seqnr, :prefix)", values: { ":prefix": S(`${subscriptionId}:`) } };
}

function bySequence(a: Diff, b: Diff): number {
  return a.sequence - b.sequence;
}

function encode(actorId: string, diff: Diff): Item {
  return {
    ...diffKey(actorId, diff.subscriptionId, diff.sequence),
    subid: S(diff.subscriptionId),
    timestamp: S(toStoredInstant(diff.timestamp)),
    diff: S(diff.data),
    seqnr: { N: String(diff.sequence) },
  };
}

function sequenceOf({ operation }: Call, item: Item): number {
  const stored = optionalWhole(operation, item, "seqnr");
  if (stored === null) throw new StoreError("corrupt", operation, "a stored diff has no seqnr");
  return stored;
}

function decode(call: Call, item: Item): Diff {
  return {
    subscriptionId: text(call.operation, item, "subid"),
    sequence: sequenceOf(call, item),
    timestamp: instant(call.operation, item, "timestamp"),
    data: text(call.operation, item, "diff"),
  };
}
