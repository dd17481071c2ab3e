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
import { batchGet, type BatchRequest, batchWrite, type Context, getItem, keysInput, S, send } from "./requests.ts";
import { text } from "./rows.ts";
import type { TableName } from "./tables.ts";

const OWNED: readonly TableName[] = [
  "attributes",
  "peertrustees",
  "properties",
  "subscription_suspensions",
  "subscriptiondiffs",
  "subscriptions",
  "trusts",
];

/** Removes an actor with all its rows; whether its own row was there. */
export async function eraseRows(
  context: Context,
  actorId: string,
  writeTombstone: (context: Context, actorId: string, call: Call) => Promise<void>,
  call: Call,
): Promise<boolean> {
  const strict = { ...call, consistent: true };
  const [actor, indexed, ...firstPages] = await Promise.all([
    getItem(context, "actors", { id: S(actorId) }, strict),
    batchGet(context, "properties", [...context.indexed].map((name) => ({ id: S(actorId), name: S(name) })), strict),
    ...OWNED.map((table) => readKeys(context, table, actorId, undefined, strict)),
  ]);
  if (actor !== null) await writeTombstone(context, actorId, call);
  await Promise.all(indexed.map((item) => releaseRow(context, actorId, item, call)));
  const rows = OWNED.flatMap((table, index) => deletes(table, firstPages[index]!));
  await batchWrite(context, rows, call);
  for (const [index, table] of OWNED.entries()) {
    let page = firstPages[index]!;
    while (page.LastEvaluatedKey !== undefined) {
      page = await readKeys(context, table, actorId, page.LastEvaluatedKey, strict);
      await batchWrite(context, deletes(table, page), call);
    }
  }
  if (actor !== null) await send(context, "DeleteItem", "actors", { Key: { id: S(actorId) } }, call);
  return actor !== null;
}

/** The keys of one page of an actor's rows. */
function readKeys(
  context: Context,
  table: TableName,
  actorId: string,
  start: Output["LastEvaluatedKey"],
  call: Call,
): Promise<Output> {
  const input = keysInput(table, actorId, {});
  return send(context, "Query", table, start === undefined ? input : { ...input, ExclusiveStartKey: start }, call);
}

function deletes(table: TableName, page: Output): BatchRequest[] {
  return (page.Items ?? []).map((key) => ({ table, delete: key }));
}

function releaseRow(context: Context, actorId: string, property: Item, call: Call): Promise<boolean> {
  const key = lookupKey(text(call.operation, property, "name"), text(call.operation, property, "value"));
  return deleteLookup(context, key, actorId, call);
}
