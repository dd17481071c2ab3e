// Commands that documents show: which there are, and what they call.
import { expect } from "bun:test";
import { existsSync } from "node:fs";
import { runProgram } from "../../src/cli/program.ts";
import { root } from "../cli/program.ts";
import { blocksOf } from "../support/examples.ts";
import { readText, sourcesIn } from "../support/sources.ts";

/** A command. */
export interface ShownCommand {
  /** The document and the line. */
  readonly place: string;
  /** Without what the document remarks behind it. */
  readonly text: string;
  /** The comment on the next line, which says what the command gives. */
  readonly gives: string | null;
}

interface Manifest {
  readonly name: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readText("package.json")) as Manifest;
const OURS = /^(?:npx )?actingweb-edge /;

/** The blocks of shell commands in a document. */
export function commandBlocks(file: string): ShownCommand[][] {
  return blocksOf(file, "sh").map(({ line, code }) => {
    const lines = code.trimEnd().split("\n");
    return lines.flatMap((each, index) => {
      if (each === "" || each.startsWith("#")) return [];
      const next = lines[index + 1] ?? "";
      const gives = next.startsWith("# ") ? next.slice(2) : null;
      return [{ place: `${file}, line ${line + index}`, text: each.replace(/ {2,}#.*$/, ""), gives }];
    });
  });
}

/** The commands in the sentences of a document, each once. */
export function namedCommands(file: string): string[] {
  const sentences = readText(file).replace(/^ *```[^]*?^ *```$/gm, "");
  const spans = [...sentences.matchAll(/`([^`]+)`/g)].map(([, span]) => span!.replace(/\s+/g, " "));
  return [...new Set(spans.filter((span) => OURS.test(span) || /^(npm|npx|bun) |^\w+(-\w+)* --\w/.test(span)))];
}

/** The arguments of a command that is the package's own; `null` for another one. */
export function ownArguments(text: string): string[] | null {
  if (OURS.test(text)) return text.replace(OURS, "").split(" ");
  const script = /^npm (?:run )?(start|cli)(?: -- (.+))?$/.exec(text);
  if (script === null) return null;
  return [...script[1] === "start" ? ["serve"] : [], ...script[2]?.split(" ") ?? []];
}

/** Fails unless a command, its options and what it names are there. */
export async function checkNamed(command: string): Promise<void> {
  const text = command.replace(/^(?:[A-Z_]+=\S+ )+/, "");
  for (const [, name] of command.slice(0, -text.length).matchAll(/([A-Z_]+)=/g)) expectVariable(name!);
  const own = ownArguments(text) ?? (/^[a-z-]+ --/.test(text) ? text.split(" ") : null);
  if (own !== null) return await checkOwn(own);
  const [program, ...words] = text.replace(/^npx /, "").split(" ");
  if (program === "npm" && words[0] === "install") expectPackage(words[1]!);
  else if (program === "npm") expectScript(text);
  else expectFile(words.find((word) => word.endsWith(".ts")), text);
}

/** A command of the package: it has help, and the help has the options. */
async function checkOwn(words: readonly string[]): Promise<void> {
  // `actingweb-edge COMMAND` stands for any.
  if (words[0] === "COMMAND") return;
  const names = words.slice(0, ["lookup", "lists"].includes(words[0]!) ? 2 : 1);
  let help = "";
  const shell = { environment: {}, print: (line: string) => void (help += line), complain: () => {} };
  expect([words, await runProgram([...names, "--help"], shell)]).toEqual([words, 0]);
  expectOptions(words, help);
}

/** A script of package.json; its options stand in the file that it runs. */
function expectScript(text: string): void {
  const [, name, rest = ""] = /^npm (?:run )?([\w:]+)(?: -- (.+))?$/.exec(text) ?? [];
  const script = manifest.scripts[name ?? ""];
  expect([text, script !== undefined]).toEqual([text, true]);
  const file = script!.split(" ").find((word) => word.endsWith(".ts"))!;
  expectOptions(rest.split(" "), readText(file));
}

function expectOptions(words: readonly string[], help: string): void {
  for (const word of words.filter((each) => each.startsWith("--"))) {
    const name = word.slice(2).replace(/=.*/, "");
    expect([words, new RegExp(`--${name}\\b|\\b${name}"?: \\{`).test(help)]).toEqual([words, true]);
  }
}

function expectPackage(name: string): void {
  const known = [manifest.name, ...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })];
  expect(known).toContain(name);
}

function expectFile(file: string | undefined, text: string): void {
  expect([text, file !== undefined && existsSync(root + file)]).toEqual([text, true]);
}

/** Every word of the tests, read once. */
let testWords: ReadonlySet<string> | undefined;

/** A name of the environment that a test reads. */
function expectVariable(name: string): void {
  testWords ??= new Set(sourcesIn("test").flatMap(({ tokens }) => tokens.map(({ text }) => text)));
  expect([name, testWords.has(name)]).toEqual([name, true]);
}
