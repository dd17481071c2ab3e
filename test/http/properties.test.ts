// Properties, all at once and one by one.
import { afterAll, beforeAll, expect } from "bun:test";
import type { Actor } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";
import { openApp, type SendOptions, type TestApp } from "./app.ts";

const behaviour = behaviours("http properties");

let app: TestApp;
beforeAll(async () => {
  app = await openApp();
}, 120_000);
afterAll(() => app.store.close());

/** A new actor's properties. */
async function open() {
  const actor: Actor = await app.actor();
  const send = (method: string, path = "", options: SendOptions = {}) => {
    return app.send(method, `/${actor.id}/properties${path}`, { as: actor, ...options });
  };
  const stored = async () => {
    const rows = await app.store.properties.all(actor.id, { includeLists: true });
    return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  };
  return { actor, send, stored };
}

behaviour("a JSON body is stored in the reference's form, another as it came", async () => {
  const { send, stored } = await open();
  const bodies = {
    object: '{"b":1,"a":[true,null]}',
    text: '"grün"',
    number: " 1e-7 ",
    long: "12345678901234567890",
    plain: "not, JSON é\n",
  };
  for (const [name, body] of Object.entries(bodies)) {
    const answer = await send("PUT", `/${name}`, { body });
    expect([answer.status, answer.text]).toEqual([204, ""]);
  }
  expect(await stored()).toEqual({
    object: '{"b": 1, "a": [true, null]}',
    text: '"gr\\u00fcn"',
    number: "1e-07",
    long: "12345678901234567890",
    plain: "not, JSON é\n",
  });
});

behaviour("a property is shown as compact JSON, and text as it is", async () => {
  const { actor, send } = await open();
  const rows = {
    object: ['{"a": [1, "\\u00fc"]}', '{"a":[1,"ü"]}'],
    long: ["12345678901234567890", "12345678901234567890"],
    plain: ["not, JSON é", "not, JSON é"],
    broken: ['{"a":', '{"a":'],
  };
  for (const [name, [value, shown]] of Object.entries(rows)) {
    await app.store.properties.set(actor.id, name, value!);
    const answer = await send("GET", `/${name}`);
    expect([answer.status, answer.text]).toEqual([200, shown!]);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("cache-control")).toBe("no-store");
  }
});

behaviour("a missing property is 404", async () => {
  const { send } = await open();
  const answer = await send("GET", "/unknown");
  expect(answer.status).toBe(404);
  expect(answer.json()).toEqual({ error: { code: "not_found", message: "there is no such property" } });
});

behaviour("all properties are one object in the order of names, lists behind them", async () => {
  const { actor, send } = await open();
  expect((await send("GET")).text).toBe("{}");
  const rows = [["10", "1"], ["2", '{"a": 1}'], ["list:a-meta", "{}"], ["b", "plain"], ["__proto__", "2"]] as const;
  await app.store.properties.setMany(actor.id, rows);
  for (const path of ["", "/"]) {
    const answer = await send("GET", path);
    expect([answer.status, answer.text]).toEqual([
      200,
      '{"10":1,"2":{"a":1},"__proto__":2,"b":"plain","a":{"_list":true,"count":0}}',
    ]);
  }
});

behaviour("an empty body deletes, null is refused", async () => {
  const { send, stored } = await open();
  await send("PUT", "/a", { body: "1" });
  expect((await send("PUT", "/a", { body: "null" })).status).toBe(400);
  expect(await stored()).toEqual({ a: "1" });
  expect((await send("PUT", "/a", { body: "" })).status).toBe(204);
  expect(await stored()).toEqual({});
});

behaviour("several properties are stored and answered at once", async () => {
  const { actor, send, stored } = await open();
  await app.store.properties.setMany(actor.id, [["gone", "1"], ["kept", "2"]]);
  const body = '{"text": "1", "number": 1, "object": {"ü": null}, "gone": null, "empty": ""}';
  const answer = await send("POST", "", { body });
  expect(answer.status).toBe(201);
  expect(answer.json()).toEqual({ text: "1", number: 1, object: { "ü": null } });
  expect(await stored()).toEqual({ kept: "2", text: "1", number: "1", object: '{"\\u00fc": null}' });
});

behaviour("fields of a form are stored as texts", async () => {
  const { send, stored } = await open();
  const answer = await send("POST", "", { body: new URLSearchParams({ a: "1", b: "x y" }) });
  expect(answer.status).toBe(201);
  expect(answer.json()).toEqual({ a: "1", b: "x y" });
  expect(await stored()).toEqual({ a: "1", b: "x y" });
});

behaviour("when one of several properties cannot be stored, none is", async () => {
  const { send, stored } = await open();
  const bad = [
    '"": 1',
    '"list:a": 1',
    '"a\\u0000": 1',
    '"a\\n": 1',
    '"x": "\\ud800"',
    '"email": "' + "x".repeat(2049) + '"',
  ];
  for (const member of bad) {
    const { status } = await send("POST", "", { body: `{"first": 1, ${member}, "last": 2}` });
    expect([400, 413]).toContain(status);
    expect(await stored()).toEqual({});
  }
});

