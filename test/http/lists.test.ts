// List properties, in the forms of the specification and of the reference.
import { expect } from "bun:test";
import { behaviours } from "../support/behaviour.ts";
import { openNetwork } from "./nodes.ts";

const behaviour = behaviours("http lists");

/** An actor with a list `notes`. */
async function open(items: readonly unknown[] = []) {
  const node = openNetwork().node("one");
  const actor = await node.actor();
  const send = (method: string, path = "", body?: unknown) => {
    return node.send(method, `${actor.id}/properties${path}`, { as: actor, ...(body === undefined ? {} : { body }) });
  };
  await send("POST", "", { notes: { _type: "list", description: "For people", explanation: "For models" } });
  for (const item of items) await send("POST", "/notes", JSON.stringify(item));
  const notes = async () => (await send("GET", "/notes")).json();
  return { node, actor, send, notes };
}

behaviour("a list is created empty, and read as an array", async () => {
  const { send, notes } = await open();
  expect(await notes()).toEqual([]);
  const created = await send("POST", "", { other: { _type: "list" } });
  expect([created.status, created.json()]).toEqual([201, { other: "[Empty list property created]" }]);
  expect((await send("GET", "/notes?format=short")).json()).toEqual({
    _list: true,
    count: 0,
    description: "For people",
    explanation: "For models",
  });
});

behaviour("POST appends and says where", async () => {
  const { node, actor, send, notes } = await open([{ a: 1 }]);
  const answer = await send("POST", "/notes", '{"b": 2}');
  expect(answer.status).toBe(201);
  expect(answer.headers.get("location")).toBe(`${node.url}${actor.id}/properties/notes/1`);
  expect(answer.json()).toEqual({ success: true, index: 1 });
  expect((await send("POST", "/notes", "plain text")).status).toBe(201);
  expect(await notes()).toEqual([{ a: 1 }, { b: 2 }, "plain text"]);
});

behaviour("an item is read by path, by index, and among all", async () => {
  const { send } = await open(["a", "b"]);
  for (const path of ["/notes/1", "/notes?index=1"]) expect((await send("GET", path)).json()).toBe("b");
  for (const path of ["/notes/2", "/notes?index=2", "/notes/01", "/notes/a", "/notes/0/b"]) {
    expect((await send("GET", path)).status).toBe(404);
  }
  expect((await send("GET", "/notes?index=-1")).status).toBe(400);
  expect((await send("GET", "/notes/items")).json()).toEqual({
    items: [{ index: 0, item: "a" }, { index: 1, item: "b" }],
    count: 2,
  });
});

behaviour("an item is replaced or appended by PUT, with each form's own status", async () => {
  const { send, notes } = await open(["a"]);
  expect((await send("PUT", "/notes/0", '"b"')).status).toBe(201);
  expect((await send("PUT", "/notes?index=0", '"c"')).status).toBe(204);
  expect((await send("PUT", "/notes/1", '"d"')).status).toBe(201);
  expect((await send("PUT", "/notes?index=2", '"e"')).status).toBe(204);
  for (const path of ["/notes/9", "/notes?index=9"]) expect((await send("PUT", path, "1")).status).toBe(404);
  expect((await send("PUT", "/notes?index=-1", "1")).status).toBe(400);
  expect((await send("PUT", "/notes/a", "1")).status).toBe(400);
  expect(await notes()).toEqual(["c", "d", "e"]);
});

behaviour("an item is removed, and the list as a whole", async () => {
  const { send, notes } = await open(["a", "b", "c"]);
  expect((await send("DELETE", "/notes/1")).status).toBe(204);
  expect(await notes()).toEqual(["a", "c"]);
  expect((await send("DELETE", "/notes/2")).status).toBe(404);
  expect((await send("DELETE", "/notes")).status).toBe(204);
  expect((await send("GET", "/notes")).status).toBe(404);
  expect((await send("DELETE", "/notes")).status).toBe(204);
});

behaviour("the reference's actions do the same", async () => {
  const { send, notes } = await open(["a"]);
  const act = (body: object) => send("POST", "/notes/items", body);
  const added = await act({ action: "add", item_value: { b: 1 } });
  expect([added.status, added.json()]).toEqual([201, { success: true, index: 1 }]);
  expect((await act({ action: "update", item_index: 0, item_value: "c" })).status).toBe(204);
  expect((await act({ action: "delete", item_index: 1 })).status).toBe(204);
  expect(await notes()).toEqual(["c"]);
  const wrong = [
    { action: "update", item_index: 5, item_value: 1 },
    { action: "delete", item_index: 5 },
    { action: "delete" },
    { action: "add" },
    { action: "turn" },
    {},
  ];
  for (const body of wrong) expect((await act(body)).status).toBe(400);
  expect((await send("POST", "/unknown/items", { action: "add", item_value: 1 })).status).toBe(404);
});

