/**
 * The tables as a whole: in which order they are written, what a row is found by, and where a walk goes on.
 *
 * @module
 */

import type { RowKey, TableName, TableRows } from "../tables.ts";

/** The fields that are a row's key. */
const KEY_FIELDS: { readonly [Name in TableName]: readonly (keyof TableRows[Name] & string)[] } = {
  actors: ["id"],
  properties: ["actorId", "name"],
  trusts: ["actorId", "peerId"],
  peerTrustees: ["actorId", "peerId"],
  subscriptions: ["actorId", "peerId", "subscriptionId"],
  diffs: ["actorId", "subscriptionId", "sequence"],
  suspensions: ["actorId", "target", "subtarget"],
  attributes: ["actorId", "bucket", "name"],
  lookups: ["actorId", "name"],
};

/** All tables, each after those that its rows need: lookup rows need their actors and properties. */
export const TABLE_NAMES = Object.keys(KEY_FIELDS) as readonly TableName[];

/** The key of a row; of one that nobody has checked yet, e.g. of a file, what can be said of it. */
export function keyOf<Name extends TableName>(table: Name, row: TableRows[Name]): string[] {
  return KEY_FIELDS[table].map((field) => {
    const part: unknown = row[field];
    return typeof part === "object" ? "" : String(part);
  });
}

/** How many parts the keys of a table have. */
export function keyLength(table: TableName): number {
  return KEY_FIELDS[table].length;
}

/** A text that is the same for the same key, and for no other. */
export function identityOf(key: RowKey): string {
  return JSON.stringify(key);
}

/** What DynamoDB stores a key under, after the actor's id: its parts joined. A target has no second part when it is whole. */
export function joinedKey(table: TableName, [, ...parts]: RowKey): string {
  return table === "suspensions" && parts[1] === "" ? parts[0]! : parts.join(":");
}

/** A text that is the same for keys that a database keeps in one place; lookup rows go by {@linkcode placeOf}. */
export function placeOfKey(table: TableName, key: RowKey): string {
  return `${key[0]}\0${joinedKey(table, key)}`;
}

/** A text that is the same for rows that a database keeps in one place. */
export function placeOf<Name extends TableName>(table: Name, row: TableRows[Name]): string {
  if (table !== "lookups") return placeOfKey(table, keyOf(table, row));
  const { name, value } = row as TableRows["lookups"];
  return `${name}\0${value}`;
}

/** What a walk goes through. */
export interface TableWalk {
  /** The table. */
  readonly table: TableName;
  /** Which part of it. */
  readonly segment: number;
  /** Into how many parts it is divided. */
  readonly segments: number;
  /** Whose rows; `null`: everybody's. */
  readonly actorId: string | null;
}

/** Where a walk is, after the row with this stored key. */
export function positionOf({ table, segment, segments, actorId }: TableWalk, storedKey: readonly string[]): string {
  return JSON.stringify([table, segment, segments, actorId, ...storedKey]);
}

/** The stored key in a position of this walk, or `null` for any other text. */
export function storedKeyOf({ table, segment, segments, actorId }: TableWalk, position: string): string[] | null {
  const walk = [table, segment, segments, actorId];
  try {
    const parts: unknown = JSON.parse(position);
    if (!Array.isArray(parts) || parts.length <= walk.length) return null;
    if (!walk.every((part, index) => parts[index] === part)) return null;
    const key: unknown[] = parts.slice(walk.length);
    return key.every((part) => typeof part === "string") ? key : null;
  } catch {
    // Whatever is wrong with the text, it is no position.
    return null;
  }
}
