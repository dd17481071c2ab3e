/**
 * Ordered lists in an actor's attributes, as the reference keeps what peers have synchronised: one row per index.
 *
 * @module
 */

import { compareBytes } from "../model/order.ts";
import type { CallOptions, Json, Page, PageOptions, ReadOptions, Store } from "../store.ts";
import { beginReading, rest } from "./call.ts";
import { attributeReading } from "./attribute_read.ts";
import { attributeWriting } from "./attribute_write.ts";
import { type AttributeListContext, leasedRow } from "./lease.ts";
import { checkName } from "./names.ts";
import type { ListMetadata, ListOptions } from "./types.ts";

/**
 * An ordered list of JSON values in a bucket of an actor's attributes.
 *
 * The items are numbered without a gap, so inserting and deleting in the middle move all later items. Writers therefore
 * take turns: each takes a lease of the list, which ends by itself when a writer dies, at the latest 20 seconds after it
 * began with the default timeout. Appending costs four requests. Writers that do not take a lease, i.e. the reference's,
 * are noticed afterwards at best: let only one of both sides change a list.
 *
 * Indexes work as in `List`. An item is any JSON value but `null`.
 */
export interface AttributeList {
  /** The list's name. */
  readonly name: string;
  /** The item, or `undefined`. */
  get(index: number, options?: ReadOptions): Promise<Json | undefined>;
  /** Items from `start` up to but not including `end`; all by default. */
  slice(start?: number, end?: number, options?: ReadOptions): Promise<Json[]>;
  /** All items in order, in pages. A cursor is a position: what is inserted or deleted before it moves the items. */
  pages(options?: PageOptions): AsyncIterable<Page<Json>>;
  /** How many items there are, from the metadata. */
  length(options?: ReadOptions): Promise<number>;
  /** Position of the first item that equals `value` as JSON between two positions, or -1. */
  indexOf(value: Json, start?: number, end?: number, options?: ReadOptions): Promise<number>;
  /** The metadata, or `null` when there is no such list. */
  metadata(options?: ReadOptions): Promise<Omit<ListMetadata, "format" | "countHint"> & { length: number } | null>;

  /** Adds an item behind the last one. */
  append(value: Json, options?: CallOptions): Promise<void>;
  /** Adds items behind the last one; readers see all of them at once. */
  extend(values: Iterable<Json>, options?: CallOptions): Promise<void>;
  /** Adds an item before the one at `index`; at the end when there are not so many. Moves all later items. */
  insert(index: number, value: Json, options?: CallOptions): Promise<void>;
  /** Replaces the item at `index`; `false` when there is none. */
  update(index: number, value: Json, options?: CallOptions): Promise<boolean>;
  /** Removes the item at `index`; `false` when there is none. Moves all later items. */
  delete(index: number, options?: CallOptions): Promise<boolean>;
  /** Removes the item at `index`, by default the last, and gives it to exactly one of all callers, or `undefined`. */
  pop(index?: number, options?: CallOptions): Promise<Json | undefined>;
  /** Removes the first item that equals `value` as JSON; whether there was one. */
  remove(value: Json, options?: CallOptions): Promise<boolean>;
  /** Writes description and explanation, or one of them; creates the list when there is none. */
  setMetadata(
    fields: { readonly description?: string; readonly explanation?: string },
    options?: CallOptions,
  ): Promise<void>;
  /** Removes all items and keeps the metadata; how many. Readers see all of them go at once. */
  clear(options?: CallOptions): Promise<number>;
  /** Removes the list with its metadata; whether there was one. */
  deleteList(options?: CallOptions): Promise<boolean>;
  /** Closes gaps and removes rows beyond the length, as a writer may leave them that does not take turns. */
  repair(options?: CallOptions): Promise<AttributeRepair>;
}

/** What a repair found. */
export interface AttributeRepair {
  /** Positions within the length that had no item. */
  readonly missing: number;
  /** Rows beyond the length. */
  readonly beyond: number;
}

/**
 * The list of this name in a bucket. No request is made, and nothing is created before its first item.
 *
 * @throws {StoreError} `invalid` for a name that is none
 *
 * @example
 * ```ts
 * import { attributeListOf } from "actingweb-edge/lists";
 * import type { Store } from "actingweb-edge";
 *
 * export async function lastOf(store: Store, actorId: string, peerId: string) {
 *   const synchronised = attributeListOf(store, actorId, `remote:${peerId}`, "notes");
 *   return await synchronised.get(-1);
 * }
 * ```
 */
export function attributeListOf(
  store: Store,
  actorId: string,
  bucket: string,
  name: string,
  options: ListOptions = {},
): AttributeList {
  const { now = Date.now, random = Math.random } = options;
  const context: AttributeListContext = {
    store,
    actorId,
    bucket,
    name: checkName("attributeLists", name),
    now,
    random,
  };
  const row = leasedRow(context);
  const reading = attributeReading(context, row);
  return { name, ...reading, ...attributeWriting(context, row, reading) };
}

/** The names of the lists in a bucket, in byte order. Reads the whole bucket, in pages. */
export async function attributeLists(
  store: Store,
  actorId: string,
  bucket: string,
  options?: ReadOptions,
): Promise<string[]> {
  const call = beginReading("attributeLists", options);
  const found: string[] = [];
  for await (const { items } of store.attributes.pages(actorId, { ...rest(call), bucket })) {
    for (const { name } of items) {
      const list = /^list:(.+):meta$/s.exec(name);
      if (list !== null) found.push(list[1]!);
    }
  }
  return found.sort(compareBytes);
}
