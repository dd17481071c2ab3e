// One behaviour as a test of any runtime, recorded by ourselves so that every runtime counts alike.
import { test } from "bun:test";
import { appendFileSync } from "node:fs";
import { basename } from "node:path";
import process from "node:process";

const SECONDS = 1_000;
const file = process.env.TEST_RESULTS;

/** One line of the results' file. */
export interface Outcome {
  readonly group: string;
  readonly name: string;
  readonly passed: boolean;
  readonly milliseconds: number;
  readonly message?: string;
}

/** Declares the behaviours of one group, e.g. the name of the file. */
export function behaviours(group: string): (name: string, run: () => void | Promise<void>, timeout?: number) => void {
  const named = group.startsWith("file:") ? basename(group).replace(/\.test\.ts$/, "") : group;
  return (name, run, timeout = 60 * SECONDS) => {
    test(`${named}: ${name}`, async () => {
      const started = performance.now();
      const record = (passed: boolean, message?: string) => {
        if (file === undefined) return;
        const milliseconds = Math.round(performance.now() - started);
        const outcome: Outcome = {
          group: named,
          name,
          passed,
          milliseconds,
          ...(message === undefined ? {} : { message }),
        };
        appendFileSync(file, `${JSON.stringify(outcome)}\n`);
      };
      try {
        await limited(run, timeout);
      } catch (error) {
        record(false, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
        throw error;
      }
      record(true);
    }, timeout + 5 * SECONDS);
  };
}

/** A behaviour that hangs fails in time, so that it is recorded before the runtime gives it up. */
async function limited(run: () => void | Promise<void>, timeout: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not finished after ${timeout} ms`)), timeout);
  });
  try {
    await Promise.race([run(), late]);
  } finally {
    clearTimeout(timer);
  }
}
