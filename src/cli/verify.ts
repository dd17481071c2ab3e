/**
 * `actingweb-edge verify`.
 *
 * @module
 */

import { readConfiguration, type StoreConfiguration } from "../config.ts";
import type { TransferStore } from "../tables.ts";
import { type Check, check } from "./check.ts";
import { type Arguments, type Command, type Shell, UsageError } from "./command.ts";
import { openDatabase } from "./database.ts";
import { CALL_MILLISECONDS, counted, type LongRun, untilStopped } from "./long_run.ts";
import { SETTINGS } from "./settings.ts";
import { shown } from "./shown.ts";

/** The exit codes, as those of the reference's tool. */
const FINE = 0;
const WRONG = 1;
const NOT_CHECKED = 2;

/** The command. */
export const command: Command = {
  name: "verify",
  description:
    "Compares the database that the environment names with what it should be: tables, keys, indexes, expiry, revision " +
    "and permissions, and counts what is left of the reference's old forms. Reads only, unless --repair is given. " +
    "Exit code: 0 when nothing is wrong, 1 when something is, 2 when it could not be checked.",
  options: {
    orphans: { text: "Looks for rows without an actor instead; reads all rows." },
    lists: { text: "Looks for damaged lists and for lists in the old format instead; reads all lists." },
    repair: {
      text: "With --orphans: removes them. With --lists: restores metadata rows, shortens ranks, corrects counts.",
    },
    json: { text: "Prints one JSON object instead of text; of --orphans and --lists one per finding, then a summary." },
  },
  settings: SETTINGS,
  faultCode: NOT_CHECKED,
  run: verify,
};

async function verify({ flags }: Arguments, shell: Shell): Promise<number> {
  const configuration = readConfiguration(shell.environment);
  const [orphans, lists, repair] = ["orphans", "lists", "repair"].map((name) => flags.has(name));
  if (orphans && lists) throw new UsageError("--orphans and --lists are two runs");
  if (repair && !orphans && !lists) throw new UsageError("--repair needs --orphans or --lists");
  if (!orphans && !lists) return report(await check(configuration), flags.has("json"), shell);
  return await walk(configuration, shell, async (store, run, found) => {
    if (orphans) await walkOrphans(store, repair!, run, found);
    else await walkLists(store, repair!, run, found);
  }, flags.has("json"));
}

function report({ database, findings, old }: Check, json: boolean, { print }: Shell): number {
  const code = findings.length === 0 ? FINE : WRONG;
  if (json) {
    print(JSON.stringify({ ok: code === FINE, findings, old }));
    return code;
  }
  print(`Database: ${database}`);
  for (const { table, problem } of findings) print(`${table}: ${problem}`);
  for (const line of oldForms(old)) print(line);
  print(code === FINE ? "Nothing is wrong." : `${counted(findings.length, "finding")}.`);
  return code;
}

function oldForms({ lookupRows, valueIndex }: Check["old"]): string[] {
  const advice = "READ_OLD_LOOKUPS=true reads it, `lookup rebuild` makes it superfluous";
  return [
    ...(lookupRows === null ? [] : [`Old lookup table: ${counted(lookupRows, "row")}; ${advice}.`]),
    ...(valueIndex ? [`Old index on values: there; ${advice}.`] : []),
  ];
}

/** One line of a walk's report: what is wrong, or what is merely counted. */
interface Found {
  readonly wrong: boolean;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly text: string;
}
type Report = (found: Found) => void;

async function walk(
  configuration: StoreConfiguration,
  shell: Shell,
  work: (store: TransferStore, run: LongRun, found: Report) => Promise<void>,
  json: boolean,
): Promise<number> {
  const opened = await openDatabase(
    configuration.backend === "dynamodb" ? { ...configuration, createTables: false } : configuration,
  );
  let wrong = 0;
  try {
    const done = await untilStopped(shell, (run) =>
      work(opened.store, run, (found) => {
        if (found.wrong) wrong++;
        shell.print(json ? JSON.stringify(found.facts) : found.text);
      }));
    if (json) shell.print(JSON.stringify({ complete: done, findings: wrong }));
    else if (done) shell.print(wrong === 0 ? "Nothing is wrong." : `${counted(wrong, "finding")}.`);
    return !done ? NOT_CHECKED : wrong === 0 ? FINE : WRONG;
  } finally {
    await opened.close();
  }
}

async function walkOrphans(store: TransferStore, repair: boolean, run: LongRun, found: Report): Promise<void> {
  const { findOrphans } = await import("./orphans.ts");
  await findOrphans(store, repair, run, ({ actorId, table, rows }) =>
    found({
      wrong: !repair,
      facts: { actorId, table, rows, removed: repair },
      text: `${shown(actorId)}: ${counted(rows, "row")} of ${table} without an actor${repair ? ", removed" : ""}`,
    }));
}

async function walkLists(store: TransferStore, repair: boolean, run: LongRun, found: Report): Promise<void> {
  const { problemsOf, survey } = await import("./list_survey.ts");
  const { listOf } = await import("../lists/mod.ts");
  const formats = { 1: 0, 2: 0 };
  for await (const list of survey(store, run)) {
    const { actorId, name, report } = list;
    if (report.format !== null) formats[report.format]++;
    const problems = problemsOf(list);
    if (problems.length === 0) continue;
    // Lost items cannot be restored, and a list in format 1 is only read.
    const repaired = repair && report.format !== 1;
    if (repaired) await listOf(store, actorId, name).repair({ signal: run.signal, timeout: CALL_MILLISECONDS });
    found({
      wrong: !repaired,
      facts: { actorId, list: name, problems, repaired },
      text: `${shown(actorId)}: list ${shown(name)}: ${problems.join(", ")}${repaired ? "; repaired" : ""}`,
    });
  }
  const old = formats[1];
  found({
    wrong: false,
    facts: { lists: formats[1] + formats[2], oldFormat: old },
    text: `${counted(formats[1] + formats[2], "list")}, ${old} of them in the old format${
      old > 0 ? "; `lists convert` converts them" : ""
    }.`,
  });
}
