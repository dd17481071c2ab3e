// The one error of a store: its codes, what may be repeated, and what it never tells.
import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { expect } from "bun:test";
import { StoreError, type StoreErrorCode } from "../../src/errors.ts";
import { behaviours } from "../support/behaviour.ts";

const behaviour = behaviours("store error");
const source = readFileSync(new URL("../../src/errors.ts", import.meta.url), "utf8");

/** Every code, by the compiler's word, and whether the same call may be made again. */
const RETRYABLE: { readonly [Code in StoreErrorCode]: boolean } = {
  invalid: false,
  too_large: false,
  conflict: false,
  contended: true,
  throttled: true,
  timeout: true,
  aborted: false,
  unavailable: true,
  unknown_outcome: false,
  not_migrated: false,
  denied: false,
  corrupt: false,
  configuration: false,
  closed: false,
  locked: false,
  internal: false,
};
const CODES = Object.keys(RETRYABLE) as StoreErrorCode[];

behaviour("each code is retryable exactly where the documentation says so", () => {
  const rows = [...source.matchAll(/^ \* \| `(\w+)` \| .+ \| (yes|no) \|$/gm)];
  expect(Object.fromEntries(rows.map(([, code, word]) => [code, word === "yes"]))).toEqual(RETRYABLE);
  for (const code of CODES) expect([code, new StoreError(code, "a.b", "c").retryable]).toEqual([code, RETRYABLE[code]]);
});

behaviour("the set of codes is closed: what is documented is what can be thrown", () => {
  const union = source.match(/export type StoreErrorCode =([^;]+);/)![1]!;
  expect([...union.matchAll(/"(\w+)"/g)].map(([, code]) => code).sort()).toEqual(CODES.toSorted());
});

behaviour("it is an Error with a name, a code, the operation and the operation's name in its message", () => {
  const error = new StoreError("throttled", "properties.get", "slow down");
  expect(error instanceof Error).toBe(true);
  expect(error.name).toBe("StoreError");
  expect(error.code).toBe("throttled");
  expect(error.operation).toBe("properties.get");
  expect(error.message).toBe("properties.get: slow down");
  expect(String(error)).toBe("StoreError: properties.get: slow down");
  expect(error.stack).toContain("store_error.test.ts");
});

behaviour("the cause is kept, whatever it is, and absent where there is none", () => {
  for (const cause of [new Error("below"), "text", null, { code: "23505" }]) {
    expect(new StoreError("internal", "a.b", "c", { cause }).cause).toBe(cause);
  }
  expect("cause" in new StoreError("internal", "a.b", "c")).toBe(false);
});

/** Causes as drivers make them, each with a stored value somewhere. */
const VALUE = "correct horse battery staple";
const CAUSES: readonly unknown[] = [
  VALUE,
  new Error(VALUE),
  Object.assign(new Error("duplicate key"), { detail: `Key (name)=(${VALUE})`, parameters: [VALUE] }),
  new Error("outer", { cause: new Error(VALUE) }),
  new AggregateError([new Error(VALUE)], "several"),
  { toString: () => VALUE, toJSON: () => VALUE },
  new StoreError("internal", "a.b", "c", { cause: VALUE }),
];

behaviour("as JSON it has its name, code, operation and retryable, and nothing of the cause", () => {
  for (const cause of CAUSES) {
    const error = new StoreError("internal", "properties.set", "refused", { cause });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: "StoreError",
      code: "internal",
      operation: "properties.set",
      retryable: false,
    });
  }
});

behaviour("printed, alone or inside something else, it shows message, stack and code, and nothing of the cause", () => {
  for (const cause of CAUSES) {
    const error = new StoreError("timeout", "properties.set", "the deadline passed", { cause });
    for (const printed of [inspect(error), inspect({ error }), inspect([error]), inspect(error, { depth: 10 })]) {
      expect(printed).toContain("StoreError: properties.set: the deadline passed");
      expect(printed).toContain("store_error.test.ts");
      expect(printed).toContain("code: timeout, retryable: true");
      expect(printed).not.toContain(VALUE);
    }
    expect(`${error}${error.stack}`).not.toContain(VALUE);
  }
});

behaviour("its own fields are those that are documented, so that nothing else can be printed", () => {
  const error = new StoreError("internal", "a.b", "c", { cause: VALUE });
  expect(Object.keys(error).sort()).toEqual(["code", "name", "operation", "retryable"]);
});
