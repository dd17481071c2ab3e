/**
 * What a command is, and how its arguments are read.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { hint } from "./hint.ts";

/** An option of a command. */
export interface Option {
  /** What its value is, in capitals; left out for an option without a value. */
  readonly value?: string;
  /** What it does, with its default. */
  readonly text: string;
}

/** A name in the environment that a command reads. */
export interface Setting {
  /** The name. */
  readonly name: string;
  /** What it means, with its default. */
  readonly text: string;
}

/** A command. */
export interface Command {
  /** Its name. */
  readonly name: string;
  /** What it does: a few sentences for its own help. */
  readonly description: string;
  /** Its options by name; `help` is added. */
  readonly options: Readonly<Record<string, Option>>;
  /** Names of its positional arguments. Default: none. */
  readonly positionals?: readonly string[];
  /** What it reads from the environment. */
  readonly settings: readonly Setting[];
  /** Exit code when it throws a fault. Default 1. */
  readonly faultCode?: number;
  /** Runs it; the exit code. */
  run(given: Arguments, shell: Shell): Promise<number>;
}

/** What was given to a command. */
export interface Arguments {
  /** Values of options. */
  readonly values: Readonly<Record<string, string>>;
  /** Options without a value. */
  readonly flags: ReadonlySet<string>;
  /** Positional arguments. */
  readonly positionals: readonly string[];
}

/** What a command has around it. */
export interface Shell {
  /** The environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Writes a line to standard output. */
  print(line: string): void;
  /** Writes a line to standard error. */
  complain(line: string): void;
}

/** A wrong call: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A fault that its message explains to people: exit code 1. */
export class Failure extends Error {
  override readonly name = "Failure";
}

/**
 * Reads a command's arguments.
 *
 * @throws {UsageError} Naming what is unknown, missing or too much
 */
export function readArguments({ options, positionals = [] }: Command, args: readonly string[]): Arguments {
  const known: Record<string, Option> = { ...options, help: { text: "" } };
  const types = Object.fromEntries(
    Object.entries(known).map(([name, { value }]) =>
      [name, { type: value === undefined ? "boolean" as const : "string" as const }] as const
    ),
  );
  // Not strict: each runtime has other words for what is wrong.
  const { tokens } = parseArgs({
    args: [...args],
    options: types,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values: Record<string, string> = {};
  const flags = new Set<string>();
  const rest: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") rest.push(token.value);
    if (token.kind !== "option") continue;
    if (token.rawName === "-h") flags.add("help");
    else if (!token.rawName.startsWith("--") || !Object.hasOwn(known, token.name)) {
      throw new UsageError(`unknown option ${token.rawName}${hint(token.name, Object.keys(known), "--")}`);
    } else if (known[token.name]!.value === undefined) {
      if (token.value !== undefined) throw new UsageError(`--${token.name} takes no value`);
      flags.add(token.name);
    } else {
      // Without "=", what looks like the next option is not a value.
      if (token.value === undefined || token.value === "" || (!token.inlineValue && token.value.startsWith("--"))) {
        throw new UsageError(`--${token.name} needs a value: ${known[token.name]!.value}`);
      }
      values[token.name] = token.value;
    }
  }
  if (rest.length > positionals.length) throw new UsageError(`unexpected argument ${rest[positionals.length]}`);
  return { values, flags, positionals: rest };
}
