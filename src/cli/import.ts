/**
 * `actingweb-edge import`.
 *
 * @module
 */

import { importTables } from "../transfer/mod.ts";
import { lastReport } from "./between_sides.ts";
import { type Arguments, type Command, type Shell, UsageError } from "./command.ts";
import { readDump } from "./dump_file.ts";
import { counted } from "./long_run.ts";
import { SETTINGS } from "./settings.ts";
import { openSide, readSide, SIDES } from "./side.ts";
import { failedTo, INCOMPLETE, numberOf, RATE_OPTIONS, tellMoved } from "./transfer_options.ts";

const { tables: _, ...OPTIONS } = RATE_OPTIONS;

/** The command. */
export const command: Command = {
  name: "import",
  description:
    "Writes the rows of an export into a database; - is standard input. The file is checked first, and one that is cut off " +
    "or altered is refused before anything is written. Rows with the same keys are replaced, others stay. Exit code 3: it " +
    "has ended, and some rows could not be written.",
  options: {
    to: { value: "DATABASE", text: `Where rows are written: ${SIDES}. Needed.` },
    migrate: { text: "Prepares the database first: its schema or its tables." },
    "dry-run": { text: "Only checks the file." },
    failed: { value: "FILE", text: "Appends there the keys of rows that could not be written." },
    ...OPTIONS,
  },
  positionals: ["FILE"],
  settings: SETTINGS,
  run,
};

async function run(given: Arguments, shell: Shell): Promise<number> {
  const { values, flags, positionals: [file] } = given;
  if (file === undefined) throw new UsageError("which file? - is standard input");
  const to = readSide("to", values.to, shell);
  const dump = await readDump(file);
  const target = await openSide(to, { first: flags.has("migrate") });
  try {
    const options = {
      dryRun: flags.has("dry-run"),
      rowsPerSecond: numberOf(given, "rows-per-second"),
      onFailed: failedTo(values.failed),
    };
    const report = await lastReport(
      (signal) => importTables(target.store, dump.read, { ...options, signal }),
      given,
      shell,
    );
    if (report === null) return 1;
    if (flags.has("json")) shell.print(JSON.stringify(report));
    else if (flags.has("dry-run")) shell.print(`The file is whole: ${counted(report.total ?? 0, "row")}.`);
    else {
      if (report.failed > 0) shell.print(`${counted(report.failed, "row")} could not be written.`);
      tellMoved("Imported", report, shell.print);
    }
    return report.failed > 0 ? INCOMPLETE : 0;
  } finally {
    await target.close();
    await dump.remove();
  }
}
