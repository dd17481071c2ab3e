/**
 * The program: picks the command, and turns faults into one line and an exit code.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import { type Command, Failure, readArguments, type Shell, UsageError } from "./command.ts";
import { commandHelp, programHelp } from "./help.ts";
import { hint } from "./hint.ts";
import { VERSION } from "./version.ts";

interface Entry {
  readonly name: string;
  readonly summary: string;
  /** Loads it; the others' dependencies need not be there. */
  load(): Promise<{ readonly command: Command }>;
}

const COMMANDS: readonly Entry[] = [
  { name: "serve", summary: "Serves the ActingWeb protocol.", load: () => import("./serve.ts") },
  { name: "migrate", summary: "Prepares the database: schema or tables.", load: () => import("./migrate.ts") },
  { name: "verify", summary: "Looks for what is wrong with the database.", load: () => import("./verify.ts") },
  { name: "lookup", summary: "Rebuilds the reverse lookup.", load: () => import("./lookup.ts") },
  { name: "lists", summary: "Converts lists in the old format.", load: () => import("./lists.ts") },
  {
    name: "purge-expired",
    summary: "Removes expired attributes.",
    load: () => import("./purge_expired.ts"),
  },
  { name: "copy", summary: "Copies all rows to another database.", load: () => import("./copy.ts") },
  { name: "compare", summary: "Compares two databases row by row.", load: () => import("./compare.ts") },
  { name: "export", summary: "Writes all rows to a file.", load: () => import("./export.ts") },
  { name: "import", summary: "Writes the rows of a file.", load: () => import("./import.ts") },
];

const DONE = 0;
const FAILED = 1;
const MISUSED = 2;

/**
 * Runs the program.
 *
 * @param args The arguments after the program's name
 * @param shell Environment and output
 * @returns The exit code: 0, 1 for a fault, 2 for a wrong call
 */
export async function runProgram(args: readonly string[], shell: Shell): Promise<number> {
  const [name, ...rest] = args;
  try {
    if (name === "--help" || name === "-h") shell.print(programHelp(COMMANDS));
    else if (name === "--version" || name === "-v") shell.print(VERSION);
    else return await runCommand(name, rest, shell);
    return DONE;
  } catch (error) {
    if (error instanceof UsageError) {
      const entry = COMMANDS.find((each) => each.name === name);
      const program = entry === undefined ? "actingweb-edge" : `actingweb-edge ${entry.name}`;
      shell.complain(`${program}: ${error.message}\nTry: ${program} --help`);
      return MISUSED;
    }
    shell.complain(`actingweb-edge: ${explain(error)}`);
    return FAILED;
  }
}

async function runCommand(name: string | undefined, args: readonly string[], shell: Shell): Promise<number> {
  if (name === undefined) throw new UsageError("which command?");
  const entry = COMMANDS.find((each) => each.name === name);
  if (entry === undefined) {
    throw new UsageError(`unknown ${name.startsWith("-") ? "option" : "command"} ${name}${hint(name, names())}`);
  }
  const { command } = await entry.load();
  const given = readArguments(command, args);
  if (given.flags.has("help")) {
    shell.print(commandHelp(command));
    return DONE;
  }
  try {
    return await command.run(given, shell);
  } catch (error) {
    if (error instanceof UsageError || command.faultCode === undefined) throw error;
    shell.complain(`actingweb-edge: ${explain(error)}`);
    return command.faultCode;
  }
}

function names(): string[] {
  return COMMANDS.map(({ name }) => name);
}

/** One line for people. A cause may quote values, so only its code is shown. */
function explain(error: unknown): string {
  if (error instanceof Failure) return error.message;
  if (!(error instanceof StoreError)) return error instanceof Error ? error.message : String(error);
  const code = (error.cause as { code?: unknown } | undefined)?.code;
  const detail = error.message.slice(error.operation.length + 2);
  return typeof code === "string" ? `${detail} (${code})` : detail;
}
