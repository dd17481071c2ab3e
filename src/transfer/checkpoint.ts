/**
 * What a copy has done, kept where a later run finds it.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import type { TableName } from "../tables.ts";
import type { Progress } from "./progress.ts";
import type { Part } from "./walk.ts";

/** A checkpoint as it is kept: JSON. */
export interface Checkpoint {
  /** Version of this form. */
  readonly version: 1;
  /** What is copied where, in the words of the one who copies; a run with other words is refused. */
  readonly route: string;
  /** Into how many parts the tables are divided. */
  readonly segments: number;
  /** Where each part goes on, by table and segment: a cursor, or `null` when it is done. */
  readonly parts: { readonly [part: string]: string | null };
  /** Rows read, by table. */
  readonly rows: Progress["rows"];
}

/** Where a checkpoint is kept, e.g. a file. What it throws stops the copy. */
export interface CheckpointPlace {
  /** What is copied where, without secrets, e.g. `dynamodb demo_actingweb to postgresql public`. */
  readonly route: string;
  /** The checkpoint, or `null` before the first. */
  load(): Promise<unknown>;
  /** Keeps a checkpoint in place of the one before, whole or not at all. */
  save(checkpoint: Checkpoint): Promise<void>;
}

/** The checkpoint of a copy under way. */
export interface Position {
  /** Where a part goes on: a cursor, `null` for its beginning, or `done`. */
  start(part: Part): { readonly cursor: string | null; readonly done: boolean };
  /** Rows that earlier runs have read, by table. */
  readonly rows: Progress["rows"];
  /** Notes that the target has all rows of a part up to a cursor, `null`: to its end. Saves now and then. */
  move(part: Part, cursor: string | null, rows: Progress["rows"]): Promise<void>;
  /** Saves what is not saved yet. */
  finish(): Promise<void>;
}

/** Milliseconds between two saves. */
const INTERVAL = 200;

/** Reads the checkpoint of an earlier run, if there is one. */
export async function openPosition(place: CheckpointPlace | undefined, segments: number): Promise<Position> {
  const earlier = place === undefined ? null : checked(await place.load(), place.route, segments);
  const parts: { [part: string]: string | null } = { ...earlier?.parts };
  let rows: Progress["rows"] = earlier?.rows ?? {};
  let saved = performance.now();
  let isChanged = false;
  let saving: Promise<void> = Promise.resolve();

  function save(): Promise<void> {
    if (place === undefined || !isChanged) return saving;
    isChanged = false;
    saved = performance.now();
    const checkpoint: Checkpoint = { version: 1, route: place.route, segments, parts: { ...parts }, rows };
    // One after the other, so that an older one never replaces a newer.
    return saving = saving.then(() => place.save(checkpoint));
  }

  return {
    rows,
    start(part) {
      const cursor = parts[nameOf(part)];
      return { cursor: cursor ?? null, done: cursor === null };
    },
    async move(part, cursor, read) {
      parts[nameOf(part)] = cursor;
      rows = read;
      isChanged = true;
      if (performance.now() - saved >= INTERVAL) await save();
    },
    finish: save,
  };
}

function nameOf({ table, segment }: Pick<Part, "segment"> & { readonly table: TableName }): string {
  return `${table}/${segment}`;
}

function checked(found: unknown, route: string, segments: number): Checkpoint | null {
  if (found === null || found === undefined) return null;
  const refuse = (detail: string): never => {
    throw new StoreError("configuration", "copy", detail);
  };
  if (typeof found !== "object" || !("version" in found) || found.version !== 1 || !("parts" in found)) {
    return refuse("the checkpoint is none, or one of another version");
  }
  const checkpoint = found as Checkpoint;
  if (checkpoint.route !== route) refuse(`the checkpoint belongs to another copy: ${checkpoint.route}`);
  if (checkpoint.segments !== segments) refuse(`the checkpoint was made with ${checkpoint.segments} segments`);
  return checkpoint;
}