behaviour("bodies that hold no properties are refused", async () => {
  const { send } = await open();
  for (const body of ["[1]", "1", "null", "{", "\xff"]) {
    expect((await send("POST", "", { body, headers: { "content-type": "application/json" } })).status).toBe(400);
  }
  for (const body of ["{}", ""]) expect((await send("POST", "", { body })).status).toBe(403);
});

behaviour("what creates or changes a list is not stored as a value", async () => {
  const { send, stored } = await open();
  expect((await send("POST", "", { body: { a: { items: [{ index: 0 }] } } })).status).toBe(400);
  expect(await stored()).toEqual({});
  expect((await send("POST", "", { body: { a: { _type: "list" } } })).status).toBe(201);
  expect(Object.keys(await stored())).toEqual(["list:a-meta"]);
});

behaviour("numbers and depths that would be lost are refused", async () => {
  const { send, stored } = await open();
  const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  for (
    const body of ["1e400", "[-1e400]", deep(501), deep(100_000), deep(300_000).replace("[]", "[12345678901234567890]")]
  ) {
    const answer = await send("PUT", "/a", { body });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { code: "invalid" } });
  }
  expect(await stored()).toEqual({});
  expect((await send("PUT", "/a", { body: deep(500) })).status).toBe(204);
  expect((await send("GET", "/a")).text).toBe(deep(500));
});

behaviour("a value over the store's limits is refused", async () => {
  const { send } = await open();
  const answer = await send("PUT", "/a", { body: "x".repeat(500_000) });
  expect(answer.status).toBe(413);
  expect(answer.json()).toMatchObject({ error: { code: "too_large" } });
  expect((await send("PUT", `/${"n".repeat(1025)}`, { body: "1" })).status).toBe(413);
});

behaviour("a property is deleted, also one that is not there", async () => {
  const { send, stored } = await open();
  await send("POST", "", { body: { a: 1, b: 2 } });
  for (let time = 0; time < 2; time++) {
    const answer = await send("DELETE", "/a");
    expect([answer.status, answer.text]).toEqual([204, ""]);
    expect(await stored()).toEqual({ b: "2" });
  }
});

behaviour("deleting all properties leaves lists", async () => {
  const { actor, send, stored } = await open();
  await app.store.properties.setMany(actor.id, [["a", "1"], ["list:a-meta", "{}"], ["list", "2"], ["list;", "3"]]);
  expect((await send("DELETE")).status).toBe(204);
  expect(await stored()).toEqual({ "list:a-meta": "{}" });
});

behaviour("rows of lists are not reachable by name", async () => {
  const { actor, send, stored } = await open();
  await app.store.properties.set(actor.id, "list:a-meta", "{}");
  for (const path of ["/list:a-meta", "/list%3Aa-meta", "/list:a-meta/b"]) {
    for (const method of ["GET", "PUT", "DELETE"]) {
      const answer = await send(method, path, method === "PUT" ? { body: "1" } : {});
      expect(answer.status).toBe(404);
    }
  }
  expect(await stored()).toEqual({ "list:a-meta": "{}" });
});

behaviour("a name may hold any printable text, a slash included", async () => {
  const { send, stored } = await open();
  const names = ["a b", "a/b", "100%", "é😀", "a?b#c", "+", "__proto__", "constructor", "%2F"];
  for (const name of names) {
    const path = `/${encodeURIComponent(name)}`;
    expect((await send("PUT", path, { body: "1" })).status).toBe(204);
    expect((await send("GET", path)).text).toBe("1");
  }
  expect(Object.keys(await stored()).sort()).toEqual([...names].sort());
});

behaviour("control characters in a name are refused", async () => {
  const { send } = await open();
  for (const name of ["a%00", "a%0a", "%7f"]) {
    for (const method of ["GET", "PUT", "DELETE"]) expect((await send(method, `/${name}`)).status).toBe(400);
  }
});

behaviour("an indexed property is found by its value", async () => {
  const { actor, send } = await open();
  await send("PUT", "/email", { body: "bea@example.org" });
  expect(await app.store.lookups.get("email", "bea@example.org")).toBe(actor.id);
  await send("DELETE", "/email");
  expect(await app.store.lookups.get("email", "bea@example.org")).toBe(null);
});

behaviour("other methods are named as not allowed", async () => {
  const { send } = await open();
  const all = await send("PUT", "", { body: "1" });
  expect([all.status, all.headers.get("allow")]).toEqual([405, "GET, POST, DELETE"]);
  const one = await send("PATCH", "/a", { body: "{}" });
  expect([one.status, one.headers.get("allow")]).toEqual([405, "GET, PUT, DELETE, POST"]);
  const part = await send("POST", "/a/b", { body: "{}" });
  expect([part.status, part.headers.get("allow")]).toEqual([405, "GET, PUT, DELETE"]);
});
