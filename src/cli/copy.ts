/**
 * `actingweb-edge copy`.
 *
 * @module
 */

import type { StoreConfiguration } from "../config.ts";
import { copy, copyAgain, type CopyOptions, createMeter, type Progress } from "../transfer/mod.ts";
import { type Arguments, type Command, type Shell, UsageError } from "./command.ts";
import { counted, untilStopped } from "./long_run.ts";
import { follow } from "./progress_bar.ts";
import { SETTINGS } from "./settings.ts";
import { shown } from "./shown.ts";
import { openSide, readSide, SIDES, withSides } from "./side.ts";
import {
  againIn,
  checkpointIn,
  failedTo,
  INCOMPLETE,
  numberOf,
  RATE_OPTIONS,
  segmentOf,
  tablesOf,
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
    from: { value: "DATABASE", text: `Where rows are read: ${SIDES}. Needed.` },
    to: { value: "DATABASE", text: "Where they are written, named like --from. Needed." },
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
  const [from, to] = [readSide("from", values.from, shell), readSide("to", values.to, shell)];
  const options = optionsOf(given, from, to);
  if (values.retry !== undefined && (flags.has("dry-run") || values.checkpoint !== undefined)) {
    throw new UsageError("--retry goes with neither --dry-run nor --checkpoint");
  }
  const { onRequest } = options.meter;
  const migrates = flags.has("migrate");
  return await withSides(
    () => openSide(from, { onRequest }),
    () => openSide(to, { first: migrates, onRequest }),
    async (source, target) => {
      let report: Progress | null = null;
      const done = await untilStopped(shell, async ({ signal }) => {
        const again = values.retry;
        const reports = again === undefined
          ? copy(source.store, target.store, { ...options, signal })
          : copyAgain(source.store, target.store, againIn(again), { ...options, signal });
        report = await follow(reports, shell, flags.has("quiet"));
      });
      if (!done || report === null) return 1;
      tell(report, given, shell, to, options.meter.units());
      return (report as Progress).failed > 0 ? INCOMPLETE : 0;
    },
  );
}

function optionsOf(given: Arguments, from: StoreConfiguration, to: StoreConfiguration) {
  const { values, flags } = given;
  const route = `${placeOf(from)} to ${placeOf(to)}`;
  const options = {
    ...segmentOf(given),
    tables: tablesOf(given),
    parallel: numberOf(given, "parallel"),
    rowsPerSecond: numberOf(given, "rows-per-second"),
    capacityPerSecond: numberOf(given, "capacity-per-second"),
    meter: createMeter(),
    live: flags.has("live"),
    dryRun: flags.has("dry-run"),
    checkpoint: values.checkpoint === undefined ? undefined : checkpointIn(values.checkpoint, route),
    onFailed: failedTo(values.failed),
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
