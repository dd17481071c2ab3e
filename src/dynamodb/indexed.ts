/**
 * Writing an indexed property together with its lookup row, without a transaction (which would cost double).
 *
 * 1. Claim: put the lookup row of the new value, on condition that no other actor has it.
 * 2. Write the property, which tells the value before.
 * 3. Release: delete the lookup row of the value before, on condition that it is this actor's.
 *
 * A lookup row is believed only while its actor's property has the value, so no reader sees half of this, and a row that
 * a dead writer left behind means nothing. Conditions keep actors apart. Writers of one actor's property that go back
 * and forth between the same values are told apart by time: who finds a row that somebody else may be about to use or
 * to delete waits {@linkcode GRACE} and makes sure of it; who was slower than {@linkcode PROMPT} from one step to the
 * next makes sure as well.
 *
 * @module
 */

import type { Call } from "../backend.ts";
import { StoreError } from "../errors.ts";
import { lookupKey } from "../model/lookup_key.ts";
import type { Item } from "./client/mod.ts";
import {
  changes,
  type Conditional,
  conditional,
  type Context,
  getItem,
  later,
  pause,
  rowOf,
  S,
  transact,
} from "./requests.ts";
import { text } from "./rows.ts";

/** Milliseconds within which a writer's next step is expected to have been done. */
const PROMPT = 100;
/** Milliseconds after which no prompt writer can still be between two steps. */
export const GRACE = 300;

/** What has to hold of the text before: anything, that there is none, that there is one, or that it is this text. */
export type Condition = "any" | "absent" | "present" | { readonly equals: string };

const CONDITIONS = { any: undefined, absent: "attribute_not_exists(id)", present: "attribute_exists(id)" };

/** `new`: made; `mine`: this actor's already; `taken`: of another actor that really has the value. */
type Claim = "new" | "mine" | "taken";

/** Writes the property, `null` deletes it, and keeps its lookup rows; whether the condition held. */
export async function writeIndexed(
  context: Context,
  actorId: string,
  name: string,
  next: string | null,
  condition: Condition,
  call: Call,
): Promise<boolean> {
  const claiming = context.now();
  const claim = next === null ? null : await claimValue(context, actorId, name, next, call);
  const writing = context.now();
  const { held, item } = await writeProperty(context, actorId, name, next, condition, "ALL_OLD", call);
  const before = item === undefined ? null : text(call.operation, item, "value");
  const slow = context.now() - claiming > PROMPT;
  try {
    if (!held && claim === "new" && before !== next) await release(context, actorId, name, next!, claiming, call);
    if (!held) return false;
    if (before !== null && before !== next) await release(context, actorId, name, before, writing, call);
    if (next === null || before === next || claim === "taken") return true;
    // Whoever replaced this very value may be about to delete its row.
    if (claim === "mine") await later(GRACE, call);
    if (claim === "mine" || slow) await claimValue(context, actorId, name, next, call);
    return true;
  } catch (cause) {
    if (cause instanceof StoreError && cause.code === "aborted") throw cause;
    throw new StoreError("unknown_outcome", call.operation, "the lookup rows of the property could not be settled", {
      cause,
    });
  }
}

/** The actor that a value's lookup row names, if its property really has the value, or `null`. */
export async function verifiedOwner(
  context: Context,
  name: string,
  value: string,
  call: Call,
): Promise<string | null> {
  const item = await getItem(context, "property_lookup_v2", { lookup_key: S(lookupKey(name, value)) }, call);
  if (item === null) return null;
  const owner = text(call.operation, item, "actor_id");
  return await readProperty(context, owner, name, call) === value ? owner : null;
}

/** The text of a property, or `null`. */
export async function readProperty(
  context: Context,
  actorId: string,
  name: string,
  call: Call,
): Promise<string | null> {
  const item = await getItem(context, "properties", { id: S(actorId), name: S(name) }, call);
  return item && text(call.operation, item, "value");
}

