// The behaviours of a run, each once, with the cells it was tried in.
import type { CellResult } from "../support/cells.ts";
import { byBackend } from "./run.ts";

/** A behaviour. */
export interface Behaviour {
  readonly name: string;
  readonly passedIn: readonly CellResult[];
  readonly failedIn: readonly CellResult[];
  /** Its longest time, in milliseconds. */
  readonly slowest: number;
}

/** Behaviours of one subject. */
export interface Group {
  readonly name: string;
  readonly behaviours: readonly Behaviour[];
  /** The cells that tried any of them. */
  readonly cells: readonly CellResult[];
}

interface Tried {
  readonly passedIn: Set<CellResult>;
  readonly failedIn: Set<CellResult>;
  slowest: number;
}

/** The behaviours by group, in the order in which the cells ran them. */
export function groupsOf(cells: readonly CellResult[]): Group[] {
  const groups = new Map<string, Map<string, Tried>>();
  for (const cell of cells) {
    for (const { group, name, passed, milliseconds } of cell.outcomes) {
      const behaviours = entry(groups, group, () => new Map<string, Tried>());
      const tried = entry(behaviours, name, () => ({ passedIn: new Set(), failedIn: new Set(), slowest: 0 }));
      tried[passed ? "passedIn" : "failedIn"].add(cell);
      tried.slowest = Math.max(tried.slowest, milliseconds);
    }
  }
  return [...groups].map(([name, behaviours]) => groupOf(name, behaviours));
}

function groupOf(name: string, tried: ReadonlyMap<string, Tried>): Group {
  const behaviours = [...tried].map(([name, { passedIn, failedIn, slowest }]) => {
    // One that failed under a name was not passed there, even when a case of the same name was.
    const passed = [...passedIn].filter((cell) => !failedIn.has(cell));
    return { name, passedIn: passed, failedIn: [...failedIn], slowest };
  });
  const cells = new Set(behaviours.flatMap(({ passedIn, failedIn }) => [...passedIn, ...failedIn]));
  return { name, behaviours, cells: [...cells] };
}

function entry<Value>(map: Map<string, Value>, key: string, create: () => Value): Value {
  const value = map.get(key) ?? create();
  map.set(key, value);
  return value;
}

/** Cells in short, e.g. `dynamodb (bun, deno), pglite (bun)`. */
export function listed(cells: readonly CellResult[]): string {
  const backends = byBackend(cells);
  return [...backends].map(([name, each]) => `${name} (${each.map(({ runtime }) => runtime).join(", ")})`).join(", ");
}

/** Line numbers in short, e.g. `3–7, 12`. */
export function ranges(lines: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const line of lines) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] + 1 === line) last[1] = line;
    else runs.push([line, line]);
  }
  return runs.map(([first, last]) => first === last ? `${first}` : `${first}–${last}`).join(", ");
}
