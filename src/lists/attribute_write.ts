/**
 * Changing an attribute list, one writer at a time.
 *
 * The order of requests is such that a writer that dies loses nothing: an item may be there twice, at neighbouring places,
 * when it dies while items are moved. Rows beyond the length are nobody's and are overwritten.
 *
 * @module
 */

import { json, refuse, text } from "../guard/check.ts";
import { jsonEquals } from "../model/json.ts";
import type { CallOptions, Json } from "../store.ts";
import type { AttributeList } from "./attribute_list.ts";
import { attributeItemName, type AttributeReading } from "./attribute_read.ts";
import { begin, type Call, rest } from "./call.ts";
import { checkIndex } from "./items.ts";
import { type AttributeListContext, attributeMetadataName, type Done, type Lease, type LeasedRow } from "./lease.ts";

/** The methods that change a list. */
export type AttributeWriting = Omit<
  AttributeList,
  "name" | "get" | "slice" | "pages" | "length" | "indexOf" | "metadata"
>;

/** The methods that change a list. */
export function attributeWriting(
  context: AttributeListContext,
  row: LeasedRow,
  { rows }: Pick<AttributeReading, "rows">,
): AttributeWriting {
  const { store: { attributes, capabilities }, actorId, bucket, name } = context;

  /** Writes rows one by one in the given order, or all in one step where that is possible. */
  async function write(call: Call, items: readonly (readonly [index: number, item: Json])[]): Promise<void> {
    if (capabilities.atomicBatches) {
      await attributes.setMany(actorId, bucket, items.map(([index, item]) => [itemName(index), item]), rest(call));
      return;
    }
    for (const [index, item] of items) await attributes.set(actorId, bucket, itemName(index), item, rest(call));
  }

  function itemName(index: number): string {
    return attributeItemName(name, index);
  }

  async function remove(call: Call, from: number, to: number): Promise<void> {
    const names = Array.from({ length: Math.max(0, to - from) }, (_, offset) => itemName(from + offset));
    await attributes.deleteMany(actorId, bucket, names, rest(call));
  }

  async function extend(call: Call, items: readonly Json[]): Promise<void> {
    await row.change(call, true, async ({ length }) => {
      const pairs = items.map((item, offset) => [itemName(length + offset), item] as const);
      if (pairs.length === 1) await attributes.set(actorId, bucket, ...pairs[0]!, rest(call));
      else await attributes.setMany(actorId, bucket, pairs, rest(call));
      return { result: undefined, fields: { length: length + items.length } };
    });
  }

  /** Takes out the item at a position and moves the later ones down. */
  async function takeOut(call: Call, lease: Lease, position: number): Promise<Json | undefined> {
    const { length } = lease;
    const items = await rows(call, position, length);
    const later = [...items].filter(([index]) => index > position).sort(([a], [b]) => a - b);
    await write(call, later.map(([index, item]) => [index - 1, item]));
    // The length first: then there is never a gap within it.
    await lease.keep({ length: length - 1 });
    await remove(call, length - 1, length);
    return items.get(position);
  }

  function take(call: Call, index: number): Promise<readonly [Json | undefined] | undefined> {
    checkIndex(call.operation, "index", index);
    return row.change(call, false, async (lease): Promise<Done<readonly [Json | undefined] | undefined>> => {
      const position = index < 0 ? index + lease.length : index;
      if (position < 0 || position >= lease.length) return { result: undefined };
      return { result: [await takeOut(call, lease, position)] };
    });
  }

  return {
    async append(value, options) {
      const call = begin("attributeLists.append", options);
      await extend(call, [checkItem(call, value)]);
    },

    async extend(values, options) {
      const call = begin("attributeLists.extend", options);
      const items = Array.from(values, (value) => checkItem(call, value));
      if (items.length > 0) await extend(call, items);
    },

    async insert(index, value, options) {
      const call = begin("attributeLists.insert", options);
      checkIndex(call.operation, "index", index);
      checkItem(call, value);
      await row.change(call, true, async (lease) => {
        const { length } = lease;
        const position = index < 0 ? Math.max(0, index + length) : Math.min(index, length);
        const items = [...await rows(call, position, length)].sort(([a], [b]) => b - a);
        const [last, ...others] = [...items, [position - 1, value] as const].map(([at, item]) =>
          [at + 1, item] as const
        );
        await write(call, [last!]);
        await lease.keep({ length: length + 1 });
        await write(call, others);
        return { result: undefined };
      });
    },

    async update(index, value, options) {
      const call = begin("attributeLists.update", options);
      checkIndex(call.operation, "index", index);
      checkItem(call, value);
      const isDone = await row.change(call, false, async ({ length }) => {
        const position = index < 0 ? index + length : index;
        if (position < 0 || position >= length) return { result: false };
        await attributes.set(actorId, bucket, itemName(position), value, rest(call));
        return { result: true };
      });
      return isDone ?? false;
    },

    async delete(index, options) {
      return await take(begin("attributeLists.delete", options), index) !== undefined;
    },

    async pop(index = -1, options?: CallOptions) {
      return (await take(begin("attributeLists.pop", options), index))?.[0];
    },

    async remove(value, options) {
      const call = begin("attributeLists.remove", options);
      const isDone = await row.change(call, false, async (lease) => {
        const items = [...await rows(call, 0, lease.length)].sort(([a], [b]) => a - b);
        const found = items.find(([, item]) => jsonEquals(item, value));
        if (found !== undefined) await takeOut(call, lease, found[0]);
        return { result: found !== undefined };
      });
      return isDone ?? false;
    },

    async setMetadata(given, options) {
      const call = begin("attributeLists.setMetadata", options);
      const fields: { [field: string]: string } = {};
      for (const field of ["description", "explanation"] as const) {
        if (given[field] !== undefined) fields[field] = text(call.operation, field, given[field]);
      }
      if (Object.keys(fields).length === 0) refuse(call.operation, "fields", "a description or an explanation");
      await row.change(call, true, () => Promise.resolve({ result: undefined, fields }));
    },

    async clear(options) {
      const call = begin("attributeLists.clear", options);
      const count = await row.change(call, false, async (lease) => {
        const { length } = lease;
        await lease.keep({ length: 0 });
        await remove(call, 0, length + 1);
        return { result: length };
      });
      return count ?? 0;
    },

    async deleteList(options) {
      const call = begin("attributeLists.deleteList", options);
      const isDone = await row.change(call, false, async (lease) => {
        const { length } = lease;
        await lease.keep({ length: 0 });
        // One more than the length: a writer that died may have left a row there.
        await remove(call, 0, length + 1);
        const metadata = attributeMetadataName(name);
        const isDeleted = await attributes.deleteIfEquals(actorId, bucket, metadata, lease.fields, rest(call));
        return { result: true, isDeleted };
      });
      return isDone ?? false;
    },

    async repair(options) {
      const call = begin("attributeLists.repair", options);
      const found = await row.change(call, false, async (lease) => {
        const { length } = lease;
        const present = await indexes(call);
        const items = [...present].filter(([index]) => index < length).sort(([a], [b]) => a - b);
        await write(call, items.map(([, item], place) => [place, item] as const).slice(firstGap(items)));
        if (items.length < length) await lease.keep({ length: items.length });
        const surplus = [...present.keys()].filter((index) => index >= items.length).map(itemName);
        await attributes.deleteMany(actorId, bucket, surplus, rest(call));
        return { result: { missing: length - items.length, beyond: present.size - items.length } };
      });
      return found ?? { missing: 0, beyond: 0 };
    },
  };

  /** All rows of items, whatever the length says. */
  async function indexes(call: Call): Promise<Map<number, Json>> {
    const found = new Map<number, Json>();
    const prefix = attributeItemName(name, 0).slice(0, -1);
    for await (const { items } of attributes.pages(actorId, { ...rest(call), bucket })) {
      for (const { name: item, data } of items) {
        const index = item.startsWith(prefix) ? item.slice(prefix.length) : "";
        if (/^(?:0|[1-9]\d{0,9})$/.test(index)) found.set(Number(index), data);
      }
    }
    return found;
  }
}

/** Where the first item is that is not at its place. */
function firstGap(items: readonly (readonly [index: number, item: Json])[]): number {
  const found = items.findIndex(([index], place) => index !== place);
  return found < 0 ? items.length : found;
}

function checkItem({ operation }: Call, value: Json): Json {
  if (value === null) refuse(operation, "value", "JSON other than null");
  json(operation, "value", value);
  return value;
}
