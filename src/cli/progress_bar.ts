/**
 * Progress on standard error: a bar on a terminal, else a line now and then.
 *
 * @module
 */

import process from "node:process";
import type { Progress } from "../transfer/mod.ts";
import type { Shell } from "./command.ts";

/** Milliseconds between two lines. */
const LINE_MILLISECONDS = 2_000;
const FORMAT = "{bar} {percentage}% | {rows} rows | {speed} rows/s | {left} left | {table}";

/**
 * Follows a transfer to its end.
 *
 * @returns Its last report
 */
export async function follow<Report extends Progress>(
  reports: AsyncIterable<Report>,
  shell: Shell,
  quiet: boolean,
): Promise<Report> {
  const show = quiet ? NOTHING : process.stderr.isTTY === true ? await bar() : lines(shell);
  let last: Report | undefined;
  try {
    for await (last of reports) show.update(last);
  } finally {
    show.stop();
  }
  return last!;
}

interface Display {
  update(progress: Progress): void;
  stop(): void;
}

const NOTHING: Display = { update: () => {}, stop: () => {} };

async function bar(): Promise<Display> {
  const { SingleBar, Presets } = (await import("cli-progress")).default;
  const single = new SingleBar({ format: FORMAT, stream: process.stderr, hideCursor: true }, Presets.shades_classic);
  single.start(0, 0, wordsOf(null));
  return {
    update(progress) {
      single.setTotal(Math.max(progress.total ?? 0, progress.read));
      single.update(progress.read, wordsOf(progress));
    },
    stop: () => single.stop(),
  };
}

function lines(shell: Shell): Display {
  let next = performance.now() + LINE_MILLISECONDS;
  return {
    update(progress) {
      if (performance.now() < next || progress.finished) return;
      next = performance.now() + LINE_MILLISECONDS;
      const { rows, speed, left, table } = wordsOf(progress);
      const of = progress.total === null ? "" : ` of about ${progress.total}`;
      shell.complain(`${rows}${of} rows, ${speed} rows/s, ${left} left, ${table}`);
    },
    stop: () => {},
  };
}

function wordsOf(progress: Progress | null) {
  return {
    rows: String(progress?.read ?? 0),
    speed: String(Math.round(progress?.rowsPerSecond ?? 0)),
    left: time(progress?.remainingSeconds ?? null),
    table: progress?.table ?? "",
  };
}

function time(seconds: number | null): string {
  if (seconds === null) return "?";
  const minutes = Math.floor(seconds / 60);
  return minutes >= 60 ? `${Math.floor(minutes / 60)}h${minutes % 60}m` : `${minutes}m${Math.round(seconds % 60)}s`;
}
