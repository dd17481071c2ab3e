/**
 * Help texts.
 *
 * @module
 */

import type { Command } from "./command.ts";

const WIDTH = 100;

/** The help of the program. */
export function programHelp(commands: readonly { readonly name: string; readonly summary: string }[]): string {
  return [
    "The data of ActingWeb actors on DynamoDB or PostgreSQL.",
    "",
    "Usage: actingweb-edge COMMAND [OPTIONS]",
    "",
    "Commands:",
    ...table(commands.map(({ name, summary }) => [name, summary])),
    "",
    "Options:",
    ...table([["--help", "Shows this text; after a command, that command's options."], [
      "--version",
      "Shows the version.",
    ]]),
  ].join("\n");
}

/** The help of a command. */
export function commandHelp({ name, description, options, positionals = [], settings }: Command): string {
  const all = { ...options, help: { text: "Shows this text." } };
  const rows = Object.entries(all).map(([option, { value, text }]: [string, { value?: string; text: string }]) =>
    [value === undefined ? `--${option}` : `--${option} ${value}`, text] as const
  );
  return [
    `Usage: ${["actingweb-edge", name, ...positionals, "[OPTIONS]"].join(" ")}`,
    "",
    ...wrap(description, WIDTH),
    "",
    "Options:",
    ...table(rows),
    ...(settings.length === 0 ? [] : ["", "Environment:"]),
    ...table(settings.map((setting) => [setting.name, setting.text])),
  ].join("\n");
}

function table(rows: readonly (readonly [left: string, right: string])[]): string[] {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.flatMap(([left, right]) =>
    wrap(right, WIDTH - width - 4).map((line, index) => `  ${(index === 0 ? left : "").padEnd(width)}  ${line}`)
  );
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length < width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
