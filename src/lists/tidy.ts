/**
 * Tidying a list: compacting, repairing.
 *
 * @module
 */

import { begin, type Call, pause, rest } from "./call.ts";
import type { ListContext, Metadata } from "./metadata.ts";
import { itemName, rankOf } from "./names.ts";
import { type Move, planMoves } from "./ranks.ts";
import type { Rows } from "./rows.ts";
import type { List } from "./types.ts";
import { setCount } from "./whole.ts";

/** The methods that tidy a list. */
export function tidying(
  context: ListContext,
  metadata: Metadata,
  rows: Rows,
  { verify }: Pick<List, "verify">,
): Pick<List, "compact" | "repair"> {
  const { store: { properties }, actorId, name, random } = context;

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
        await setCount(metadata, call, entries.length);
        return moved;
      }
      await pause(call, attempt, random);
    }
  }

  return {
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
      else await setCount(metadata, call, report.length);
      return report;
    },
  };
}
