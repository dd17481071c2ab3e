// Random sequences of operations over the whole contract, on this cell's backend and on the model in memory: every
// result and the whole state at the end agree. TORTURE_SEQUENCES sets how many, TORTURE_SEED repeats a run.
import { afterAll, beforeAll } from "bun:test";
import process from "node:process";
import fc from "fast-check";
import { TOMBSTONE_OWNER } from "../../src/model/tombstone.ts";
import { TABLE_NAMES } from "../../src/model/table_rows.ts";
import type { Store } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";
import { type Likeness, memoryStore } from "../support/memory/mod.ts";
import { type Place, placeOfCell } from "../support/stores.ts";
import { type Operation, sequences } from "./operations.ts";
import { outcomeOf, programOf, walkOf } from "./outcomes.ts";
import { START, STORABLE_ACTORS } from "./values.ts";

const SEQUENCES = Number(process.env.TORTURE_SEQUENCES ?? 200);
const SEED = Number(process.env.TORTURE_SEED ?? Date.now() % 2 ** 31);
/** Milliseconds for all sequences, those of the shrinking included. */
const BUDGET = 120_000 + SEQUENCES * 1_000;
/** Milliseconds for one call, on a machine that is busy with other tests. */
const TIMEOUT = 60_000;
/** Milliseconds for which a read may be a moment old. */
const STALE = 1_000;

const behaviour = behaviours("differential model");
let place: Place;
let store: Store;
let clock = START;
/** Whether a sequence that did not come to its end has left rows. */
let isDirty = false;

beforeAll(async () => {
  place = await placeOfCell("differential");
  store = await place.open({ now: () => clock, timeout: TIMEOUT });
}, 120_000);
afterAll(async () => {
  await store.close();
  await place.remove();
}, 120_000);

behaviour("random sequences of operations do the same as on a plain model in memory", async () => {
  console.log(`differential model: ${SEQUENCES} sequences, TORTURE_SEED=${SEED}`);
  const agrees = fc.asyncProperty(sequences, compareSequence);
  const result = await fc.check(agrees, {
    numRuns: SEQUENCES,
    seed: SEED,
    interruptAfterTimeLimit: BUDGET,
    markInterruptAsFailure: true,
  });
  if (!result.failed) return;
  const [operations = []] = result.counterexample ?? [];
  const reason = result.errorInstance instanceof Error ? result.errorInstance.stack : "there was not enough time";
  throw new Error(
    `after ${result.numRuns} of ${SEQUENCES} sequences, TORTURE_SEED=${SEED}: ${reason}\n\n${programOf(operations)}`,
  );
}, BUDGET + 60_000);

async function compareSequence(operations: readonly Operation[]): Promise<void> {
  if (isDirty) await clear(store, STORABLE_ACTORS);
  isDirty = true;
  clock = START;
  const { atomicBatches } = store.capabilities;
  const model = memoryStore({ now: () => clock }, undefined, likeness());
  for (const [index, operation] of operations.entries()) {
    const refused = await compareOperation(model, operation, `operation ${index + 1}`);
    // A batch that was refused half-way has done what it has done.
    if (refused && !atomicBatches) return;
  }
  await compareState(model, "the state at the end");
  const program = programOf(operations);
  const named = STORABLE_ACTORS.filter((id) => program.includes(JSON.stringify(id)));
  for (const each of [store, model]) await clear(each, named);
  await compareState(model, "what is left of erased actors");
  isDirty = false;
}

/** What the contract leaves to a backend, as this one does it. */
function likeness(): Likeness {
  const { backend, capabilities: { lookupsNeedActor } } = store;
  return { lookupsNeedActor, refusedWritesClaim: backend === "dynamodb" };
}

/** Compares one operation; whether it met a conflict. */
async function compareOperation(model: Store, operation: Operation, label: string): Promise<boolean> {
  const { name, args, options } = operation;
  if (name === "clock.forward") {
    clock += args[0] as number;
    return false;
  }
  const what = `${label}, ${name}`;
  if (name.endsWith(".pages")) {
    await compareWalks(model, operation, what);
    return false;
  }
  const expected = await outcomeOf(model, operation);
  const isIndexRead = name === "actors.listByCreator" || name === "trusts.getBySecret";
  const isStale = options.consistent === false || isIndexRead && store.capabilities.indexReads === "eventual";
  await same(what, expected, () => outcomeOf(store, operation), isStale);
  return expected === "StoreError conflict";
}

/** Pages are also walked with the other store's cursors, where there is one order. */
async function compareWalks(model: Store, operation: Operation, what: string): Promise<void> {
  const isShared = operation.name !== "tables.pages" &&
    (operation.name !== "actors.pages" || store.capabilities.sortedActors);
  const isStale = operation.options.consistent === false;
  const expected = await walkOf(model, model, operation, isShared);
  await same(what, expected, () => walkOf(store, store, operation, isShared), isStale);
  if (!isShared) return;
  await same(`${what} from its cursor`, expected, () => walkOf(store, model, operation, true), isStale);
  await same(`${what} from the model's cursor`, expected, () => walkOf(model, store, operation, true), isStale);
}

/** Every row of every table, expired ones included. */
async function compareState(model: Store, what: string): Promise<void> {
  await Promise.all(TABLE_NAMES.map(async (table) => {
    const walk = { name: "tables.pages", args: [table], options: { limit: 1000 } };
    const expected = await walkOf(model, model, walk, false);
    await same(`${what}, ${table}`, expected, () => walkOf(store, store, walk, false), false);
  }));
}

/** Erases actors and all tombstones. */
async function clear({ actors, attributes }: Store, ids: readonly string[]): Promise<void> {
  await Promise.all(ids.map((id) => actors.erase(id)));
  await actors.erase(TOMBSTONE_OWNER);
  await attributes.deleteAll(TOMBSTONE_OWNER);
}

/** Fails with both outcomes when they differ; a stale answer gets a moment to become the right one. */
async function same(what: string, expected: string, outcome: () => Promise<string>, isStale: boolean): Promise<void> {
  const until = Date.now() + (isStale ? STALE : 0);
  let actual = await outcome();
  while (!agree(what, expected, actual) && Date.now() < until) actual = await outcome();
  if (!agree(what, expected, actual)) throw new Error(`${what}: expected ${expected}, got ${actual}`);
}

/**
 * A diff's whole millisecond may become one microsecond more. A row of the reverse lookup whose property is gone means
 * nothing, so it may be there or not when it is released; the state at the end shows that no other one was.
 */
function agree(what: string, expected: string, actual: string): boolean {
  if (what.endsWith("lookups.release") && expected === "false" && actual === "true") return true;
  const plain = (text: string) => what.includes("diffs") ? text.replace(/(\.\d{3})001Z/g, "$1000Z") : text;
  return plain(expected) === plain(actual);
}
