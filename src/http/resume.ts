/**
 * The end of a suspension: subscribers are told to read everything anew.
 *
 * @module
 */

import type { Json, Store } from "../store.ts";
import { appendDiff, isSubscribedTo, PROPERTIES } from "./changes.ts";
import { callbackFields, send } from "./deliveries.ts";
import { collectLists, isListRow } from "./list_rows.ts";
import { storedJson } from "./property.ts";
import { type RoutesOptions, serviceOf } from "./service.ts";

/** What is resumed. */
export interface Resumption {
  /** What was suspended, e.g. `properties`. */
  readonly target: string;
  /** The part of it, or `""`. Default `""`. */
  readonly subtarget?: string;
}

/**
 * Resumes a target that was suspended with `store.suspensions.createIfAbsent`, during which no diffs were registered.
 * Each subscription that it concerns gets one diff with all there is now and, unless its granularity is `none`, a callback
 * that says so. Use it after many changes at once, in place of a callback for each.
 *
 * @param options Those of the routes; `baseUrl` is needed
 * @returns How many subscriptions were told, 0 when nothing was suspended
 * @throws {TypeError} Without a `baseUrl`
 *
 * @example
 * ```ts
 * import { resume } from "actingweb-edge/hono";
 * import type { Store } from "actingweb-edge";
 *
 * export async function importAll(store: Store, actorId: string, rows: [string, string][]) {
 *   await store.suspensions.createIfAbsent(actorId, "properties", "");
 *   await store.properties.setMany(actorId, rows);
 *   await resume(store, actorId, { target: "properties" }, { baseUrl: "https://example.org/aw/" });
 * }
 * ```
 */
export async function resume(
  store: Store,
  actorId: string,
  { target, subtarget = "" }: Resumption,
  options: RoutesOptions & { readonly baseUrl: string },
): Promise<number> {
  const service = serviceOf(store, options);
  if (service.baseUrl === null) throw new TypeError("baseUrl is missing");
  if (!await store.suspensions.delete(actorId, target, subtarget)) return 0;
  const path = subtarget === "" ? [] : [subtarget];
  const concerned = (await store.subscriptions.all(actorId)).filter((each) => isSubscribedTo(each, target, path));
  const state = target === PROPERTIES && concerned.length > 0 ? await stateOf(store, actorId) : {};
  await Promise.all(concerned.map(async (subscription) => {
    const diff = await appendDiff(service, actorId, subscription, [], state);
    const { granularity, peerId } = subscription;
    if (diff === null || granularity === "none") return;
    const trust = await store.trusts.get(actorId, peerId);
    if (!trust?.approved) return;
    const part = subscription.subtarget === "" ? "" : `/${encodeURIComponent(subscription.subtarget)}`;
    const url = `${service.baseUrl}${actorId}/${target}${part}`;
    const body = { ...callbackFields(actorId, subscription, diff), type: "resync", url };
    await send(service, actorId, trust, subscription, diff.sequence, body);
  }));
  return concerned.length;
}

/** All properties with their lists, as `GET /properties?format=full` shows them. */
async function stateOf(store: Store, actorId: string): Promise<Json> {
  const rows = await store.properties.all(actorId, { includeLists: true });
  const shown = (text: string) => storedJson(text) ?? text;
  const plain = rows.filter((row) => !isListRow(row)).map(({ name, value }) => [name, shown(value)] as const);
  const lists = [...collectLists(rows)].map(([name, { items, description, explanation }]) => {
    return [name, { _list: true, count: items.length, description, explanation, items: items.map(shown) }] as const;
  });
  return Object.fromEntries([...plain, ...lists]);
}
