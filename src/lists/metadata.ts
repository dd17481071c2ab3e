/**
 * The metadata row of a list: read, created, and changed by compare-and-swap on its very text.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import { parseJson, pythonJson } from "../model/json.ts";
import { instantOf } from "../model/time.ts";
import type { Json, Store } from "../store.ts";
import { type Call, pause, rest, wait } from "./call.ts";
import { checkNewName, itemName, metadataName } from "./names.ts";
import type { ListHandle } from "./types.ts";

const TOUCHES = 5;
const TOUCH_PAUSE = 30;

/** What the functions of one list share. */
export interface ListContext {
  readonly store: Store;
  readonly actorId: string;
  readonly name: string;
  readonly now: () => number;
  readonly random: () => number;
}

/** The fields of a metadata row. */
export type Fields = { readonly [field: string]: Json };

/** A metadata row as it was read or written. */
export interface StoredMetadata {
  readonly text: string;
  readonly fields: Fields;
  readonly format: 1 | 2;
}

/** Makes new fields of those that are stored. */
export type Change = (fields: Fields) => Fields;

/** The metadata row of a list. */
export interface Metadata {
  /** The row as it is, or `null`. */
  read(call: Call): Promise<StoredMetadata | null>;
  /** The row as it was last seen in format 2, which no list leaves again; else as it is. */
  current(call: Call): Promise<StoredMetadata | null>;
  /** Whether there is a list to be changed; throws `conflict` when it is in format 1. */
  exists(call: Call): Promise<boolean>;
  /** Creates the list when there is none; throws `conflict` when it is in format 1 or a property has its name. */
  create(call: Call): Promise<void>;
  /** Changes the row of a list that exists, trying until the deadline; whether there is one. */
  change(call: Call, change: Change): Promise<boolean>;
  /**
   * Notes a change of items that was made. What is noted is advice: that it could not be noted is no fault of the change,
   * which would be made twice if it were reported as one.
   */
  touch(call: Call, count: number, created?: ListHandle): Promise<void>;
}

/** The metadata row of a list. */
export function metadataOf(context: ListContext): Metadata {
  const { store: { properties }, actorId, name, random } = context;
  const row = metadataName(name);
  // The last known row saves a read: a compare-and-swap finds out whether it is still the same.
  let known: StoredMetadata | null = null;

  async function read(call: Call): Promise<StoredMetadata | null> {
    const text = await properties.get(actorId, row, rest(call));
    const stored = text === null ? null : parse(call.operation, text);
    known = stored?.format === 2 ? stored : null;
    return stored;
  }

  async function current(call: Call): Promise<StoredMetadata | null> {
    return known ?? await read(call);
  }

  async function swap(call: Call, stored: StoredMetadata, change: Change): Promise<boolean> {
    const fields = { ...change(stored.fields), updated_at: stamp(context) };
    const text = pythonJson(fields);
    const swapped = await properties.setIfEquals(actorId, row, stored.text, text, rest(call));
    known = swapped && stored.format === 2 ? { ...stored, fields, text } : null;
    return swapped;
  }

  async function createIfAbsent(call: Call): Promise<boolean> {
    checkNewName(call.operation, name);
    if (await properties.get(actorId, name, rest(call)) !== null) throw taken(call);
    const fields = newFields(stamp(context));
    const text = pythonJson(fields);
    if (!await properties.createIfAbsent(actorId, row, text, rest(call))) return false;
    // Whoever creates the property at the same time looks for the list afterwards, too: one of both sees the other.
    if (await properties.get(actorId, name, rest(call)) !== null) {
      await properties.deleteIfEquals(actorId, row, text, rest(call));
      throw taken(call);
    }
    known = { text, fields, format: 2 };
    return true;
  }

  async function create(call: Call): Promise<void> {
    for (let attempt = 0; known === null; attempt++) {
      const stored = await read(call);
      if (stored?.format === 1) throw unconverted(call);
      if (stored !== null || await createIfAbsent(call)) return;
      await pause(call, attempt, random);
    }
  }

  /** A list that was deleted while an item was written is there again when the item is. */
  async function createFor(call: Call, { rank, text }: ListHandle): Promise<boolean> {
    if (await properties.get(actorId, itemName(name, rank), rest(call)) !== text) return false;
    try {
      await create(call);
      return true;
    } catch (error) {
      if (isConflict(error)) await properties.deleteIfEquals(actorId, itemName(name, rank), text, rest(call));
      throw error;
    }
  }

  async function note(call: Call, count: number, created?: ListHandle): Promise<void> {
    for (let attempt = 0; attempt < TOUCHES; attempt++) {
      if (attempt > 0) await wait(random() * TOUCH_PAUSE * 2 ** (attempt - 1), call);
      let stored = await current(call);
      if (stored === null) {
        if (created === undefined || !await createFor(call, created)) return;
        stored = known;
      }
      if (stored?.format === 1) throw unconverted(call);
      if (stored !== null && await swap(call, stored, (fields) => counted(fields, count))) return;
    }
  }

  return {
    read,
    current,
    create,

    async exists(call) {
      const stored = await current(call);
      if (stored?.format === 1) throw unconverted(call);
      return stored !== null;
    },

    async change(call, change) {
      for (let attempt = 0;; attempt++) {
        const stored = await current(call);
        if (stored === null) return false;
        if (await swap(call, stored, change)) return true;
        await pause(call, attempt, random);
      }
    },

    async touch(call, count, created) {
      try {
        await note(call, count, created);
      } catch (error) {
        // What is wrong with the list itself must be seen; everything else is about the note alone.
        if (!(error instanceof StoreError) || error.code === "corrupt" || error.code === "conflict") throw error;
        known = null;
      }
    },
  };
}

