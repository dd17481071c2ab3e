// The three calls that every client is measured with, and how.
import { measure, type Rounds } from "./rounds.ts";
import { print } from "./work.ts";

/** One client's way to do each call. */
export interface Ways {
  get(id: string, name: string): Promise<string | null>;
  set(id: string, name: string, value: string): PromiseLike<unknown>;
  swap(
    id: string,
    name: string,
    expected: string,
    value: string,
  ): PromiseLike<unknown>;
}

/** A value of a common length. */
export const VALUE = "x".repeat(100);
/** Rows that the calls go round; as many as callers would make them wait for each other's locks. */
const ROWS = 1_000;

/** Measures get, set and swap of each way, and prints what was found. */
export async function measureWays(
  group: string,
  ways: Readonly<Record<string, Ways>>,
  rounds: Rounds,
): Promise<void> {
  const [first] = Object.values(ways);
  for (let row = 0; row < ROWS; row++) {
    await first!.set("bench", `name ${row}`, VALUE);
  }
  for (const [name, way] of Object.entries(ways)) {
    if (await way.get("bench", "name 0") !== VALUE) {
      throw new Error(`${name} does not read what was written`);
    }
  }
  let turn = 0;
  const name = () => `name ${turn++ % ROWS}`;
  const calls: Record<string, (ways: Ways) => () => PromiseLike<unknown>> = {
    get: (ways) => () => ways.get("bench", name()),
    set: (ways) => () => ways.set("bench", name(), VALUE),
    "compare-and-swap": (ways) => () => ways.swap("bench", name(), VALUE, VALUE),
  };
  for (const [call, run] of Object.entries(calls)) {
    const sides = Object.entries(ways).map(([name, way]) => ({
      name,
      run: run(way),
    }));
    print({
      group,
      call,
      parallel: rounds.parallel,
      sides: await measure(sides, rounds),
    });
  }
}
