/**
 * One writer at a time at an attribute list: a lease in its metadata row.
 *
 * The row's own timestamp, which the reference neither sets nor reads on lists, says until when a writer has the list.
 * Taking it, keeping it and giving it back are compare-and-swaps of the row.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import { tooLarge } from "../guard/check.ts";
import { TEXT_CHARACTERS } from "../model/limits.ts";
import { instantOf } from "../model/time.ts";
import type { Attribute, AttributeOptions, Store } from "../store.ts";
import { type Call, pause, rest } from "./call.ts";
import { type Fields, stamp } from "./metadata.ts";

/** Milliseconds that a lease lasts longer than the call that took it, so that no request of the call comes late. */
const MARGIN = 5_000;
/** Digits of an index that a new list's name leaves room for. */
const INDEX_DIGITS = 9;

/** What the functions of one attribute list share. */
export interface AttributeListContext {
  readonly store: Store;
  readonly actorId: string;
  readonly bucket: string;
  readonly name: string;
  readonly now: () => number;
  readonly random: () => number;
}

/** The metadata row as it was read. */
export interface StoredRow {
  readonly fields: Fields;
  /** Whether a writer has the list. */
  readonly isLeased: boolean;
}

/** A list that is ours to change. */
export interface Lease {
  /** The stored fields. */
  readonly fields: Fields;
  /** The stored length. */
  readonly length: number;
  /** Writes fields and keeps the list. */
  keep(fields: Fields): Promise<void>;
}

/** What was done with a list: the answer, and fields to be written when it is given back. */
export interface Done<Result> {
  readonly result: Result;
  readonly fields?: Fields;
  /** Whether the metadata row is gone, so that there is nothing to give back. */
  readonly isDeleted?: boolean;
}

/** Access to the metadata row. */
export interface LeasedRow {
  /** The row, or `null`. */
  read(call: Call): Promise<StoredRow | null>;
  /** Changes the list while nobody else does; `undefined` when there is none and none is to be made. */
  change<Result>(
    call: Call,
    create: boolean,
    work: (lease: Lease) => Promise<Done<Result>>,
  ): Promise<Result | undefined>;
}

/** Name of the metadata row. */
export function attributeMetadataName(list: string): string {
  return `list:${list}:meta`;
}

/** The stored length. */
export function lengthOf({ length }: Fields): number {
  return typeof length === "number" && Number.isSafeInteger(length) && length > 0 ? length : 0;
}

/** Access to the metadata row. */
export function leasedRow(context: AttributeListContext): LeasedRow {
  const { store: { attributes }, actorId, bucket, name, now, random } = context;
  const row = attributeMetadataName(name);

  async function read(call: Call): Promise<StoredRow | null> {
    const attribute = await attributes.get(actorId, bucket, row, rest(call));
    return attribute && parse(call.operation, attribute, now());
  }

  function until(call: Call): string {
    return instantOf(now() + call.deadline - Date.now() + MARGIN);
  }

  async function swap(before: Fields, changes: Fields, options: AttributeOptions): Promise<Fields | null> {
    const after = { ...before, ...changes, updated_at: stamp(context) };
    return await attributes.setIfEquals(actorId, bucket, row, before, after, options) ? after : null;
  }

  async function take(call: Call, create: boolean): Promise<Fields | null> {
    for (let attempt = 0;; attempt++) {
      const stored = await read(call);
      if (stored === null) {
        if (!create) return null;
        checkNewName(call, context);
        const fields = newFields(stamp(context));
        const options = { ...rest(call), timestamp: until(call) };
        if (await attributes.createIfAbsent(actorId, bucket, row, fields, options)) return fields;
      } else if (!stored.isLeased) {
        const fields = await swap(stored.fields, {}, { ...rest(call), timestamp: until(call) });
        if (fields !== null) return fields;
      }
      await pause(call, attempt, random);
    }
  }

  return {
    read,

    async change(call, create, work) {
      let held = await take(call, create);
      if (held === null) return undefined;
      const write = async (fields: Fields, timestamp: string): Promise<void> => {
        held = held && await swap(held, fields, { ...rest(call), timestamp });
        if (held === null) throw lost(call);
      };
      const lease: Lease = {
        get length() {
          return held === null ? 0 : lengthOf(held);
        },
        get fields() {
          return held ?? {};
        },
        keep: (fields) => write(fields, until(call)),
      };
      try {
        const { result, fields = {}, isDeleted = false } = await work(lease);
        if (!isDeleted) await write(fields, instantOf(now()));
        return result;
      } catch (error) {
        // Others need not wait for the lease to end. Where even this fails they do, and the first fault is the one to tell.
        if (held !== null) await swap(held, {}, { timeout: MARGIN, timestamp: instantOf(now()) }).catch(() => null);
        throw error;
      }
    },
  };
}

/** A row's key is `BUCKET:list:NAME:INDEX`. */
function checkNewName({ operation }: Call, { bucket, name }: AttributeListContext): void {
  const room = TEXT_CHARACTERS - ":list::".length - INDEX_DIGITS;
  if ([...`${bucket}${name}`].length > room) tooLarge(operation, "bucket and name", `${room} characters together`);
}

/** The fields of a new attribute list. */
function newFields(now: string): Fields {
  return {
    length: 0,
    created_at: now,
    updated_at: now,
    item_type: "json",
    chunk_size: 1,
    version: "1.0",
    description: "",
    explanation: "",
  };
}

function parse(operation: string, { data, timestamp }: Attribute, now: number): StoredRow {
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    throw new StoreError("corrupt", operation, "the list's metadata is no JSON object");
  }
  const isLeased = timestamp !== null && Date.parse(timestamp) > now;
  return { fields: data as Fields, isLeased };
}

function lost({ operation }: Call): StoreError {
  return new StoreError(
    "unknown_outcome",
    operation,
    "somebody who does not wait for others changed the list meanwhile",
  );
}
