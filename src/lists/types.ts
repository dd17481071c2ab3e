/**
 * What a list of an actor's properties is: types and interfaces.
 *
 * @module
 */

import type { CallOptions, Json, Page, PageOptions, ReadOptions } from "../store.ts";

/** Where an item is and what it was when it was read: enough to change exactly this item, or nothing. */
export interface ListHandle {
  /** The item's sort key in its list; of a list in format 1 its index. */
  readonly rank: string;
  /** The stored text. */
  readonly text: string;
}

/** An item with its handle. */
export interface ListEntry extends ListHandle {
  /** The item. A stored text that is not JSON is the item itself, as in the reference. */
  readonly value: Json;
}

/** What is known about a list without reading its items. */
export interface ListMetadata {
  /** How the items are stored: 2, or 1 for a list that the reference made long ago and nobody has converted. */
  readonly format: 1 | 2;
  /** About how many items there are; `null` when the reference never counted. In format 1 it is exact. */
  readonly countHint: number | null;
  /** Text for people, maybe empty. */
  readonly description: string;
  /** Text for language models, maybe empty. */
  readonly explanation: string;
  /** When it was created, as stored: ISO-8601 without a zone; UTC when written here, local time by the reference. */
  readonly createdAt: string;
  /** When it was last changed, in the same form. */
  readonly updatedAt: string;
}

/** Options of {@linkcode List.verify}. */
export interface VerifyOptions extends CallOptions {
  /** The field by which the application tells items apart, e.g. `id`: items that share its value are reported. */
  readonly identity?: string;
}

/** What {@linkcode List.verify} found: numbers and positions, never an item. */
export interface ListReport {
  /** The storage format, or `null` when the metadata row is missing. */
  readonly format: 1 | 2 | null;
  /** Items that are there. */
  readonly length: number;
  /** The stored count: advisory in format 2, binding in format 1. */
  readonly countHint: number | null;
  /** Characters of the longest rank. From 181 on nothing can be put there. */
  readonly longestRank: number;
  /** Whether ranks are 140 characters or longer: {@linkcode List.compact} shortens them. */
  readonly needsCompact: boolean;
  /** Format 1: positions within the length that have no item. */
  readonly missing: readonly number[];
  /** Format 1: positions beyond the length that have one. */
  readonly orphans: readonly number[];
  /** Rows of the other format, left by a conversion that was cut off; {@linkcode convertList} removes them. */
  readonly residue: number;
  /** Neighbours with the same stored text. In format 1 this is what a shift that was cut off leaves. */
  readonly adjacentDuplicates: readonly (readonly [number, number])[];
  /** Positions of items that share a value of the `identity` field, or `null` without one. */
  readonly duplicates: readonly (readonly number[])[] | null;
  /** Items that have the `identity` field, or `null` without one: 0 means that nothing was compared. */
  readonly compared: number | null;
  /** Nothing above needs anybody's attention. Equal neighbours count in format 1 only. */
  readonly healthy: boolean;
}

/**
 * An ordered list of JSON values in an actor's properties, of any length.
 *
 * A list exists from its first item or {@linkcode List.setMetadata} on; one that does not exist reads as empty. Indexes
 * count from 0, negative ones from the end, as in Python. An index that is out of range is `undefined` or `false`.
 *
 * Every change of one item is one atomic step and safe beside any number of writers. Methods that change an item by its
 * index find it first and change exactly the item they found, or look again. A list in format 1 is read; every change but
 * {@linkcode List.setMetadata} and {@linkcode List.deleteList} is refused with code `conflict` until it is converted.
 *
 * `timeout` is for a whole call with all its requests, 15,000 ms unless given.
 */
export interface List {
  /** The list's name. */
  readonly name: string;

