/** Behaviours of {@linkcode Suspensions}. @module */

import type { Page, Store, Suspension } from "../store.ts";
import { group } from "./case.ts";

type Key = readonly [target: string, subtarget: string];

const CALLERS = Array.from({ length: 50 }, (_, index) => index);

/** In the order of target and subtarget joined by a colon. */
const SORTED: readonly Key[] = [
  ["A", ""],
  ["a", ""],
  ["a!", ""],
  ["a", "x"],
  ["a", "x:y"],
  ["a", "é"],
  ["a;", ""],
  ["ab", ""],
  ["b", "x"],
  ["ﾡ", ""],
  ["😀", ""],
];

async function suspend(store: Store, actorId: string, keys: readonly Key[]): Promise<void> {
  for (const [target, subtarget] of keys) await store.suspensions.createIfAbsent(actorId, target, subtarget);
}

function keysOf(suspensions: readonly Suspension[]): Key[] {
  return suspensions.map(({ target, subtarget }) => [target, subtarget]);
}

async function collect(pages: AsyncIterable<Page<Suspension>>, limit: number): Promise<Key[]> {
  const found: Key[] = [];
  for await (const { items } of pages) {
    if (items.length > limit) throw new RangeError(`${items.length} suspensions in a page of ${limit}`);
    found.push(...keysOf(items));
  }
  return found;
}

