/**
 * The items' rows of a list in format 2.
 *
 * @module
 */

import type { Property } from "../store.ts";
import { type Call, pause, rest } from "./call.ts";
import { decodeItem, entryOf } from "./items.ts";
import type { ListContext } from "./metadata.ts";
import { itemBounds, itemName, rankOf } from "./names.ts";
import type { ListEntry } from "./types.ts";

/** Rows of a list in format 2. */
export interface Rows {
  /** Items in order, all or the first few. */
  entries(call: Call, limit?: number): Promise<ListEntry[]>;
  /** Ranks in order, all or the first few. */
  ranks(call: Call, limit?: number): Promise<string[]>;
  /** The last rank, or `null`. */
  lastRank(call: Call): Promise<string | null>;
  /** The item at an index that may be negative. */
  at(call: Call, index: number): Promise<ListEntry | undefined>;
}

/** Rows of a list in format 2. */
export function rowsOf({ store: { properties }, actorId, name, random }: ListContext): Rows {
  const [lower, upper] = itemBounds(name);

  async function entries(call: Call, limit?: number): Promise<ListEntry[]> {
    const found = await properties.range(actorId, lower, upper, { ...rest(call), limit });
    const items = found.map((row) => entryOf(name, row)).filter((entry) => entry !== null);
    // Rows of another list have taken the place of ours within the limit.
    const isShort = items.length < found.length && found.length === limit;
    return isShort ? (await entries(call)).slice(0, limit) : items;
  }

  async function ranks(call: Call, limit?: number): Promise<string[]> {
    const found = await properties.rangeNames(actorId, lower, upper, { ...rest(call), limit });
    const own = found.map((row) => rankOf(name, row)).filter((rank) => rank !== null);
    const isShort = own.length < found.length && found.length === limit;
    return isShort ? (await ranks(call)).slice(0, limit) : own;
  }

  async function last(call: Call): Promise<Property | null> {
    const found = await properties.last(actorId, lower, upper, rest(call));
    if (found === null || rankOf(name, found.name) !== null) return found;
    const rank = (await ranks(call)).at(-1);
    const value = rank === undefined ? null : await properties.get(actorId, itemName(name, rank), rest(call));
    return value === null ? null : { name: itemName(name, rank!), value };
  }

  return {
    entries,
    ranks,

    async lastRank(call) {
      const found = await last(call);
      return found === null ? null : rankOf(name, found.name);
    },

    async at(call, index) {
      for (let attempt = 0;; attempt++) {
        if (index === 0) return (await entries(call, 1))[0];
        if (index === -1) {
          const found = await last(call);
          return found === null ? undefined : entryOf(name, found) ?? undefined;
        }
        const rank = (await ranks(call, index < 0 ? undefined : index + 1)).at(index);
        if (rank === undefined) return undefined;
        const text = await properties.get(actorId, itemName(name, rank), rest(call));
        if (text !== null) return { rank, text, value: decodeItem(text) };
        // It was removed between the two requests, so another item has this index now.
        await pause(call, attempt, random);
      }
    },
  };
}
