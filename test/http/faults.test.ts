// Faults of the store as answers.
import { expect } from "bun:test";
import { StoreError, type StoreErrorCode } from "../../src/errors.ts";
import { routes } from "../../src/http/mod.ts";
import type { Actor, Store } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";
import { read, requestInit } from "./app.ts";

const behaviour = behaviours("http faults");
const ann: Actor = { id: "a1", creator: "ann", passphrase: "secret-passphrase" };
const UUID = /^[0-9a-f-]{36}$/;

/** A store that has one actor, and these properties. */
function storeWith(properties: { readonly [method: string]: () => Promise<unknown> }): Store {
  return {
    actors: { get: () => Promise.resolve(ann) },
    suspensions: { has: () => Promise.resolve(false) },
    properties,
    together: (reads: () => unknown) => reads(),
  } as unknown as Store;
}

/** A store that throws when its properties are asked for. */
function failing(error: unknown): Store {
  const fail = () => Promise.reject(error);
  return storeWith({ get: fail, set: fail, all: fail, setMany: fail, delete: fail, deleteAll: fail });
}

async function ask(error: unknown) {
  const faults: unknown[][] = [];
  const app = routes(failing(error), { onFault: (...fault) => faults.push(fault) });
  const answer = await read(await app.request("/a1/properties/p", requestInit("GET", { as: ann })));
  return { ...answer, error: answer.json() as { error: Record<string, string> }, faults };
}

function storeError(code: StoreErrorCode): StoreError {
  return new StoreError(code, "properties.get", "what to do", { cause: new Error("a stored value") });
}

behaviour("what may be different in a moment is 503 and says when to try again", async () => {
  for (const code of ["contended", "throttled", "timeout", "unavailable", "unknown_outcome", "closed"] as const) {
    const { status, headers, error, faults } = await ask(storeError(code));
    expect(status).toBe(503);
    expect(headers.get("retry-after")).toBe("1");
    expect(error.error).toMatchObject({ code, message: "the database cannot answer at present" });
    expect(faults).toHaveLength(1);
  }
});

behaviour("what the store refuses is the caller's mistake, in the store's words", async () => {
  for (const [code, expected] of [["invalid", 400], ["too_large", 413], ["conflict", 409]] as const) {
    const { status, error, faults } = await ask(storeError(code));
    expect(status).toBe(expected);
    expect(error).toEqual({ error: { code, message: "what to do" } });
    expect(faults).toEqual([]);
  }
});

behaviour("anything else is a bare 500 with an id that the report has, too", async () => {
  const codes = ["not_migrated", "denied", "corrupt", "configuration", "locked", "internal", "aborted"] as const;
  for (const fault of [...codes.map(storeError), new Error("secret-passphrase"), new TypeError("a stored value")]) {
    const { status, text, headers, error, faults } = await ask(fault);
    expect(status).toBe(500);
    expect(headers.get("retry-after")).toBe(null);
    const { request_id, ...rest } = error.error;
    expect(rest).toEqual({ code: "internal", message: "something went wrong" });
    expect(request_id).toMatch(UUID);
    expect(faults).toEqual([[fault, request_id]]);
    expect(text).not.toContain("secret");
    expect(text).not.toContain("stored");
  }
});

behaviour("a part of a property that is always contended is given up with 503", async () => {
  let reads = 0;
  const store = storeWith({
    get: () => Promise.resolve(`{"n": ${++reads}}`),
    setIfEquals: () => Promise.resolve(false),
  });
  const app = routes(store, { onFault: () => {}, random: () => 0 });
  const answer = await read(await app.request("/a1/properties/p/a", requestInit("PUT", { as: ann, body: "1" })));
  expect(answer.status).toBe(503);
  expect(answer.json()).toMatchObject({ error: { code: "contended" } });
  expect(reads).toBe(40);
});

behaviour("every fault has one form", async () => {
  const app = routes(failing(new Error("fault")), { onFault: () => {} });
  const requests = [
    ["GET", "/a1/properties/p", 500],
    ["PATCH", "/a1", 405],
    ["GET", "/a1/unknown", 404],
    ["PUT", "/a1/properties/list:a", 404],
  ] as const;
  for (const [method, path, status] of requests) {
    const answer = await read(await app.request(path, requestInit(method, { as: ann })));
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const { code, message } = (answer.json() as { error: Record<string, unknown> }).error;
    expect([typeof code, typeof message]).toEqual(["string", "string"]);
  }
});
