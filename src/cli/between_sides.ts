/**
 * Transfers between two databases, and what every transfer does: it is followed to its end, or until it is stopped.
 *
 * @module
 */

import type { StoreConfiguration } from "../config.ts";
import type { StoreRequest } from "../store.ts";
import type { TransferStore } from "../tables.ts";
import type { Progress } from "../transfer/mod.ts";
import type { Arguments, Option, Shell } from "./command.ts";
import { untilStopped } from "./long_run.ts";
import { follow } from "./progress_bar.ts";
import { openSide, readSide, SIDES, withSides } from "./side.ts";
import { failedTo, numberOf, tablesOf } from "./transfer_options.ts";

/** The options that name two sides; `from` and `to` say what they are. */
export function sideOptions(from: string, to: string): Readonly<Record<"from" | "to", Option>> {
  return {
    from: { value: "DATABASE", text: `${from}: ${SIDES}. Needed.` },
    to: { value: "DATABASE", text: `${to}, named like --from. Needed.` },
  };
}

/** The sides that were given. */
export function readSides({ values }: Arguments, shell: Shell): { from: StoreConfiguration; to: StoreConfiguration } {
  return { from: readSide("from", values.from, shell), to: readSide("to", values.to, shell) };
}

/** What every transfer of whole tables is told of the given arguments. */
export function transferOptions(given: Arguments) {
  return {
    tables: tablesOf(given),
    parallel: numberOf(given, "parallel"),
    rowsPerSecond: numberOf(given, "rows-per-second"),
    onFailed: failedTo(given.values.failed),
  };
}

/** A transfer between two sides. */
export interface Between<Report extends Progress> {
  /** Where rows are read. */
  readonly from: StoreConfiguration;
  /** The other side. */
  readonly to: StoreConfiguration;
  /** Whether the other side is prepared first. Default `false`. */
  readonly migrates?: boolean;
  /** Is told of every request to either side. */
  readonly onRequest?: (request: StoreRequest) => void;
  /** Begins it. */
  transfer(one: TransferStore, other: TransferStore, signal: AbortSignal): AsyncIterable<Report>;
  /** Tells the result; the exit code. */
  tell(report: Report): number;
}

/** Opens both sides, follows the transfer to its end and tells the result; the exit code. */
export async function runBetween<Report extends Progress>(
  { from, to, migrates, onRequest, transfer, tell }: Between<Report>,
  given: Arguments,
  shell: Shell,
): Promise<number> {
  return await withSides(
    () => openSide(from, { onRequest }),
    () => openSide(to, { first: migrates, onRequest }),
    async (one, other) => {
      const report = await lastReport((signal) => transfer(one.store, other.store, signal), given, shell);
      return report === null ? 1 : tell(report);
    },
  );
}

/** Follows a transfer to its end; its last report, or `null` when the process was told to stop. */
export async function lastReport<Report extends Progress>(
  transfer: (signal: AbortSignal) => AsyncIterable<Report>,
  { flags }: Arguments,
  shell: Shell,
): Promise<Report | null> {
  let report: Report | null = null;
  const isDone = await untilStopped(shell, async ({ signal }) => {
    report = await follow(transfer(signal), shell, flags.has("quiet"));
  });
  return isDone ? report : null;
}
