/**
 * Looking for damage in a list.
 *
 * @module
 */

import { pythonJson } from "../model/json.ts";
import type { Json } from "../store.ts";
import { begin, type Call, rest } from "./call.ts";
import { formatOne } from "./format_one.ts";
import { decodeItem } from "./items.ts";
import type { ListContext, Metadata, StoredMetadata } from "./metadata.ts";
import { indexBounds, indexOf } from "./names.ts";
import { RANK_WARNING } from "./ranks.ts";
import type { Rows } from "./rows.ts";
import type { List, ListReport, VerifyOptions } from "./types.ts";

/** The method that verifies a list. */
export function verifying(context: ListContext, metadata: Metadata, rows: Rows): Pick<List, "verify"> {
  const { store: { properties }, actorId, name } = context;
  const old = formatOne(context);

  async function ofFormatOne(call: Call, stored: StoredMetadata, identity?: string): Promise<ListReport> {
    const length = old.length(stored);
    const found = await old.rows(call);
    const indexes = [...found.keys()].sort((a, b) => a - b);
    const present = indexes.filter((index) => index < length);
    const orphans = indexes.filter((index) => index >= length);
    const missing = gaps(present, length);
    const same = equalNeighbours(present, (index) => found.get(index)!);
    const repeated = compare(present.map((index) => [index, found.get(index)!]), identity);
    return {
      format: 1,
      length: present.length,
      countHint: length,
      longestRank: 0,
      needsCompact: false,
      missing,
      orphans,
      residue: (await rows.ranks(call)).length,
      adjacentDuplicates: same,
      ...repeated,
      healthy: missing.length + orphans.length + same.length + (repeated.duplicates?.length ?? 0) === 0,
    };
  }

  async function ofFormatTwo(call: Call, stored: StoredMetadata | null, identity?: string): Promise<ListReport> {
    const entries = await rows.entries(call);
    const longestRank = entries.reduce((longest, { rank }) => Math.max(longest, rank.length), 0);
    const needsCompact = longestRank >= RANK_WARNING;
    const others = await properties.rangeNames(actorId, ...indexBounds(name), rest(call));
    const repeated = compare(entries.map(({ text }, index) => [index, text]), identity);
    const hint = stored?.fields.count_hint;
    return {
      format: stored === null ? null : 2,
      length: entries.length,
      countHint: typeof hint === "number" ? hint : null,
      longestRank,
      needsCompact,
      missing: [],
      orphans: [],
      residue: others.filter((row) => indexOf(name, row) !== null).length,
      adjacentDuplicates: equalNeighbours([...entries.keys()], (index) => entries[index]!.text),
      ...repeated,
      healthy: !needsCompact && !repeated.duplicates?.length && (stored !== null || entries.length === 0),
    };
  }

  return {
    async verify(options?: VerifyOptions) {
      const call = begin("lists.verify", options);
      const stored = await metadata.read(call);
      if (stored?.format === 1) return await ofFormatOne(call, stored, options?.identity);
      return await ofFormatTwo(call, stored, options?.identity);
    },
  };
}

/** Positions below a length that are not there; a length that is wrong by millions is not counted out. */
function gaps(present: readonly number[], length: number): number[] {
  const missing: number[] = [];
  for (let index = 0, next = 0; index < length && missing.length < MISSING_MAXIMUM; index++) {
    if (present[next] === index) next++;
    else missing.push(index);
  }
  return missing;
}

const MISSING_MAXIMUM = 1_000;

function equalNeighbours(positions: readonly number[], text: (position: number) => string): [number, number][] {
  const pairs: [number, number][] = [];
  for (let next = 1; next < positions.length; next++) {
    const [left, right] = [positions[next - 1]!, positions[next]!];
    if (right === left + 1 && text(left) === text(right)) pairs.push([left, right]);
  }
  return pairs;
}

/** Positions by the value of a field; items without it are no copies of each other. */
function compare(
  texts: readonly (readonly [position: number, text: string])[],
  identity: string | undefined,
): Pick<ListReport, "duplicates" | "compared"> {
  if (identity === undefined) return { duplicates: null, compared: null };
  const positions = new Map<string, number[]>();
  for (const [position, text] of texts) {
    const item = decodeItem(text);
    if (typeof item !== "object" || item === null || !Object.hasOwn(item, identity)) continue;
    const key = pythonJson(sorted((item as { [name: string]: Json })[identity]!));
    positions.set(key, [...positions.get(key) ?? [], position]);
  }
  const groups = [...positions.values()];
  return {
    duplicates: groups.filter((group) => group.length > 1),
    compared: groups.reduce((sum, group) => sum + group.length, 0),
  };
}

/** The same value with the keys of all objects in order. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as { [name: string]: Json }).sort(([a], [b]) => a < b ? -1 : 1);
  return Object.fromEntries(entries.map(([name, part]) => [name, sorted(part)]));
}
