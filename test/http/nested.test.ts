// Paths into the JSON of a property.
import { afterAll, beforeAll, expect } from "bun:test";
import { merged, valueAt, without, wrapped } from "../../src/http/nested.ts";
import type { Json } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";
import { openApp, type TestApp } from "./app.ts";

const behaviour = behaviours("http nested properties");

let app: TestApp;
beforeAll(async () => {
  app = await openApp();
}, 120_000);
afterAll(() => app.store.close());

/** A new actor with the property `p`. */
async function open(value?: string) {
  const actor = await app.actor();
  if (value !== undefined) await app.store.properties.set(actor.id, "p", value);
  const send = (method: string, path: string, body?: string) => {
    return app.send(method, `/${actor.id}/properties/p${path}`, { as: actor, body });
  };
  const stored = () => app.store.properties.get(actor.id, "p");
  return { send, stored };
}

behaviour("a part is read by its path", async () => {
  const { send } = await open('{"a": {"b": [1, {"c": 2}], "d/e": "f", "": 3}}');
  const parts = [["/a/b", '[1,{"c":2}]'], ["/a/d%2Fe", '"f"'], ["/a", '{"b":[1,{"c":2}],"d/e":"f","":3}'], [
    "/a//",
    "3",
  ]];
  for (const [path, shown] of parts) {
    const answer = await send("GET", path!);
    expect([answer.status, answer.text]).toEqual([200, shown!]);
  }
});

behaviour("a path with a missing step is 404", async () => {
  const { send } = await open('{"a": {"b": [1]}, "t": "text"}');
  for (const path of ["/x", "/a/x", "/a/b/0", "/t/length", "/constructor", "/__proto__"]) {
    expect((await send("GET", path)).status).toBe(404);
  }
  expect((await (await open("plain text")).send("GET", "/a")).status).toBe(404);
  expect((await (await open()).send("GET", "/a")).status).toBe(404);
});

behaviour("a part is written into the stored object, creating its path", async () => {
  const { send, stored } = await open('{"a": {"b": 1}, "c": 2}');
  expect((await send("PUT", "/a/x/y", "3")).status).toBe(204);
  expect(await stored()).toBe('{"a": {"b": 1, "x": {"y": 3}}, "c": 2}');
  await send("PUT", "/c", "plain text");
  expect(await stored()).toBe('{"a": {"b": 1, "x": {"y": 3}}, "c": "plain text"}');
});

behaviour("objects are merged, anything else is replaced", async () => {
  const { send, stored } = await open('{"a": {"b": {"c": 1}, "d": [1]}}');
  await send("PUT", "/a", '{"b": {"e": 2}, "d": [2]}');
  expect(await stored()).toBe('{"a": {"b": {"c": 1, "e": 2}, "d": [2]}}');
  for (const value of ["plain text", "[1]", "7", '"text"']) {
    const other = await open(value);
    expect((await other.send("PUT", "/a/b", "1")).status).toBe(204);
    expect(await other.stored()).toBe('{"a": {"b": 1}}');
  }
});

behaviour("a part of a property that is not there creates it", async () => {
  const { send, stored } = await open();
  await send("PUT", "/a/b", "null");
  expect(await stored()).toBe('{"a": {"b": null}}');
});

behaviour("a key named like a part of every object is only a key", async () => {
  const { send, stored } = await open('{"a": 1}');
  await send("PUT", "/__proto__/polluted", "1");
  expect(await stored()).toBe('{"a": 1, "__proto__": {"polluted": 1}}');
  expect((await send("GET", "/__proto__/polluted")).text).toBe("1");
  expect(({} as Record<string, unknown>).polluted).toBe(undefined);
  expect((await send("DELETE", "/__proto__")).status).toBe(204);
  expect(await stored()).toBe('{"a": 1}');
});

behaviour("a part is deleted, and only where it is", async () => {
  const { send, stored } = await open('{"a": {"b": 1, "c": 2}, "d": [3]}');
  expect((await send("DELETE", "/a/b")).status).toBe(204);
  expect(await stored()).toBe('{"a": {"c": 2}, "d": [3]}');
  for (const path of ["/a/b", "/x/y", "/d/0", "/a/c/e"]) expect((await send("DELETE", path)).status).toBe(404);
  expect((await send("DELETE", "/a/c")).status).toBe(204);
  expect(await stored()).toBe('{"a": {}, "d": [3]}');
  expect((await (await open()).send("DELETE", "/a")).status).toBe(404);
});

behaviour("a path deeper than JSON may be is refused", async () => {
  const { send, stored } = await open();
  expect((await send("PUT", "/a".repeat(501), "1")).status).toBe(400);
  expect(await stored()).toBe(null);
});

behaviour("no change is lost when many write parts of one property at once", async () => {
  const { send, stored } = await open('{"kept": 1}');
  const names = Array.from({ length: 30 }, (_, index) => `k${index}`);
  const answers = await Promise.all(names.map((name) => send("PUT", `/${name}`, "1")));
  expect(answers.map(({ status }) => status)).toEqual(names.map(() => 204));
  const all = JSON.parse((await stored())!);
  expect(Object.keys(all).sort()).toEqual(["kept", ...names].sort());
  const deleted = await Promise.all(names.map((name) => send("DELETE", `/${name}`)));
  expect(deleted.map(({ status }) => status)).toEqual(names.map(() => 204));
  expect(await stored()).toBe('{"kept": 1}');
});

behaviour("many who create one property by its parts all find theirs in it", async () => {
  const { send, stored } = await open();
  const names = Array.from({ length: 20 }, (_, index) => `k${index}`);
  await Promise.all(names.map((name) => send("PUT", `/${name}`, "1")));
  expect(Object.keys(JSON.parse((await stored())!)).sort()).toEqual([...names].sort());
});

behaviour("the functions on paths change nothing in place", () => {
  const value: Json = { a: { b: 1 } };
  Object.freeze(value);
  Object.freeze(value.a);
  expect(merged(value, wrapped(["a", "c"], 2))).toEqual({ a: { b: 1, c: 2 } });
  expect(without(value, ["a", "b"])).toEqual({ a: {} });
  expect(without(value, ["a", "x"])).toBe(undefined);
  expect(valueAt(value, [])).toBe(value);
  expect(valueAt(undefined, ["a"])).toBe(undefined);
});
