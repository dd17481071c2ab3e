// What the design asks for, as sums over what was measured.
import { SIZES } from "./sizes.ts";
import type { Fact, Result } from "./work.ts";

/** Everything that was measured, by the runtime that measured it. */
export interface Entry {
  readonly runtime: string;
  readonly line: Result | Fact;
}

/** One number that is asked for. */
export interface Verdict {
  readonly goal: string;
  readonly wanted: string;
  readonly measured: string;
  readonly met: boolean;
  /** Where it is missed: why. */
  readonly why: string;
}

const OURS = "actingweb-edge";
const WRITES_ALONE =
  "a write is never sent behind another statement, since it could then neither be taken back nor cancelled; the driver " +
  "sends two on one connection with one system call";

interface RatioGoal {
  readonly group: RegExp;
  readonly parallel: number;
  readonly than: string;
  readonly least: number;
  readonly calls?: RegExp;
  readonly why?: string;
}

/** Ratios of rates, ours by another's, in the same rounds. */
const RATIOS: readonly RatioGoal[] = [
  {
    group: /^DynamoDB$/,
    parallel: 1,
    than: "bare fetch, unsigned",
    least: 0.88,
    why: "the signature and its hashes",
  },
  {
    group: /^DynamoDB$/,
    parallel: 32,
    than: "bare fetch, unsigned",
    least: 0.78,
    why: "the signature and its hashes",
  },
  { group: /^DynamoDB$/, parallel: 1, than: "aws4fetch, by hand", least: 1.2 },
  { group: /^DynamoDB$/, parallel: 32, than: "aws4fetch, by hand", least: 1.2 },
  {
    group: /^DynamoDB$/,
    parallel: 1,
    than: "AWS SDK v3 with lib-dynamodb",
    least: 1.5,
  },
  {
    group: /^DynamoDB$/,
    parallel: 32,
    than: "AWS SDK v3 with lib-dynamodb",
    least: 1.5,
  },
  {
    group: /^PostgreSQL/,
    parallel: 1,
    than: "bare postgres driver",
    least: 0.92,
    why: "the server arms and disarms the statement's timeout",
  },
  {
    group: /^PostgreSQL/,
    parallel: 16,
    than: "bare postgres driver",
    least: 0.92,
    why: WRITES_ALONE,
  },
  {
    group: /^PostgreSQL/,
    parallel: 1,
    than: "drizzle on postgres",
    least: 1.2,
  },
  {
    group: /^PostgreSQL/,
    parallel: 16,
    than: "drizzle on postgres",
    least: 1.2,
  },
  { group: /^Signer$/, parallel: 1, than: "aws4fetch", least: 4 },
  { group: /^Python: /, parallel: 1, than: "the reference", least: 1 },
  {
    group: /^Python: DynamoDB/,
    parallel: 16,
    than: "the reference",
    least: 3,
    calls: /^get$/,
  },
  {
    group: /^Python: PostgreSQL/,
    parallel: 16,
    than: "the reference",
    least: 8,
    calls: /^get$/,
  },
  {
    group: /^Python: /,
    parallel: 1,
    than: "the reference",
    least: 3,
    calls: /indexed|swap|append|erase/,
  },
  { group: /^HTTP: /, parallel: 64, than: "bare Hono route", least: 0.7 },
  { group: /^HTTP: DynamoDB/, parallel: 64, than: "the reference", least: 6 },
  { group: /^HTTP: PostgreSQL/, parallel: 64, than: "the reference", least: 8 },
];

/** Upper bounds of facts. */
const BOUNDS: readonly {
  readonly group: string;
  readonly name: RegExp;
  readonly most: number;
  why?: string;
}[] = [
  { group: "Start, over the AWS SDK", name: /./, most: 0.35 },
  {
    group: "Start, over aws4fetch",
    name: /./,
    most: 5,
    why: "the store is a larger program than one request",
  },
  { group: "Embedded", name: /^from.*first answer/, most: 1500 },
  { group: "Embedded", name: /^from.*memory/, most: 520 },
];

/** The ratio of one side by another in one result, or `null`. */
function ratioOf(result: Result, than: string): number | null {
  const ours = result.sides.find(({ name }) => name === OURS);
  const theirs = result.sides.find(({ name }) => name === than);
  return ours === undefined || theirs === undefined
    ? null
    : ours.ratio.median / theirs.ratio.median;
}

/** All verdicts. */
export function verdicts(records: readonly Entry[]): Verdict[] {
  const found: Verdict[] = [];
  for (const { group, parallel, than, least, calls, why = "" } of RATIOS) {
    for (const { runtime, line } of records) {
      if (
        !("sides" in line) || !group.test(line.group) ||
        line.parallel !== parallel
      ) continue;
      const ratio = calls === undefined || calls.test(line.call)
        ? ratioOf(line, than)
        : null;
      if (ratio === null) continue;
      const goal =
        `${line.group}, ${line.call}, ${parallel} at once, ${runtime}`;
      const met = ratio >= least;
      found.push({
        goal,
        wanted: `≥ ${least} × ${than}`,
        measured: ratio.toFixed(2),
        met,
        why,
      });
    }
  }
  for (const { group, name, most, why = "" } of BOUNDS) {
    for (const { runtime, line } of records) {
      if ("sides" in line || line.group !== group || !name.test(line.name)) {
        continue;
      }
      const measured = `${round(line.value)} ${line.unit}`;
      const goal = `${line.group}: ${line.name}, ${runtime}`;
      found.push({
        goal,
        wanted: `≤ ${most} ${line.unit}`,
        measured,
        met: line.value <= most,
        why,
      });
    }
  }
  for (const { line } of records) {
    const size = "sides" in line || line.group !== "Size"
      ? undefined
      : SIZES.find(({ entry }) => entry === line.name);
    if (size === undefined || size.goal === null || "sides" in line) continue;
    const why =
      "all parts of the contract are in every program, with the guard of each of their methods";
    found.push({
      goal: `Size of ${line.name}`,
      wanted: `≤ ${size.goal} kB gzip`,
      measured: `${line.value.toFixed(1)} kB`,
      met: line.value <= size.goal,
      why,
    });
  }
  return found;
}

/** A number with three digits that matter. */
export function round(value: number): string {
  return value >= 100
    ? Math.round(value).toLocaleString("en-US")
    : value.toPrecision(3);
}
