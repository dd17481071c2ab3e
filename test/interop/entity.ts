// What an entity is to both libraries, and what their answers have in common.
import { normalizeInstant } from "../../src/model/time.ts";
import type { Json, Store } from "../../src/store.ts";
import type { TableName } from "./place.ts";
import { datetime, type Reference } from "./reference.ts";

/** One library's way with the rows of an entity. Rows are found by the key fields of a row. */
export interface Library<Row> {
  /** Writes a row that is not there yet. */
  create(actorId: string, row: Row): Promise<void>;
  /** Reads a row, or gives `null`. */
  read(actorId: string, row: Row): Promise<Row | null>;
  /** Makes a row that is there another one with the same key. */
  change(actorId: string, row: Row): Promise<void>;
  /** Removes a row. */
  remove(actorId: string, row: Row): Promise<void>;
}

/** An entity. */
export interface Entity<Row> {
  /** Its table. */
  readonly table: TableName;
  /** Fields that a library stamps with its own clock, by their stored names. */
  readonly stamped: readonly string[];
  /** By this project. */
  ours(store: Store): Library<Row>;
  /** By the reference. */
  theirs(reference: Reference): Library<Row>;
}

/** What the reference answers for a row. */
export type Fields = { readonly [name: string]: Json };

/** An instant as the reference answers it. */
export function instantOf(value: Json | undefined): string | null {
  const text = typeof value === "object" && value !== null ? (value as Fields).$datetime : value;
  return typeof text === "string" ? normalizeInstant(text) : null;
}

/** An instant as the reference takes it: naive, in UTC. */
export function naive(instant: string): Json {
  return datetime(instant.replace("Z", ""));
}

/** An answer that is a row, or `null`. */
export function fieldsOf(value: Json | undefined): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value as Fields : null;
}

/** A text of a row, or `""`. */
export function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** What has to be `true`: the reference answers `False` for a fault, too. */
export function must(result: Json | undefined): void {
  if (result !== true) throw new Error(`the reference answered ${JSON.stringify(result)}`);
}
