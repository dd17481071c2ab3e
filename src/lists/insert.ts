/**
 * Changing items of a list in format 2 at any place: several at once, in the midst, by their value.
 *
 * @module
 */

import { refuse } from "../guard/check.ts";
import { jsonEquals } from "../model/json.ts";
import type { CallOptions, Json } from "../store.ts";
import { begin, type Call, rest } from "./call.ts";
import { checkIndex, encodeItem } from "./items.ts";
import type { ListContext, Metadata } from "./metadata.ts";
import { itemName } from "./names.ts";
import { placing, rankIn } from "./place.ts";
import { type Bound, ownRanksBetween } from "./ranks.ts";
import type { Rows } from "./rows.ts";
import type { List } from "./types.ts";

/** The methods that change items at any place. */
export type Inserting = Pick<List, "extend" | "insert" | "insertBetween" | "pop" | "remove">;

/** The methods that change items at any place. */
export function inserting(context: ListContext, metadata: Metadata, rows: Rows): Inserting {
  const { store: { properties }, actorId, name, random } = context;
  const { place, take, atEnd } = placing(context, metadata, rows);
  const encode = ({ operation }: Call, value: Json) => encodeItem(operation, actorId, name, value);

  async function neighbours(call: Call, index: number): Promise<[Bound, Bound]> {
    const ranks = await rows.ranks(call, index < 0 ? undefined : index + 1);
    const position = index < 0 ? Math.max(0, index + ranks.length) : Math.min(index, ranks.length);
    return [ranks[position - 1] ?? null, ranks[position] ?? null];
  }

  return {
    async extend(values, options) {
      const call = begin("lists.extend", options);
      const texts = Array.from(values, (value) => encode(call, value));
      if (texts.length === 0) return [];
      if (texts.length === 1) return [await place(call, texts[0]!, () => atEnd(call))];
      await metadata.create(call);
      const ranks = ownRanksBetween(call.operation, ...await atEnd(call), texts.length, random);
      const handles = texts.map((text, index) => ({ rank: ranks[index]!, text }));
      await properties.setMany(actorId, handles.map(({ rank, text }) => [itemName(name, rank), text]), rest(call));
      await metadata.touch(call, handles.length, handles[0]);
      return handles;
    },

    async insert(index, value, options) {
      const call = begin("lists.insert", options);
      checkIndex(call.operation, "index", index);
      return await place(call, encode(call, value), () => neighbours(call, index));
    },

    async insertBetween(lower, upper, value, options) {
      const call = begin("lists.insertBetween", options);
      const bounds = [lower && rankIn(call, "lower", lower), upper && rankIn(call, "upper", upper)] as const;
      if (lower === null && upper === null) refuse(call.operation, "lower", "a handle where upper is null");
      if (lower !== null && upper !== null && lower.rank >= upper.rank) {
        refuse(call.operation, "lower", "the handle of an item before upper");
      }
      return await place(call, encode(call, value), () => Promise.resolve(bounds));
    },

    async pop(index = -1, options?: CallOptions) {
      const call = begin("lists.pop", options);
      checkIndex(call.operation, "index", index);
      return (await take(call, () => rows.at(call, index)))?.value;
    },

    async remove(value, options) {
      const call = begin("lists.remove", options);
      const find = async () => (await rows.entries(call)).find((entry) => jsonEquals(entry.value, value));
      return await take(call, find) !== undefined;
    },
  };
}
