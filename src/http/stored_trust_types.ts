/**
 * Kinds of relationships that applications with the Python library have stored beside the actors.
 *
 * @module
 */

import * as v from "valibot";
import { StoreError } from "../errors.ts";
import type { CallOptions, Store } from "../store.ts";
import type { TrustType } from "./trust_types.ts";

/** The actor whose properties they are. */
const OWNER = "_actingweb_system";
const PREFIX = "trust_type:";

const rules = v.record(v.string(), v.array(v.string()));
/** Null where a category is left out. */
const stored = v.object({
  display_name: v.string(),
  description: v.string(),
  base_permissions: v.record(v.string(), v.nullish(rules)),
});

/**
 * The kinds of relationships that are stored in the database, by name; none when there are no such rows. One read: call
 * it once, when the app starts.
 *
 * @throws {StoreError} `corrupt` when a stored kind cannot be read: what it denies would not be known
 *
 * @example
 * ```ts
 * import { routes, storedTrustTypes, TRUST_TYPES } from "actingweb-edge/hono";
 *
 * const app = routes(store, { trustTypes: { ...TRUST_TYPES, ...await storedTrustTypes(store) } });
 * ```
 */
export async function storedTrustTypes(
  store: Store,
  options?: CallOptions,
): Promise<{ readonly [name: string]: TrustType }> {
  const rows = await store.properties.prefix(OWNER, PREFIX, options);
  return Object.fromEntries(rows.map(({ name, value }) => [name.slice(PREFIX.length), trustTypeOf(name, value)]));
}

function trustTypeOf(name: string, text: string): TrustType {
  const result = v.safeParse(stored, jsonOf(name, text));
  if (!result.success) throw unreadable(name);
  const { display_name: displayName, description, base_permissions: permissions } = result.output;
  const given = Object.entries(permissions).filter(([, value]) => value !== null && value !== undefined);
  return { displayName, description, permissions: Object.fromEntries(given) as TrustType["permissions"] };
}

function jsonOf(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable(name, cause);
  }
}

function unreadable(name: string, cause?: unknown): StoreError {
  return new StoreError("corrupt", "storedTrustTypes", `${name} of ${OWNER} is no kind of relationship`, { cause });
}
