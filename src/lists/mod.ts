/**
 * Ordered lists of any length in an actor's properties and attributes, stored as the reference stores them.
 *
 * @example
 * ```ts
 * import { listOf, lists } from "actingweb-edge/lists";
 * import type { Store } from "actingweb-edge";
 *
 * export async function visit(store: Store, actorId: string, page: string) {
 *   const visits = listOf(store, actorId, "visits");
 *   await visits.append({ page });
 *   console.log(await lists(store, actorId), await visits.get(-1));
 * }
 * ```
 *
 * @module
 */

export { type AttributeList, attributeListOf, attributeLists, type AttributeRepair } from "./attribute_list.ts";
export { type Conversion, convertList, type ConvertOptions } from "./convert.ts";
export { listOf, lists } from "./list.ts";
export { setPlainProperty } from "./plain_property.ts";
export type { List, ListEntry, ListHandle, ListMetadata, ListOptions, ListReport, VerifyOptions } from "./types.ts";
