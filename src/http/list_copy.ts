/**
 * Changes of lists in an actor's copy of a peer. Each says how long the list is after it; where that does not fit, the
 * list is read anew, so that a change that is applied twice, or missed, does no harm.
 *
 * @module
 */

import { type AttributeList, attributeListOf } from "../lists/mod.ts";
import type { Json } from "../store.ts";
import { type Copy, guarded } from "./copy.ts";

/** A change of a list, in the specification's form. */
type ListChange = { readonly list: string; readonly operation: string; readonly [field: string]: Json };

/** Whether a value is a change of a list. */
export function isListChange(value: Json): value is ListChange {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { list, operation } = value as { readonly [field: string]: Json };
  return typeof list === "string" && typeof operation === "string";
}

/** Applies a change, or calls `refresh` where it does not fit. */
export async function applyListChange(
  { service, actorId, bucket }: Copy,
  name: string,
  change: ListChange,
  refresh: () => Promise<void>,
): Promise<void> {
  const list = attributeListOf(service.store, actorId, bucket, name);
  if (change.operation === "metadata") return;
  const fits = await guarded(service, () => apply(list, change));
  if (fits === false) await refresh();
}

/** Makes a list what a peer shows of it. */
export async function replaceList(list: AttributeList, shown: { readonly [field: string]: Json }): Promise<void> {
  const { items, description = "", explanation = "" } = shown;
  await list.setMetadata({ description: textOf(description), explanation: textOf(explanation) });
  await list.clear();
  if (Array.isArray(items) && items.length > 0) await list.extend(items as Json[]);
}

/** Applies a change; `false`, and nothing is changed, when the list is not what it was changed from. */
async function apply(list: AttributeList, { operation, length, item, items, index }: ListChange): Promise<boolean> {
  switch (operation) {
    case "clear":
      await list.clear();
      return true;
    case "delete_all":
      await list.deleteList();
      return true;
  }
  if (typeof length !== "number") return false;
  const before = await list.length();
  const at = typeof index === "number" ? index : null;
  switch (operation) {
    case "append":
      if (before !== length - 1 || item === undefined || (at !== null && at !== before)) return false;
      await list.append(item);
      return true;
    case "extend":
      if (!Array.isArray(items) || before !== length - items.length) return false;
      await list.extend(items as Json[]);
      return true;
    case "insert":
      if (before !== length - 1 || item === undefined || at === null) return false;
      await list.insert(at, item);
      return true;
    case "update":
      return before === length && item !== undefined && at !== null && await list.update(at, item);
    case "delete":
    case "pop":
      return before === length + 1 && at !== null && await list.delete(at);
    case "remove":
      return before === length + 1 && item !== undefined && await list.remove(item);
  }
  return false;
}

function textOf(json: Json): string {
  return typeof json === "string" ? json : "";
}
