// What a measuring process gets from the run, and how it answers: one JSON line for each table row.
import process from "node:process";
import type { Measured } from "./rounds.ts";

/** One call measured on several sides; ratios are to the first. */
export interface Result {
  /** What belongs together, e.g. the database. */
  readonly group: string;
  /** What was called. */
  readonly call: string;
  /** Calls under way at once. */
  readonly parallel: number;
  /** The sides. */
  readonly sides: readonly Measured[];
}

/** One number with its meaning, where there is nothing to alternate with. */
export interface Fact {
  readonly group: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

/** How long to measure. */
export function options(): { rounds: number; slice: number } {
  return {
    rounds: Number(process.env.BENCH_ROUNDS ?? 15),
    slice: Number(process.env.BENCH_SLICE ?? 100),
  };
}

/** Answers. */
export function print(line: Result | Fact): void {
  console.log(JSON.stringify(line));
}

/**
 * Loads other people's clients. By a name that the type checker does not follow, since their packages are installed by
 * the benchmarks alone.
 */
export async function load<Module>(name: string): Promise<Module> {
  return await import(
    new URL(`./competitors/${name}.ts`, import.meta.url).href
  ) as Module;
}
