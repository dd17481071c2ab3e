/**
 * `actingweb-edge compare`.
 *
 * @module
 */

import { compare, type Comparison, type Difference } from "../transfer/mod.ts";
import { type Between, readSides, runBetween, sideOptions, transferOptions } from "./between_sides.ts";
import type { Arguments, Command, Shell } from "./command.ts";
import { counted } from "./long_run.ts";
import { SETTINGS } from "./settings.ts";
import { shown } from "./shown.ts";
import { INCOMPLETE, numberOf, RATE_OPTIONS, WALK_OPTIONS } from "./transfer_options.ts";

/** Differences that are printed. */
const SHOWN = 100;

/** The command. */
export const command: Command = {
  name: "compare",
  description:
    "Compares every row of two databases by key and content, and names the keys of those that are absent, extra or " +
    "different, never their content. Exit code 3: they differ, or with --repair: not all could be repaired.",
  options: {
    ...sideOptions("The side that is right", "The other side"),
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
  const { flags } = given;
  const options = {
    ...transferOptions(given),
    segments: numberOf(given, "segments"),
    repair: flags.has("repair"),
    onDifference: printing(shell, flags.has("all"), flags.has("json")),
  };
  const comparing: Between<Comparison> = {
    ...readSides(given, shell),
    transfer: (first, second, signal) => compare(first, second, { ...options, signal }),
    tell: (report) => tell(report, given, shell),
  };
  return await runBetween(comparing, given, shell);
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
