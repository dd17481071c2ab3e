/**
 * `actingweb-edge copy`.
 *
 * @module
 */

import type { StoreConfiguration } from "../config.ts";
import { copy, copyAgain, type CopyOptions, createMeter, type Progress } from "../transfer/mod.ts";
import { type Between, readSides, runBetween, sideOptions, transferOptions } from "./between_sides.ts";
import { type Arguments, type Command, type Shell, UsageError } from "./command.ts";
import { counted } from "./long_run.ts";
import { SETTINGS } from "./settings.ts";
import { shown } from "./shown.ts";
import {
  againIn,
  checkpointIn,
  INCOMPLETE,
  numberOf,
  RATE_OPTIONS,
  segmentOf,
  WALK_OPTIONS,
} from "./transfer_options.ts";

/** Dollars for a million on-demand write and read request units of DynamoDB in us-east-1, as of November 2024. */
const DOLLARS = { write: 0.625, read: 0.125 };

/** The command. */
export const command: Command = {
  name: "copy",
  description:
    "Copies every row from one database to another, also while both are in use. Rows with the same keys are replaced, others " +
    "stay. Can be interrupted and run again at any time; with --checkpoint it goes on where it was. Exit code 3: it has " +
    "ended, and some rows could not be copied.",
  options: {
    ...sideOptions("Where rows are read", "Where they are written"),
    migrate: { text: "Prepares the target first: its schema or its tables." },
    checkpoint: { value: "FILE", text: "Notes there what is done, and goes on from it." },
    live: { text: "Reads each page again after writing it, for copying while a mirror writes to both." },
    failed: { value: "FILE", text: "Appends there the keys of rows that could not be copied, one JSON object a line." },
    retry: { value: "FILE", text: "Copies only the rows of such a file, or the actors of a mirror's, once more." },
    "dry-run": { text: "Reads and counts, and writes nothing; tells about what the copy would cost." },
    ...WALK_OPTIONS,
    segment: { value: "N/M", text: "Copies only the Nth of M parts, the others being for other machines." },
    "capacity-per-second": {
      value: "NUMBER",
      text: "Consumes no more of DynamoDB's capacity units. Default: no limit.",
    },
    ...RATE_OPTIONS,
  },
  settings: SETTINGS,
  run,
};

async function run(given: Arguments, shell: Shell): Promise<number> {
  const { values, flags } = given;
  const sides = readSides(given, shell);
  const options = optionsOf(given, `${placeOf(sides.from)} to ${placeOf(sides.to)}`);
  const again = values.retry;
  if (again !== undefined && (flags.has("dry-run") || values.checkpoint !== undefined)) {
    throw new UsageError("--retry goes with neither --dry-run nor --checkpoint");
  }
  const { onRequest, units } = options.meter;
  const copying: Between<Progress> = {
    ...sides,
    migrates: flags.has("migrate"),
    onRequest,
    transfer: (source, target, signal) =>
      again === undefined
        ? copy(source, target, { ...options, signal })
        : copyAgain(source, target, againIn(again), { ...options, signal }),
    tell(report) {
      tell(report, given, shell, sides.to, units());
      return report.failed > 0 ? INCOMPLETE : 0;
    },
  };
  return await runBetween(copying, given, shell);
}

function optionsOf(given: Arguments, route: string) {
  const { values, flags } = given;
  const options = {
    ...transferOptions(given),
    ...segmentOf(given),
    capacityPerSecond: numberOf(given, "capacity-per-second"),
    meter: createMeter(),
    live: flags.has("live"),
    dryRun: flags.has("dry-run"),
    checkpoint: values.checkpoint === undefined ? undefined : checkpointIn(values.checkpoint, route),
  };
  return options satisfies CopyOptions;
}

/** A database in words, without secrets. */
function placeOf(configuration: StoreConfiguration): string {
  switch (configuration.backend) {
    case "dynamodb":
      return `dynamodb ${configuration.endpoint ?? configuration.region} ${configuration.prefix ?? ""}`.trimEnd();
    case "postgresql": {
      const { url, host, database, schema = "public" } = configuration;
      const place = url === undefined ? `${host}/${database}` : url.replace(/^\w+:\/\/([^/?]*@)?/, "").split("?")[0];
      return `postgresql ${place} ${schema}`;
    }
    case "pglite":
      return `pglite ${configuration.folder ?? "in memory"}`;
  }
}

function tell(report: Progress, { flags }: Arguments, { print }: Shell, to: StoreConfiguration, units: number): void {
  if (flags.has("json")) return print(JSON.stringify({ ...report, capacityUnits: units }));
  const { read, written, failed, expired, dropped, rowsPerSecond, bytes, rows } = report;
  for (const [table, count] of Object.entries(rows)) print(`${table}: ${counted(count, "row")}`);
  if (flags.has("dry-run")) {
    print(`${counted(read, "row")} and about ${counted(bytes, "byte")} would be copied.`);
    if (to.backend === "dynamodb") {
      // At least one unit for each row and for each begun kilobyte; two where an index has the row, too.
      const writes = Math.ceil(bytes / 1024) + read + (rows.actors ?? 0) + (rows.trusts ?? 0);
      print(
        `About ${writes} write request units, $${((writes * DOLLARS.write) / 1e6).toFixed(2)} on demand in us-east-1.`,
      );
    }
    if (units > 0) {
      print(`Reading takes ${Math.ceil(units)} read request units, $${((units * DOLLARS.read) / 1e6).toFixed(2)}.`);
    }
    return;
  }
  print(`Copied ${counted(written, "row")} of ${read}, ${Math.round(rowsPerSecond)} a second.`);
  if (units > 0) print(`Consumed ${Math.ceil(units)} capacity units.`);
  if (expired > 0) print(`Left out ${counted(expired, "expired attribute")}.`);
  for (const [what, count] of Object.entries(dropped)) print(`The target cannot hold ${shown(what)}: ${count}.`);
  if (failed > 0) print(`${counted(failed, "row")} could not be copied.`);
}
