/**
 * Reading a list.
 *
 * @module
 */

import { refuse, whole } from "../guard/check.ts";
import { decodeCursor, encodeCursor } from "../guard/cursor.ts";
import { jsonEquals } from "../model/json.ts";
import { PAGE_DEFAULT, PAGE_MAXIMUM } from "../model/limits.ts";
import type { Json, Page, PageOptions } from "../store.ts";
import { beginReading, type Call, rest } from "./call.ts";
import { formatOne } from "./format_one.ts";
import { checkIndex, entryOf, within } from "./items.ts";
import type { ListContext, Metadata } from "./metadata.ts";
import { afterItemPrefix, following, itemBounds, itemName } from "./names.ts";
import type { Rows } from "./rows.ts";
import type { List, ListEntry, ListMetadata } from "./types.ts";

/** The methods that read. */
export type Reading = Pick<List, "get" | "slice" | "handles" | "pages" | "length" | "indexOf" | "find" | "metadata">;

/** The methods that read. */
export function reading(context: ListContext, metadata: Metadata, rows: Rows): Reading {
  const { store: { properties }, actorId, name } = context;
  const old = formatOne(context);

  /** Positions that do not need the length tell how many items are needed. */
  async function entries(call: Call, start: number, end: number | undefined): Promise<ListEntry[]> {
    const stored = await metadata.current(call);
    if (stored === null) return [];
    if (stored.format === 1) return await old.entries(call, stored, start, end);
    const isCounted = start < 0 || end === undefined || end < 0;
    if (!isCounted && end <= start) return [];
    const found = await rows.entries(call, isCounted ? undefined : end);
    return found.slice(within(start, found.length), end === undefined ? undefined : within(end, found.length));
  }

  async function handles(operation: string, start = 0, end?: number, options = {}): Promise<ListEntry[]> {
    const call = beginReading(operation, options);
    checkIndex(operation, "start", start);
    if (end !== undefined) checkIndex(operation, "end", end);
    return await entries(call, start, end);
  }

  async function page(call: Call, limit: number, cursor: Cursor | null): Promise<[ListEntry[], Cursor | null]> {
    if (cursor?.format !== 2) {
      const stored = await metadata.current(call);
      if (stored === null) return [[], null];
      if (stored.format === 1) {
        const start = Number(cursor?.after ?? 0);
        const [items, hasMore] = await old.page(call, stored, start, limit);
        return [items, hasMore ? { format: 1, after: String(start + limit) } : null];
      }
    }
    if (cursor?.format === 1) refuse(call.operation, "cursor", "one of after the list's conversion to format 2");
    const [first, upper] = itemBounds(name);
    const lower = cursor === null ? first : following(itemName(name, cursor.after));
    const found = await properties.range(actorId, lower, upper, { ...rest(call), limit: limit + 1 });
    const items = found.slice(0, limit).map((row) => entryOf(name, row)).filter((entry) => entry !== null);
    const last = found.length > limit ? found[limit - 1] : undefined;
    return [items, last === undefined ? null : { format: 2, after: afterItemPrefix(name, last.name) }];
  }

  async function* pages(options: PageOptions = {}): AsyncGenerator<Page<ListEntry>, void, undefined> {
    const operation = "lists.pages";
    const limit = whole(operation, "limit", options.limit ?? PAGE_DEFAULT, 1, PAGE_MAXIMUM);
    let cursor = options.cursor === undefined ? null : parseCursor(operation, options.cursor);
    do {
      const [items, next] = await page(beginReading(operation, options), limit, cursor);
      cursor = next;
      yield { items, cursor: next === null ? null : encodeCursor(operation, `${next.format}${next.after}`) };
    } while (cursor !== null);
  }

  return {
    pages,
    handles: (start, end, options) => handles("lists.handles", start, end, options),

    async slice(start, end, options) {
      return (await handles("lists.slice", start, end, options)).map(({ value }) => value);
    },

    async get(index, options) {
      const call = beginReading("lists.get", options);
      checkIndex(call.operation, "index", index);
      const stored = await metadata.current(call);
      if (stored === null) return undefined;
      if (stored.format === 1) return await old.get(call, stored, index);
      return (await rows.at(call, index))?.value;
    },

    async length(options) {
      const call = beginReading("lists.length", options);
      const stored = await metadata.current(call);
      if (stored === null) return 0;
      return stored.format === 1 ? old.length(stored) : (await rows.ranks(call)).length;
    },

    async indexOf(value, start, end, options) {
      const items = await handles("lists.indexOf", 0, undefined, options);
      const from = within(checkIndex("lists.indexOf", "start", start ?? 0), items.length);
      const to = within(checkIndex("lists.indexOf", "end", end ?? items.length), items.length);
      const found = items.slice(from, to).findIndex((entry) => jsonEquals(entry.value, value));
      return found < 0 ? -1 : from + found;
    },

    async find(matches, options) {
      let index = 0;
      for await (const { items } of pages(options)) {
        for (const entry of items) if (matches(entry.value, index++)) return entry;
      }
      return null;
    },

    async metadata(options) {
      const stored = await metadata.read(beginReading("lists.metadata", options));
      return stored && describe(stored.format, stored.fields);
    },
  };
}

/** Where a page begins. */
interface Cursor {
  readonly format: 1 | 2;
  /** What follows the prefix in the name of the row before; in format 1 the next index. */
  readonly after: string;
}

function parseCursor(operation: string, given: string): Cursor {
  const text = decodeCursor(operation, given);
  const after = text.slice(1);
  if (text[0] === "2" && after !== "") return { format: 2, after };
  if (text[0] === "1" && /^\d{1,15}$/.test(after)) return { format: 1, after };
  return refuse(operation, "cursor", `a cursor that ${operation} gave`);
}

function describe(format: 1 | 2, fields: { readonly [field: string]: Json }): ListMetadata {
  const text = (field: string) => typeof fields[field] === "string" ? fields[field] : "";
  const count = format === 1 ? fields.length ?? 0 : fields.count_hint;
  return {
    format,
    countHint: typeof count === "number" ? count : null,
    description: text("description"),
    explanation: text("explanation"),
    createdAt: text("created_at"),
    updatedAt: text("updated_at"),
  };
}
