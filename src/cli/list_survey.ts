/**
 * All lists of all actors: which there are, in which format, and what is wrong with them.
 *
 * @module
 */

import { listOf, type ListReport } from "../lists/mod.ts";
import { following, isRank, listOfMetadata, LISTS_BEGIN, LISTS_END } from "../lists/names.ts";
import { compareBytes } from "../model/order.ts";
import type { Store } from "../store.ts";
import { CALL_MILLISECONDS, counted, type LongRun } from "./long_run.ts";

/** A list and its state. */
export interface SurveyedList {
  /** Whose it is. */
  readonly actorId: string;
  /** Its name. */
  readonly name: string;
  /** What was found. */
  readonly report: ListReport;
}

const NAMES_AT_ONCE = 1_000;
const ACTORS_AT_ONCE = 100;

/**
 * Walks the lists of all actors, or of one, in no order of actors anyone knows. Also finds items whose metadata row is
 * missing.
 */
export async function* survey(
  store: Store,
  run: LongRun,
  only?: string,
): AsyncGenerator<SurveyedList, void, undefined> {
  let actors = 0;
  let lists = 0;
  for await (const actorId of only === undefined ? actorIds(store, run) : [only]) {
    actors++;
    for (const name of await listNames(store, actorId, run)) {
      lists++;
      run.progress(() => `${counted(lists, "list")} of ${counted(actors, "actor")} read`);
      const report = await listOf(store, actorId, name).verify({ signal: run.signal, timeout: CALL_MILLISECONDS });
      // What looks like the items of a list without metadata may be another list's.
      if (report.format !== null || report.length > 0) yield { actorId, name, report };
    }
  }
}

async function* actorIds(store: Store, { signal }: LongRun): AsyncGenerator<string, void, undefined> {
  const options = { signal, timeout: CALL_MILLISECONDS, limit: ACTORS_AT_ONCE };
  for await (const { items } of store.actors.pages(options)) for (const { id } of items) yield id;
}

/** Names by metadata rows, and by items in format 2. */
async function listNames(store: Store, actorId: string, { signal }: LongRun): Promise<string[]> {
  const found = new Set<string>();
  let lower = LISTS_BEGIN;
  for (;;) {
    const options = { signal, timeout: CALL_MILLISECONDS, limit: NAMES_AT_ONCE };
    const names = await store.properties.rangeNames(actorId, lower, LISTS_END, options);
    for (const name of names) {
      const list = listOfMetadata(name) ?? listOfItem(name);
      if (list !== null) found.add(list);
    }
    if (names.length < NAMES_AT_ONCE) return [...found].sort(compareBytes);
    lower = following(names.at(-1)!);
  }
}

function listOfItem(name: string): string | null {
  const end = name.lastIndexOf("-#");
  if (end <= LISTS_BEGIN.length || !name.startsWith(LISTS_BEGIN) || !isRank(name.slice(end + 2))) return null;
  return name.slice(LISTS_BEGIN.length, end);
}

/** What is wrong with a list, in words; empty when nothing is. */
export function problemsOf({ report }: SurveyedList): string[] {
  const problems: string[] = [];
  if (report.format === null) problems.push("its metadata row is missing");
  if (report.missing.length > 0) problems.push(`${counted(report.missing.length, "item")} missing`);
  if (report.orphans.length > 0) problems.push(`${counted(report.orphans.length, "item")} beyond its length`);
  if (report.residue > 0) problems.push(`${counted(report.residue, "row")} of the other format`);
  if (report.needsCompact) problems.push(`ranks of ${report.longestRank} characters`);
  if (report.format === 1 && report.adjacentDuplicates.length > 0) {
    problems.push(`${counted(report.adjacentDuplicates.length, "pair")} of equal neighbours`);
  }
  if (report.format === 2 && report.countHint !== null && report.countHint !== report.length) {
    problems.push(`its count says ${report.countHint} instead of ${report.length}`);
  }
  return problems;
}
