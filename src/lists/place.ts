/**
 * How an item is created, and how one is removed: one conditional write of its row, followed by a note in the metadata.
 *
 * @module
 */

import { refuse } from "../guard/check.ts";
import { type Call, pause, rest } from "./call.ts";
import type { ListContext, Metadata } from "./metadata.ts";
import { isRank, itemName } from "./names.ts";
import { type Bound, rankOfTry } from "./ranks.ts";
import type { Rows } from "./rows.ts";
import type { ListEntry, ListHandle } from "./types.ts";

/** What creates and removes items. */
export interface Placing {
  /** Creates an item between bounds that are found anew for each try. */
  place(
    call: Call,
    text: string,
    find: () => Promise<readonly [lower: Bound, upper: Bound]>,
  ): Promise<ListHandle>;
  /** Removes an item that is found anew for each try, and gives it to one caller only. */
  take(call: Call, find: () => Promise<ListEntry | undefined>): Promise<ListEntry | undefined>;
  /** The bounds of an item behind the last one. */
  atEnd(call: Call): Promise<[Bound, Bound]>;
}

/** What creates and removes items. */
export function placing(context: ListContext, metadata: Metadata, rows: Rows): Placing {
  const { store: { properties }, actorId, name, random } = context;
  return {
    async place(call, text, find) {
      await metadata.create(call);
      for (let attempt = 0;; attempt++) {
        const rank = rankOfTry(call.operation, ...await find(), attempt, random);
        if (await properties.createIfAbsent(actorId, itemName(name, rank), text, rest(call))) {
          const handle = { rank, text };
          await metadata.touch(call, 1, handle);
          return handle;
        }
        await pause(call, attempt, random);
      }
    },

    async take(call, find) {
      if (!await metadata.exists(call)) return undefined;
      for (let attempt = 0;; attempt++) {
        const entry = await find();
        if (entry === undefined) return undefined;
        if (await properties.deleteIfEquals(actorId, itemName(name, entry.rank), entry.text, rest(call))) {
          await metadata.touch(call, -1);
          return entry;
        }
        await pause(call, attempt, random);
      }
    },

    atEnd: async (call) => [await rows.lastRank(call), null],
  };
}

/** The rank of a handle that this module made. */
export function rankIn({ operation }: Call, argument: string, handle: ListHandle): string {
  if (typeof handle?.rank !== "string" || !isRank(handle.rank)) refuse(operation, argument, "a handle of an item");
  return handle.rank;
}
