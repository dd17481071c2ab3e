/** Behaviours of lists in format 1, and of their conversion. @module */

import { convertList, listOf, lists as namesOf } from "../lists/mod.ts";
import type { Store } from "../store.ts";
import { group } from "./case.ts";
import { meddling, once } from "./meddling.ts";

/** The behaviours. */
export const oldLists = group("old lists", {
  "a list in format 1 is read by index, in the order of numbers": async (store, check, world) => {
    const id = await old(store, world.id(), 12);
    const list = listOf(store, id, "old");
    const items = Array.from({ length: 12 }, (_, index) => ({ i: index }));
    check.equal(await list.slice(), items);
    check.equal(await list.slice(-3, 11), items.slice(-3, 11));
    check.equal(await list.length(), 12);
    check.equal(await list.get(11), { i: 11 });
    check.equal(await list.get(-12), { i: 0 });
    check.equal(await list.get(12), undefined);
    check.equal(await list.indexOf({ i: 10 }), 10);
    check.equal((await list.find((_, index) => index === 9))?.value, { i: 9 });
    const found = await list.metadata();
    check.equal([found?.format, found?.countHint, found?.description], [1, 12, "old one"]);
    check.equal(await namesOf(store, id), ["old"]);
  },

  "it is read in pages whose cursors can be kept": async (store, check, world) => {
    const list = listOf(store, await old(store, world.id(), 12), "old");
    const sizes: number[] = [];
    let kept: string | null = null;
    for await (const { items, cursor } of list.pages({ limit: 5 })) {
      kept ??= cursor;
      sizes.push(items.length);
    }
    check.equal(sizes, [5, 5, 2]);
    for await (const { items } of list.pages({ cursor: kept! })) {
      check.equal(items.map(({ value }) => value), Array.from({ length: 7 }, (_, index) => ({ i: index + 5 })));
    }
  },

  "more than a hundred items are read whole": async (store, check, world) => {
    const list = listOf(store, await old(store, world.id(), 130), "old");
    check.equal(await list.slice(), Array.from({ length: 130 }, (_, index) => ({ i: index })));
  },

  "an item that is missing is a fault, not an end": async (store, check, world) => {
    const id = await old(store, world.id(), 5);
    await store.properties.delete(id, "list:old-2");
    const list = listOf(store, id, "old");
    await check.refused(list.slice(), "corrupt", "2");
    await check.refused(list.get(2), "corrupt", "2");
    check.equal(await list.slice(3), [{ i: 3 }, { i: 4 }]);
    const { missing, orphans, healthy } = await list.verify();
    check.equal([missing, orphans, healthy], [[2], [], false]);
  },

  "changing it is refused until it is converted": async (store, check, world) => {
    const id = await old(store, world.id(), 3);
    const before = await store.properties.all(id, { includeLists: true });
    const list = listOf(store, id, "old");
    const [handle] = await list.handles();
    for (
      const change of [
        () => list.append(1),
        () => list.extend([1, 2]),
        () => list.insert(0, 1),
        () => list.insertBetween(handle!, null, 1),
        () => list.update(0, 1),
        () => list.updateByHandle(handle!, 1),
        () => list.delete(0),
        () => list.deleteByHandle(handle!),
        () => list.pop(),
        () => list.remove({ i: 0 }),
        () => list.clear(),
        () => list.compact(),
        () => list.repair(),
      ]
    ) await check.refused(change(), "conflict", "convertList");
    check.equal(await store.properties.all(id, { includeLists: true }), before);
  },

  "its metadata can be written and it can be deleted": async (store, check, world) => {
    const id = await old(store, world.id(), 3);
    const list = listOf(store, id, "old");
    await list.setMetadata({ explanation: "new" });
    const found = await list.metadata();
    check.equal([found?.format, found?.countHint, found?.description, found?.explanation], [1, 3, "old one", "new"]);
    check.equal((await list.slice()).length, 3);
    check.true(await list.deleteList());
    check.equal(await store.properties.all(id, { includeLists: true }), []);
  },

  "converting keeps items, order and metadata": async (store, check, world) => {
    const id = await old(store, world.id(), 12);
    const list = listOf(store, id, "old");
    const items = await list.slice();
    check.equal(await convertList(store, id, "old"), { converted: true, items: 12, left: 0 });
    check.equal(await list.slice(), items);
    const found = await list.metadata();
    check.equal([found?.format, found?.countHint, found?.description], [2, 12, "old one"]);
    check.equal(found?.createdAt, "2025-01-02T03:04:05.678901");
    const names = (await store.properties.all(id, { includeLists: true })).map(({ name }) => name);
    check.equal(names, [..."0123456789AB"].map((digit) => `list:old-#a${digit}`).concat("list:old-meta"));
    check.false((await store.properties.get(id, "list:old-meta"))!.includes('"length"'));
    await list.append("new");
    check.equal(await list.get(-1), "new");
    check.equal(await convertList(store, id, "old"), { converted: false, items: 0, left: 0 });
    check.equal(await convertList(store, id, "none"), { converted: false, items: 0, left: 0 });
    check.true((await list.verify()).healthy);
  },

  "a cursor of before the conversion is refused after it": async (store, check, world) => {
    const id = await old(store, world.id(), 4);
    const pages = listOf(store, id, "old").pages({ limit: 2 })[Symbol.asyncIterator]();
    const cursor = (await pages.next()).value!.cursor!;
    await convertList(store, id, "old");
    await check.refused(listOf(store, id, "old").pages({ cursor })[Symbol.asyncIterator]().next(), "invalid", "cursor");
  },

  "a conversion that is cut off anywhere leaves the list readable, and the next one finishes": async (
    store,
    check,
    world,
  ) => {
    for (let writes = 0; writes <= 8; writes++) {
      const id = await old(store, world.id(), 6);
      const cut = cutOff(store, writes);
      const isCut = await convertList(cut, id, "old").then(() => false, () => true);
      const list = () => listOf(store, id, "old");
      check.equal(await list().slice(), Array.from({ length: 6 }, (_, index) => ({ i: index })), `${writes} writes`);
      await convertList(store, id, "old");
      check.equal(await list().slice(), Array.from({ length: 6 }, (_, index) => ({ i: index })), `${writes} writes`);
      const { format, residue, healthy } = await list().verify();
      check.equal([isCut, format, residue, healthy], [writes < 8, 2, 0, true], `${writes} writes`);
    }
  },

  "what an older attempt has left is corrected": async (store, check, world) => {
    const id = await old(store, world.id(), 3);
    await store.properties.setMany(id, [["list:old-#a0", '"stale"'], ["list:old-#a0V", '"stale"'], [
      "list:old-#a9",
      "1",
    ]]);
    check.equal((await listOf(store, id, "old").slice()).length, 3);
    check.equal((await listOf(store, id, "old").verify()).residue, 3);
    await convertList(store, id, "old");
    check.equal(await listOf(store, id, "old").slice(), [{ i: 0 }, { i: 1 }, { i: 2 }]);
  },

  "a damaged list is converted only when asked to": async (store, check, world) => {
    const id = await old(store, world.id(), 5);
    await store.properties.delete(id, "list:old-2");
    await store.properties.set(id, "list:old-7", '"orphan"');
    const before = await store.properties.all(id, { includeLists: true });
    await check.refused(convertList(store, id, "old"), "corrupt");
    check.equal(await store.properties.all(id, { includeLists: true }), before);
    check.equal(await convertList(store, id, "old", { allowDamaged: true }), { converted: true, items: 4, left: 0 });
    check.equal(await listOf(store, id, "old").slice(), [{ i: 0 }, { i: 1 }, { i: 3 }, { i: 4 }]);
    check.equal((await store.properties.all(id, { includeLists: true })).length, 5);
  },

  "a list whose items may be in rows of format 2 is never overwritten": async (store, check, world) => {
    const id = await old(store, world.id(), 2);
    await store.properties.deleteMany(id, ["list:old-0", "list:old-1"]);
    await store.properties.set(id, "list:old-#a0", '"alive"');
    await check.refused(convertList(store, id, "old", { allowDamaged: true }), "corrupt");
    check.equal(await store.properties.get(id, "list:old-#a0"), '"alive"');
  },

  "a writer of format 1 that adds an item meanwhile is not lost": async (store, check, world) => {
    const id = await old(store, world.id(), 4);
    const meddled = meddling(store, "properties", ["setIfEquals"], once(() => old(store, id, 5)));
    check.equal((await convertList(meddled, id, "old")).items, 5);
    check.equal(await listOf(store, id, "old").get(-1), { i: 4 });
  },

  "one that comes a moment too late leaves a row that is told": async (store, check, world) => {
    const id = await old(store, world.id(), 12);
    const late = () => store.properties.set(id, "list:old-12", '{"i": 12}');
    const nothing = () => Promise.resolve();
    const meddled = meddling(store, "properties", ["setIfEquals"], nothing, once(late));
    check.equal(await convertList(meddled, id, "old"), { converted: true, items: 12, left: 1 });
    const list = listOf(store, id, "old");
    check.equal((await list.verify()).residue, 1);
    check.equal(await store.properties.get(id, "list:old-12"), '{"i": 12}');
    check.equal(await list.clear(), 12);
    check.equal((await store.properties.all(id, { includeLists: true })).length, 1);
  },

  "a list that is deleted meanwhile stays deleted, and its successor is left alone": async (store, check, world) => {
    for (const hasSuccessor of [false, true]) {
      const id = await old(store, world.id(), 4);
      const meddled = meddling(store, "properties", CHANGES, async (method) => {
        if (method !== "setIfEquals") return;
        await store.properties.deleteMany(id, ["list:old-meta", ...[0, 1, 2, 3].map((index) => `list:old-${index}`)]);
        if (hasSuccessor) await listOf(store, id, "old").append("successor");
      });
      check.false((await convertList(meddled, id, "old")).converted);
      check.equal(await listOf(store, id, "old").slice(), hasSuccessor ? ["successor"] : []);
      check.equal((await store.properties.all(id, { includeLists: true })).length, hasSuccessor ? 2 : 0);
    }
  },

  "two conversions at once make one list": async (store, check, world) => {
    const id = await old(store, world.id(), 30);
    const other = await world.open();
    const done = await Promise.all([convertList(store, id, "old"), convertList(other, id, "old")]);
    check.equal(done.filter(({ converted }) => converted).length, 1);
    check.equal(await listOf(store, id, "old").slice(), Array.from({ length: 30 }, (_, index) => ({ i: index })));
    check.equal((await listOf(store, id, "old").verify()).residue, 0);
  },

  "an old list whose name has a # is read, stays as it is, and is no part of another list": async (
    store,
    check,
    world,
  ) => {
    const id = await old(store, world.id(), 3, "foo-#bar");
    const sibling = listOf(store, id, "foo");
    await sibling.extend(["a", "b", "c"]);
    const named = listOf(store, id, "foo-#bar");
    check.equal(await named.slice(), [{ i: 0 }, { i: 1 }, { i: 2 }]);
    check.equal(await sibling.slice(), ["a", "b", "c"]);
    check.equal(await sibling.length(), 3);
    check.equal(await sibling.get(-1), "c", "whose rows are not the last");
    check.equal(await sibling.slice(0, 2), ["a", "b"]);
    check.equal(await sibling.get(2), "c");
    await sibling.append("d");
    await sibling.insert(4, "e");
    check.equal(await sibling.pop(), "e");
    for (const limit of [1, 2, 100]) {
      const items: unknown[] = [];
      for await (const page of sibling.pages({ limit })) items.push(...page.items.map(({ value }) => value));
      check.equal(items, ["a", "b", "c", "d"], `${limit}`);
    }
    check.equal(await namesOf(store, id), ["foo", "foo-#bar"]);
    await check.refused(convertList(store, id, "foo-#bar"), "invalid", "name");
    check.equal(await sibling.clear(), 4);
    check.true(await sibling.deleteList());
    check.equal(await named.slice(), [{ i: 0 }, { i: 1 }, { i: 2 }]);
    check.true(await named.deleteList());
    check.equal(await store.properties.all(id, { includeLists: true }), []);
  },

  "old lists whose names begin alike are apart": async (store, check, world) => {
    const id = await old(store, world.id(), 2, "foo");
    await old(store, id, 3, "foo-5");
    check.equal((await listOf(store, id, "foo").slice()).length, 2);
    await convertList(store, id, "foo");
    check.equal((await listOf(store, id, "foo-5").slice()).length, 3);
    check.true(await listOf(store, id, "foo").deleteList());
    check.equal((await listOf(store, id, "foo-5").slice()).length, 3);
    check.equal(await namesOf(store, id), ["foo-5"]);
  },
});

/** Writes a list as the reference did before it had format 2; its actor's id. */
async function old(store: Store, id: string, length: number, name = "old"): Promise<string> {
  const metadata = `{"length": ${length}, "created_at": "2025-01-02T03:04:05.678901", "updated_at": ` +
    `"2025-01-02T03:04:05.${100_000 + length}", "item_type": "json", "chunk_size": 1, "version": "1.0", ` +
    '"description": "old one", "explanation": ""}';
  const items = Array.from({ length }, (_, index) => [`list:${name}-${index}`, `{"i": ${index}}`] as const);
  await store.properties.setMany(id, [...items, [`list:${name}-meta`, metadata]]);
  return id;
}

const CHANGES = ["createIfAbsent", "setIfEquals", "deleteIfEquals", "deleteMany"] as const;

/** The same store, which fails after so many changes of properties. */
function cutOff(store: Store, writes: number): Store {
  let left = writes;
  return meddling(
    store,
    "properties",
    CHANGES,
    () => left-- > 0 ? Promise.resolve() : Promise.reject(new Error("cut off")),
  );
}
