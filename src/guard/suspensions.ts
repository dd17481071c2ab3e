/** Checks of the arguments of {@linkcode Suspensions}. @module */

import type { Call } from "../backend.ts";
import type { Shell } from "../guard.ts";
import type { Suspensions } from "../store.ts";
import * as check from "./check.ts";

/** The guarded part. */
export function guardSuspensions({ backend: { suspensions }, run, walk }: Shell): Suspensions {
  const id = (call: Call, actorId: unknown) => check.key(call.operation, "actorId", actorId);

  return {
    has: (actorId, target, subtarget, options) =>
      run(
        "suspensions.has",
        options,
        (call) => suspensions.has(id(call, actorId), ...suspensionKey(call, target, subtarget), call),
      ),
    all: (actorId, options) => run("suspensions.all", options, (call) => suspensions.all(id(call, actorId), call)),
    pages: (actorId, options) =>
      walk("suspensions.pages", options, (call) => suspensions.page(id(call, actorId), call)),
    createIfAbsent: (actorId, target, subtarget, options) =>
      run(
        "suspensions.createIfAbsent",
        options,
        (call) => suspensions.createIfAbsent(id(call, actorId), ...suspensionKey(call, target, subtarget), call),
      ),
    delete: (actorId, target, subtarget, options) =>
      run(
        "suspensions.delete",
        options,
        (call) => suspensions.delete(id(call, actorId), ...suspensionKey(call, target, subtarget), call),
      ),
    deleteAll: (actorId, options) =>
      run("suspensions.deleteAll", options, (call) => suspensions.deleteAll(id(call, actorId), call)),
  };
}

function suspensionKey({ operation }: Call, target: unknown, subtarget: unknown): [target: string, subtarget: string] {
  const whole = check.key(operation, "target", target);
  const part = check.field(operation, "subtarget", subtarget);
  if (part !== "") check.joined(operation, "target with subtarget", whole, part);
  return [whole, part];
}