/** The fields of a new list. */
function newFields(now: string): Fields {
  return {
    format: 2,
    created_at: now,
    updated_at: now,
    item_type: "json",
    chunk_size: 1,
    version: "1.0",
    count_hint: 0,
    description: "",
    explanation: "",
    format_ever_changed: false,
  };
}

/** Whether rows of the other format may be left: the reference notes on each new list that it never had another one. */
export function mayHaveResidue(stored: StoredMetadata | null): boolean {
  return stored?.fields.format_ever_changed !== false;
}

/** An ISO-8601 text as the reference writes it. The clock has no microseconds: random ones tell changes apart. */
export function stamp({ now, random }: Pick<ListContext, "now" | "random">): string {
  return `${instantOf(now()).slice(0, 23)}${String(Math.floor(random() * 1000)).padStart(3, "0")}`;
}

function counted(fields: Fields, count: number): Fields {
  const { count_hint: hint } = fields;
  return typeof hint === "number" ? { ...fields, count_hint: Math.max(0, hint + count) } : fields;
}

function parse(operation: string, text: string): StoredMetadata {
  let fields: Json;
  try {
    fields = parseJson(text);
  } catch (cause) {
    throw new StoreError("corrupt", operation, "the list's metadata is no JSON", { cause });
  }
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) {
    throw new StoreError("corrupt", operation, "the list's metadata is no JSON object");
  }
  const { format } = fields as Fields;
  if (format === 2) return { text, fields: fields as Fields, format };
  if (format === undefined || format === null || format === 0 || format === 1) {
    return { text, fields: fields as Fields, format: 1 };
  }
  throw new StoreError("corrupt", operation, "the list is stored in a format that is not known");
}

function unconverted({ operation }: Call): StoreError {
  return new StoreError("conflict", operation, "the list is in format 1: convert it with convertList, then change it");
}

function taken({ operation }: Call): StoreError {
  return new StoreError("conflict", operation, "a property that is no list has this name");
}

function isConflict(error: unknown): boolean {
  return error instanceof StoreError && error.code === "conflict";
}
