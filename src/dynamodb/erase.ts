/**
 * Erasing an actor: what it owns is read in parallel, the tombstone is written before the first row goes, and the
 * actor's own row goes last. A run that was cut off is finished by the next.
 *
 * @module
 */

import type { Call } from "../backend.ts";
import { lookupKey } from "../model/lookup_key.ts";
import type { Item, Output } from "./client/mod.ts";
import { deleteLookup } from "./indexed.ts";
import { answers, keysInput } from "./queries.ts";
import { batchGet, type BatchRequest, batchWrite, type Context, getItem, S, send } from "./requests.ts";
import { text } from "./rows.ts";
import { type TableName, TABLES } from "./tables.ts";

/** Tables that hold many rows of one actor. */
const OWNED = (Object.keys(TABLES) as TableName[]).filter((table) => TABLES[table].range !== undefined);

/** Removes an actor with all its rows; whether its own row was there. */
export async function eraseRows(
  context: Context,
  actorId: string,
  writeTombstone: (context: Context, actorId: string, call: Call) => Promise<void>,
  call: Call,
): Promise<boolean> {
  const strict = { ...call, consistent: true };
  const key = { id: S(actorId) };
  const walks = OWNED.map((table) => answers(context, "Query", table, keysInput(table, actorId, {}), strict));
  const [actor, indexed, ...first] = await Promise.all([
    getItem(context, "actors", key, strict),
    batchGet(context, "properties", [...context.indexed].map((name) => ({ ...key, name: S(name) })), strict),
    ...walks.map((walk) => walk.next()),
  ]);
  if (actor !== null) await writeTombstone(context, actorId, call);
  await Promise.all(indexed.map((item) => releaseRow(context, actorId, item, call)));
  await batchWrite(context, OWNED.flatMap((table, index) => deletes(table, first[index]!.value)), call);
  for (const [index, walk] of walks.entries()) {
    for await (const page of walk) await batchWrite(context, deletes(OWNED[index]!, page), call);
  }
  if (actor !== null) await send(context, "DeleteItem", "actors", { Key: key }, call);
  return actor !== null;
}

function deletes(table: TableName, page: Output | void): BatchRequest[] {
  return (page?.Items ?? []).map((key) => ({ table, delete: key }));
}

function releaseRow(context: Context, actorId: string, property: Item, call: Call): Promise<boolean> {
  const key = lookupKey(text(call.operation, property, "name"), text(call.operation, property, "value"));
  return deleteLookup(context, key, actorId, call);
}
