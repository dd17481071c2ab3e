/**
 * Changing items of a list in format 2: each change is one conditional write of one row, followed by a note in the
 * metadata.
 *
 * @module
 */

import type { Json } from "../store.ts";
import { begin, type Call, pause, rest } from "./call.ts";
import { checkIndex, encodeItem } from "./items.ts";
import type { ListContext, Metadata } from "./metadata.ts";
import { itemName } from "./names.ts";
import { placing, rankIn } from "./place.ts";
import type { Rows } from "./rows.ts";
import type { List } from "./types.ts";

/** The methods that change items. */
export type Writing = Pick<List, "append" | "update" | "updateByHandle" | "delete" | "deleteByHandle">;

/** The methods that change items. */
export function writing(context: ListContext, metadata: Metadata, rows: Rows): Writing {
  const { store: { properties }, actorId, name, random } = context;
  const { place, take, atEnd } = placing(context, metadata, rows);
  const encode = ({ operation }: Call, value: Json) => encodeItem(operation, actorId, name, value);

  return {
    async append(value, options) {
      const call = begin("lists.append", options);
      return await place(call, encode(call, value), () => atEnd(call));
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
  };
}
