/**
 * Writing an indexed property together with its lookup rows.
 *
 * Property and lookup rows change in one transaction, on condition that the property still has the text that was read,
 * so that no order of writers, crashes or foreign readers ever sees a lookup row that disagrees with its property.
 *
 * @module
 */

import type { Call } from "../backend.ts";
import { StoreError } from "../errors.ts";
import { lookupKey } from "../model/lookup_key.ts";
import { DynamoDBError } from "./client/errors.ts";
import { conditional, type Context, getItem, S, send } from "./requests.ts";
import { text } from "./rows.ts";
import { tableName } from "./tables.ts";

/** What a write of an indexed property found and did. */
export interface IndexedWrite {
  /** Whether anything was written. */
  readonly written: boolean;
  /** The text before, or `null`. */
  readonly before: string | null;
}

type Decision = (now: string | null) => string | null | undefined;

/** What earlier tries learnt about the lookup rows. */
interface Claims {
  /** The new value belongs to an actor that really has it. */
  newTaken: boolean;
  /** The old value's row is another actor's. */
  oldForeign: boolean;
  /** The new value's row names this actor, which does not have the value (any more). */
  staleOwner: string | null;
}

interface Step {
  readonly kind: "property" | "old" | "new";
  readonly action: "Put" | "Delete";
  readonly input: Record<string, unknown>;
}

/**
 * Reads the property, lets `decide` choose its next text (`null` deletes, `undefined` leaves everything), and writes it
 * with its lookup rows. Two requests; more only where writers meet or a value is shared.
 */
export async function writeIndexed(
  context: Context,
  actorId: string,
  name: string,
  decide: Decision,
  call: Call,
): Promise<IndexedWrite> {
  // A moment's old text will do: the write has it as its condition.
  let before = await readProperty(context, actorId, name, { ...call, consistent: false });
  let next = decide(before);
  if (next === undefined || (next === null && before === null)) {
    before = await readProperty(context, actorId, name, { ...call, consistent: true });
    next = decide(before);
  }
  const claims: Claims = { newTaken: false, oldForeign: false, staleOwner: null };
  for (let attempt = 0;; attempt++) {
    if (next === undefined) return { written: false, before };
    if (next === null && before === null) return { written: false, before };
    const failed = await write(context, steps(context, actorId, name, before, next, claims), call);
    if (failed === null) return { written: true, before };
    if (Date.now() > call.deadline) throw contended(call);
    await learn(context, name, failed, next, claims, call);
    if (failed.kind === "property") {
      if (attempt > 0) await pause(attempt);
      before = await readProperty(context, actorId, name, { ...call, consistent: true });
      next = decide(before);
      Object.assign(claims, { newTaken: false, oldForeign: false, staleOwner: null });
    }
  }
}

/** The actor that a value's lookup row names, if its property really has the value. */
export async function verifiedOwner(
  context: Context,
  name: string,
  value: string,
  call: Call,
): Promise<{ row: string | null; verified: boolean }> {
  const item = await getItem(context, "property_lookup_v2", { lookup_key: S(lookupKey(name, value)) }, call);
  if (item === null) return { row: null, verified: false };
  const row = text(call.operation, item, "actor_id");
  return { row, verified: await readProperty(context, row, name, call) === value };
}

/** The text of a property, or `null`. */
async function readProperty(context: Context, actorId: string, name: string, call: Call): Promise<string | null> {
  const item = await getItem(context, "properties", { id: S(actorId), name: S(name) }, call);
  return item && text(call.operation, item, "value");
}

function steps(
  context: Context,
  actorId: string,
  name: string,
  before: string | null,
  next: string | null,
  claims: Claims,
): Step[] {
  const found: Step[] = [propertyStep(actorId, name, before, next)];
  if (before !== null && before !== next && !claims.oldForeign) {
    found.push({ kind: "old", action: "Delete", input: releaseInput(actorId, name, before) });
  }
  if (next !== null && !claims.newTaken) {
    found.push({ kind: "new", action: "Put", input: claimInput(actorId, name, next, claims.staleOwner) });
  }
  return found.map((step) => {
    const table = step.kind === "property" ? "properties" : "property_lookup_v2";
    return { ...step, input: { TableName: tableName(context.prefix, table), ...step.input } };
  });
}

function propertyStep(actorId: string, name: string, before: string | null, next: string | null): Step {
  const condition = before === null ? { ConditionExpression: "attribute_not_exists(id)" } : {
    ConditionExpression: "#value = :before",
    ExpressionAttributeNames: { "#value": "value" },
    ExpressionAttributeValues: { ":before": S(before) },
  };
  const key = { id: S(actorId), name: S(name) };
  return next === null
    ? { kind: "property", action: "Delete", input: { Key: key, ...condition } }
    : { kind: "property", action: "Put", input: { Item: { ...key, value: S(next) }, ...condition } };
}

function releaseInput(actorId: string, name: string, value: string): Record<string, unknown> {
  return {
    Key: { lookup_key: S(lookupKey(name, value)) },
    ConditionExpression: "attribute_not_exists(lookup_key) OR actor_id = :actor",
    ExpressionAttributeValues: { ":actor": S(actorId) },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  };
}

function claimInput(actorId: string, name: string, value: string, stale: string | null): Record<string, unknown> {
  const values = { ":actor": S(actorId), ...(stale === null ? {} : { ":stale": S(stale) }) };
  return {
    Item: { lookup_key: S(lookupKey(name, value)), actor_id: S(actorId), property_name: S(name) },
    ConditionExpression: "attribute_not_exists(lookup_key) OR actor_id = :actor" +
      (stale === null ? "" : " OR actor_id = :stale"),
    ExpressionAttributeValues: values,
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  };
}

/** Writes the steps at once; the first step whose condition did not hold, or `null` when all is written. */
async function write(context: Context, parts: readonly Step[], call: Call): Promise<Step | null> {
  if (parts.length === 1) {
    const { action, input } = parts[0]!;
    const target = action === "Put" ? "PutItem" : "DeleteItem";
    return (await conditional(context, target, "properties", input, call)).held ? null : parts[0]!;
  }
  try {
    await send(context, "TransactWriteItems", null, {
      TransactItems: parts.map(({ action, input }) => ({ [action]: input })),
    }, call);
    return null;
  } catch (error) {
    const cause = error instanceof StoreError ? error.cause : undefined;
    const reasons = cause instanceof DynamoDBError ? cause.reasons : undefined;
    const index = reasons?.findIndex(({ code }) => code === "ConditionalCheckFailed") ?? -1;
    if (index < 0) throw error;
    return parts[index]!;
  }
}

async function learn(
  context: Context,
  name: string,
  failed: Step,
  next: string | null,
  claims: Claims,
  call: Call,
): Promise<void> {
  if (failed.kind === "old") claims.oldForeign = true;
  if (failed.kind !== "new" || next === null) return;
  const owner = await verifiedOwner(context, name, next, { ...call, consistent: true });
  claims.newTaken = owner.verified;
  claims.staleOwner = owner.verified ? null : owner.row;
}

function pause(attempt: number): Promise<void> {
  const most = Math.min(10 * 2 ** attempt, 500);
  return new Promise((resolve) => setTimeout(resolve, Math.random() * most));
}

function contended(call: Call): StoreError {
  return new StoreError("contended", call.operation, "too many writers at the same property");
}