/** The behaviours. */
export const suspensions = group("suspensions", {
  "suspending is true the first time and false while it lasts": async (store, check, world) => {
    const actor = world.id();
    for (const subtarget of ["", "email"]) {
      check.true(await store.suspensions.createIfAbsent(actor, "properties", subtarget), subtarget);
      check.false(await store.suspensions.createIfAbsent(actor, "properties", subtarget), subtarget);
      check.true(await store.suspensions.delete(actor, "properties", subtarget), subtarget);
      check.true(await store.suspensions.createIfAbsent(actor, "properties", subtarget), `${subtarget} again`);
    }
  },

  "resuming is true once and false where nothing is suspended": async (store, check, world) => {
    const actor = world.id();
    check.false(await store.suspensions.delete(actor, "properties", ""));
    await suspend(store, actor, [["properties", ""], ["properties", "email"]]);
    check.true(await store.suspensions.delete(actor, "properties", "email"));
    check.false(await store.suspensions.delete(actor, "properties", "email"));
    check.true(await store.suspensions.has(actor, "properties", ""), "the target");
    check.true(await store.suspensions.delete(actor, "properties", ""));
    check.false(await store.suspensions.delete(actor, "properties", ""));
    check.equal(await store.suspensions.all(actor), []);
  },

  "a suspended target covers its subtargets, and no target or actor beside it": async (store, check, world) => {
    const [actor, other] = [world.id(), world.id()];
    await suspend(store, actor, [["properties", ""]]);
    for (const subtarget of ["", "email", "a:b", ":"]) {
      check.true(await store.suspensions.has(actor, "properties", subtarget), subtarget);
    }
    for (const target of ["property", "properties2", "propertie", "Properties", "properties:", "properties:email"]) {
      check.false(await store.suspensions.has(actor, target, ""), target);
      check.false(await store.suspensions.has(actor, target, "email"), `${target}, email`);
    }
    check.false(await store.suspensions.has(other, "properties", ""), "another actor");
  },

  "a suspended subtarget covers neither its target nor its siblings": async (store, check, world) => {
    const actor = world.id();
    await suspend(store, actor, [["properties", "email"]]);
    check.true(await store.suspensions.has(actor, "properties", "email"));
    for (const subtarget of ["", "emai", "email2", "Email", "email:home", "name"]) {
      check.false(await store.suspensions.has(actor, "properties", subtarget), subtarget);
    }
    check.false(await store.suspensions.has(actor, "email", ""));
    check.false(await store.suspensions.delete(actor, "properties", ""), "resuming the target");
    check.true(await store.suspensions.has(actor, "properties", "email"), "after resuming the target");
  },

  "a subtarget stays suspended when its target is suspended and resumed": async (store, check, world) => {
    const actor = world.id();
    await suspend(store, actor, [["properties", "email"], ["properties", ""]]);
    check.equal(keysOf(await store.suspensions.all(actor)), [["properties", ""], ["properties", "email"]]);
    await store.suspensions.delete(actor, "properties", "");
    check.true(await store.suspensions.has(actor, "properties", "email"));
    check.false(await store.suspensions.has(actor, "properties", "name"));
  },

  "two suspensions that would have the same joined key are never taken for each other": async (store, check, world) => {
    const readings: readonly [there: Key, asked: Key][] = [
      [["a:b", ""], ["a", "b"]],
      [["a", "b"], ["a:b", ""]],
      [["a:b", "c"], ["a", "b:c"]],
      [["a", "b:c"], ["a:b:c", ""]],
      [["a", ":b"], ["a:", "b"]],
    ];
    for (const [there, [target, subtarget]] of readings) {
      const actor = world.id();
      const message = `${there} against ${target},${subtarget}`;
      await suspend(store, actor, [there]);
      const before = await store.suspensions.all(actor);
      check.equal(keysOf(before), [there], message);
      check.false(await store.suspensions.has(actor, target, subtarget), message);
      check.false(await store.suspensions.delete(actor, target, subtarget), message);
      await check.refused(store.suspensions.createIfAbsent(actor, target, subtarget), "conflict");
      check.equal(await store.suspensions.all(actor), before, message);
      check.true(await store.suspensions.delete(actor, ...there), message);
      check.true(await store.suspensions.createIfAbsent(actor, target, subtarget), `${message}, afterwards`);
    }
  },

  "a suspension tells since when, and suspending again does not change that": async (store, check, world) => {
    const actor = world.id();
    const early = await world.open({ now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 678) });
    const late = await world.open({ now: () => Date.UTC(2027, 0, 1) });
    await early.suspensions.createIfAbsent(actor, "properties", "");
    check.false(await late.suspensions.createIfAbsent(actor, "properties", ""));
    await late.suspensions.createIfAbsent(actor, "properties", "email");
    check.equal(await store.suspensions.all(actor), [
      { target: "properties", subtarget: "", suspendedAt: "2026-01-02T03:04:05.678000Z" },
      { target: "properties", subtarget: "email", suspendedAt: "2027-01-01T00:00:00.000000Z" },
    ]);
  },

  "suspensions are sorted by target and subtarget joined, in pages of any size, too": async (store, check, world) => {
    const actor = world.id();
    await suspend(store, actor, SORTED.toReversed());
    check.equal(keysOf(await store.suspensions.all(actor)), SORTED);
    for (const limit of [1, 3, SORTED.length, 100]) {
      check.equal(await collect(store.suspensions.pages(actor, { limit }), limit), SORTED, `pages of ${limit}`);
    }
  },

  "a walk goes on from a stored cursor": async (store, check, world) => {
    const actor = world.id();
    await suspend(store, actor, SORTED);
    const cursors: (string | null)[] = [];
    for await (const { cursor } of store.suspensions.pages(actor, { limit: 4 })) cursors.push(cursor);
    check.null(cursors.at(-1), "the last cursor");
    await store.suspensions.delete(actor, ...SORTED[3]!);
    const rest = await collect(store.suspensions.pages(actor, { cursor: cursors[0]!, limit: 3 }), 3);
    check.equal(rest, SORTED.slice(4));
  },

  "resuming everything tells how many and touches one actor only": async (store, check, world) => {
    const [actor, other] = [world.id(), world.id()];
    await Promise.all(
      CALLERS.map((index) => store.suspensions.createIfAbsent(actor, `target ${index}`, index % 2 === 0 ? "" : "part")),
    );
    await suspend(store, other, SORTED);
    check.equal(await store.suspensions.deleteAll(actor), 50);
    check.equal(await store.suspensions.all(actor), []);
    check.equal(await store.suspensions.deleteAll(actor), 0);
    check.equal((await store.suspensions.all(other)).length, SORTED.length);
  },

  "awkward texts survive as targets and subtargets": async (store, check, world) => {
    const actor = world.id();
    const texts = world.awkward.filter((text) => text.length <= 250);
    await Promise.all(texts.map((text) => store.suspensions.createIfAbsent(actor, "awkward", text)));
    const found = new Set(keysOf(await store.suspensions.all(actor)).map(([, subtarget]) => subtarget));
    check.equal(found.size, texts.length);
    for (const text of texts) check.true(found.has(text), text);
    for (const text of texts.slice(0, 60)) {
      check.true(await store.suspensions.has(actor, "awkward", text), text);
      check.true(await store.suspensions.createIfAbsent(world.id(), text, ""), text);
    }
  },

  "fifty callers racing to suspend have exactly one winner, and racing to resume, too": async (store, check, world) => {
    const actor = world.id();
    const stores = [store, await world.open()] as const;
    const suspended = await Promise.all(CALLERS.map((index) => {
      return stores[index % 2]!.suspensions.createIfAbsent(actor, "properties", "email");
    }));
    check.equal(suspended.filter((won) => won).length, 1, "suspended");
    const resumed = await Promise.all(CALLERS.map((index) => {
      return stores[index % 2]!.suspensions.delete(actor, "properties", "email");
    }));
    check.equal(resumed.filter((won) => won).length, 1, "resumed");
  },

  "what cannot be a target is refused": async (store, check, world) => {
    const actor = world.id();
    await check.refused(store.suspensions.createIfAbsent(actor, "", ""), "invalid", "target");
    await check.refused(store.suspensions.has(actor, "", "email"), "invalid", "target");
    await check.refused(
      store.suspensions.delete(actor, "properties", null as unknown as string),
      "invalid",
      "subtarget",
    );
    await check.refused(store.suspensions.createIfAbsent(actor, "x".repeat(256), ""), "too_large", "target", "255");
    const [target, subtarget] = ["😀".repeat(127), "é".repeat(127)];
    check.true(await store.suspensions.createIfAbsent(actor, target, subtarget));
    check.true(await store.suspensions.has(actor, target, subtarget));
    await check.refused(store.suspensions.createIfAbsent(actor, target, `${subtarget}é`), "too_large", "subtarget");
  },
});
