// Lists that both libraries change, in turn and at once. TEST_LIST_SECONDS and TEST_LIST_ITEMS make the long run longer.
import { expect } from "bun:test";
import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { attributeListOf, listOf } from "../../src/lists/mod.ts";
import type { Json } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";
import { random } from "../support/random.ts";
import { uniqueName } from "../support/stores.ts";
import { type Both, onEachBackend } from "./both.ts";
import { referencePython } from "./python.ts";
import { ATTRIBUTES } from "./samples.ts";

const behaviour = behaviours("interop lists");
const SECONDS = Number(process.env.TEST_LIST_SECONDS ?? 4);
const ITEMS = Number(process.env.TEST_LIST_ITEMS ?? 200);
const PROCESSES = 4;
const VALUES = ATTRIBUTES.map(({ data }) => data);

onEachBackend("interop_lists", (backend, both) => {
  const theirs = (actor_id: string, name: string, method: string, args: { readonly [name: string]: Json } = {}) =>
    both.reference.call("list", method, args, { actor_id, name });

  behaviour(
    `${backend}: a list of every kind of item is changed in turn and is the same for both after each change`,
    async () => {
      const [actorId, name] = [uniqueName("actor"), "nötes"];
      const ours = listOf(both.store, actorId, name);
      const python = (method: string, args: { readonly [name: string]: Json } = {}) =>
        theirs(actorId, name, method, args);
      const model: Json[] = [];
      const same = async () => {
        expect(await ours.slice()).toEqual(model);
        expect(await python("to_list")).toEqual(model);
        expect([await ours.length(), await python("length")]).toEqual([model.length, model.length]);
      };
      for (const value of VALUES) {
        await (model.length % 2 === 0 ? ours.append(value) : python("append", { item: value }));
        model.push(value);
      }
      await same();
      await ours.extend(["x", "y"]);
      await python("extend", { items: ["z"] });
      model.push("x", "y", "z");
      await ours.insert(0, "first");
      await python("insert", { index: 0, item: "zeroth" });
      await ours.insert(3, "third");
      await python("insert", { index: 4, item: { fourth: true } });
      model.unshift("zeroth", "first");
      model.splice(3, 0, "third");
      model.splice(4, 0, { fourth: true });
      await same();
      await ours.update(1, ["updated"]);
      await python("set", { index: 2, value: "updated" });
      model.splice(1, 2, ["updated"], "updated");
      expect([await ours.pop(0), await python("pop", { index: 0 })]).toEqual(model.splice(0, 2));
      await ours.delete(5);
      await python("remove_at", { index: 5 });
      model.splice(5, 2);
      await same();
      expect(await ours.get(-1)).toEqual("z");
      expect(await python("get", { index: -1 })).toEqual("z");
      expect(await ours.remove("x")).toBe(true);
      await python("remove", { value: "y" });
      for (const gone of ["x", "y"]) model.splice(model.indexOf(gone), 1);
      await same();
      await ours.setMetadata({ description: "ours" });
      await python("set_explanation", { explanation: "theirs" });
      expect(await ours.metadata()).toMatchObject({ description: "ours", explanation: "theirs" });
      expect([await python("get_description"), await python("get_explanation")]).toEqual(["ours", "theirs"]);
      expect((await ours.verify()).healthy).toBe(true);
      await python("clear");
      expect(await ours.slice()).toEqual([]);
      await ours.append("again");
      await ours.deleteList();
      expect(await python("to_list")).toEqual([]);
      expect(await both.store.properties.all(actorId, { includeLists: true })).toEqual([]);
    },
  );

  behaviour(`${backend}: a handle that one side read is honoured or refused by what the other did since`, async () => {
    const [actorId, name] = [uniqueName("actor"), "handles"];
    const ours = listOf(both.store, actorId, name);
    await theirs(actorId, name, "extend", { items: ["a", "b", "c"] });
    const [a, b, c] = await ours.handles();
    await theirs(actorId, name, "insert", { index: 0, item: "new" });
    await theirs(actorId, name, "set", { index: 2, value: "changed" });
    expect(await ours.updateByHandle(a!, "A")).toBe(true);
    expect(await ours.deleteByHandle(b!)).toBe(false);
    expect(await ours.deleteByHandle(c!)).toBe(true);
    expect(await theirs(actorId, name, "to_list")).toEqual(["new", "A", "changed"]);
  });

  behaviour(`${backend}: a list in a bucket is changed in turn and is the same for both`, async () => {
    const actor_id = uniqueName("actor");
    const bucket = "remote:peer";
    const ours = attributeListOf(both.store, actor_id, bucket, "items");
    const python = (method: string, args: { readonly [name: string]: Json } = {}) =>
      both.reference.call("attribute_list_of", method, args, { actor_id, bucket, name: "items" });
    await python("append", { item: { a: 1 } });
    await ours.append({ b: 2 });
    await python("append", { item: ["c"] });
    expect(await ours.slice()).toEqual([{ a: 1 }, { b: 2 }, ["c"]]);
    expect(await python("to_list")).toEqual([{ a: 1 }, { b: 2 }, ["c"]]);
    await ours.delete(0);
    await python("set", { index: 0, value: "B" });
    expect(await ours.slice()).toEqual(["B", ["c"]]);
    expect(await python("to_list")).toEqual(["B", ["c"]]);
  });

  behaviour(
    `${backend}: ${2 * PROCESSES} processes of both libraries lose no item of one list and make none twice`,
    () => changedAtOnce(both),
    60_000 + SECONDS * 5_000,
  );
});

interface Done {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly refused: number;
}

async function changedAtOnce({ place, reference, store }: Both): Promise<void> {
  const actor = uniqueName("actor");
  const list = listOf(store, actor, "shared");
  const before = Array.from({ length: ITEMS }, (_, index) => `before.${index}`);
  await list.extend(before, { timeout: 60_000 });
  const { seed } = random();
  const writers = Array.from({ length: PROCESSES }, (_, index) => [
    write(place.environment, [referencePython(), fileOf("list_writer.py")], actor, `theirs${index}`, seed + index),
    write(place.environment, [...ownRuntime(), fileOf("list_writer.ts")], actor, `ours${index}`, seed + index),
  ]).flat();
  const done = await Promise.all(writers);

  const items = await list.slice() as string[];
  const added = [...before, ...done.flatMap((each) => each.added)];
  const removed = done.flatMap((each) => each.removed);
  expect(new Set(items).size).toBe(items.length);
  expect(new Set(removed).size).toBe(removed.length);
  expect([...items, ...removed].sort()).toEqual(added.sort());
  expect(await reference.call("list", "to_list", {}, { actor_id: actor, name: "shared" })).toEqual(items);
  // Every one of them has really taken part.
  for (const each of done) expect(each.added.length).toBeGreaterThan(0);
}

function fileOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

function ownRuntime(): string[] {
  return [process.execPath, ...("Deno" in globalThis ? ["run", "-A", "--quiet", "--no-check"] : [])];
}

function write(
  environment: Readonly<Record<string, string>>,
  [command, ...args]: readonly string[],
  actor: string,
  label: string,
  seed: number,
): Promise<Done> {
  const given = JSON.stringify({ actor, seconds: SECONDS, label, seed });
  return new Promise((resolve, reject) => {
    const child = spawn(command!, [...args, given], { env: { ...process.env, ...environment } });
    let output = "";
    let complaints = "";
    child.stdout.on("data", (chunk) => output += chunk);
    child.stderr.on("data", (chunk) => complaints += chunk);
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(JSON.parse(output) as Done);
      else reject(new Error(`${label} ended with ${code}:\n${complaints}`));
    });
  });
}
