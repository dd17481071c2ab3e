/**
 * Plain properties beside lists.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import { filled, refuse, text } from "../guard/check.ts";
import type { CallOptions, Store } from "../store.ts";
import { begin, rest } from "./call.ts";
import { LISTS_BEGIN, metadataName } from "./names.ts";

/**
 * Writes a property unless a list has its name.
 *
 * Two requests. The property is written first and the list looked for then, as making a list does it the other way round:
 * of a property and a list that are made at the same time at least one is refused, maybe both. A writer that does not ask,
 * i.e. `properties.set` itself or the reference, can still make both.
 *
 * @throws {StoreError} `conflict`, and nothing is changed, when there is such a list; `invalid` for a name of list rows
 */
export async function setPlainProperty(
  store: Store,
  actorId: string,
  name: string,
  value: string,
  options?: CallOptions,
): Promise<void> {
  const call = begin("lists.setPlainProperty", options);
  if (text(call.operation, "name", name).startsWith(LISTS_BEGIN)) refuse(call.operation, "name", "free of 'list:'");
  filled(call.operation, "value", text(call.operation, "value", value));
  const { properties } = store;
  if (!await properties.createIfAbsent(actorId, name, value, rest(call))) {
    // One that is there already was made when there was no list.
    await properties.set(actorId, name, value, rest(call));
  } else if (await properties.get(actorId, metadataName(name), rest(call)) !== null) {
    await properties.deleteIfEquals(actorId, name, value, rest(call));
    throw new StoreError("conflict", call.operation, "a list has this name");
  }
}
