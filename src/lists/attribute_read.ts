/**
 * Reading an attribute list.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import { refuse, whole } from "../guard/check.ts";
import { decodeCursor, encodeCursor } from "../guard/cursor.ts";
import { jsonEquals } from "../model/json.ts";
import { PAGE_DEFAULT, PAGE_MAXIMUM } from "../model/limits.ts";
import type { Json, Page, PageOptions, ReadOptions } from "../store.ts";
import type { AttributeList } from "./attribute_list.ts";
import { beginReading, type Call, pause, rest } from "./call.ts";
import { checkIndex, within } from "./items.ts";
import { type AttributeListContext, type LeasedRow, lengthOf, type StoredRow } from "./lease.ts";

/** Milliseconds for which reads of a list that is being changed are done again. */
const PATIENCE = 1_000;
/** Reads before it is believed that an item is missing, or that a change takes long. */
const TRIES = 3;

/** The methods that read. */
export type AttributeReading =
  & Pick<AttributeList, "get" | "slice" | "pages" | "length" | "indexOf" | "metadata">
  & {
    /** Rows by index; those that are not there are left out. */
    rows(call: Call, from: number, to: number): Promise<Map<number, Json>>;
  };

/** Name of an item's row. */
export function attributeItemName(list: string, index: number): string {
  return `list:${list}:${index}`;
}

/** The methods that read. */
export function attributeReading(context: AttributeListContext, row: LeasedRow): AttributeReading {
  const { store: { attributes }, actorId, bucket, name, random } = context;

  async function rows(call: Call, from: number, to: number): Promise<Map<number, Json>> {
    const names = new Map<string, number>();
    for (let index = from; index < to; index++) names.set(attributeItemName(name, index), index);
    const found = await attributes.getMany(actorId, bucket, names.keys(), rest(call));
    return new Map([...found].map(([item, { data }]) => [names.get(item)!, data]));
  }

  /**
   * Items between two positions as they were at one moment: the metadata is read before and after, and when it was
   * changed or somebody is about to, all is read again. A writer that takes long or died is not waited for.
   */
  async function read(
    call: Call,
    positions: (length: number) => readonly [from: number, to: number],
  ): Promise<readonly [items: Json[], length: number]> {
    const patient = Date.now() + PATIENCE;
    let before = await row.read(call);
    for (let attempt = 1;; attempt++) {
      const length = before === null ? 0 : lengthOf(before.fields);
      const [from, to] = positions(length);
      if (from >= to) return [[], length];
      const found = await rows(call, from, to);
      const after = await row.read(call);
      const isComplete = found.size === to - from;
      const isStill = isSame(before, after);
      const isOver = attempt >= TRIES && Date.now() >= patient;
      if (isComplete && (isStill || isOver)) {
        return [Array.from({ length: to - from }, (_, offset) => found.get(from + offset)!), length];
      }
      if (isStill && attempt >= TRIES) {
        throw new StoreError("corrupt", call.operation, "an item within the length is missing: repair the list");
      }
      if (isOver) throw new StoreError("contended", call.operation, "the list was changed during every read");
      before = after;
      await pause(call, attempt, random);
    }
  }

  async function slice(operation: string, start = 0, end?: number, options?: ReadOptions): Promise<Json[]> {
    const call = beginReading(operation, options);
    checkIndex(operation, "start", start);
    if (end !== undefined) checkIndex(operation, "end", end);
    const [items] = await read(call, (length) => [within(start, length), within(end ?? length, length)]);
    return items;
  }

  return {
    rows,
    slice: (start, end, options) => slice("attributeLists.slice", start, end, options),

    async get(index, options) {
      const call = beginReading("attributeLists.get", options);
      checkIndex(call.operation, "index", index);
      const stored = await row.read(call);
      const length = stored === null ? 0 : lengthOf(stored.fields);
      const position = index < 0 ? index + length : index;
      if (position < 0 || position >= length) return undefined;
      const found = await attributes.get(actorId, bucket, attributeItemName(name, position), rest(call));
      if (found !== null) return found.data;
      // It is being removed, or the list is damaged.
      const [items] = await read(call, (now) => {
        const at = index < 0 ? index + now : index;
        return at < 0 || at >= now ? [0, 0] : [at, at + 1];
      });
      return items[0];
    },

    async *pages(options: PageOptions = {}): AsyncGenerator<Page<Json>, void, undefined> {
      const operation = "attributeLists.pages";
      const limit = whole(operation, "limit", options.limit ?? PAGE_DEFAULT, 1, PAGE_MAXIMUM);
      let start = options.cursor === undefined ? 0 : parseCursor(operation, options.cursor);
      for (let isLast = false; !isLast; start += limit) {
        const from = start;
        const call = beginReading(operation, options);
        const [items, length] = await read(call, (now) => [from, Math.min(from + limit, now)]);
        isLast = from + limit >= length;
        yield { items, cursor: isLast ? null : encodeCursor(operation, String(from + limit)) };
      }
    },

    async length(options) {
      const stored = await row.read(beginReading("attributeLists.length", options));
      return stored === null ? 0 : lengthOf(stored.fields);
    },

    async indexOf(value, start, end, options) {
      const items = await slice("attributeLists.indexOf", 0, undefined, options);
      const from = within(checkIndex("attributeLists.indexOf", "start", start ?? 0), items.length);
      const to = within(checkIndex("attributeLists.indexOf", "end", end ?? items.length), items.length);
      const found = items.slice(from, to).findIndex((item) => jsonEquals(item, value));
      return found < 0 ? -1 : from + found;
    },

    async metadata(options) {
      const stored = await row.read(beginReading("attributeLists.metadata", options));
      if (stored === null) return null;
      const text = (field: string) => typeof stored.fields[field] === "string" ? stored.fields[field] : "";
      return {
        length: lengthOf(stored.fields),
        description: text("description"),
        explanation: text("explanation"),
        createdAt: text("created_at"),
        updatedAt: text("updated_at"),
      };
    },
  };
}

function isSame(before: StoredRow | null, after: StoredRow | null): boolean {
  if (before === null || after === null) return before === after;
  return !before.isLeased && !after.isLeased && jsonEquals(before.fields, after.fields);
}

function parseCursor(operation: string, cursor: string): number {
  const text = decodeCursor(operation, cursor);
  return /^\d{1,10}$/.test(text) ? Number(text) : refuse(operation, "cursor", `a cursor that ${operation} gave`);
}
