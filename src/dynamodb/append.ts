/**
 * Appending a diff under its subscription's next number, without a transaction (which would cost double).
 *
 * 1. Read the subscription's number n.
 * 2. Put the diff as n + 1, on condition that there is none.
 * 3. Raise the subscription's number from n to n + 1, on condition that it still is n.
 *
 * Between 2 and 3 the diff is pending: nobody else can get its number. A writer that died there is finished by the next
 * one, which marks the diff before it raises the number, so that a writer that was only slow finds the mark and knows
 * that its diff counts. A writer that was so slow that its number had been given, cleared and was free again (its number
 * is raised, but its diff not marked) takes its diff back and begins anew.
 *
 * @module
 */

import type { Call } from "../backend.ts";
import { StoreError } from "../errors.ts";
import { SEQUENCE_MAXIMUM } from "../model/limits.ts";
import { instantOf, toStoredInstant } from "../model/time.ts";
import type { AppendOptions, Diff } from "../store.ts";
import type { Item } from "./client/mod.ts";
import { itemOf } from "./collection.ts";
import { diffKey, FIELDS } from "./diffs.ts";
import { conditional, type Context, getItem, N, pause, rowOf, S } from "./requests.ts";
import { optionalWhole, text } from "./rows.ts";
import { subscriptionKey } from "./subscriptions.ts";

/** Milliseconds after which a pending diff is finished by whoever meets it. */
export const PATIENCE = 100;
/** Our clock has milliseconds, so the last of the six digits is free for the mark of a finished diff. */
const UNMARKED = "000+0000";
const MARK = "1+0000";

/** A diff that holds the next number and has not raised it yet. */
interface Pending {
  readonly sequence: number;
  /** Its stored instant, which tells it from a later diff under the same key. */
  readonly stored: string;
  /** When it was met first. */
  readonly since: number;
}

/** Stores the text under the next number, or gives `null` when there is no such subscription. */
export async function appendDiff(
  context: Context,
  actorId: string,
  peerId: string,
  subscriptionId: string,
  data: string,
  call: Call & Pick<AppendOptions, "known">,
): Promise<Diff | null> {
  const subscription = subscriptionKey(actorId, peerId, subscriptionId);
  let pending = null as Pending | null;
  for (let attempt = 1;; attempt++) {
    // A number that the caller has read is as good as one read here: step 3 finds out whether it is still the same.
    const row = attempt === 1 && call.known !== undefined && call.known < SEQUENCE_MAXIMUM
      ? { seqnr: N(call.known) }
      : await getItem(context, "subscriptions", subscription, call, true);
    if (row === null) return null;
    const number = optionalWhole(call.operation, row, "seqnr");
    if (number !== null && number >= SEQUENCE_MAXIMUM) {
      throw new StoreError(
        "too_large",
        call.operation,
        `the subscription has used its last number, ${SEQUENCE_MAXIMUM}`,
      );
    }
    const diff: Diff = { subscriptionId, sequence: (number ?? 0) + 1, timestamp: instantOf(context.now()), data };
    const key = diffKey(actorId, subscriptionId, diff.sequence);
    if (pending?.sequence !== diff.sequence) pending = null;
    // The pending diff was seen before the number was read, so it holds the number's successor by right.
    else if (Date.now() - pending.since >= PATIENCE) {
      await finish(context, subscription, number, key, pending.stored, call);
      pending = null;
      continue;
    }
    const put = await conditional(context, "PutItem", "subscriptiondiffs", {
      Item: itemOf(FIELDS, key, diff),
      ConditionExpression: "attribute_not_exists(id)",
    }, call);
    if (put.held) {
      const outcome = await commit(context, subscription, number, key, diff, call);
      if (outcome !== "again") return outcome;
      continue;
    }
    const there = await rowOf(put, context, "subscriptiondiffs", key, call);
    const stored = there === null ? null : text(call.operation, there, "timestamp");
    if (stored === null) pending = null;
    else if (pending?.stored !== stored) pending = { sequence: diff.sequence, stored, since: Date.now() };
    await pause(attempt, call);
  }
}

/** Raises the number to our diff's. A fault here leaves the diff for the next writer to finish. */
async function commit(
  context: Context,
  subscription: Item,
  number: number | null,
  key: Item,
  diff: Diff,
  call: Call,
): Promise<Diff | null | "again"> {
  try {
    if (await raise(context, subscription, number, diff.sequence, call)) return diff;
    return await settle(context, subscription, key, diff, call);
  } catch (cause) {
    if (cause instanceof StoreError && (cause.code === "aborted" || cause.code === "unknown_outcome")) throw cause;
    throw new StoreError("unknown_outcome", call.operation, "the diff was stored but its number not confirmed", {
      cause,
    });
  }
}

/**
 * Raises a subscription's number, on condition that it is `from`; whether that held. Not repeated when its outcome is
 * unknown: the second try would find the number raised by the first.
 */
async function raise(context: Context, key: Item, from: number | null, to: number, call: Call): Promise<boolean> {
  const { held } = await conditional(context, "UpdateItem", "subscriptions", {
    Key: key,
    UpdateExpression: "SET seqnr = :to",
    ConditionExpression: from === null ? "attribute_exists(id) AND attribute_not_exists(seqnr)" : "seqnr = :from",
    ExpressionAttributeValues: {
      ":to": N(to),
      ...(from === null ? {} : { ":from": N(from) }),
    },
  }, call);
  return held;
}

/** Finishes the diff of another writer: marks it, then raises the number. Both fail harmlessly when somebody was quicker. */
async function finish(
  context: Context,
  subscription: Item,
  number: number | null,
  key: Item,
  stored: string,
  call: Call,
): Promise<void> {
  // A mark is there already where an earlier helper died. Whoever kept microseconds is no writer that looks for one.
  if (stored.endsWith(UNMARKED)) {
    const { held } = await conditional(context, "UpdateItem", "subscriptiondiffs", {
      Key: key,
      UpdateExpression: "SET #timestamp = :marked",
      ConditionExpression: "#timestamp = :stored",
      ExpressionAttributeValues: { ":marked": S(marked(stored)), ":stored": S(stored) },
    }, call);
    if (!held) return;
  }
  await raise(context, subscription, number, (number ?? 0) + 1, call);
}

/** What became of our diff when the number could not be raised from the one that was read. */
async function settle(
  context: Context,
  subscription: Item,
  key: Item,
  diff: Diff,
  call: Call,
): Promise<Diff | null | "again"> {
  const stored = toStoredInstant(diff.timestamp);
  const [mine, row] = await Promise.all([
    getItem(context, "subscriptiondiffs", key, call, true),
    getItem(context, "subscriptions", subscription, call, true),
  ]);
  const found = mine === null ? null : text(call.operation, mine, "timestamp");
  if (found === marked(stored) && row !== null) return { ...diff, timestamp: `${found.slice(0, 26)}Z` };
  if (found === stored || (found === marked(stored) && row === null)) {
    const { held } = await conditional(context, "DeleteItem", "subscriptiondiffs", {
      Key: key,
      ConditionExpression: "#timestamp = :found",
      ExpressionAttributeValues: { ":found": S(found) },
    }, call);
    if (held && row !== null) return "again";
  }
  if (row === null) return null;
  throw new StoreError("unknown_outcome", call.operation, "the diff was cleared before its number was confirmed");
}

/** The stored instant with the mark. */
function marked(stored: string): string {
  return stored.slice(0, -MARK.length) + MARK;
}
