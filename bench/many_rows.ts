// 10, 1,000 and 100,000 rows behind one actor: what a call on one row costs, and what a page costs.
import process from "node:process";
import type { Store } from "../src/store.ts";
import { dynamodbPlace, postgresqlPlace } from "../test/support/stores.ts";
import { measure, type Side } from "./rounds.ts";
import { VALUE } from "./ways.ts";
import { options, print } from "./work.ts";

const COUNTS = [10, 1_000, 100_000] as const;
/** Rows that one call writes. */
const BATCH = 2_500;

const nameOf = (row: number) => `name ${String(row).padStart(6, "0")}`;
const actorOf = (count: number) => `${count} rows`;

async function fill(store: Store): Promise<void> {
  for (const count of COUNTS) {
    for (let from = 0; from < count; from += BATCH) {
      const rows = Array.from(
        { length: Math.min(BATCH, count - from) },
        (_, index) => from + index,
      );
      await store.properties.setMany(
        actorOf(count),
        rows.map((row) => [nameOf(row), VALUE] as const),
      );
    }
  }
}

/** One side for each number of rows; the first one has 10. */
function sides(
  call: (actorId: string, row: number) => () => Promise<unknown>,
): Side[] {
  // The last rows: whoever reads from the beginning has the longest way there.
  return COUNTS.map((count) => ({
    name: `${count.toLocaleString("en-US")} rows`,
    run: call(actorOf(count), count - 1),
  }));
}

async function walk(store: Store, actorId: string): Promise<number> {
  let rows = 0;
  for await (
    const { items } of store.properties.pages(actorId, { limit: 1_000 })
  ) rows += items.length;
  return rows;
}

for (
  const [database, place] of [["DynamoDB", dynamodbPlace], [
    "PostgreSQL",
    postgresqlPlace,
  ]] as const
) {
  const { open, remove } = await place("bench");
  const store = await open();
  try {
    await fill(store);
    const { properties } = store;
    const calls: Record<string, Side[]> = {
      get: sides((id, row) => () => properties.get(id, nameOf(row))),
      set: sides((id, row) => () => properties.set(id, nameOf(row), VALUE)),
      "compare-and-swap": sides((id, row) => () => properties.setIfEquals(id, nameOf(row), VALUE, VALUE)),
      "last of a range": sides((id) => () => properties.last(id, "name", "name~")),
      "a range of 10": sides((id) => () => properties.range(id, "name", "name~", { limit: 10 })),
    };
    for (const [call, each] of Object.entries(calls)) {
      const measured = await measure(each, { ...options(), parallel: 1 });
      print({
        group: `Many rows: ${database}`,
        call,
        parallel: 1,
        sides: measured,
      });
    }
    for (const count of COUNTS.slice(1)) {
      const started = performance.now();
      const rows = await walk(store, actorOf(count));
      if (rows !== count) {
        throw new Error(`${rows} rows were found, not ${count}`);
      }
      const value = (performance.now() - started) * 1000 / count;
      print({
        group: "Pages of 1,000",
        name: `${database}, ${count.toLocaleString("en-US")} rows`,
        value,
        unit: "µs a row",
      });
    }
  } finally {
    await store.close();
    await remove();
  }
}
process.exit(0);