/** Gives the value's lookup row to this actor unless another one really has the value. */
export async function claimValue(
  context: Context,
  actorId: string,
  name: string,
  value: string,
  call: Call,
): Promise<Claim> {
  const key = { lookup_key: S(lookupKey(name, value)) };
  const item = { ...key, actor_id: S(actorId), property_name: S(name) };
  let suspect: string | null = null;
  for (let attempt = 1;; attempt++) {
    const result = await conditional(
      context,
      "PutItem",
      "property_lookup_v2",
      {
        Item: item,
        ConditionExpression: "attribute_not_exists(lookup_key) OR actor_id = :actor",
        ExpressionAttributeValues: { ":actor": S(actorId) },
        ReturnValues: "ALL_OLD",
      },
      call,
      true,
    );
    if (result.held) return result.item === undefined ? "new" : "mine";
    const row = await rowOf(result, context, "property_lookup_v2", key, call);
    const owner = row && text(call.operation, row, "actor_id");
    if (owner !== null && await readProperty(context, owner, name, { ...call, consistent: true }) === value) {
      return "taken";
    }
    if (owner !== null && owner === suspect) {
      if (await takeOver(context, item, owner, name, value, call)) return "new";
    } else if (owner !== null) await later(GRACE, call);
    // The owner of the row may be about to write the value; only a row that stays unused is taken over.
    suspect = owner;
    await pause(attempt, call);
  }
}

/** Takes a lookup row from an actor that still does not have the value. */
function takeOver(
  context: Context,
  item: Item,
  owner: string,
  name: string,
  value: string,
  call: Call,
): Promise<boolean> {
  return transact(context, [
    ["ConditionCheck", "properties", {
      Key: { id: S(owner), name: S(name) },
      ConditionExpression: "attribute_not_exists(id) OR #value <> :value",
      ExpressionAttributeValues: { ":value": S(value) },
    }],
    ["Put", "property_lookup_v2", {
      Item: item,
      ConditionExpression: "actor_id = :owner",
      ExpressionAttributeValues: { ":owner": S(owner) },
    }],
  ], call);
}

/**
 * Deletes the actor's lookup row of a value its property no longer has; whether there was one.
 *
 * @param since When this actor's property still may have had the value: before the write that changed it was sent
 */
export async function release(
  context: Context,
  actorId: string,
  name: string,
  value: string,
  since: number,
  call: Call,
): Promise<boolean> {
  const held = await deleteLookup(context, lookupKey(name, value), actorId, call);
  if (held && context.now() - since > PROMPT) {
    await later(GRACE, call);
    const now = await readProperty(context, actorId, name, { ...call, consistent: true });
    if (now === value) await claimValue(context, actorId, name, value, call);
  }
  return held;
}

/** Deletes the lookup row with this key if it is the actor's; whether it was. A batch could not tell whose it is. */
export async function deleteLookup(context: Context, key: string, actorId: string, call: Call): Promise<boolean> {
  const input = {
    Key: { lookup_key: S(key) },
    ConditionExpression: "actor_id = :actor",
    ExpressionAttributeValues: { ":actor": S(actorId) },
  };
  return (await conditional(context, "DeleteItem", "property_lookup_v2", input, call, true)).held;
}

/**
 * Writes the property alone, `null` deletes it; whether the condition held.
 *
 * @param told Whether it tells the row before; then it is not as good to do it twice
 */
export function writeProperty(
  context: Context,
  actorId: string,
  name: string,
  next: string | null,
  condition: Condition,
  told: "ALL_OLD" | undefined,
  call: Call,
): Promise<Conditional> {
  // Not PutItem, which would drop attributes that a newer reference may have added.
  const change = next === null ? null : changes({ value: S(next) });
  const input = {
    Key: { id: S(actorId), name: S(name) },
    ...change,
    ...conditionInput(condition, change?.ExpressionAttributeValues),
    ReturnValues: told,
  };
  const target = change === null ? "DeleteItem" : "UpdateItem";
  return conditional(context, target, "properties", input, call, told === undefined && condition === "any");
}

/** The condition, with the values of the whole request. */
function conditionInput(condition: Condition, values: Item | undefined): Record<string, unknown> {
  if (typeof condition === "string") return { ConditionExpression: CONDITIONS[condition] };
  return {
    ConditionExpression: "#value = :expected",
    ExpressionAttributeValues: { ...values, ":expected": S(condition.equals) },
  };
}
