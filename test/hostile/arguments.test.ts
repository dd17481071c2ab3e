// Every argument of every method, given what it is not made for.
import { expect } from "bun:test";
import fc from "fast-check";
import { everyMethod, type Method } from "../../src/conformance/every_method.ts";
import { StoreError } from "../../src/errors.ts";
import type { Store } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";
import { memoryStore } from "../support/memory/mod.ts";
import { fuzz, FUZZ_MILLISECONDS } from "./fuzz.ts";
import { hostileValue, pollution } from "./values.ts";

const behaviour = behaviours("hostile arguments");

/** What a refusal of arguments may be called. */
const REFUSALS: readonly string[] = ["invalid", "too_large", "conflict", "aborted", "timeout"];
/** Arguments of a method at most, without its options. */
const ARGUMENTS = Math.max(...everyMethod.map(({ args }) => args.length));

/** Arguments that are right for many methods, so that a hostile one among them is looked at. */
const harmless = fc.constantFrom<unknown>("a", "email", "properties", ["a"], [["a", "b"]], { creator: "c" }, 1, {});
const argument = fc.oneof({ weight: 2, arbitrary: harmless }, { weight: 3, arbitrary: hostileValue });
const options = fc.oneof(
  fc.constant(undefined),
  hostileValue,
  fc.dictionary(
    fc.constantFrom("signal", "timeout", "consistent", "limit", "cursor", "includeLists", "ttl", "expiresAt", "after"),
    hostileValue,
    { maxKeys: 2 },
  ),
);

/** Calls a method; whether it was refused. Anything but a refusal is the behaviour's failure. */
async function isRefused(store: Store, { operation, call }: Method, given: readonly unknown[]): Promise<boolean> {
  try {
    await call(store, ...given);
    return false;
  } catch (error) {
    if (!(error instanceof StoreError) || !REFUSALS.includes(error.code)) throw error;
    expect(error.operation).toBe(operation);
    return true;
  }
}

behaviour("whatever a method is given, it does its work or refuses it by name, and nothing else", async () => {
  const store = memoryStore();
  let refused = 0;
  let done = 0;
  const cases = fc.record({
    method: fc.constantFrom(...everyMethod),
    given: fc.array(argument, { minLength: ARGUMENTS, maxLength: ARGUMENTS }),
    options,
  });
  await fuzz(12_000, cases, async ({ method, given, options }) => {
    if (await isRefused(store, method, [...given.slice(0, method.args.length), options])) refused++;
    else done++;
  });
  expect(pollution()).toEqual([]);
  // Both happen, so that neither is all that was tried.
  expect(Math.min(refused, done)).toBeGreaterThan(100);
}, FUZZ_MILLISECONDS);

behaviour("each argument alone, hostile among right ones, is refused or taken", async () => {
  const store = memoryStore();
  const right: Readonly<Record<string, readonly unknown[]>> = {
    "actors.createIfAbsent": [{ id: "a", creator: "c", passphrase: "p" }],
    "actors.update": ["a", { creator: "c" }],
    "properties.set": ["a", "name", "value"],
    "properties.setMany": ["a", [["name", "value"]]],
    "properties.setIfEquals": ["a", "name", "value", "other"],
    "properties.range": ["a", "a", "z"],
    "lookups.claim": ["a", "email", "x"],
    "trusts.createIfAbsent": ["a", { peerId: "p", baseUri: "u", type: "t", relationship: "r", secret: "s" }],
    "trusts.update": ["a", "p", { secret: "s" }],
    "trusts.touch": ["a", "p", { at: "2026-01-01T00:00:00Z" }],
    "peerTrustees.createIfAbsent": ["a", { peerId: "p", baseUri: "u", type: "t", passphrase: "s" }],
    "subscriptions.createIfAbsent": ["a", { peerId: "p", subscriptionId: "s" }],
    "subscriptions.update": ["a", "p", "s", { target: "t" }],
    "diffs.append": ["a", "p", "s", "data"],
    "diffs.deleteUpTo": ["a", "p", "s", 1],
    "suspensions.createIfAbsent": ["a", "t", "u"],
    "attributes.set": ["a", "b", "n", { data: 1 }],
    "attributes.setIfEquals": ["a", "b", "n", 1, 2],
    "attributes.setMany": ["a", "b", [["n", 1]]],
    "attributes.deleteByChain": ["a", ["b"], "c"],
    "tables.write": ["properties", [{ actorId: "a", name: "n", value: "v" }]],
    "tables.getMany": ["properties", [["a", "n"]]],
  };
  for (const [name, args] of Object.entries(right)) {
    const method = everyMethod.find(({ operation }) => operation === name)!;
    // What is changed below is known to be taken.
    expect([name, await isRefused(store, method, args)]).toEqual([name, false]);
    const cases = fc.tuple(fc.nat(args.length - 1), hostileValue, fc.constantFrom("whole", "inside"));
    await fuzz(150, cases, async ([position, value, where]) => {
      const changed = [...args];
      changed[position] = where === "whole" ? value : inside(args[position], value);
      await isRefused(store, method, changed);
    });
  }
  expect(pollution()).toEqual([]);
}, FUZZ_MILLISECONDS);

/** The argument with the value in the place of one of its parts. */
function inside(argument: unknown, value: unknown): unknown {
  if (Array.isArray(argument)) return [inside(argument[0], value)];
  if (typeof argument !== "object" || argument === null) return value;
  const [first] = Object.keys(argument);
  return { ...argument, [first!]: value };
}

behaviour("a caller's own fault on the way is the caller's to see, and the store goes on", async () => {
  const store = memoryStore();
  const own = new RangeError("the caller's own");
  const names = {
    *[Symbol.iterator]() {
      yield "a";
      throw own;
    },
  };
  expect(await store.properties.getMany("a", names).catch((error: unknown) => error)).toBe(own);
  await store.properties.set("a", "n", "v");
  expect(await store.properties.get("a", "n")).toBe("v");
  // None of the calls above counts as under way any more.
  await store.close();
});
