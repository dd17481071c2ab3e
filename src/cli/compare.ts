/**
 * `actingweb-edge compare`.
 *
 * @module
 */

import { compare, type Comparison, type Difference } from "../transfer/mod.ts";
import type { Arguments, Command, Shell } from "./command.ts";
import { counted, untilStopped } from "./long_run.ts";
import { follow } from "./progress_bar.ts";
import { SETTINGS } from "./settings.ts";
import { shown } from "./shown.ts";
import { openSide, readSide, SIDES, withSides } from "./side.ts";
import { failedTo, INCOMPLETE, numberOf, RATE_OPTIONS, tablesOf, WALK_OPTIONS } from "./transfer_options.ts";

/** Differences that are printed. */
const SHOWN = 100;

/** The command. */
export const command: Command = {
  name: "compare",
  description:
    "Compares every row of two databases by key and content, and names the keys of those that are absent, extra or " +
    "different, never their content. Exit code 3: they differ, or with --repair: not all could be repaired.",
  options: {
    from: { value: "DATABASE", text: `The side that is right: ${SIDES}. Needed.` },
    to: { value: "DATABASE", text: "The other side, named like --from. Needed." },
    repair: { text: "Makes the other side equal: writes what is absent or different, and removes what is extra." },
    ...WALK_OPTIONS,
    all: { text: `Prints all differences, not only the first ${SHOWN}.` },
    failed: { value: "FILE", text: "Appends there the keys of rows that could not be repaired." },
    ...RATE_OPTIONS,
  },
  settings: SETTINGS,
  run,
};

async function run(given: Arguments, shell: Shell): Promise<number> {
  const { values, flags } = given;
  const [from, to] = [readSide("from", values.from, shell), readSide("to", values.to, shell)];
  const options = {
    tables: tablesOf(given),
    segments: numberOf(given, "segments"),
    parallel: numberOf(given, "parallel"),
    rowsPerSecond: numberOf(given, "rows-per-second"),
    repair: flags.has("repair"),
    onFailed: failedTo(values.failed),
    onDifference: printing(shell, flags.has("all"), flags.has("json")),
  };
  return await withSides(() => openSide(from), () => openSide(to), async (first, second) => {
    let report: Comparison | null = null;
    const done = await untilStopped(shell, async ({ signal }) => {
      report = await follow(compare(first.store, second.store, { ...options, signal }), shell, flags.has("quiet"));
    });
    return done && report !== null ? tell(report, given, shell) : 1;
  });
}

function printing({ print }: Shell, all: boolean, json: boolean): (difference: Difference) => void {
  let count = 0;
  return (difference) => {
    count++;
    if (!all && count > SHOWN) return;
    const { kind, table, key } = difference;
    print(json ? JSON.stringify(difference) : `${kind}: ${table} ${shown(JSON.stringify(key))}`);
  };
}

function tell(report: Comparison, { flags }: Arguments, { print }: Shell): number {
  const { differences, repaired, read, dropped } = report;
  const count = Object.values(differences).reduce((sum, each) => sum + each, 0);
  const left = flags.has("repair") ? count - repaired : count;
  if (flags.has("json")) print(JSON.stringify(report));
  else {
    for (const [what, each] of Object.entries(dropped)) print(`One side cannot hold ${shown(what)}: ${each}.`);
    if (count === 0) print(`Equal: ${counted(read, "row")} of both sides read.`);
    else {
      const kinds = Object.entries(differences).filter(([, each]) => each > 0).map(([kind, each]) => `${each} ${kind}`);
      print(`${counted(count, "difference")}: ${kinds.join(", ")}.`);
      if (flags.has("repair")) print(`Repaired ${repaired}.`);
    }
  }
  return left > 0 ? INCOMPLETE : 0;
}
