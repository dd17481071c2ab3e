// What a change of a long list costs, beside the same change of a short one.
import { afterAll, beforeAll, expect } from "bun:test";
import { listOf } from "../../src/lists/mod.ts";
import type { Store } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";
import { memoryStore } from "../support/memory/mod.ts";
import { type Place, placeOfCell } from "../support/stores.ts";

const behaviour = behaviours("long lists");
const MILLISECONDS = 240_000;
const LONG = 100_000;
/** Rows that are written at once, and how often that is tried. */
const ROWS = 1_000;
const TRIES = 10;

let place: Place;
beforeAll(async () => void (place = await placeOfCell("long_list")), MILLISECONDS);
afterAll(() => place.remove(), MILLISECONDS);

/** Requests and what the database says they consumed. */
interface Cost {
  requests: number;
  capacity: number;
  rows: number;
}

/** Makes the list elsewhere and writes its rows: that can be done again where a busy server was too slow to answer. */
async function fill(store: Store, actorId: string, length: number): Promise<void> {
  const model = memoryStore();
  await listOf(model, actorId, "numbers").extend(Array.from({ length }, (_, index) => index));
  const rows = (await model.properties.all(actorId, { includeLists: true })).map(({ name, value }) => {
    return [name, value] as const;
  });
  for (let start = 0; start < rows.length; start += ROWS) {
    const some = rows.slice(start, start + ROWS);
    for (let tries = 1;; tries++) {
      try {
        await store.properties.setMany(actorId, some);
        break;
      } catch (error) {
        if (tries === TRIES) throw error;
      }
    }
  }
}

behaviour("changes of a list of 100,000 items cost exactly what they cost on one of 10", async () => {
  const cost: Cost = { requests: 0, capacity: 0, rows: 0 };
  const store = await place.open({
    timeout: MILLISECONDS,
    onRequest({ consumedCapacity, rows }) {
      cost.requests++;
      cost.capacity += consumedCapacity;
      cost.rows += rows;
    },
  });
  const costOf = async (work: () => Promise<unknown>): Promise<Cost> => {
    Object.assign(cost, { requests: 0, capacity: 0, rows: 0 });
    await work();
    return { ...cost };
  };
  const costs: Record<string, Cost>[] = [];
  for (const length of [10, LONG]) {
    const list = listOf(store, `actor-of-${length}`, "numbers");
    await fill(store, `actor-of-${length}`, length);
    const [lower, upper] = await list.handles(4, 6);
    costs.push({
      append: await costOf(() => list.append("last")),
      last: await costOf(() => list.get(-1)),
      prepend: await costOf(() => list.insert(0, "first")),
      between: await costOf(() => list.insertBetween(lower!, upper!, "between")),
      update: await costOf(() => list.updateByHandle(lower!, "other")),
      delete: await costOf(() => list.deleteByHandle(upper!)),
      pop: await costOf(() => list.pop()),
    });
    expect(await list.get(-1)).toBe(length - 1);
    expect(await list.get(0)).toBe("first");
  }
  expect(costs[1]).toEqual(costs[0]!);
  expect(costs[0]!.append!.requests).toBe(3);
  const consumed = place.backend === "dynamodb" ? costs[0]!.append!.capacity : costs[0]!.append!.rows;
  expect(consumed).toBeGreaterThan(0);
  await store.close();
}, MILLISECONDS);
