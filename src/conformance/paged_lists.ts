/** Behaviours of lists that are read in pages, and what reading and changing cost. @module */

import { type List, listOf } from "../lists/mod.ts";
import type { Json, PageOptions, Store, StoreRequest } from "../store.ts";
import { group, type World } from "./case.ts";

/** The behaviours. */
export const pagedLists = group("paged lists", {
  "pages hold all items once, in order": async (store, check, world) => {
    const list = listOf(store, world.id(), "numbers");
    const items = Array.from({ length: 23 }, (_, index) => index);
    await list.extend(items);
    for (const limit of [1, 5, 22, 23, 24, 1_000]) {
      const pages = await walk(list, { limit });
      check.equal(pages.flat(), items, `${limit}`);
      check.true(pages.every((page) => page.length <= limit), `${limit}`);
      check.equal(pages.length, Math.ceil(items.length / limit), `${limit}`);
    }
    check.equal(await walk(listOf(store, world.id(), "none")), [[]]);
  },

  "a cursor goes on where its page ended, also later and elsewhere": async (store, check, world) => {
    const id = world.id();
    const list = listOf(store, id, "numbers");
    await list.extend([0, 1, 2, 3, 4, 5]);
    const { cursor } = await firstPage(list, { limit: 2 });
    check.true(/^[\w-]+$/.test(cursor!));
    const other = await world.open();
    check.equal((await walk(listOf(other, id, "numbers"), { cursor: cursor!, limit: 3 })).flat(), [2, 3, 4, 5]);
  },

  "what changes between pages is read where it is now": async (store, check, world) => {
    const list = listOf(store, world.id(), "numbers");
    await list.extend([0, 1, 2, 3, 4]);
    const { cursor } = await firstPage(list, { limit: 2 });
    const [, last] = await list.handles(0, 2);
    check.true(await list.deleteByHandle(last!), "the item before the cursor");
    await list.delete(0);
    await list.insert(0, "behind us");
    const [first] = await list.handles(1, 2);
    await list.insertBetween(last!, first!, "between");
    await list.append("end");
    check.equal((await walk(list, { cursor: cursor! })).flat(), ["between", 2, 3, 4, "end"]);
  },

  "every item of a page is a handle": async (store, check, world) => {
    const list = listOf(store, world.id(), "numbers");
    await list.extend([1, 2, 3, 4]);
    for await (const { items } of list.pages({ limit: 2 })) {
      for (const entry of items) {
        if (entry.value === 2) check.true(await list.deleteByHandle(entry));
        else check.true(await list.updateByHandle(entry, `item ${entry.value}`));
      }
    }
    check.equal(await list.slice(), ["item 1", "item 3", "item 4"]);
  },

  "limits and cursors that are none are refused": async (store, check, world) => {
    const id = world.id();
    const list = listOf(store, id, "numbers");
    await list.extend([1, 2]);
    for (const limit of [0, -1, 1.5, 1_001]) await check.refused(firstPage(list, { limit }), "invalid", "limit");
    const foreign = await store.properties.pages(id, { includeLists: true, limit: 1 })[Symbol.asyncIterator]().next();
    for (const cursor of ["", "x", "!", foreign.value.cursor as string]) {
      await check.refused(firstPage(list, { cursor }), "invalid", "cursor");
    }
  },

  "items of many megabytes are read whole": async (store, check, world) => {
    const list = listOf(store, world.id(), "large");
    const items = Array.from({ length: 12 }, (_, index) => `${index}`.padEnd(200_000, "x"));
    await list.extend(items);
    const pages = await walk(list, { limit: 5 });
    check.equal(pages.map((page) => page.length), [5, 5, 2]);
    check.true(pages.flat().every((item, index) => item === items[index]));
    check.true((await list.slice()).every((item, index) => item === items[index]));
    check.true(await list.get(-1) === items[11]);
  },

  "a page is one request however long the list is": async (_, check, world) => {
    const [store, requests] = await counted(world);
    const id = world.id();
    await listOf(store, id, "numbers").extend(thousand());
    const list = listOf(store, id, "numbers");
    const { cursor } = await firstPage(list, { limit: 10 });
    check.equal(await requests(() => firstPage(list, { limit: 10 })), 1);
    check.equal(await requests(() => firstPage(listOf(store, id, "numbers"), { cursor: cursor! })), 1);
    check.equal(await requests(() => list.slice()), 1);
    check.equal(await requests(() => list.length()), 1);
    check.equal(await requests(() => list.slice(5, 10)), 1);
    check.equal(await requests(() => list.get(0)), 1);
    check.equal(await requests(() => list.get(-1)), 1);
    check.equal(await requests(() => list.get(500)), 2);
    check.equal(await requests(() => listOf(store, id, "numbers").get(-1)), 2, "a new object reads the metadata first");
  },

  "changes at known places cost the same however long the list is": async (_, check, world) => {
    const [store, requests] = await counted(world);
    for (const length of [3, 1_000]) {
      const list = listOf(store, world.id(), "numbers");
      await list.extend(thousand().slice(0, length));
      const [lower, upper] = await list.handles(1, 3);
      const costs = [
        await requests(() => list.append("last")),
        await requests(() => list.insert(0, "first")),
        await requests(() => list.insertBetween(lower!, upper!, "between")),
        await requests(() => list.updateByHandle(lower!, "other")),
        await requests(() => list.deleteByHandle(upper!)),
        await requests(() => list.pop()),
        await requests(() => list.pop(0)),
        await requests(() => list.setMetadata({ description: "x" })),
      ];
      check.equal(costs, [3, 3, 2, 2, 2, 3, 3, 1], `${length} items`);
    }
    const list = listOf(store, world.id(), "new");
    check.equal(await requests(() => list.append(1)), 7, "the first item of a new list");
  },

  "many items are added by one look at the end": async (_, check, world) => {
    const [store, , requests] = await counted(world);
    const list = listOf(store, world.id(), "numbers");
    await list.append(0);
    const sent = await requests(() => list.extend(thousand().slice(0, 100)));
    check.true(sent.length <= 1 + 4 + 1, `${sent.length} requests`);
    check.equal(sent.filter(({ operation }) => operation === "properties.last").length, 1);
  },

  "clearing costs one read of the keys and batches": async (_, check, world) => {
    const [store, requests] = await counted(world);
    const list = listOf(store, world.id(), "numbers");
    await list.extend(thousand().slice(0, 60));
    check.true(await requests(() => list.clear()) <= 1 + 3 + 1);
  },
});

function thousand(): number[] {
  return Array.from({ length: 1_000 }, (_, index) => index);
}

/** The items of each page. */
async function walk(list: List, options?: PageOptions): Promise<Json[][]> {
  const pages: Json[][] = [];
  for await (const { items } of list.pages(options)) pages.push(items.map(({ value }) => value));
  return pages;
}

async function firstPage(list: List, options?: PageOptions) {
  for await (const page of list.pages(options)) return page;
  throw new Error("a walk has at least one page");
}

type Work = () => Promise<unknown>;

/** A store with a count of requests, and with the requests themselves. */
async function counted(
  world: World,
): Promise<[Store, (work: Work) => Promise<number>, (work: Work) => Promise<StoreRequest[]>]> {
  let requests: StoreRequest[] = [];
  const store = await world.open({ onRequest: (request) => requests.push(request) });
  const sent = async (work: Work) => {
    requests = [];
    await work();
    return requests;
  };
  return [store, async (work) => (await sent(work)).length, sent];
}
