/**
 * Changing a list as a whole: metadata, clearing, deleting.
 *
 * @module
 */

import { refuse, text } from "../guard/check.ts";
import { begin, type Call, pause, rest } from "./call.ts";
import { type Fields, type ListContext, mayHaveResidue, type Metadata, type StoredMetadata } from "./metadata.ts";
import { indexBounds, indexOf, itemName, metadataName } from "./names.ts";
import type { Rows } from "./rows.ts";
import type { List } from "./types.ts";

/** The methods that change a list as a whole. */
export type Whole = Pick<List, "setMetadata" | "clear" | "deleteList">;

/** The methods that change a list as a whole. */
export function whole(context: ListContext, metadata: Metadata, rows: Rows): Whole {
  const { store: { properties }, actorId, name, random } = context;

  /** Names of the items' rows in both formats: a conversion may have left some of the other one. */
  async function rowNames(call: Call, stored: StoredMetadata | null): Promise<[current: string[], old: string[]]> {
    const isClean = !mayHaveResidue(stored);
    const ranks = isClean && stored?.format === 1 ? [] : await rows.ranks(call);
    const old = isClean && stored?.format === 2
      ? []
      : await properties.rangeNames(actorId, ...indexBounds(name), rest(call));
    return [ranks.map((rank) => itemName(name, rank)), old.filter((row) => indexOf(name, row) !== null)];
  }

  return {
    async setMetadata(given, options) {
      const call = begin("lists.setMetadata", options);
      const fields: { [field: string]: string } = {};
      for (const field of ["description", "explanation"] as const) {
        if (given[field] !== undefined) fields[field] = text(call.operation, field, given[field]);
      }
      if (Object.keys(fields).length === 0) refuse(call.operation, "fields", "a description or an explanation");
      const merge = (stored: Fields) => ({ ...stored, ...fields });
      while (!await metadata.change(call, merge)) await metadata.create(call);
    },

    async clear(options) {
      const call = begin("lists.clear", options);
      if (!await metadata.exists(call)) return 0;
      const stored = await metadata.current(call);
      const [current, old] = await rowNames(call, stored);
      await properties.deleteMany(actorId, [...current, ...old], rest(call));
      await setCount(metadata, call, 0);
      return current.length;
    },

    async deleteList(options) {
      const call = begin("lists.deleteList", options);
      for (let attempt = 0;; attempt++) {
        const stored = await metadata.read(call);
        await properties.deleteMany(actorId, (await rowNames(call, stored)).flat(), rest(call));
        if (stored === null) return attempt > 0;
        // Whoever added an item after the names were read has changed the row: then there is more to delete.
        if (await properties.deleteIfEquals(actorId, metadataName(name), stored.text, rest(call))) return true;
        await pause(call, attempt, random);
      }
    },
  };
}

/** Notes how many items there are. */
export function setCount(metadata: Metadata, call: Call, count: number): Promise<boolean> {
  return metadata.change(call, (fields) => ({ ...fields, count_hint: count }));
}
