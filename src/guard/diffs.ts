/** Checks of the arguments of {@linkcode Diffs}. @module */

import type { Call } from "../backend.ts";
import type { Shell } from "../guard.ts";
import { SEQUENCE_MAXIMUM } from "../model/limits.ts";
import type { Diff, DiffRange, Diffs } from "../store.ts";
import * as check from "./check.ts";
import { subscriptionKey } from "./subscriptions.ts";

const NUMBER_CHARACTERS = String(SEQUENCE_MAXIMUM).length;

/** The guarded part. */
export function guardDiffs({ backend: { diffs }, run, walk }: Shell): Diffs {
  const id = (call: Call, actorId: unknown) => check.key(call.operation, "actorId", actorId);
  const number = (call: Call, sequence: unknown, least = 1) =>
    check.whole(call.operation, "sequence", sequence, least, SEQUENCE_MAXIMUM);

  return {
    append: (actorId, peerId, subscriptionId, data, options) =>
      run("diffs.append", options, (call) => {
        const [peer, sub] = subscriptionKey(call.operation, peerId, subscriptionId);
        keyed(call, sub);
        return diffs.append(id(call, actorId), peer, sub, content(call, data), call);
      }),
    get: (actorId, subscriptionId, sequence, options) =>
      run(
        "diffs.get",
        options,
        (call) => diffs.get(id(call, actorId), keyed(call, subscriptionId), number(call, sequence), call),
      ),
    first: (actorId, subscriptionId, options) =>
      run("diffs.first", options, (call) => diffs.first(id(call, actorId), keyed(call, subscriptionId), call)),
    all: (actorId, subscriptionId, options) =>
      run(
        "diffs.all",
        options,
        (call) => diffs.all(id(call, actorId), keyed(call, subscriptionId), later(call, options)),
      ),
    pages: (actorId, subscriptionId, options) =>
      walk("diffs.pages", options, (call) => {
        const { after } = later(call, options);
        const beyond = call.after === null ? String(after) : position(call.operation, call.after);
        return diffs.page(id(call, actorId), keyed(call, subscriptionId), { ...call, after: beyond });
      }),
    createIfAbsent: (actorId, diff, options) =>
      run("diffs.createIfAbsent", options, (call) => {
        const checked: Diff = {
          subscriptionId: keyed(call, diff?.subscriptionId),
          sequence: number(call, diff.sequence),
          timestamp: check.instant(call.operation, "timestamp", diff.timestamp),
          data: content(call, diff.data),
        };
        return diffs.createIfAbsent(id(call, actorId), checked, call);
      }),
    delete: (actorId, subscriptionId, sequence, options) =>
      run(
        "diffs.delete",
        options,
        (call) => diffs.delete(id(call, actorId), keyed(call, subscriptionId), number(call, sequence), call),
      ),
    deleteUpTo: (actorId, peerId, subscriptionId, sequence, options) =>
      run("diffs.deleteUpTo", options, (call) => {
        const actor = id(call, actorId);
        const [peer, sub] = subscriptionKey(call.operation, peerId, subscriptionId);
        return diffs.deleteUpTo(actor, peer, keyed(call, sub), number(call, sequence, 0), call);
      }),
    deleteAll: (actorId, peerId, subscriptionId, options) =>
      run("diffs.deleteAll", options, (call) => {
        const actor = id(call, actorId);
        const [peer, sub] = subscriptionKey(call.operation, peerId, subscriptionId);
        return diffs.deleteAll(actor, peer, keyed(call, sub), call);
      }),
  };
}

/** The id is stored joined with a number, and both have to fit. */
function keyed(call: Call, subscriptionId: unknown): string {
  const checked = check.subscriptionId(call.operation, subscriptionId);
  check.joined(call.operation, "subscriptionId with sequence", checked, "0".repeat(NUMBER_CHARACTERS));
  return checked;
}

function content(call: Call, data: unknown): string {
  const checked = check.text(call.operation, "data", data);
  if (checked === "") check.refuse(call.operation, "data", "a string of at least one character");
  check.item(call.operation, "data", { diff: checked, others: 4096 });
  return checked;
}

function later(call: Call, options: DiffRange | undefined): Call & { after: number } {
  return { ...call, after: check.whole(call.operation, "after", options?.after ?? 0, 0, SEQUENCE_MAXIMUM) };
}

function position(operation: string, after: string): string {
  return /^\d{1,10}$/.test(after) ? after : check.refuse(operation, "cursor", `a cursor that ${operation} gave`);
}
