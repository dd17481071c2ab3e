/**
 * Erasing an actor: what it owns is read in parallel, the tombstone is written before the first row goes, and the
 * actor's own row goes last. A run that was cut off is finished by the next.
 *
 * @module
 */

import type { Call } from "../backend.ts";
import { type BatchRequest, batchWrite, type Context, getItem, queryInput, S, send } from "./requests.ts";
import { writeIndexed } from "./indexed.ts";
import { type TableName, TABLES } from "./tables.ts";
import type { Output } from "./client/mod.ts";

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
  const [actor, ...firstPages] = await Promise.all([
    getItem(context, "actors", { id: S(actorId) }, strict),
    ...OWNED.map((table) => readKeys(context, table, actorId, undefined, strict)),
  ]);
  if (actor !== null) await writeTombstone(context, actorId, call);

  // An indexed property goes together with its lookup row, which a batch could not tell from another actor's.
  const names = firstPages[OWNED.indexOf("properties")]!.Items ?? [];
  const indexed = names.map(({ name }) => name !== undefined && "S" in name ? name.S : "")
    .filter((name) => context.indexed.has(name));
  await Promise.all(indexed.map((name) => writeIndexed(context, actorId, name, () => null, call)));

  await batchWrite(context, OWNED.flatMap((table, index) => deletes(context, table, firstPages[index]!)), call);
  for (const [index, table] of OWNED.entries()) {
    let page = firstPages[index]!;
    while (page.LastEvaluatedKey !== undefined) {
      page = await readKeys(context, table, actorId, page.LastEvaluatedKey, strict);
      await eraseLaterIndexed(context, actorId, table, page, call);
      await batchWrite(context, deletes(context, table, page), call);
    }
  }
  if (actor === null) return false;
  const output = await send(
    context,
    "DeleteItem",
    "actors",
    {
      Key: { id: S(actorId) },
      ReturnValues: "ALL_OLD",
    },
    call,
    true,
  );
  return output.Attributes !== undefined || actor !== null;
}

function readKeys(
  context: Context,
  table: TableName,
  actorId: string,
  start: Output["LastEvaluatedKey"],
  call: Call,
): Promise<Output> {
  const { hash, range } = TABLES[table];
  const query = { projection: "#hash, #range", names: { "#hash": hash, "#range": range! } };
  const input = queryInput(actorId, query, true);
  return send(context, "Query", table, start === undefined ? input : { ...input, ExclusiveStartKey: start }, call);
}

function deletes(context: Context, table: TableName, page: Output): BatchRequest[] {
  const keys = page.Items ?? [];
  const plain = table !== "properties" ? keys : keys.filter(({ name }) => {
    return !(name !== undefined && "S" in name && context.indexed.has(name.S));
  });
  return plain.map((key) => ({ table, delete: key }));
}

async function eraseLaterIndexed(
  context: Context,
  actorId: string,
  table: TableName,
  page: Output,
  call: Call,
): Promise<void> {
  if (table !== "properties") return;
  for (const { name } of page.Items ?? []) {
    if (name !== undefined && "S" in name && context.indexed.has(name.S)) {
      await writeIndexed(context, actorId, name.S, () => null, call);
    }
  }
}
