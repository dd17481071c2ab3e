/**
 * What a peer may do: the rules of its kind of relationship, merged with those that were made for it alone.
 *
 * @module
 */

import { pythonJson } from "../model/json.ts";
import { TEXT_CHARACTERS } from "../model/limits.ts";
import { instantOf } from "../model/time.ts";
import type { Json, Trust } from "../store.ts";
import type { Service } from "./service.ts";
import { CATEGORIES, type Permissions, type Rules } from "./trust_types.ts";

/** What can be done with a property. */
export type Operation = "read" | "write" | "delete";

/** Rules that were made for one peer, as they are stored. */
export interface Override {
  readonly [field: string]: Json;
}

/** Where the reference keeps the rules for a peer. */
const BUCKET = "_trust_permissions";
const UNITED: ReadonlySet<string> = new Set(["patterns", "excluded_patterns"]);
// deno-lint-ignore no-control-regex
const CONTROL = /[\0-\x1f\x7f]/;

/** The rules that hold for a peer: one small read. */
export async function permissionsOf(service: Service, actorId: string, trust: Trust): Promise<Permissions> {
  return effective(service, trust, await readOverride(service, actorId, trust.peerId));
}

/** The rules of a kind of relationship with those of an override. */
export function effective(service: Service, trust: Trust, override: Override | null): Permissions {
  const { trustTypes } = service;
  const base = Object.hasOwn(trustTypes, trust.relationship) ? trustTypes[trust.relationship]!.permissions : {};
  if (override === null) return base;
  const merged: { [category: string]: Rules } = { ...base };
  for (const category of CATEGORIES) {
    const own = override[category];
    if (isObject(own)) merged[category] = mergedRules(merged[category], own);
  }
  return merged;
}

/** Patterns are united; of everything else the override's counts. */
function mergedRules(base: Rules = {}, own: { readonly [key: string]: Json }): Rules {
  const merged: { [key: string]: unknown } = { ...base };
  for (const [key, value] of Object.entries(own)) {
    if (!Array.isArray(value)) continue;
    const texts = value.filter((item) => typeof item === "string");
    const before = UNITED.has(key) ? (merged[key] ?? []) as readonly string[] : [];
    merged[key] = [...new Set([...before, ...texts])];
  }
  return merged;
}

/** Whether a property, or a path in one, is open to an operation. What no rule mentions is not. */
export function permits(permissions: Permissions, path: string, operation: Operation): boolean {
  const { denied, allowed, patterns, operations, excluded_patterns: excluded } = permissions.properties ?? {};
  if (CONTROL.test(path)) return false;
  // What holds for everything inside something also holds for the whole of it.
  if (matches(path, denied) || matches(`${path}/`, denied)) return false;
  if (matches(path, allowed)) return true;
  if (!operations?.includes(operation) || !matches(path, patterns)) return false;
  return !matches(path, excluded) && !matches(`${path}/`, excluded);
}

function matches(text: string, globs: readonly string[] = []): boolean {
  return globs.some((glob) => matchesGlob(text, glob));
}

/** Without a regular expression, whose time a pattern of a stranger could make endless. */
function matchesGlob(text: string, glob: string): boolean {
  let [at, in_, star, mark] = [0, 0, -1, 0];
  while (at < text.length) {
    if (glob[in_] === "*") [star, mark] = [in_++, at];
    else if (in_ < glob.length && (glob[in_] === "?" || glob[in_] === text[at])) [at, in_] = [at + 1, in_ + 1];
    else if (star >= 0) [in_, at] = [star + 1, ++mark];
    else return false;
  }
  while (glob[in_] === "*") in_++;
  return in_ === glob.length;
}

/** The rules made for one peer, or `null`. What cannot be read permits nothing. */
export async function readOverride({ store }: Service, actorId: string, peerId: string): Promise<Override | null> {
  const name = keyOf(actorId, peerId);
  // Longer ones cannot be stored, so there is none.
  if (BUCKET.length + 1 + name.length > TEXT_CHARACTERS) return null;
  const stored = (await store.attributes.get(actorId, BUCKET, name))?.data;
  if (stored === undefined) return null;
  const override = typeof stored === "string" ? parsed(stored) : stored;
  return isObject(override) ? override : { properties: { denied: ["*"] } };
}

/** Writes the rules for one peer in the reference's form, a JSON text inside JSON; whether there were none before. */
export async function writeOverride(
  { store, now }: Service,
  actorId: string,
  trust: Trust,
  fields: Override,
): Promise<boolean> {
  const name = keyOf(actorId, trust.peerId);
  const override = {
    actor_id: actorId,
    peer_id: trust.peerId,
    trust_type: trust.relationship,
    ...Object.fromEntries(CATEGORIES.map((category) => [category, fields[category] ?? null])),
    created_by: "creator",
    updated_at: instantOf(now()).replace("Z", ""),
    notes: fields.notes ?? null,
  };
  const data = pythonJson(override);
  if (await store.attributes.createIfAbsent(actorId, BUCKET, name, data)) return true;
  await store.attributes.set(actorId, BUCKET, name, data);
  return false;
}

/** Removes the rules for one peer. */
export async function deleteOverride({ store }: Service, actorId: string, peerId: string): Promise<void> {
  await store.attributes.delete(actorId, BUCKET, keyOf(actorId, peerId));
}

function keyOf(actorId: string, peerId: string): string {
  return `${actorId}:${peerId}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Override {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
