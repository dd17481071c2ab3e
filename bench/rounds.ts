// Sides measured side by side: short slices in alternating order, so that whatever else the machine does meets them all.

/** One way to do a thing. */
export type Side =
  & {
    /** What it is called in the tables. */
    readonly name: string;
  }
  & (
    | {
      /** Does it once. */
      run(): PromiseLike<unknown> | unknown;
    }
    | {
      /** Does it for a while in a process of its own, or what must be prepared anew each time; calls a second. */
      measure(rounds: Rounds): Promise<number>;
    }
  );

/** How a measure is made. */
export interface Rounds {
  /** Rounds; each measures every side once. */
  readonly rounds: number;
  /** Milliseconds of one side in one round. */
  readonly slice: number;
  /** Calls under way at once. */
  readonly parallel: number;
}

/** What was measured of one side. */
export interface Measured {
  readonly name: string;
  /** Calls a second, the median of the rounds. */
  readonly rate: number;
  /** The rate by the first side's in the same round: the median, and the quartiles around it. */
  readonly ratio: Spread;
}

/** A median with its quartiles. */
export interface Spread {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/** The value at a part of the way through sorted numbers. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * part;
  const [low, high] = [
    sorted[Math.floor(position)]!,
    sorted[Math.ceil(position)]!,
  ];
  return low + (high - low) * (position - Math.floor(position));
}

/** Median and quartiles. */
export function spread(values: readonly number[]): Spread {
  return {
    low: quantile(values, 0.25),
    median: quantile(values, 0.5),
    high: quantile(values, 0.75),
  };
}

/** Measures all sides; ratios are to the first one. */
export async function measure(
  sides: readonly Side[],
  options: Rounds,
): Promise<Measured[]> {
  // Compiled, connected and prepared before anything counts.
  for (const side of sides) await slice(side, options);
  const rates: number[][] = sides.map(() => []);
  for (let round = 0; round < options.rounds; round++) {
    for (const index of order(sides.length, round)) {
      rates[index]!.push(await slice(sides[index]!, options));
    }
  }
  return sides.map(({ name }, index) => ({
    name,
    rate: quantile(rates[index]!, 0.5),
    ratio: spread(rates[index]!.map((rate, round) => rate / rates[0]![round]!)),
  }));
}

/** Another side begins each round, and every second round goes backwards: nobody is always after the same other. */
function order(count: number, round: number): number[] {
  const indexes = Array.from(
    { length: count },
    (_, index) => (index + (round >> 1)) % count,
  );
  return round % 2 === 0 ? indexes : indexes.reverse();
}

/** Calls a second of one side. */
async function slice(side: Side, rounds: Rounds): Promise<number> {
  if ("measure" in side) return await side.measure(rounds);
  const started = performance.now();
  const end = started + rounds.slice;
  let calls = 0;
  await Promise.all(Array.from({ length: rounds.parallel }, async () => {
    do {
      await side.run();
      calls++;
    } while (performance.now() < end);
  }));
  return calls / ((performance.now() - started) / 1000);
}
