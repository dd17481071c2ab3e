/** Behaviours of lists that several writers change. @module */

import { type ListHandle, listOf, lists as namesOf, setPlainProperty } from "../lists/mod.ts";
import type { Json } from "../store.ts";
import { group } from "./case.ts";
import { meddling, once } from "./meddling.ts";

const WRITERS = 50;

/** The behaviours. */
export const sharedLists = group("shared lists", {
  "fifty writers that append at once all succeed and lose nothing": async (store, check, world) => {
    const id = world.id();
    const other = await world.open();
    await race(WRITERS, (index) => listOf(index % 2 ? store : other, id, "notes").append(index));
    check.equal(numbers(await listOf(store, id, "notes").slice()), range(WRITERS));
    check.equal(await namesOf(store, id), ["notes"]);
    await listOf(store, id, "notes").append("last");
    check.equal(await listOf(store, id, "notes").get(-1), "last");
    const { longestRank } = await listOf(store, id, "notes").verify();
    check.true(longestRank < 16, `${longestRank}`);
  },

  "each writer's items keep their order": async (store, check, world) => {
    const id = world.id();
    await race(8, async (writer) => {
      const list = listOf(store, id, "notes");
      for (let index = 0; index < 4; index++) await list.append([writer, index]);
      await list.extend([[writer, 4], [writer, 5]]);
    });
    const items = await listOf(store, id, "notes").slice() as [number, number][];
    check.equal(items.length, 48);
    for (let writer = 0; writer < 8; writer++) {
      check.equal(items.filter(([by]) => by === writer).map(([, index]) => index), [0, 1, 2, 3, 4, 5]);
    }
  },

  "items that are added together stay together": async (store, check, world) => {
    const id = world.id();
    await race(10, (writer) => listOf(store, id, "notes").extend([[writer, 0], [writer, 1], [writer, 2]]));
    const items = await listOf(store, id, "notes").slice() as [number, number][];
    check.equal(items.length, 30);
    for (let index = 0; index < 30; index += 3) {
      check.equal(items.slice(index, index + 3), [0, 1, 2].map((part) => [items[index]![0], part]));
    }
  },

  "writers that insert at one place lose nothing": async (store, check, world) => {
    const id = world.id();
    await listOf(store, id, "notes").extend(["first", "last"]);
    await race(20, (index) => listOf(store, id, "notes").insert(1, index));
    const items = await listOf(store, id, "notes").slice();
    check.equal([items[0], items.at(-1)], ["first", "last"]);
    check.equal(numbers(items.slice(1, -1)), range(20));
  },

  "writers that insert between the same neighbours lose nothing": async (store, check, world) => {
    const list = listOf(store, world.id(), "notes");
    const [lower, upper] = await list.extend(["first", "last"]) as [ListHandle, ListHandle];
    await race(20, (index) => list.insertBetween(lower, upper, index));
    const items = await list.slice();
    check.equal([items[0], items.at(-1)], ["first", "last"]);
    check.equal(numbers(items.slice(1, -1)), range(20));
    await list.insertBetween(null, lower, "before");
    await list.insertBetween(upper, null, "behind");
    check.equal([await list.get(0), await list.get(-1)], ["before", "behind"]);
    await check.refused(list.insertBetween(upper, lower, 1), "invalid", "lower");
    await check.refused(list.insertBetween(lower, lower, 1), "invalid", "lower");
    await check.refused(list.insertBetween(null, null, 1), "invalid", "lower");
    await check.refused(list.insertBetween({ rank: "a-meta", text: "" }, null, 1), "invalid", "lower");
  },

  "every item is popped by exactly one of all callers": async (store, check, world) => {
    const id = world.id();
    await listOf(store, id, "notes").extend(range(15));
    const popped = await race(20, (index) => listOf(store, id, "notes").pop(index % 2 ? -1 : 0));
    check.equal(numbers(popped.filter((item) => item !== undefined)), range(15));
    check.equal(await listOf(store, id, "notes").slice(), []);
  },

  "of many removals of one value as many succeed as there are such items": async (store, check, world) => {
    const id = world.id();
    await listOf(store, id, "notes").extend(["x", "y", "x", "x"]);
    const removed = await race(10, () => listOf(store, id, "notes").remove("x"));
    check.equal(removed.filter(Boolean).length, 3);
    check.equal(await listOf(store, id, "notes").slice(), ["y"]);
  },

  "a handle changes the item that was read or nothing": async (store, check, world) => {
    const id = world.id();
    const list = listOf(store, id, "notes");
    await list.extend(["a", "b", "c"]);
    const handles = await list.handles();
    await listOf(store, id, "notes").insert(0, "before");
    await listOf(store, id, "notes").delete(1);
    check.false(await list.updateByHandle(handles[0]!, "A"), "gone");
    check.false(await list.deleteByHandle(handles[0]!), "gone");
    check.true(await list.updateByHandle(handles[1]!, "B"), "moved by others");
    check.false(await list.updateByHandle(handles[1]!, "again"), "changed");
    check.false(await list.deleteByHandle(handles[1]!), "changed");
    check.true(await list.deleteByHandle(handles[2]!));
    check.equal(await list.slice(), ["before", "B"]);
    for (const handle of [{}, null, { rank: "a0-meta", text: "" }, { rank: "", text: "" }] as ListHandle[]) {
      await check.refused(list.updateByHandle(handle, 1), "invalid", "handle");
      await check.refused(list.deleteByHandle(handle), "invalid", "handle");
    }
  },

  "of many changes by one handle exactly one is made": async (store, check, world) => {
    const id = world.id();
    const list = listOf(store, id, "notes");
    await list.append("x");
    const [handle] = await list.handles();
    const done = await race(20, (index) => {
      const mine = listOf(store, id, "notes");
      return index % 2 ? mine.updateByHandle(handle!, index) : mine.deleteByHandle(handle!);
    });
    const winner = done.indexOf(true);
    check.equal(done.filter(Boolean).length, 1);
    check.equal(await list.slice(), winner % 2 ? [winner] : []);
  },

  "a handle from before a list was deleted does not change its successor": async (store, check, world) => {
    const list = listOf(store, world.id(), "notes");
    const handle = await list.append("old");
    check.true(await list.deleteList());
    check.equal((await list.append("new")).rank, handle.rank);
    check.false(await list.deleteByHandle(handle));
    check.equal(await list.slice(), ["new"]);
  },

  "changes by index act on what is there now, whatever this object has seen": async (store, check, world) => {
    const id = world.id();
    const mine = listOf(store, id, "notes");
    const other = listOf(await world.open(), id, "notes");
    await mine.extend(["a", "b", "c"]);
    await other.delete(0);
    check.true(await mine.update(0, "B"));
    await other.insert(0, "first");
    check.equal(await mine.pop(0), "first");
    await other.append("last");
    check.true(await mine.delete(-1));
    check.equal(await other.slice(), ["B", "c"]);
    check.true(await other.deleteList());
    check.equal(await mine.pop(), undefined);
    await mine.append("again");
    check.equal(await other.slice(), ["again"]);
    check.equal(await namesOf(store, id), ["notes"]);
  },

  "an item that is removed just before it would be changed does not come back": async (store, check, world) => {
    const id = world.id();
    const list = listOf(store, id, "notes");
    await list.extend(["a", "b", "c"]);
    const meddled = meddling(store, "properties", ["setIfEquals"], once(() => list.delete(0)));
    check.true(await listOf(meddled, id, "notes").update(0, "B"));
    check.equal(await list.slice(), ["B", "c"]);
    const again = meddling(store, "properties", ["deleteIfEquals"], once(() => list.update(0, "new")));
    check.equal(await listOf(again, id, "notes").pop(0), "new", "what it removes is what it gives");
    check.equal(await list.slice(), ["c"]);
  },

  "a place that somebody else takes first is taken beside": async (store, check, world) => {
    const id = world.id();
    const list = listOf(store, id, "notes");
    await list.extend(["a", "b"]);
    const meddled = meddling(store, "properties", ["createIfAbsent"], once(() => list.insert(1, "first")));
    await listOf(meddled, id, "notes").insert(1, "second");
    const appended = meddling(store, "properties", ["createIfAbsent"], once(() => list.append("c")));
    await listOf(appended, id, "notes").append("d");
    check.equal(await list.slice(), ["a", "second", "first", "b", "c", "d"]);
  },

  "metadata and items are changed at once without harm to each other": async (store, check, world) => {
    const id = world.id();
    await race(10, async (index) => {
      const list = listOf(store, id, "notes");
      if (index === 0) await list.setMetadata({ description: "mine" });
      else if (index === 1) await list.setMetadata({ explanation: "other" });
      else await list.append(index);
    });
    const list = listOf(store, id, "notes");
    const found = await list.metadata();
    check.equal([found?.description, found?.explanation], ["mine", "other"]);
    check.equal((await list.slice()).length, 8);
  },

  "a list that is deleted while others append is whole or gone": async (store, check, world) => {
    for (let round = 0; round < 5; round++) {
      const id = world.id();
      const list = listOf(store, id, "notes");
      await list.extend(range(5));
      await race(6, async (index) => {
        if (index === 0) await list.deleteList();
        else await listOf(store, id, "notes").append(`new ${index}`);
      });
      const rows = await store.properties.all(id, { includeLists: true });
      const left = await listOf(store, id, "notes").slice();
      check.equal(left.filter((item) => typeof item === "number"), [], "old items");
      // Items without metadata would come back in the next list of this name.
      check.equal(rows.length === 0 || rows.some(({ name }) => name === "list:notes-meta"), true, `round ${round}`);
    }
  },

  "what is added just before the metadata goes, goes too; what is added after stays": async (store, check, world) => {
    const id = world.id();
    const list = listOf(store, id, "notes");
    await list.extend([1, 2]);
    const before = meddling(store, "properties", ["delete", "deleteIfEquals"], once(() => list.append("late")));
    check.true(await listOf(before, id, "notes").deleteList());
    check.equal(await store.properties.all(id, { includeLists: true }), []);

    await list.extend([1, 2]);
    const during = meddling(store, "properties", ["createIfAbsent"], once(() => list.deleteList()));
    await listOf(during, id, "notes").append("new");
    check.equal(await list.slice(), ["new"]);
    check.equal(await namesOf(store, id), ["notes"]);

    const nothing = () => Promise.resolve();
    const written = meddling(store, "properties", ["createIfAbsent"], nothing, once(() => list.deleteList()));
    await listOf(written, id, "notes").append("gone");
    check.equal(await store.properties.all(id, { includeLists: true }), [], "an empty list does not come back");
  },

  "clearing removes what was there and leaves what comes": async (store, check, world) => {
    const id = world.id();
    await listOf(store, id, "notes").extend(range(30));
    await race(6, async (index) => {
      if (index === 0) await listOf(store, id, "notes").clear();
      else await listOf(store, id, "notes").append(`new ${index}`);
    });
    const left = await listOf(store, id, "notes").slice();
    check.equal(left.filter((item) => typeof item === "number"), []);
    check.equal(await namesOf(store, id), ["notes"]);
  },

  "of a list and a property made at once at most one is there": async (store, check, world) => {
    for (let round = 0; round < 8; round++) {
      const id = world.id();
      const outcomes = await Promise.allSettled([
        listOf(store, id, "name").append(1),
        setPlainProperty(store, id, "name", "value"),
      ]);
      const [list, plain] = outcomes.map(({ status }) => status === "fulfilled");
      check.false(list! && plain!, `round ${round}`);
      check.equal(await store.properties.get(id, "name"), plain ? "value" : null);
      check.equal(await namesOf(store, id), list ? ["name"] : []);
    }
  },

  "a change is given up at the deadline and at the caller's signal": async (store, check, world) => {
    const list = listOf(store, world.id(), "notes");
    await list.append(1);
    await check.refused(list.append(2, { signal: AbortSignal.abort() }), "aborted");
    await check.refused(list.slice(0, 1, { signal: AbortSignal.abort() }), "aborted");
    check.equal(await list.slice(), [1]);
  },
});

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

function numbers(items: readonly (Json | undefined)[]): Json[] {
  return [...items as number[]].sort((a, b) => a - b);
}

function race<Result>(count: number, work: (index: number) => Promise<Result>): Promise<Result[]> {
  return Promise.all(range(count).map(work));
}
