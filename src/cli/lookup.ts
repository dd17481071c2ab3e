/**
 * `actingweb-edge lookup rebuild`.
 *
 * @module
 */

import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { readConfiguration } from "../config.ts";
import { DEFAULT_INDEXED_PROPERTIES } from "../guard.ts";
import { type Arguments, type Command, Failure, type Shell, UsageError } from "./command.ts";
import { openDatabase } from "./database.ts";
import { CALL_MILLISECONDS, counted, type LongRun, untilStopped } from "./long_run.ts";
import { SETTINGS } from "./settings.ts";
import { removeStale } from "./stale_lookups.ts";
import type { TransferStore } from "../tables.ts";

const PAGE_ROWS = 1_000;

/** The command. */
export const command: Command = {
  name: "lookup",
  description:
    "Rebuilds the reverse lookup from the properties: every value of an indexed property that nobody owns is given to the " +
    "actor that has it, and rows of values that their actors no longer have are removed, which the Python library would " +
    "still believe. Nothing is taken from an actor that has its value. Safe to repeat, and while the database is in use.",
  options: {
    state: {
      value: "FILE",
      text: "Keeps in this file how far it is, and goes on from there when the file exists. Removed at the end.",
    },
    json: { text: "Prints one JSON object instead of text." },
  },
  positionals: ["rebuild"],
  settings: SETTINGS,
  run,
};

async function run({ positionals, values, flags }: Arguments, shell: Shell): Promise<number> {
  if (positionals[0] !== "rebuild") throw new UsageError("what is to be done with it? `lookup rebuild` rebuilds it");
  const configuration = readConfiguration(shell.environment);
  const names = configuration.indexedProperties ?? DEFAULT_INDEXED_PROPERTIES;
  const state = values.state === undefined ? null : stateIn(values.state);
  const { store, description, close } = await openDatabase(configuration);
  const counts: Counts = { properties: 0, owned: 0, taken: 0, removed: 0 };
  try {
    const done = await untilStopped(shell, async (run) => {
      await rebuild(store, new Set(names), state, counts, run);
      await removeStale(configuration, run, (count) => counts.removed += count);
    });
    if (done) state?.remove();
    if (flags.has("json")) shell.print(JSON.stringify({ complete: done, ...counts }));
    else {
      shell.print(`Database: ${description}`);
      shell.print(
        `${counted(counts.properties, "indexed property", "indexed properties")}: ${counts.owned} found by ` +
          `their value, ${counts.taken} whose value is another actor's.`,
      );
      shell.print(`Removed ${counted(counts.removed, "row")} of values that their actors do not have.`);
    }
    return done ? 0 : 1;
  } finally {
    await close();
  }
}

interface Counts {
  /** Indexed properties that were read. */
  properties: number;
  /** Those whose actor is now found by the value. */
  owned: number;
  /** Those whose value another actor has, too, and had first. */
  taken: number;
  /** Rows of values that their actors do not have, which were removed. */
  removed: number;
}

async function rebuild(
  store: TransferStore,
  names: ReadonlySet<string>,
  state: State | null,
  counts: Counts,
  run: LongRun,
): Promise<void> {
  const options = { signal: run.signal, timeout: CALL_MILLISECONDS };
  const cursor = state?.read();
  for await (const page of store.tables.pages("properties", { ...options, limit: PAGE_ROWS, cursor })) {
    for (const { actorId, name, value } of page.items) {
      if (!names.has(name)) continue;
      counts.properties++;
      if (await store.lookups.claim(actorId, name, value, options)) counts.owned++;
      else counts.taken++;
      run.progress(() => `${counted(counts.properties, "indexed property", "indexed properties")} done`);
    }
    if (page.cursor !== null) state?.write(page.cursor);
  }
}

/** Where a run keeps how far it is. */
interface State {
  /** Where to go on, or `undefined` to begin. */
  read(): string | undefined;
  write(cursor: string): void;
  remove(): void;
}

function stateIn(file: string): State {
  return {
    read() {
      if (!existsSync(file)) return undefined;
      const text = readFileSync(file, "utf8").trim();
      if (!/^\S+$/.test(text)) throw new Failure(`${file} holds no state of this command; remove it to begin anew`);
      return text;
    },
    write(cursor) {
      // Renamed into its place, so that a run that is killed here leaves the old state.
      writeFileSync(`${file}.new`, `${cursor}\n`);
      renameSync(`${file}.new`, file);
    },
    remove: () => rmSync(file, { force: true }),
  };
}
