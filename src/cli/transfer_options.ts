/**
 * The options that commands of transfers have in common.
 *
 * @module
 */

import { appendFile, readFile, rename, writeFile } from "node:fs/promises";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import {
  type Again,
  type Checkpoint,
  type CheckpointPlace,
  type FailedRow,
  type Progress,
  TABLE_NAMES,
} from "../transfer/mod.ts";
import type { TableName } from "../tables.ts";
import { type Arguments, Failure, type Option, UsageError } from "./command.ts";
import { counted } from "./long_run.ts";

/** Exit code of a transfer that has ended, with rows that failed or sides that differ. */
export const INCOMPLETE = 3;

/** Options of every transfer. */
export const RATE_OPTIONS: Readonly<Record<string, Option>> = {
  tables: { value: "NAMES", text: `Only these, separated by commas, of ${TABLE_NAMES.join(", ")}. Default: all.` },
  "rows-per-second": { value: "NUMBER", text: "Goes no faster. Default: no limit." },
  quiet: { text: "Shows no progress." },
  json: { text: "Prints the result as one JSON object instead of text." },
};

/** Options of a walk through tables in parts. */
export const WALK_OPTIONS: Readonly<Record<string, Option>> = {
  segments: { value: "NUMBER", text: "Divides each table into so many parts. Default: 32." },
  parallel: { value: "NUMBER", text: "Pages under way at once. Default: 8." },
};

/** A whole number from 1, or `undefined` when it is not given. */
export function numberOf({ values }: Arguments, option: string): number | undefined {
  const text = values[option];
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new UsageError(`--${option} must be a whole number from 1`);
  return Number(text);
}

/** The tables of `--tables`. */
export function tablesOf({ values }: Arguments): readonly TableName[] | undefined {
  const names = values.tables?.split(",").map((name) => name.trim()).filter((name) => name !== "");
  for (const name of names ?? []) {
    if (!(TABLE_NAMES as readonly string[]).includes(name)) {
      throw new UsageError(`--tables: ${name} is none of ${TABLE_NAMES.join(", ")}`);
    }
  }
  return names as readonly TableName[] | undefined;
}

/** `--segment 3/16`: the third of sixteen parts, or nothing. */
export function segmentOf(given: Arguments): { readonly segment?: number; readonly segments?: number } {
  const segments = numberOf(given, "segments");
  const text = given.values.segment;
  if (text === undefined) return segments === undefined ? {} : { segments };
  if (segments !== undefined) {
    throw new UsageError("--segment says by itself into how many parts; leave --segments out");
  }
  const match = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text);
  const [number, count] = [Number(match?.[1]), Number(match?.[2])];
  if (!(number <= count)) throw new UsageError("--segment must be like 3/16, from 1/16 to 16/16");
  return { segment: number - 1, segments: count };
}

/** A checkpoint in a file, replaced in one step. */
export function checkpointIn(file: string, route: string): CheckpointPlace {
  return {
    route,
    async load() {
      const text = await readFile(file, "utf8").catch((error: unknown) => {
        if ((error as { code?: unknown }).code === "ENOENT") return null;
        throw new Failure(`${file}: the checkpoint cannot be read`, { cause: error });
      });
      if (text === null) return null;
      try {
        return JSON.parse(text) as unknown;
      } catch (cause) {
        throw new Failure(`${file}: this is no checkpoint`, { cause });
      }
    },
    async save(checkpoint: Checkpoint) {
      await writeFile(`${file}.new`, JSON.stringify(checkpoint), { flush: true });
      await rename(`${file}.new`, file);
    },
  };
}

/** Appends rows that failed to a file, one JSON object a line. */
export function failedTo(file: string | undefined): ((row: FailedRow) => Promise<void>) | undefined {
  return file === undefined ? undefined : (row) => appendFile(file, `${JSON.stringify(row)}\n`);
}

/** Reads what to copy again: lines of `--failed`, or objects with an `actorId`. */
export async function* againIn(file: string): AsyncGenerator<Again, void, undefined> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  for await (const line of lines) {
    if (line.trim() === "") continue;
    yield againOf(file, line);
  }
}

function againOf(file: string, line: string): Again {
  try {
    const { table, key, actorId } = JSON.parse(line) as { table?: TableName; key?: string[]; actorId?: string };
    if (table !== undefined && TABLE_NAMES.includes(table) && Array.isArray(key)) return { table, key };
    if (typeof actorId === "string") return { actorId, ...(table === undefined ? {} : { table }) };
  } catch {
    // Below is the same refusal for whatever is wrong.
  }
  throw new Failure(`${file}: a line names neither a row nor an actor`);
}

/** Tells in one line what was moved, by table, with bytes, seconds and rate. */
export function tellMoved(what: string, report: Progress, say: (line: string) => void): void {
  const { rows, written, bytes, seconds, rowsPerSecond } = report;
  const tables = Object.entries(rows).map(([table, count]) => `${table} ${count}`);
  const rate = `${Math.round(rowsPerSecond)} rows a second`;
  say(
    `${what} ${counted(written, "row")} (${tables.join(", ")}), ${counted(bytes, "byte")}, ` +
      `in ${seconds.toFixed(1)} seconds, ${rate}.`,
  );
}
