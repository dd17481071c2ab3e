// The program on the databases of these tests, in this very process.
import { runProgram } from "../../src/cli/program.ts";
import type { SharedPlace } from "./place.ts";

/** A place by its environment. */
export type Named = Pick<SharedPlace, "environment">;

/** Runs a command to its end. */
export async function program({ environment }: Named, ...args: string[]) {
  const printed: string[] = [];
  const complained: string[] = [];
  const shell = {
    environment,
    print: (line: string) => void printed.push(line),
    complain: (line: string) => void complained.push(line),
  };
  const code = await runProgram(args, shell);
  return { code, printed: printed.join("\n"), complained: complained.join("\n") };
}

/** Runs a command with `--json`; its lines as objects, the summary last. */
export async function facts(place: Named, ...args: string[]) {
  const { code, printed, complained } = await program(place, ...args, "--json");
  return { code, complained, lines: printed.split("\n").map((line) => JSON.parse(line) as Record<string, unknown>) };
}
