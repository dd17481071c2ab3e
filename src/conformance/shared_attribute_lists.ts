/** Behaviours of lists in attributes that several writers change. @module */

import { StoreError } from "../errors.ts";
import { attributeListOf } from "../lists/mod.ts";
import type { Json, Store } from "../store.ts";
import { group } from "./case.ts";
import { meddling, once } from "./meddling.ts";

const BUCKET = "remote:peer";

/** The behaviours. */
export const sharedAttributeLists = group("shared attribute lists", {
  "writers that append at once all succeed and lose nothing": async (store, check, world) => {
    const id = world.id();
    const other = await world.open();
    await race(20, (index) => attributeListOf(index % 2 ? store : other, id, BUCKET, "notes").append(index));
    check.equal(numbers(await attributeListOf(store, id, BUCKET, "notes").slice()), numbers(range(20)));
  },

  "changes of every kind at once leave a list without gaps": async (store, check, world) => {
    const id = world.id();
    const open = () => attributeListOf(store, id, BUCKET, "notes");
    await open().extend(range(10));
    const popped: (Json | undefined)[] = [];
    await race(12, async (index) => {
      if (index % 3 === 0) popped.push(await open().pop(index % 2 ? 0 : -1));
      else if (index % 3 === 1) await open().insert(2, `in ${index}`);
      else await open().append(`new ${index}`);
    });
    const left = await open().slice();
    check.equal(left.length, 10 + 8 - 4);
    check.equal(new Set([...left, ...popped]).size, 18, "nothing twice, nothing lost");
    check.equal(await open().repair(), { missing: 0, beyond: 0 });
  },

  "every item is popped by exactly one of all callers": async (store, check, world) => {
    const id = world.id();
    await attributeListOf(store, id, BUCKET, "notes").extend(range(6));
    const popped = await race(9, () => attributeListOf(store, id, BUCKET, "notes").pop());
    check.equal(numbers(popped.filter((item) => item !== undefined)), range(6));
  },

  "readers see a list before or after a change, never within": async (store, check, world) => {
    const id = world.id();
    const open = (mine: Store = store) => attributeListOf(mine, id, BUCKET, "notes");
    await open().extend(range(8));
    const changes = [() => open().insert(0, "new"), () => open().delete(0)];
    const changing = meddling(store, "attributes", ["getMany"], async () => void await changes.shift()?.());
    check.equal(await open(changing).slice(), range(8), "changed while it was read, twice");

    const reads: Promise<Json[]>[] = [];
    const read = meddling(store, "attributes", ["set", "setMany"], () => {
      reads.push(open().slice());
      return Promise.resolve();
    });
    await open(read).insert(0, "new");
    await open(read).delete(1);
    check.true(reads.length >= 3);
    for (const items of await Promise.all(reads)) {
      const isOld = items.length === 8 && items[0] === 0;
      check.equal(items, isOld ? range(8) : ["new", ...range(8).slice(items.length === 9 ? 0 : 1)]);
    }
  },

  "a writer that died keeps others waiting until its lease ends": async (store, check, world) => {
    const id = world.id();
    let time = Date.now();
    const open = (mine: Store = store) => attributeListOf(mine, id, BUCKET, "notes", { now: () => time });
    await open().extend(["a", "b"]);
    const outcome = await open(dying(store)).append("c").then(() => null, (error: Error) => error.message);
    check.equal(outcome, "the writer died");
    const refused = await open().append("d", { timeout: 100 }).then(() => null, (error: unknown) => error);
    check.true(refused instanceof StoreError && refused.retryable);
    check.equal(await open().get(1), "b");
    time += 25_000;
    await open().append("d");
    check.equal(await open().slice(), ["a", "b", "d"]);
  },

  "a writer that lost its lease is told that it does not know": async (store, check, world) => {
    const id = world.id();
    const list = attributeListOf(store, id, BUCKET, "notes");
    await list.append("a");
    const rude = once(() => store.attributes.set(id, BUCKET, "list:notes:meta", { length: 1, updated_at: "other" }));
    const meddled = attributeListOf(meddling(store, "attributes", ["set"], rude), id, BUCKET, "notes");
    await check.refused(meddled.append("b"), "unknown_outcome");
    check.equal(await list.slice(), ["a"]);
    await list.append("c");
    check.equal(await list.slice(), ["a", "c"]);
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

/** The same store for a writer that dies when it writes an item: nothing that should come after it happens. */
function dying(store: Store): Store {
  let isDead = false;
  return meddling(store, "attributes", ["set", "setIfEquals"], (method) => {
    isDead ||= method === "set";
    return isDead ? Promise.reject(new Error("the writer died")) : Promise.resolve();
  });
}
