/**
 * Lists of an actor: one by its name, and the names of all.
 *
 * @module
 */

import { compareBytes } from "../model/order.ts";
import type { ReadOptions, Store } from "../store.ts";
import { beginReading, rest } from "./call.ts";
import { inserting } from "./insert.ts";
import { type ListContext, type Metadata, metadataOf } from "./metadata.ts";
import { checkName, following, listOfMetadata, LISTS_BEGIN, LISTS_END } from "./names.ts";
import { type Reading, reading } from "./read.ts";
import { type Rows, rowsOf } from "./rows.ts";
import { tidying } from "./tidy.ts";
import type { List, ListOptions } from "./types.ts";
import { verifying } from "./verify.ts";
import { walking } from "./walk.ts";
import { type Whole, whole } from "./whole.ts";
import { type Writing, writing } from "./write.ts";

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
  const parts = partsOf(store, actorId, name, options);
  const verify = verifying(...parts);
  return { ...core(...parts), ...walking(...parts), ...inserting(...parts), ...tidying(...parts, verify), ...verify };
}

/** What most programs need of a list. */
export type ListCore = Pick<List, "name"> & Reading & Writing & Whole;

/** The list of this name with the methods that most programs need: a bundle holds no others. */
export function listCoreOf(store: Store, actorId: string, name: string, options: ListOptions = {}): ListCore {
  return core(...partsOf(store, actorId, name, options));
}

type Parts = readonly [context: ListContext, metadata: Metadata, rows: Rows];

function partsOf(store: Store, actorId: string, name: string, options: ListOptions): Parts {
  const { now = Date.now, random = Math.random } = options;
  const context: ListContext = { store, actorId, name: checkName("lists", name), now, random };
  return [context, metadataOf(context), rowsOf(context)];
}

function core(...parts: Parts): ListCore {
  return { name: parts[0].name, ...reading(...parts), ...writing(...parts), ...whole(...parts) };
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
