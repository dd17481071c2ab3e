/** Reverse lookup on DynamoDB: the digest table, verified against the property. @module */

import type { BackendPart } from "../backend.ts";
import type { Lookups } from "../store.ts";
import { claimValue, readProperty, release, verifiedOwner } from "./indexed.ts";
import type { Context } from "./requests.ts";

/** The part. */
export function lookups(context: Context): BackendPart<Lookups> {
  return {
    async get(name, value, call) {
      const owner = await verifiedOwner(context, name, value, call);
      return owner ?? await context.oldLookups?.(context, name, value, call) ?? null;
    },

    async claim(actorId, name, value, call) {
      if (await readProperty(context, actorId, name, { ...call, consistent: true }) !== value) return false;
      return await claimValue(context, actorId, name, value, call) !== "taken";
    },

    async release(actorId, name, value, call) {
      const since = context.now();
      if (await readProperty(context, actorId, name, { ...call, consistent: true }) === value) return false;
      return await release(context, actorId, name, value, since, call);
    },
  };
}
