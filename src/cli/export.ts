/**
 * `actingweb-edge export`.
 *
 * @module
 */

import { exportTables } from "../transfer/mod.ts";
import { lastReport, transferOptions } from "./between_sides.ts";
import { type Arguments, type Command, type Shell, UsageError } from "./command.ts";
import { STREAM, writeDump } from "./dump_file.ts";
import { counted } from "./long_run.ts";
import { SETTINGS } from "./settings.ts";
import { openSide, readSide, SIDES } from "./side.ts";
import { INCOMPLETE, numberOf, RATE_OPTIONS, tellMoved, WALK_OPTIONS } from "./transfer_options.ts";

/** The command. */
export const command: Command = {
  name: "export",
  description:
    "Writes every row of a database to a file of JSON lines, or for - to standard output. A file gets its name when it is " +
    "whole. Exit code 3: it has ended, and some rows could not be read.",
  options: {
    from: { value: "DATABASE", text: `Where rows are read: ${SIDES}. Needed.` },
    gzip: { text: "Compresses it, as it does when FILE ends with .gz." },
    failed: { value: "FILE", text: "Appends there the keys of rows that could not be read." },
    ...WALK_OPTIONS,
    ...RATE_OPTIONS,
  },
  positionals: ["FILE"],
  settings: SETTINGS,
  run,
};

async function run(given: Arguments, shell: Shell): Promise<number> {
  const { values, flags, positionals: [file] } = given;
  if (file === undefined) throw new UsageError("which file? - is standard output");
  const source = await openSide(readSide("from", values.from, shell));
  const dump = writeDump(file, flags.has("gzip") || file.endsWith(".gz"));
  try {
    const options = { ...transferOptions(given), segments: numberOf(given, "segments") };
    const report = await lastReport(
      (signal) => exportTables(source.store, dump.write, { ...options, signal }),
      given,
      shell,
    );
    if (report === null) return 1;
    await dump.finish();
    // Standard output has the rows.
    const say = file === STREAM ? shell.complain : shell.print;
    if (flags.has("json")) say(JSON.stringify(report));
    else {
      if (report.failed > 0) say(`${counted(report.failed, "row")} could not be read.`);
      tellMoved("Exported", report, say);
    }
    return report.failed > 0 ? INCOMPLETE : 0;
  } finally {
    await dump.discard();
    await source.close();
  }
}
