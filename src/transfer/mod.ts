/**
 * Moving between databases, both ways: copy, compare, export, import, and a mirror for switching without downtime.
 *
 * Each function works on any two stores and gives an async iterable of its progress; iterating is what makes it go on.
 * The whole procedure is in docs/transfer.md.
 *
 * @example
 * ```ts
 * import type { TransferStore } from "actingweb-edge/transfer";
 * import { compare, copy } from "actingweb-edge/transfer";
 *
 * export async function move(source: TransferStore, target: TransferStore) {
 *   for await (const { read, rowsPerSecond } of copy(source, target)) console.log(read, rowsPerSecond);
 *   for await (const { differences, finished } of compare(source, target)) if (finished) console.log(differences);
 * }
 * ```
 *
 * @module
 */

export { StoreError } from "../errors.ts";
export { TABLE_NAMES } from "../model/table_rows.ts";
export type { Checkpoint, CheckpointPlace } from "./checkpoint.ts";
export { compare, type CompareOptions, type Comparison, type Difference } from "./compare.ts";
export { type Again, copy, copyAgain, type CopyOptions, type TransferOptions } from "./copy.ts";
export { type ExportOptions, exportTables } from "./export.ts";
export type { Closing, Header } from "./file_format.ts";
export { type ImportOptions, type ImportSource, importTables } from "./import.ts";
export { type Mirror, mirror, type MirrorOptions, type Missed } from "./mirror.ts";
export { createMeter, type Meter, type Rate } from "./patience.ts";
export type { FailedRow, Progress } from "./progress.ts";
export type * from "../tables.ts";
export type { WalkOptions } from "./walk.ts";
