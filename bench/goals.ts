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

const SIGNED =
  "fourteen blocks of SHA-256 for each signature, an AbortSignal with a timer for each attempt, and on Deno a Blob as the " +
  "body of conditional writes, which it would else send twice by itself";
const AWS4FETCH =
  "both wait for the same server most of the time; the signature, which is faster, is the smaller part, and aws4fetch " +
  "sets no deadline and checks no argument";
const INDEXED =
  "not profiled; presumably that one statement does what the reference does in three, with its locks and checks";
const SHARED =
  "not profiled; presumably that clients and server share two cores, and the server's part is the same for both";
const FETCH = "most of the time of the aws4fetch program, too, see the table: presumably Node.js loading its own fetch";
const CARE =
  "presumably the checks of each call, its deadline, and the statement's timeout on the server; a profile shows no single " +
  "place, 70 % of the time is the driver's socket";

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
  { group: /^DynamoDB$/, parallel: 1, than: "bare fetch, unsigned", least: 0.88, why: SIGNED },
  { group: /^DynamoDB$/, parallel: 32, than: "bare fetch, unsigned", least: 0.78, why: SIGNED },
  { group: /^DynamoDB$/, parallel: 1, than: "aws4fetch, by hand", least: 1.2, why: AWS4FETCH },
  { group: /^DynamoDB$/, parallel: 32, than: "aws4fetch, by hand", least: 1.2, why: AWS4FETCH },
  { group: /^DynamoDB$/, parallel: 1, than: "AWS SDK v3 with lib-dynamodb", least: 1.5, why: SHARED },
  { group: /^DynamoDB$/, parallel: 32, than: "AWS SDK v3 with lib-dynamodb", least: 1.5, why: SHARED },
  { group: /^PostgreSQL/, parallel: 1, than: "bare postgres driver", least: 0.92, why: CARE },
  { group: /^PostgreSQL/, parallel: 16, than: "bare postgres driver", least: 0.92, calls: /^get$/, why: CARE },
  {
    group: /^PostgreSQL, 10/,
    parallel: 16,
    than: "bare postgres driver",
    least: 0.92,
    calls: /set|swap/,
    why: WRITES_ALONE,
  },
  { group: /^PostgreSQL, 16/, parallel: 16, than: "bare postgres driver", least: 0.92, calls: /set|swap/, why: CARE },
  { group: /^PostgreSQL/, parallel: 1, than: "drizzle on postgres", least: 1.2 },
  { group: /^PostgreSQL/, parallel: 16, than: "drizzle on postgres", least: 1.2 },
  { group: /^Signer$/, parallel: 1, than: "aws4fetch", least: 4 },
  { group: /^Python: /, parallel: 1, than: "the reference", least: 1 },
  { group: /^Python: DynamoDB/, parallel: 16, than: "the reference", least: 3, calls: /^get$/, why: SHARED },
  { group: /^Python: PostgreSQL/, parallel: 16, than: "the reference", least: 8, calls: /^get$/, why: SHARED },
  {
    group: /^Python: PostgreSQL/,
    parallel: 1,
    than: "the reference",
    least: 3,
    calls: /indexed|append|erase/,
    why: INDEXED,
  },
  {
    group: /^Python: DynamoDB/,
    parallel: 1,
    than: "the reference",
    least: 3,
    calls: /indexed|swap|append|erase/,
    why: SHARED,
  },
  { group: /^HTTP: /, parallel: 64, than: "bare Hono route", least: 0.7, why: SHARED },
  { group: /^HTTP: DynamoDB/, parallel: 64, than: "the reference", least: 6, why: SHARED },
  { group: /^HTTP: PostgreSQL/, parallel: 64, than: "the reference", least: 8, why: SHARED },
];

/** Upper bounds of facts. */
const BOUNDS: readonly {
  readonly group: string;
  readonly name: RegExp;
  readonly most: number;
  why?: string;
}[] = [
  { group: "Start, over the AWS SDK", name: /./, most: 0.35, why: FETCH },
  {
    group: "Start, over aws4fetch",
    name: /./,
    most: 5,
    why: "not profiled; presumably that about 60 kB, minified, have to be read and compiled",
  },
  { group: "Embedded", name: /^from.*: first answer$/, most: 1500 },
  { group: "Embedded", name: /^from.*: memory$/, most: 520 },
];

/** The ratio of one side by another in one result, or `null`. */
function ratioOf(result: Result, side: string, than: string): number | null {
  const ours = result.sides.find(({ name }) => name === side);
  const theirs = result.sides.find(({ name }) => name === than);
  return ours === undefined || theirs === undefined ? null : ours.ratio.median / theirs.ratio.median;
}

/** Why a ratio is missed: where the limit itself, the first side, misses it or nearly so, it is the server. */
function reason(result: Result, than: string, least: number, why: string): string {
  const [first] = result.sides;
  const limit = ratioOf(result, first!.name, than) ?? 0;
  if (first!.name === than || first!.name === OURS || limit > least / 0.9) return why;
  return `the server is the limit: “${first!.name}”, which nothing can pass, makes ${limit.toFixed(2)}`;
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
      const ratio = calls === undefined || calls.test(line.call) ? ratioOf(line, OURS, than) : null;
      if (ratio === null) continue;
      const goal = `${line.group}, ${line.call}, ${parallel} at once, ${runtime}`;
      const met = ratio >= least;
      found.push({
        goal,
        wanted: `≥ ${least} × ${than}`,
        measured: ratio.toFixed(2),
        met,
        why: reason(line, than, least, why),
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
    const size = "sides" in line || line.group !== "Size" ? undefined : SIZES.find(({ entry }) => entry === line.name);
    if (size === undefined || size.goal === null || "sides" in line) continue;
    found.push({
      goal: `Size of ${line.name}`,
      wanted: `≤ ${size.goal} kB gzip`,
      measured: `${line.value.toFixed(1)} kB`,
      met: line.value <= size.goal,
      why: size.why ?? "",
    });
  }
  return found;
}

/** A number with three digits that matter. */
export function round(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(3);
}
