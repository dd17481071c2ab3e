/**
 * Reading a list.
 *
 * @module
 */

import type { Json, ReadOptions } from "../store.ts";
import { beginReading, type Call } from "./call.ts";
import { formatOne } from "./format_one.ts";
import { checkIndex, within } from "./items.ts";
import type { ListContext, Metadata } from "./metadata.ts";
import type { Rows } from "./rows.ts";
import type { List, ListEntry, ListMetadata } from "./types.ts";

/** The methods that read. */
export type Reading = Pick<List, "get" | "slice" | "handles" | "length" | "metadata">;

/** Makes what reads the items between two positions. */
export function entriesOf(context: ListContext, metadata: Metadata, rows: Rows) {
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

  return async (operation: string, start = 0, end?: number, options: ReadOptions = {}): Promise<ListEntry[]> => {
    const call = beginReading(operation, options);
    checkIndex(operation, "start", start);
    if (end !== undefined) checkIndex(operation, "end", end);
    return await entries(call, start, end);
  };
}

/** The methods that read. */
export function reading(context: ListContext, metadata: Metadata, rows: Rows): Reading {
  const old = formatOne(context);
  const entries = entriesOf(context, metadata, rows);

  return {
    handles: (start, end, options) => entries("lists.handles", start, end, options),

    async slice(start, end, options) {
      return (await entries("lists.slice", start, end, options)).map(({ value }) => value);
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

    async metadata(options) {
      const stored = await metadata.read(beginReading("lists.metadata", options));
      return stored && describe(stored.format, stored.fields);
    },
  };
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
