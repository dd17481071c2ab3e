/**
 * Walking through a list, and looking for items.
 *
 * @module
 */

import { refuse, whole } from "../guard/check.ts";
import { decodeCursor, encodeCursor } from "../guard/cursor.ts";
import { jsonEquals } from "../model/json.ts";
import { PAGE_DEFAULT, PAGE_MAXIMUM } from "../model/limits.ts";
import type { Page, PageOptions } from "../store.ts";
import { beginReading, type Call, rest } from "./call.ts";
import { formatOne, pageOfFormatOne } from "./format_one.ts";
import { checkIndex, entryOf, within } from "./items.ts";
import type { ListContext, Metadata } from "./metadata.ts";
import { afterItemPrefix, following, itemBounds, itemName } from "./names.ts";
import { entriesOf } from "./read.ts";
import type { Rows } from "./rows.ts";
import type { List, ListEntry } from "./types.ts";

/** The methods that walk and search. */
export type Walking = Pick<List, "pages" | "indexOf" | "find">;

/** The methods that walk and search. */
export function walking(context: ListContext, metadata: Metadata, rows: Rows): Walking {
  const { store: { properties }, actorId, name } = context;
  const old = formatOne(context);
  const entries = entriesOf(context, metadata, rows);

  async function page(call: Call, limit: number, cursor: Cursor | null): Promise<[ListEntry[], Cursor | null]> {
    if (cursor?.format !== 2) {
      const stored = await metadata.current(call);
      if (stored === null) return [[], null];
      if (stored.format === 1) {
        const start = Number(cursor?.after ?? 0);
        const [items, hasMore] = await pageOfFormatOne(old, call, stored, start, limit);
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

    async indexOf(value, start, end, options) {
      const items = await entries("lists.indexOf", 0, undefined, options);
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
