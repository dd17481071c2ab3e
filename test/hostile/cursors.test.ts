// Cursors that no walk gave, or that another walk gave.
import { expect } from "bun:test";
import fc from "fast-check";
import { StoreError } from "../../src/errors.ts";
import { encodeCursor } from "../../src/guard/cursor.ts";
import type { Page } from "../../src/store.ts";
import type { TransferStore } from "../../src/tables.ts";
import { behaviours } from "../support/behaviour.ts";
import { memoryStore } from "../support/memory/mod.ts";
import { callsWith, make } from "./calls.ts";
import { fuzz, FUZZ_MILLISECONDS } from "./fuzz.ts";
import { deep, hostileText, hostileValue } from "./values.ts";

const behaviour = behaviours("hostile cursors");

type Walk = (store: TransferStore, options: Readonly<Record<string, unknown>>) => AsyncIterable<Page<unknown>>;

/** All walks over the rows of one actor. */
const WALKS: Readonly<Record<string, Walk>> = {
  "actors.pages": ({ actors }, options) => actors.pages(options),
  "properties.pages": ({ properties }, options) => properties.pages("a", options),
  "trusts.pages": ({ trusts }, options) => trusts.pages("a", options),
  "peerTrustees.pages": ({ peerTrustees }, options) => peerTrustees.pages("a", options),
  "subscriptions.pages": ({ subscriptions }, options) => subscriptions.pages("a", options),
  "diffs.pages": ({ diffs }, options) => diffs.pages("a", "a", options),
  "suspensions.pages": ({ suspensions }, options) => suspensions.pages("a", options),
  "attributes.pages": ({ attributes }, options) => attributes.pages("a", options),
  "tables.pages": ({ tables }, options) => tables.pages("properties", options),
};

/** A store with two actors, each with rows everywhere. */
async function filled(): Promise<TransferStore> {
  const store = memoryStore();
  for (const text of ["a", "secret-of-b"]) {
    for (const call of callsWith(text)) {
      if (/\.(set|setMany|createIfAbsent|append)$/.test(call.name)) await make(store, call);
    }
  }
  return store;
}

async function itemsFrom(walk: Walk, store: TransferStore, cursor: unknown): Promise<unknown[]> {
  const items = [];
  for await (const page of walk(store, { cursor, limit: 2 })) items.push(...page.items);
  return items;
}

/** Walks from the cursor, or it is refused; what is found is never another actor's. */
async function isRefused(name: string, store: TransferStore, cursor: unknown): Promise<boolean> {
  try {
    const items = await itemsFrom(WALKS[name]!, store, cursor);
    // Those two walk over all actors anyway.
    if (!["actors.pages", "tables.pages"].includes(name)) expect(JSON.stringify(items)).not.toContain("secret-of-b");
    return false;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    expect(["invalid", "too_large"]).toContain(error.code);
    expect(error.operation).toBe(name);
    return true;
  }
}

const names = fc.constantFrom(...Object.keys(WALKS));

function encoded(value: unknown): string {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

behaviour("a forged cursor is refused, or leads nowhere but to the walk's own rows", async () => {
  const store = await filled();
  const forged = fc.oneof(
    hostileText,
    hostileValue,
    fc.tuple(names, hostileText).map(([name, position]) => {
      return position.isWellFormed() ? encodeCursor(name, position.slice(0, 5_000)) : "";
    }),
    fc.tuple(fc.constantFrom<unknown>(0, 1, 2, "1", null), names, fc.oneof(hostileText, fc.jsonValue())).map(encoded),
    fc.constantFrom<unknown>(
      encoded(deep(3_000)),
      encoded({ 0: 1, 1: "properties.pages", 2: "a", length: 3 }),
      encoded([1, "tables.pages", '["properties",0,1,null,"secret-of-b","x"]']),
      encoded([1, "tables.pages", '["properties",0,1,null]']),
      encoded([1, "tables.pages", `[${"[".repeat(5_000)}`]),
      "A".repeat(300_000),
      "=".repeat(1_000),
    ),
  );
  const outcomes = new Set<boolean>();
  await fuzz(3_000, fc.tuple(names, forged), async ([name, cursor]) => {
    if (cursor !== undefined) outcomes.add(await isRefused(name, store, cursor));
  });
  expect(outcomes.size).toBe(2);
}, FUZZ_MILLISECONDS);

behaviour("a cursor that was cut off or altered is refused or leads to rows of the walk alone", async () => {
  const store = await filled();
  for (const [name, walk] of Object.entries(WALKS)) {
    for await (const { cursor } of walk(store, { limit: 1 })) {
      if (cursor === null) break;
      for (let at = 0; at < cursor.length; at++) {
        await isRefused(name, store, cursor.slice(0, at));
        await isRefused(name, store, `${cursor.slice(0, at)}${cursor[at] === "A" ? "B" : "A"}${cursor.slice(at + 1)}`);
      }
      break;
    }
  }
});

behaviour("a cursor of another method is refused, and one of another actor shows nothing of it", async () => {
  const store = await filled();
  let tried = 0;
  for (const [name, walk] of Object.entries(WALKS)) {
    for await (const { cursor } of walk(store, { limit: 1 })) {
      if (cursor === null) break;
      for (const other of Object.keys(WALKS)) {
        if (other !== name) expect([name, other, await isRefused(other, store, cursor)]).toEqual([name, other, true]);
        tried++;
      }
      break;
    }
  }
  expect(tried).toBeGreaterThan(20);
  const pages = store.properties.pages("secret-of-b", { limit: 1 });
  for await (const { cursor } of pages) {
    expect(await isRefused("properties.pages", store, cursor)).toBe(false);
    break;
  }
});
