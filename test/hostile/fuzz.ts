// Random hostile input: HOSTILE_RUNS sets how much of it, HOSTILE_SEED repeats a run.
import process from "node:process";
import fc from "fast-check";

/** How many times more than in the short form. */
const FACTOR = Number(process.env.HOSTILE_FACTOR ?? 1);
const SEED = Number(process.env.HOSTILE_SEED ?? Date.now() % 2 ** 31);
/** Milliseconds of work for one case: whatever takes more is made to take more. */
const WORK_MILLISECONDS = 5_000;
/** Milliseconds after which a case hangs, on a machine that is busy with other tests. */
const WAIT_MILLISECONDS = 40_000;

/** Milliseconds for a behaviour with so many times the work. */
export const FUZZ_MILLISECONDS = 60_000 + FACTOR * 10_000;

/** Whether this is the long form. */
export const isLong = FACTOR > 1;

/** Tries random cases, `runs` of them in the short form; a failure names the smallest case and the seed. */
export async function fuzz<Case>(
  runs: number,
  cases: fc.Arbitrary<Case>,
  work: (given: Case) => void | Promise<void>,
): Promise<void> {
  const property = fc.asyncProperty(cases, (given) => inTime(async () => await work(given)));
  const result = await fc.check(property, { numRuns: runs * FACTOR, seed: SEED });
  if (!result.failed) return;
  const reason = result.errorInstance instanceof Error ? result.errorInstance.stack : String(result.errorInstance);
  const [given] = result.counterexample ?? [];
  throw new Error(`after ${result.numRuns} cases, HOSTILE_SEED=${SEED}: ${reason}\n\nwith ${fc.stringify(given)}`);
}

/** Fails when work does not end, or takes much of the processor; others may have it meanwhile. */
export async function inTime<Value>(work: () => Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it hangs: not ended after ${WAIT_MILLISECONDS} ms`)), WAIT_MILLISECONDS);
  });
  const before = process.cpuUsage();
  try {
    const value = await Promise.race([work(), late]);
    const { user, system } = process.cpuUsage(before);
    const milliseconds = (user + system) / 1_000;
    if (milliseconds > WORK_MILLISECONDS) throw new Error(`it took ${Math.round(milliseconds)} ms of the processor`);
    return value;
  } finally {
    clearTimeout(timer);
  }
}
