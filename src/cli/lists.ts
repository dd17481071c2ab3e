/**
 * `actingweb-edge lists convert`.
 *
 * @module
 */

import { readConfiguration } from "../config.ts";
import { StoreError } from "../errors.ts";
import { convertList } from "../lists/mod.ts";
import type { Store } from "../store.ts";
import { type Arguments, type Command, type Shell, UsageError } from "./command.ts";
import { openDatabase } from "./database.ts";
import { survey } from "./list_survey.ts";
import { CALL_MILLISECONDS, counted, type LongRun, untilStopped } from "./long_run.ts";
import { SETTINGS } from "./settings.ts";
import { shown } from "./shown.ts";

/** Milliseconds for one list, at least; more for a long one. */
const ITEM_MILLISECONDS = 50;

/** The command. */
export const command: Command = {
  name: "lists",
  description:
    "Converts lists from the reference's old format, which is read only, to today's. Lists that have lost items are left " +
    "and named. Can be interrupted and run again at any time; readers see each list whole all the while. Run it only when " +
    "no process of the reference before 3.13 is left: it would read a converted list as empty.",
  options: {
    actor: { value: "ID", text: "Only the lists of this actor. Default: all." },
    "allow-damaged": { text: "Converts lists that have lost items, too; `verify --lists` tells which they are." },
    "dry-run": { text: "Only says what would be converted." },
    json: { text: "Prints one JSON object per list and a summary instead of text." },
  },
  positionals: ["convert"],
  settings: SETTINGS,
  run,
};

async function run(given: Arguments, shell: Shell): Promise<number> {
  const { positionals, flags } = given;
  if (positionals[0] !== "convert") throw new UsageError("what is to be done with them? `lists convert` converts them");
  const { store, close } = await openDatabase(readConfiguration(shell.environment));
  const counts: Counts = { lists: 0, converted: 0, refused: 0 };
  try {
    const done = await untilStopped(shell, (run) => convert(store, given, shell, counts, run));
    if (flags.has("json")) shell.print(JSON.stringify({ complete: done, ...counts }));
    else {
      shell.print(
        `${counted(counts.lists, "list")} in the old format: ${counts.converted} converted, ` +
          `${counts.refused} refused.`,
      );
    }
    return done && counts.refused === 0 ? 0 : 1;
  } finally {
    await close();
  }
}

interface Counts {
  lists: number;
  converted: number;
  refused: number;
}

async function convert(store: Store, given: Arguments, shell: Shell, counts: Counts, run: LongRun): Promise<void> {
  const { flags, values } = given;
  for await (const { actorId, name, report } of survey(store, run, values.actor)) {
    // A list in today's format may still have rows that a conversion which was cut off has left.
    if (report.format !== 1 && report.residue === 0) continue;
    if (report.format === 1) counts.lists++;
    const say = (facts: Readonly<Record<string, unknown>>, text: string) =>
      shell.print(
        flags.has("json")
          ? JSON.stringify({ actorId, list: name, ...facts })
          : `${shown(actorId)}: list ${shown(name)}: ${text}`,
      );
    if (flags.has("dry-run")) {
      say({ items: report.length, healthy: report.healthy }, counted(report.length, "item"));
      continue;
    }
    try {
      const options = { allowDamaged: flags.has("allow-damaged"), signal: run.signal };
      const timeout = CALL_MILLISECONDS + report.length * ITEM_MILLISECONDS;
      const { converted, items, left } = await convertList(store, actorId, name, { ...options, timeout });
      if (converted) counts.converted++;
      const rest = left > 0 ? `, ${counted(left, "row")} changed meanwhile and left` : "";
      say({ converted, items, left }, converted ? `${counted(items, "item")} converted${rest}` : "cleaned up");
    } catch (error) {
      if (!(error instanceof StoreError) || !["corrupt", "invalid"].includes(error.code)) throw error;
      counts.refused++;
      const reason = error.message.slice(error.operation.length + 2);
      say({ converted: false, reason }, `refused: ${reason}`);
    }
  }
}
