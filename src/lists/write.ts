/**
 * Changing items of a list in format 2: each change is one conditional write of one row, followed by a note in the
 * metadata.
 *
 * @module
 */

import { refuse } from "../guard/check.ts";
import { jsonEquals } from "../model/json.ts";
import type { CallOptions, Json } from "../store.ts";
import { begin, type Call, pause, rest } from "./call.ts";
import { checkIndex, encodeItem } from "./items.ts";
import type { ListContext, Metadata } from "./metadata.ts";
import { isRank, itemName } from "./names.ts";
import { type Bound, ownRanksBetween, rankOfTry } from "./ranks.ts";
import type { Rows } from "./rows.ts";
import type { List, ListEntry, ListHandle } from "./types.ts";

/** The methods that change items. */
export type Writing = Pick<
  List,
  | "append"
  | "extend"
  | "insert"
  | "insertBetween"
  | "update"
  | "updateByHandle"
  | "delete"
  | "deleteByHandle"
  | "pop"
  | "remove"
>;

/** The methods that change items. */
export function writing(context: ListContext, metadata: Metadata, rows: Rows): Writing {
  const { store: { properties }, actorId, name, random } = context;
  const encode = ({ operation }: Call, value: Json) => encodeItem(operation, actorId, name, value);

  /** Creates an item between bounds that are found anew for each try. */
  async function place(
    call: Call,
    text: string,
    find: () => Promise<readonly [lower: Bound, upper: Bound]>,
  ): Promise<ListHandle> {
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
  }

  /** Removes an item that is found anew for each try, and gives it to one caller only. */
  async function take(call: Call, find: () => Promise<ListEntry | undefined>): Promise<ListEntry | undefined> {
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
  }

  async function neighbours(call: Call, index: number): Promise<[Bound, Bound]> {
    const ranks = await rows.ranks(call, index < 0 ? undefined : index + 1);
    const position = index < 0 ? Math.max(0, index + ranks.length) : Math.min(index, ranks.length);
    return [ranks[position - 1] ?? null, ranks[position] ?? null];
  }

  const atEnd = async (call: Call): Promise<[Bound, Bound]> => [await rows.lastRank(call), null];

  return {
    async append(value, options) {
      const call = begin("lists.append", options);
      return await place(call, encode(call, value), () => atEnd(call));
    },

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

    async update(index, value, options) {
      const call = begin("lists.update", options);
      checkIndex(call.operation, "index", index);
      const text = encode(call, value);
      if (!await metadata.exists(call)) return false;
      for (let attempt = 0;; attempt++) {
        const entry = await rows.at(call, index);
        if (entry === undefined) return false;
        if (await properties.setIfEquals(actorId, itemName(name, entry.rank), entry.text, text, rest(call))) break;
        await pause(call, attempt, random);
      }
      await metadata.touch(call, 0);
      return true;
    },

    async updateByHandle(handle, value, options) {
      const call = begin("lists.updateByHandle", options);
      const text = encode(call, value);
      const row = itemName(name, rankIn(call, "handle", handle));
      if (!await metadata.exists(call)) return false;
      if (!await properties.setIfEquals(actorId, row, handle.text, text, rest(call))) return false;
      await metadata.touch(call, 0);
      return true;
    },

    async delete(index, options) {
      const call = begin("lists.delete", options);
      checkIndex(call.operation, "index", index);
      return await take(call, () => rows.at(call, index)) !== undefined;
    },

    async deleteByHandle(handle, options) {
      const call = begin("lists.deleteByHandle", options);
      const row = itemName(name, rankIn(call, "handle", handle));
      if (!await metadata.exists(call)) return false;
      if (!await properties.deleteIfEquals(actorId, row, handle.text, rest(call))) return false;
      await metadata.touch(call, -1);
      return true;
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

/** The rank of a handle that this module made. */
function rankIn({ operation }: Call, argument: string, handle: ListHandle): string {
  if (typeof handle?.rank !== "string" || !isRank(handle.rank)) refuse(operation, argument, "a handle of an item");
  return handle.rank;
}