behaviour("metadata is read and changed", async () => {
  const { send } = await open(["a"]);
  expect((await send("PUT", "/notes/metadata", { description: "New" })).status).toBe(204);
  expect((await send("GET", "/notes/metadata")).json()).toEqual({
    name: "notes",
    _list: true,
    count: 1,
    description: "New",
    explanation: "For models",
  });
  expect((await send("PUT", "/notes/metadata", {})).status).toBe(400);
  expect((await send("PUT", "/notes/metadata", { description: 1 })).status).toBe(400);
  expect((await send("GET", "/unknown/metadata")).status).toBe(404);
});

behaviour("all properties show lists by count, in full, or as sizes", async () => {
  const { send } = await open([{ id: 1 }]);
  await send("PUT", "/name", "Ann");
  expect((await send("GET", "")).json()).toEqual({ name: "Ann", notes: { _list: true, count: 1 } });
  expect((await send("GET", "?format=full")).json()).toEqual({
    name: "Ann",
    notes: { _list: true, count: 1, description: "For people", explanation: "For models", items: [{ id: 1 }] },
  });
  expect((await send("GET", "?metadata=true")).json()).toMatchObject({
    simple: { properties: ["name"], total_bytes: 3 },
    lists: { notes: { count: 1, description: "For people" } },
  });
  expect((await send("GET", "?format=full&metadata=true")).status).toBe(400);
  expect((await send("GET", "?format=long")).status).toBe(400);
});

behaviour("many items are changed at once, by the indexes from before", async () => {
  const { send, notes } = await open([{ n: 0 }, { n: 1 }, { n: 2 }]);
  const bulk = (items: unknown[]) => send("POST", "", { notes: { items } });
  const answer = await bulk([{ index: 0 }, { index: 2, n: "two" }, { index: 3, n: "three" }]);
  expect([answer.status, answer.json()]).toEqual([201, { notes: "[Bulk update: 2 items updated, 1 items deleted]" }]);
  expect(await notes()).toEqual([{ n: 1 }, { n: "two" }, { n: "three" }]);
  for (const items of [[{ index: 0, n: 9 }, { index: 7 }], [{ n: 1 }], [{ index: -1 }], [1]]) {
    expect((await bulk(items)).status).toBe(400);
  }
  expect(await notes()).toEqual([{ n: 1 }, { n: "two" }, { n: "three" }]);
});

behaviour("a list and a property never have one name", async () => {
  const { send, notes } = await open(["a"]);
  expect((await send("PUT", "/notes", "text")).status).toBe(409);
  expect((await send("POST", "", { notes: "text" })).status).toBe(409);
  expect((await send("POST", "", { other: "1", notes: "text" })).status).toBe(409);
  expect((await send("GET", "/other")).status).toBe(404);
  await send("PUT", "/plain", "text");
  expect((await send("POST", "", { plain: { _type: "list" } })).status).toBe(409);
  expect((await send("POST", "", { fresh: "1", plain: { _type: "list" } })).status).toBe(409);
  expect((await send("GET", "/fresh")).status).toBe(404);
  expect((await send("POST", "/plain", "1")).status).toBe(409);
  expect(await notes()).toEqual(["a"]);
  expect((await send("GET", "/plain")).text).toBe("text");
});

behaviour("of a list and a property that are made at once, at most one is", async () => {
  for (let round = 0; round < 20; round++) {
    const { send, node, actor } = await open();
    await Promise.all([
      send("PUT", "/both", "text"),
      send("POST", "", { both: { _type: "list" } }),
      send("PUT", "/both/part", "1"),
    ]);
    const rows = await node.store.properties.all(actor.id, { includeLists: true });
    const names = rows.map(({ name }) => name).filter((name) => name === "both" || name === "list:both-meta");
    expect(names.length).toBeLessThan(2);
  }
});

behaviour("a list in the old format is read, and 409 to change", async () => {
  const { send, node, actor } = await open();
  await node.store.properties.setMany(actor.id, [
    ["list:old-meta", '{"length": 2}'],
    ["list:old-0", '"a"'],
    ["list:old-1", '"b"'],
  ]);
  expect((await send("GET", "/old")).json()).toEqual(["a", "b"]);
  expect((await send("GET", "")).json()).toMatchObject({ old: { _list: true, count: 2 } });
  expect((await send("POST", "/old", "1")).status).toBe(409);
});
