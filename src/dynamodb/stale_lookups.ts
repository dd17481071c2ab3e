/**
 * Lookup rows whose actor's property has another value: they mean nothing here, but the reference believes them.
 *
 * @module
 */

import type { Call } from "../backend.ts";
import { lookupKey } from "../model/lookup_key.ts";
import type { Item } from "./client/mod.ts";
import { claimValue, deleteLookup, GRACE, readProperty } from "./indexed.ts";
import { batchGet, type Context, later, S, send } from "./requests.ts";
import { text } from "./rows.ts";

/** A row as it was read. */
interface Row {
  readonly key: string;
  readonly actorId: string;
  readonly name: string;
}

/**
 * Removes them, page by page through the whole table. A row that a writer has just made for the value it is about to write
 * is left alone: rows are looked at twice, as far apart as no prompt writer's steps are.
 *
 * @param removed Called after each page with how many rows of it were removed
 */
export async function removeStaleLookups(
  context: Context,
  call: Call,
  removed: (count: number) => void,
): Promise<void> {
  let start: Item | undefined;
  do {
    const input = { ConsistentRead: true, Limit: 1_000, ExclusiveStartKey: start };
    const output = await send(context, "Scan", "property_lookup_v2", input, call);
    const rows = (output.Items ?? []).map((item): Row => ({
      key: text(call.operation, item, "lookup_key"),
      actorId: text(call.operation, item, "actor_id"),
      name: text(call.operation, item, "property_name"),
    }));
    let stale = await staleOf(context, rows, call);
    if (stale.length > 0) {
      await later(GRACE, call);
      stale = await staleOf(context, stale, call);
    }
    let count = 0;
    for (const row of stale) if (await remove(context, row, call)) count++;
    removed(count);
    start = output.LastEvaluatedKey;
  } while (start !== undefined);
}

async function staleOf(context: Context, rows: readonly Row[], call: Call): Promise<Row[]> {
  if (rows.length === 0) return [];
  const properties = new Map(rows.map(({ actorId, name }) => [JSON.stringify([actorId, name]), { actorId, name }]));
  const keys = [...properties.values()].map(({ actorId, name }) => ({ id: S(actorId), name: S(name) }));
  const held = new Set(
    (await batchGet(context, "properties", keys, call)).map((item) => {
      const name = text(call.operation, item, "name");
      return `${lookupKey(name, text(call.operation, item, "value"))} ${text(call.operation, item, "id")}`;
    }),
  );
  return rows.filter(({ key, actorId }) => !held.has(`${key} ${actorId}`));
}

/** Removes a row, and makes it again where its value has come back meanwhile. */
async function remove(context: Context, { key, actorId, name }: Row, call: Call): Promise<boolean> {
  if (!(await deleteLookup(context, key, actorId, call))) return false;
  const value = await readProperty(context, actorId, name, call);
  if (value === null || lookupKey(name, value) !== key) return true;
  await claimValue(context, actorId, name, value, call);
  return false;
}
