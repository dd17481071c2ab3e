/** Diffs on DynamoDB. @module */

import type { BackendPart, Call } from "../backend.ts";
import { SEQUENCE_MAXIMUM } from "../model/limits.ts";
import type { Diff, Diffs } from "../store.ts";
import { appendDiff, PATIENCE } from "./append.ts";
import type { Item } from "./client/mod.ts";
import { collection, type Fields, readRow } from "./collection.ts";
import { type ActorQuery, queryAll } from "./queries.ts";
import { batchGet, batchWrite, conditional, type Context, getItem, later, N, S } from "./requests.ts";
import { optionalWhole, whole } from "./rows.ts";
import { subscriptionKey } from "./subscriptions.ts";

/** Attribute and kind of each field. */
export const FIELDS: Fields<Diff> = {
  subscriptionId: ["subid", "text"],
  sequence: ["seqnr", "whole"],
  timestamp: ["timestamp", "instant"],
  data: ["diff", "text"],
};

/** The part. */
export function diffs(context: Context): BackendPart<Diffs> {
  const rows = collection(context, "subscriptiondiffs", FIELDS);

  /** Keys are sorted as texts (1, 10, 11, 2), so the numbers are read alone and sorted, and the rows fetched after. */
  async function numbers(actorId: string, subscriptionId: string, call: Call, after: number): Promise<number[]> {
    const query = { ...ofSubscription(subscriptionId), rest: { ProjectionExpression: "seqnr" } };
    const items = await queryAll(context, "subscriptiondiffs", actorId, query, call);
    const found = items.map((item) => whole(call.operation, item, "seqnr")).filter((sequence) => sequence > after);
    return found.sort((a, b) => a - b);
  }

  async function all(actorId: string, subscriptionId: string, call: Call, after: number): Promise<Diff[]> {
    const found = await rows.all(actorId, call, ofSubscription(subscriptionId));
    return found.filter(({ sequence }) => sequence > after).sort(bySequence);
  }

  async function deleteUpTo(
    actorId: string,
    peerId: string,
    subscriptionId: string,
    sequence: number,
    call: Call,
  ): Promise<number> {
    const key = subscriptionKey(actorId, peerId, subscriptionId);
    const [found, subscription] = await Promise.all([
      numbers(actorId, subscriptionId, { ...call, consistent: true }, 0),
      getItem(context, "subscriptions", key, call, true),
    ]);
    const cleared = found.filter((number) => number <= sequence);
    const last = cleared.at(-1);
    if (last === undefined) return 0;
    await raiseTo(context, key, subscription, last, call);
    const deletes = cleared.map((number) => {
      return { table: "subscriptiondiffs" as const, delete: diffKey(actorId, subscriptionId, number) };
    });
    await batchWrite(context, deletes, call);
    return cleared.length;
  }

  return {
    append: (actorId, peerId, subscriptionId, data, call) =>
      appendDiff(context, actorId, peerId, subscriptionId, data, call),

    get: (actorId, subscriptionId, sequence, call) => rows.get(diffKey(actorId, subscriptionId, sequence), call),

    async first(actorId, subscriptionId, call) {
      return (await all(actorId, subscriptionId, call, 0))[0] ?? null;
    },

    all: (actorId, subscriptionId, call) => all(actorId, subscriptionId, call, call.after ?? 0),

    async page(actorId, subscriptionId, call) {
      const found = await numbers(actorId, subscriptionId, call, Number(call.after));
      const wanted = found.slice(0, call.limit);
      const keys = wanted.map((sequence) => diffKey(actorId, subscriptionId, sequence));
      const items = await batchGet(context, "subscriptiondiffs", keys, call);
      return {
        items: items.map((item) => readRow(FIELDS, call, item)).sort(bySequence),
        after: found.length > wanted.length ? String(wanted.at(-1)) : null,
      };
    },

    createIfAbsent: (actorId, diff, call) =>
      rows.create(diffKey(actorId, diff.subscriptionId, diff.sequence), diff, call),

    delete: (actorId, subscriptionId, sequence, call) => rows.delete(diffKey(actorId, subscriptionId, sequence), call),

    deleteUpTo,

    deleteAll: (actorId, peerId, subscriptionId, call) =>
      deleteUpTo(actorId, peerId, subscriptionId, SEQUENCE_MAXIMUM, call),
  };
}

/**
 * Sees to it that a subscription's number is at least that of a diff which is about to go: a writer may have died before
 * it raised the number, and once its diff is gone nothing else would keep the number from being given again.
 */
async function raiseTo(context: Context, key: Item, row: Item | null, last: number, call: Call): Promise<void> {
  const isBehind = (item: Item | null) => item !== null && (optionalWhole(call.operation, item, "seqnr") ?? 0) < last;
  if (!isBehind(row)) return;
  // A live writer needs no help.
  await later(PATIENCE, call);
  if (!isBehind(await getItem(context, "subscriptions", key, call, true))) return;
  await conditional(
    context,
    "UpdateItem",
    "subscriptions",
    {
      Key: key,
      UpdateExpression: "SET seqnr = :last",
      ConditionExpression: "attribute_exists(id) AND (attribute_not_exists(seqnr) OR seqnr < :last)",
      ExpressionAttributeValues: { ":last": N(last) },
    },
    call,
    true,
  );
}

/** The key of a diff's row. */
export function diffKey(actorId: string, subscriptionId: string, sequence: number): Item {
  return { id: S(actorId), subid_seqnr: S(`${subscriptionId}:${sequence}`) };
}

function ofSubscription(subscriptionId: string): ActorQuery {
  return { condition: "begins_with(subid_seqnr, :prefix)", values: { ":prefix": S(`${subscriptionId}:`) } };
}

function bySequence(a: Diff, b: Diff): number {
  return a.sequence - b.sequence;
}
