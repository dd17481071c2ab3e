// Every fault of the network and of the server × the calls that meet it.
import { afterAll, beforeAll, expect } from "bun:test";
import { StoreError } from "../../../src/errors.ts";
import type { Store } from "../../../src/store.ts";
import { behaviours } from "../../support/behaviour.ts";
import type { FaultyProxy } from "../../support/faulty_proxy.ts";
import { uniqueName } from "../../support/stores.ts";
import { CALLS, type FaultedCall, stateOf } from "./calls.ts";
import { type FaultyPlace, faultyPlace, onDynamoDB } from "./faulty_place.ts";
import { DYNAMODB_FAULTS, type ExpectedFault, POSTGRESQL_FAULTS } from "./network_faults.ts";

const behaviour = behaviours("network faults");
/** Milliseconds of a call that meets a fault, and how soon all is well again. */
const TIMEOUT = 400;
const SOON = 3_000;
/** How much later a call may end on a busy machine. */
const SLACK = 1_000;
/** The codes that promise that nothing was applied. */
const PROMISES = ["timeout", "throttled", "unavailable", "contended", "denied"];

let place: FaultyPlace;
let proxy: FaultyProxy;
/** Not through the proxy. */
let direct: Store;

beforeAll(async () => {
  place = await faultyPlace("network_faults");
  ({ proxy, direct } = place);
}, 120_000);
afterAll(() => place.close(), 120_000);

/** How a call ended, and what to judge it by. */
interface Ending {
  readonly name: string;
  readonly actorId: string;
  readonly code: string;
  readonly result: unknown;
  readonly milliseconds: number;
  /** What was there before. */
  readonly before: string;
  /** What it answers and leaves behind when nothing goes wrong. */
  readonly good: { readonly result: unknown; readonly state: string };
}

/** A new actor, ready for the call. */
async function actorFor(call: FaultedCall): Promise<string> {
  const actorId = uniqueName("actor");
  await direct.actors.createIfAbsent({ id: actorId, creator: "creator", passphrase: "" });
  await call.prepare(direct, actorId);
  return actorId;
}

/** What the call answers and leaves behind when nothing goes wrong. */
async function faultless(call: FaultedCall): Promise<{ result: unknown; state: string }> {
  const actorId = await actorFor(call);
  const result = await call.run(direct, actorId, {});
  return { result, state: await stateOf(direct, actorId) };
}

/** Opens the connections that the calls will use. */
async function warm(store: Store): Promise<void> {
  await Promise.all(Object.keys(CALLS).map((name) => store.properties.set(uniqueName("warm"), name, "value")));
}

/** Makes a call that meets a fault. */
async function meet(store: Store, name: string): Promise<Ending> {
  const call = CALLS[name]!;
  const [actorId, good] = await Promise.all([actorFor(call), faultless(call)]);
  const before = await stateOf(direct, actorId);
  const started = performance.now();
  const [code, result] = await call.run(store, actorId, { timeout: TIMEOUT }).then(
    (result) => ["answered", result] as const,
    (error) => [error instanceof StoreError ? error.code : String(error), undefined] as const,
  );
  return { name, actorId, code, result, milliseconds: performance.now() - started, before, good };
}

/** What is wrong with an ending, when the fault is over and what was held back has arrived. */
async function judge(ending: Ending, expected: ExpectedFault, mayAnswer: boolean): Promise<string[]> {
  const { name, actorId, code, result, milliseconds, before, good } = ending;
  const state = await stateOf(direct, actorId);
  const allowed: readonly string[] = CALLS[name]!.writes ? expected.write : expected.read;
  const isAnswered = code === "answered";
  // The deadline may also cut off a last try.
  const isCut = milliseconds >= TIMEOUT - 10 && ["timeout", "unknown_outcome"].includes(code);
  const wrong = [
    !allowed.includes(code) && !(mayAnswer && isAnswered) && !isCut && `only ${allowed.join(", ")} tell the truth`,
    milliseconds > TIMEOUT + SLACK && "that is too late",
    isAnswered && JSON.stringify(result) !== JSON.stringify(good.result) && `the answer is ${JSON.stringify(result)}`,
    isAnswered && state !== good.state && `acknowledged, but there is ${state}`,
    PROMISES.includes(code) && state !== before && `refused, but there is ${state} and not ${before}`,
  ];
  const ended = `${name} ended with ${code} after ${Math.round(milliseconds)} ms: `;
  return wrong.filter((text) => text !== false).map((text) => ended + text);
}

/** Whether the store does what it is asked, at once. */
async function works(store: Store): Promise<void> {
  const actorId = uniqueName("after");
  await store.properties.set(actorId, "name", "value", { timeout: SOON });
  expect(await store.properties.get(actorId, "name", { timeout: SOON })).toBe("value");
}

for (const [title, expected] of Object.entries(onDynamoDB ? DYNAMODB_FAULTS : POSTGRESQL_FAULTS)) {
  /** Lets calls meet the fault at the same time; what was wrong. */
  const suffer = async (store: Store, names: readonly string[], times?: number): Promise<string[]> => {
    proxy.fail(expected.fault, times);
    const endings = await Promise.all(names.map((name) => meet(store, name)));
    proxy.heal();
    await works(store);
    const wrong = await Promise.all(endings.map((ending) => judge(ending, expected, times !== undefined)));
    return wrong.flat();
  };
  const names = Object.keys(CALLS);

  behaviour(`${title}, for as long as a call lasts: it ends in time and tells the truth`, async () => {
    const store = place.open();
    await warm(store);
    const wrong = await suffer(store, names);
    await store.close();
    expect(wrong).toEqual([]);
    await untilClosed();
  });

  behaviour(`${title}, once: the call tries again where that is safe, and tells the truth`, async () => {
    const store = place.open();
    await warm(store);
    const wrong: string[] = [];
    // What is held back lasts until the deadline, so all wait for it together.
    const isHeld = typeof expected.fault === "string" && expected.fault.startsWith("hold");
    for (const group of isHeld ? [names] : names.map((name) => [name])) {
      wrong.push(...await suffer(store, group, group.length));
    }
    await store.close();
    expect(wrong).toEqual([]);
    await untilClosed();
  });
}

behaviour("what ended with an unknown outcome is finished by calling it again", async () => {
  const store = place.open();
  for (const call of Object.values(CALLS).filter(({ repeatable }) => repeatable)) {
    const [actorId, good] = await Promise.all([actorFor(call), faultless(call)]);
    for (const fault of ["cut after", "cut before"] as const) {
      await works(store);
      proxy.fail(fault, 1);
      await call.run(store, actorId, { timeout: TIMEOUT }).catch((error) => expect(error).toBeInstanceOf(StoreError));
      proxy.heal();
    }
    await call.run(store, actorId, { timeout: SOON });
    expect(await stateOf(direct, actorId)).toBe(good.state);
  }
  await store.close();
});

/** A closed store on PostgreSQL has no connection left. Those of `fetch` are the runtime's, which keeps a few. */
async function untilClosed(): Promise<void> {
  const end = performance.now() + SOON;
  const most = onDynamoDB ? 4 * Object.keys(CALLS).length : 0;
  while (proxy.open() > most && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(proxy.open()).toBeLessThanOrEqual(most);
}
