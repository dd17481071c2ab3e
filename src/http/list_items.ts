/**
 * Many changes of a list at once: `{"items": [{"index": 0, …}, {"index": 2}]}` replaces an item by the other fields, and
 * removes one that has none.
 *
 * @module
 */

import type { Json } from "../store.ts";
import { fault } from "./faults.ts";
import { listAt, registerListChange } from "./list_property.ts";
import type { ActorRequest } from "./resource.ts";

/**
 * Checks the changes. Indexes are those before all changes; of two for the same index the later counts.
 *
 * @returns What applies them and answers in words; an item that was changed meanwhile is left alone
 * @throws 400 when one of them cannot be applied
 */
export async function changeItems(
  request: ActorRequest,
  name: string,
  given: readonly Json[],
): Promise<() => Promise<string>> {
  const list = listAt(request, name);
  if (await list.metadata() === null) throw fault(400, "invalid", `${name} is not a list and cannot be given items`);
  const handles = await list.handles();
  const changes = new Map<number, Json | undefined>();
  let length = handles.length;
  for (const change of given) {
    const { index, ...fields } = change as { readonly index?: Json; readonly [field: string]: Json | undefined };
    if (typeof index !== "number" || !Number.isSafeInteger(index) || index < 0) {
      throw fault(400, "invalid", "each item needs an index from 0");
    }
    const isRemoved = Object.keys(fields).length === 0;
    if (index > length || (index === length && isRemoved)) throw fault(400, "invalid", `${name} has no item ${index}`);
    if (index === length) length++;
    changes.set(index, isRemoved ? undefined : fields as Json);
  }
  return async () => {
    let [updated, deleted] = [0, 0];
    for (const [index, item] of changes) {
      if (item === undefined) continue;
      const handle = handles[index];
      if (handle === undefined) {
        await list.append(item);
        await registerListChange(request, list, "append", { index, item });
      } else if (await list.updateByHandle(handle, item)) {
        await registerListChange(request, list, "update", { index, item });
      } else continue;
      updated++;
    }
    // The last first, so that the indexes of the others stay.
    const removed = [...changes].filter(([, item]) => item === undefined).sort(([one], [other]) => other - one);
    for (const [index] of removed) {
      const handle = handles[index];
      if (handle === undefined || !await list.deleteByHandle(handle)) continue;
      await registerListChange(request, list, "delete", { index });
      deleted++;
    }
    return `[Bulk update: ${updated} items updated, ${deleted} items deleted]`;
  };
}
