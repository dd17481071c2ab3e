/**
 * Lists of an actor: one by its name, and the names of all.
 *
 * @module
 */

import { compareBytes } from "../model/order.ts";
import type { ReadOptions, Store } from "../store.ts";
import { beginReading, rest } from "./call.ts";
import type { ListContext } from "./metadata.ts";
import { metadataOf } from "./metadata.ts";
import { checkName, following, listOfMetadata, LISTS_BEGIN, LISTS_END } from "./names.ts";
import { reading } from "./read.ts";
import { rowsOf } from "./rows.ts";
import type { List, ListOptions } from "./types.ts";
import { verifying } from "./verify.ts";
import { whole } from "./whole.ts";
import { writing } from "./write.ts";

const NAMES_AT_ONCE = 1_000;

/**
 * The list of this name. No request is made, and nothing is created before its first item.
 *
 * The object remembers the metadata row that it saw last, which saves a request; it is never wrong to use a new one.
 *
 * @param store Any store
 * @param actorId The actor
 * @param name The list's name, not empty; a new list's name has no `#` and at most 837 bytes
 * @param options Clock and random numbers
 * @throws {StoreError} `invalid` for a name that is none
 *
 * @example
 * ```ts
 * import { listOf } from "actingweb-edge/lists";
 * import type { Store } from "actingweb-edge";
 *
 * export async function remember(store: Store, actorId: string) {
 *   const notes = listOf(store, actorId, "notes");
 *   await notes.append({ text: "Buy bread" });
 *   await notes.insert(0, { text: "Get up" });
 *   for await (const { items } of notes.pages()) {
 *     for (const entry of items) console.log(entry.value);
 *   }
 * }
 * ```
 */
export function listOf(store: Store, actorId: string, name: string, options: ListOptions = {}): List {
  const { now = Date.now, random = Math.random } = options;
  const context: ListContext = { store, actorId, name: checkName("lists", name), now, random };
  const metadata = metadataOf(context);
  const rows = rowsOf(context);
  const verify = verifying(context, metadata, rows);
  return {
    name,
    ...reading(context, metadata, rows),
    ...writing(context, metadata, rows),
    ...whole(context, metadata, rows, verify),
    ...verify,
  };
}

/**
 * The names of an actor's lists, in byte order.
 *
 * Reads the names of all list rows, items included, since only they tell which lists there are: on DynamoDB as many
 * requests as these rows have megabytes.
 */
export async function lists(store: Store, actorId: string, options?: ReadOptions): Promise<string[]> {
  const call = beginReading("lists", options);
  const found: string[] = [];
  let lower = LISTS_BEGIN;
  for (;;) {
    const limit = NAMES_AT_ONCE;
    const names = await store.properties.rangeNames(actorId, lower, LISTS_END, { ...rest(call), limit });
    found.push(...names.map(listOfMetadata).filter((name) => name !== null));
    if (names.length < limit) return found.sort(compareBytes);
    lower = following(names.at(-1)!);
  }
}
