/**
 * `actingweb-edge export`.
 *
 * @module
 */

import { exportTables, type Progress } from "../transfer/mod.ts";
import { type Arguments, type Command, type Shell, UsageError } from "./command.ts";
import { STREAM, writeDump } from "./dump_file.ts";
import { counted, untilStopped } from "./long_run.ts";
import { follow } from "./progress_bar.ts";
import { SETTINGS } from "./settings.ts";
import { openSide, readSide, SIDES } from "./side.ts";
import { failedTo, INCOMPLETE, numberOf, RATE_OPTIONS, tablesOf } from "./transfer_options.ts";

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
    let report: Progress | null = null;
    const done = await untilStopped(shell, async ({ signal }) => {
      const reports = exportTables(source.store, dump.write, {
        signal,
        tables: tablesOf(given),
        rowsPerSecond: numberOf(given, "rows-per-second"),
        onFailed: failedTo(values.failed),
      });
      report = await follow(reports, shell, flags.has("quiet"));
      await dump.finish();
    });
    if (!done || report === null) return 1;
    // Standard output has the rows.
    const say = file === STREAM ? shell.complain : shell.print;
    const { written, failed } = report as Progress;
    if (flags.has("json")) say(JSON.stringify(report));
    else {
      say(`Exported ${counted(written, "row")}.`);
      if (failed > 0) say(`${counted(failed, "row")} could not be read.`);
    }
    return failed > 0 ? INCOMPLETE : 0;
  } finally {
    await dump.discard();
    await source.close();
  }
}
