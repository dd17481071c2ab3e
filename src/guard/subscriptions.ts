/** Checks of the arguments of {@linkcode Subscriptions}. @module */

import type { Call } from "../backend.ts";
import type { Shell } from "../guard.ts";
import { SEQUENCE_MAXIMUM } from "../model/limits.ts";
import type { Subscription, SubscriptionFilter, Subscriptions } from "../store.ts";
import * as check from "./check.ts";

type Fields = Omit<Subscription, "peerId" | "subscriptionId">;

/** The guarded part. */
export function guardSubscriptions({ backend: { subscriptions }, run, walk }: Shell): Subscriptions {
  const id = (call: Call, actorId: unknown) => check.key(call.operation, "actorId", actorId);

  return {
    get: (actorId, peerId, subscriptionId, options) =>
      run(
        "subscriptions.get",
        options,
        (call) =>
          subscriptions.get(id(call, actorId), ...subscriptionKey(call.operation, peerId, subscriptionId), call),
      ),
    all: (actorId, options) =>
      run("subscriptions.all", options, (call) => subscriptions.all(id(call, actorId), filtered(call, options))),
    pages: (actorId, options) =>
      walk("subscriptions.pages", options, (call) => subscriptions.page(id(call, actorId), filtered(call, options))),
    createIfAbsent: (actorId, subscription, options) =>
      run("subscriptions.createIfAbsent", options, (call) => {
        const { peerId, subscriptionId, ...fields } = subscription ?? {};
        const [peer, sub] = subscriptionKey(call.operation, peerId, subscriptionId);
        const complete: Fields = { ...EMPTY, ...fields };
        const checked = { ...EMPTY, ...check.given(call.operation, complete, checks(call.operation)) };
        return subscriptions.createIfAbsent(id(call, actorId), { peerId: peer, subscriptionId: sub, ...checked }, call);
      }),
    update: (actorId, peerId, subscriptionId, fields, options) =>
      run("subscriptions.update", options, (call) => {
        const [peer, sub] = subscriptionKey(call.operation, peerId, subscriptionId);
        const checked = check.given(call.operation, fields, checks(call.operation));
        return subscriptions.update(id(call, actorId), peer, sub, checked, call);
      }),
    delete: (actorId, peerId, subscriptionId, options) =>
      run(
        "subscriptions.delete",
        options,
        (call) =>
          subscriptions.delete(id(call, actorId), ...subscriptionKey(call.operation, peerId, subscriptionId), call),
      ),
    deleteAll: (actorId, options) =>
      run(
        "subscriptions.deleteAll",
        options,
        (call) => subscriptions.deleteAll(id(call, actorId), filtered(call, options)),
      ),
  };
}

const EMPTY: Fields = { granularity: "", target: "", subtarget: "", resource: "", sequence: 0, callback: false };

/** A peer's id and a subscription's id, which are stored joined. */
export function subscriptionKey(operation: string, peerId: unknown, subscriptionId: unknown): [string, string] {
  const peer = check.key(operation, "peerId", peerId);
  const sub = check.subscriptionId(operation, subscriptionId);
  check.joined(operation, "peerId with subscriptionId", peer, sub);
  return [peer, sub];
}

function checks(operation: string): { readonly [Name in keyof Fields]-?: (value: unknown) => Fields[Name] } {
  const field = (name: string) => (value: unknown) => check.field(operation, name, value);
  return {
    granularity: field("granularity"),
    target: field("target"),
    subtarget: field("subtarget"),
    resource: field("resource"),
    sequence: (value) => check.whole(operation, "sequence", value, 0, SEQUENCE_MAXIMUM),
    callback: (value) => check.truth(operation, "callback", value),
  };
}

function filtered<Given extends Call>(
  call: Given,
  options: SubscriptionFilter | undefined,
): Given & SubscriptionFilter {
  return options?.peerId === undefined
    ? call
    : { ...call, peerId: check.key(call.operation, "peerId", options.peerId) };
}