  /** The item, or `undefined` (`null` is an item). The first and the last are one request, others two. */
  get(index: number, options?: ReadOptions): Promise<Json | undefined>;
  /** Items from `start` up to but not including `end`; all by default. One request, for 1 MB of rows on DynamoDB. */
  slice(start?: number, end?: number, options?: ReadOptions): Promise<Json[]>;
  /** Like {@linkcode List.slice}, with handles. */
  handles(start?: number, end?: number, options?: ReadOptions): Promise<ListEntry[]>;
  /**
   * All items in order, in pages. A page is one request and holds at most `limit` items; a cursor goes on behind the last
   * item of its page, whatever was changed meanwhile.
   */
  pages(options?: PageOptions): AsyncIterable<Page<ListEntry>>;
  /** Counts the items by their keys. {@linkcode List.metadata} has an approximate count for one small read. */
  length(options?: ReadOptions): Promise<number>;
  /** Position of the first item that equals `value` as JSON between two positions, or -1. */
  indexOf(value: Json, start?: number, end?: number, options?: ReadOptions): Promise<number>;
  /** The first item that matches, or `null`. Reads page by page up to there. */
  find(matches: (value: Json, index: number) => boolean, options?: ReadOptions): Promise<ListEntry | null>;
  /** The metadata, or `null` when there is no such list. */
  metadata(options?: ReadOptions): Promise<ListMetadata | null>;

  /**
   * Adds an item behind the last one: three requests, and one more for the first change that this object makes. Where
   * several writers append at once, theirs come in any order among themselves.
   */
  append(value: Json, options?: CallOptions): Promise<ListHandle>;
  /**
   * Adds items behind the last one, next to each other and in their order, in batches on DynamoDB: after a fault some may
   * be there, and a repetition adds all of them again.
   */
  extend(values: Iterable<Json>, options?: CallOptions): Promise<ListHandle[]>;
  /** Adds an item before the one at `index`; at the end when there are not so many. */
  insert(index: number, value: Json, options?: CallOptions): Promise<ListHandle>;
  /**
   * Adds an item behind `lower` and before `upper`, two neighbours that were read before; `null` for the list's begin or
   * end. Two requests however long the list is. The neighbours may be gone meanwhile: it takes their place in the order.
   */
  insertBetween(
    lower: ListHandle | null,
    upper: ListHandle | null,
    value: Json,
    options?: CallOptions,
  ): Promise<ListHandle>;
  /** Replaces the item at `index`; `false` when there is none. */
  update(index: number, value: Json, options?: CallOptions): Promise<boolean>;
  /** Replaces exactly the item that was read; `false`, and nothing is changed, when it was changed or is gone. */
  updateByHandle(handle: ListHandle, value: Json, options?: CallOptions): Promise<boolean>;
  /** Removes the item at `index`; `false` when there is none. */
  delete(index: number, options?: CallOptions): Promise<boolean>;
  /** Removes exactly the item that was read; `false`, and nothing is changed, when it was changed or is gone. */
  deleteByHandle(handle: ListHandle, options?: CallOptions): Promise<boolean>;
  /** Removes the item at `index`, by default the last, and gives it to exactly one of all callers, or `undefined`. */
  pop(index?: number, options?: CallOptions): Promise<Json | undefined>;
  /** Removes the first item that equals `value` as JSON; whether there was one. */
  remove(value: Json, options?: CallOptions): Promise<boolean>;

  /** Writes description and explanation, or one of them; creates the list when there is none. */
  setMetadata(
    fields: { readonly description?: string; readonly explanation?: string },
    options?: CallOptions,
  ): Promise<void>;
  /** Removes the items that are there, in batches on DynamoDB, and keeps the metadata; how many. */
  clear(options?: CallOptions): Promise<number>;
  /** Removes the list with its metadata, in batches on DynamoDB; whether there was one. */
  deleteList(options?: CallOptions): Promise<boolean>;
  /**
   * Shortens long ranks; how many items were moved. Others keep their ranks. An item being moved is there twice for a
   * moment, and stays so when the call is cut off just then; what is put beside it at that moment may land beside its
   * other neighbour.
   */
  compact(options?: CallOptions): Promise<number>;
  /** Looks for damage; changes nothing. */
  verify(options?: VerifyOptions): Promise<ListReport>;
  /** Restores a missing metadata row, compacts where that is needed, and corrects the count; answers what was found. */
  repair(options?: CallOptions): Promise<ListReport>;
}

/** Where a list gets what it does not make itself. */
export interface ListOptions {
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** A number from 0 up to but not including 1. Default `Math.random`. */
  readonly random?: () => number;
}
