/** Behaviours of lists that are verified, compacted and repaired. @module */

import { listOf, lists as namesOf } from "../lists/mod.ts";
import { rankBetween } from "../lists/ranks.ts";
import type { Store } from "../store.ts";
import { group } from "./case.ts";
import { meddling, once } from "./meddling.ts";

/** The behaviours. */
export const repairedLists = group("repaired lists", {
  "a healthy list is found healthy": async (store, check, world) => {
    const list = listOf(store, world.id(), "notes");
    await list.append({ id: 1 });
    await list.append({ id: 2 });
    check.equal(await list.verify(), {
      format: 2,
      length: 2,
      countHint: 2,
      longestRank: 2,
      needsCompact: false,
      missing: [],
      orphans: [],
      residue: 0,
      adjacentDuplicates: [],
      duplicates: null,
      compared: null,
      healthy: true,
    });
    const none = await listOf(store, world.id(), "none").verify();
    check.equal([none.format, none.length, none.healthy], [null, 0, true]);
  },

  "items that share their identity are found wherever they are": async (store, check, world) => {
    const list = listOf(store, world.id(), "notes");
    await list.extend([
      { id: 1, x: "a" },
      { id: true },
      "no object",
      { id: 1, x: "b" },
      { id: { b: 1, a: [2] } },
      { other: 1 },
      { other: 1 },
      { id: { a: [2], b: 1 } },
      { id: "1" },
    ]);
    const found = await list.verify({ identity: "id" });
    check.equal([found.duplicates, found.compared, found.healthy], [[[0, 3], [4, 7]], 6, false]);
    check.equal(found.adjacentDuplicates, [[5, 6]]);
    const mistyped = await list.verify({ identity: "ID" });
    check.equal([mistyped.duplicates, mistyped.compared, mistyped.healthy], [[], 0, true]);
    check.false((await list.verify()).needsCompact);
  },

  "compacting shortens long ranks and keeps the order": async (store, check, world) => {
    for (const side of ["lower", "upper"] as const) {
      const id = world.id();
      const items = await crowded(store, id, 260, side);
      const list = listOf(store, id, "notes");
      check.true((await list.verify()).longestRank > 40);
      const moved = await list.compact();
      check.true(moved > 50, `${moved}`);
      check.equal(await list.slice(), items);
      const after = await list.verify();
      check.true(after.longestRank <= 34 && after.healthy, `${after.longestRank}`);
      check.equal([after.length, after.countHint], [items.length, items.length]);
      check.equal(await list.compact(), 0);
    }
  },

  "a place without room is refused until the list is compacted": async (store, check, world) => {
    const id = world.id();
    await store.properties.setMany(id, [
      ["list:notes-meta", '{"format": 2, "count_hint": 3}'],
      ["list:notes-#a0", '"first"'],
      [`list:notes-#a0${"0".repeat(177)}1`, '"second"'],
      ["list:notes-#a1", '"third"'],
    ]);
    const list = listOf(store, id, "notes");
    await check.refused(list.insert(1, "new"), "too_large", "compact");
    check.equal(await list.slice(), ["first", "second", "third"]);
    const { longestRank, needsCompact, healthy } = await list.verify();
    check.equal([longestRank, needsCompact, healthy], [180, true, false]);
    await list.append("last");
    check.equal(await list.compact(), 1);
    await list.insert(1, "new");
    check.equal(await list.slice(), ["first", "new", "second", "third", "last"]);
  },

  "what is put beside an item being moved keeps its place": async (store, check, world) => {
    const id = world.id();
    const items = await crowded(store, id, 220, "lower");
    const list = listOf(store, id, "notes");
    const handles = await list.handles();
    const long = handles.findLastIndex(({ rank }) => rank.length > 32);
    await store.properties.set(id, `list:notes-#${handles[long]!.rank}-0`, '"of an old list"');
    const wedge = once(() => list.insertBetween(handles[long]!, handles[long + 1]!, "wedge"));
    await listOf(meddling(store, "properties", ["createIfAbsent"], wedge), id, "notes").compact();
    check.equal(await list.slice(), items.toSpliced(long + 1, 0, "wedge"));
  },

  "an item that is changed or removed while it is moved is so afterwards, once": async (store, check, world) => {
    const id = world.id();
    const items = await crowded(store, id, 220, "lower");
    const list = listOf(store, id, "notes");
    const handles = await list.handles();
    const [first, second] = handles.filter(({ rank }) => rank.length > 32);
    const change = once(async () => {
      check.true(await list.updateByHandle(first!, "changed"));
      check.true(await list.deleteByHandle(second!));
    });
    await listOf(meddling(store, "properties", ["deleteIfEquals"], change), id, "notes").compact();
    check.equal(await list.slice(), items.toSpliced(handles.indexOf(first!), 2, "changed"));
  },

  "compacting beside other writers loses nothing and doubles nothing": async (store, check, world) => {
    const id = world.id();
    const items = await crowded(store, id, 220, "upper");
    const other = listOf(await world.open(), id, "notes");
    const changed = await Promise.all([
      listOf(store, id, "notes").compact(),
      ...[0, 1, 2].map((index) => other.append(`end ${index}`)),
      ...[0, 1, 2].map((index) => other.insert(0, `begin ${index}`)),
      other.remove(items[5]!),
      other.remove(items[200]!),
    ]);
    check.equal(changed.slice(-2), [true, true]);
    const list = listOf(store, id, "notes");
    const found = await list.slice() as string[];
    const kept = items.filter((_, index) => index !== 5 && index !== 200);
    check.equal(found.filter((item) => item.startsWith("item")), kept);
    check.equal(found.length, kept.length + 6);
    await list.compact();
    check.equal(await list.slice(), found);
    check.true((await list.verify()).longestRank <= 34);
  },

  "items without metadata are told and repaired": async (store, check, world) => {
    const id = world.id();
    await listOf(store, id, "notes").extend([1, 2, 3]);
    await store.properties.delete(id, "list:notes-meta");
    const list = listOf(store, id, "notes");
    const found = await list.repair();
    check.equal([found.format, found.length, found.healthy], [null, 3, false]);
    check.equal(await list.slice(), [1, 2, 3]);
    check.equal((await list.metadata())?.countHint, 3);
    check.equal(await namesOf(store, id), ["notes"]);
    check.true((await list.verify()).healthy);
  },

  "a wrong count is told and repaired": async (store, check, world) => {
    const id = world.id();
    await store.properties.set(id, "list:notes-meta", '{"format": 2, "count_hint": 70}');
    const list = listOf(store, id, "notes");
    await list.extend([1, 2]);
    check.equal((await list.repair()).countHint, 72);
    check.equal((await list.metadata())?.countHint, 2);
    check.equal((await listOf(store, id, "none").repair()).length, 0);
    check.equal(await namesOf(store, id), ["notes"]);
  },

  "a row whose rank is none is told": async (store, check, world) => {
    const id = world.id();
    await store.properties.setMany(id, [["list:notes-meta", '{"format": 2}'], ["list:notes-#zz", "1"]]);
    const list = listOf(store, id, "notes");
    check.equal(await list.slice(), [1]);
    await check.refused(list.append(2), "corrupt", "rank");
    check.true(await list.delete(0));
    await list.append(2);
    check.equal(await list.slice(), [2]);
  },
});

/** A list to which items were added at one place again and again, below or above it; its items. */
async function crowded(store: Store, id: string, count: number, side: "lower" | "upper"): Promise<string[]> {
  let [lower, upper] = ["a0", "a1"];
  const ranks = [lower, upper];
  for (let index = 0; index < count; index++) {
    const rank = rankBetween("test", lower, upper);
    ranks.push(rank);
    if (side === "lower") upper = rank;
    else lower = rank;
  }
  const items = ranks.map((_, index) => `item ${index}`);
  ranks.sort();
  await store.properties.setMany(id, [
    ["list:notes-meta", '{"format": 2, "count_hint": 0}'],
    ...ranks.map((rank, index) => [`list:notes-#${rank}`, JSON.stringify(items[index])] as const),
  ]);
  return items;
}
