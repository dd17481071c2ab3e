/** Checks of the arguments of {@linkcode Lookups}. @module */

import type { Shell } from "../guard.ts";
import type { Lookups } from "../store.ts";
import * as check from "./check.ts";

/** The guarded part. */
export function guardLookups({ backend: { lookups }, indexed, run }: Shell): Lookups {
  function indexedName(operation: string, name: unknown): string {
    const checked = check.propertyName(operation, name);
    return indexed.has(checked) ? checked : check.refuse(operation, "name", "one of the store's indexedProperties");
  }

  function indexedText(operation: string, value: unknown): string {
    const checked = check.text(operation, "value", value);
    if (checked === "") check.refuse(operation, "value", "a string of at least one character");
    return check.indexedValue(operation, checked);
  }

  return {
    get: (name, value, options) =>
      run(
        "lookups.get",
        options,
        (call) => lookups.get(indexedName(call.operation, name), indexedText(call.operation, value), call),
      ),
    claim: (actorId, name, value, options) =>
      run("lookups.claim", options, (call) => {
        const actor = check.key(call.operation, "actorId", actorId);
        return lookups.claim(actor, indexedName(call.operation, name), indexedText(call.operation, value), call);
      }),
    release: (actorId, name, value, options) =>
      run("lookups.release", options, (call) => {
        const actor = check.key(call.operation, "actorId", actorId);
        return lookups.release(actor, indexedName(call.operation, name), indexedText(call.operation, value), call);
      }),
  };
}
