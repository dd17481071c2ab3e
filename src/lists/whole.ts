/**
 * Changing a list as a whole: metadata, clearing, deleting, compacting, repairing.
 *
 * @module
 */

import { refuse, text } from "../guard/check.ts";
import { begin, type Call, pause, rest } from "./call.ts";
import { type Fields, type ListContext, mayHaveResidue, type Metadata, type StoredMetadata } from "./metadata.ts";
import { indexBounds, indexOf, itemName, metadataName, rankOf } from "./names.ts";
import { type Move, planMoves } from "./ranks.ts";
import type { Rows } from "./rows.ts";
import type { List } from "./types.ts";

/** The methods that change a list as a whole. */
export type Whole = Pick<List, "setMetadata" | "clear" | "deleteList" | "compact" | "repair">;

/** The methods that change a list as a whole. */
export function whole(
  context: ListContext,
  metadata: Metadata,
  rows: Rows,
  { verify }: Pick<List, "verify">,
): Whole {
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

  function setCount(call: Call, count: number): Promise<boolean> {
    return metadata.change(call, (fields) => ({ ...fields, count_hint: count }));
  }

  /** Gives an item its new rank, unless somebody has changed the list there; then nothing is done. */
  async function move(call: Call, { from, to }: Move, content: string): Promise<boolean> {
    const [before, after] = [itemName(name, from), itemName(name, to)];
    if (!await properties.createIfAbsent(actorId, after, content, rest(call))) return false;
    const [lower, upper] = from < to ? [before, after] : [after, before];
    // An item that was put between must not be passed.
    const found = await properties.rangeNames(actorId, lower, upper, rest(call));
    const between = found.filter((row) => rankOf(name, row) !== null);
    const isAlone = between.length === 2 && between[0] === lower && between[1] === upper;
    if (isAlone && await properties.deleteIfEquals(actorId, before, content, rest(call))) return true;
    await properties.deleteIfEquals(actorId, after, content, rest(call));
    return false;
  }

  async function compact(call: Call): Promise<number> {
    let moved = 0;
    for (let attempt = 0;; attempt++) {
      const entries = await rows.entries(call);
      const texts = new Map(entries.map(({ rank, text }) => [rank, text]));
      const moves = planMoves(call.operation, [...texts.keys()]);
      let isDone = true;
      for (const each of moves) {
        isDone = await move(call, each, texts.get(each.from)!);
        if (!isDone) break;
        moved++;
      }
      if (isDone) {
        await setCount(call, entries.length);
        return moved;
      }
      await pause(call, attempt, random);
    }
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
      await setCount(call, 0);
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

    async compact(options) {
      const call = begin("lists.compact", options);
      return await metadata.exists(call) ? await compact(call) : 0;
    },

    async repair(options) {
      const call = begin("lists.repair", options);
      await metadata.exists(call);
      const report = await verify(options);
      if (report.length > 0) await metadata.create(call);
      if (report.needsCompact) await compact(call);
      else await setCount(call, report.length);
      return report;
    },
  };
}
