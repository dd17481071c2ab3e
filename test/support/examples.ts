// The examples of documents and docstrings as programs. What they leave to the reader is given to them, and what they say
// of a result is compared with it.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readText } from "./sources.ts";
import { type Token, tokensOf } from "./tokens.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** An example. */
export interface Example {
  /** The file, from the project's root. */
  readonly file: string;
  /** The line of its first line of code, from 1. */
  readonly line: number;
  /** What is between the fences. */
  readonly code: string;
}

/** A function for each name that examples use without making it, or that their functions take. */
const GIVEN = fileURLToPath(new URL("../examples/given.ts", import.meta.url));
/** Those that an example may use without making them. */
const FREE: readonly string[] = [
  "accessKeyId",
  "actorId",
  "append",
  "environment",
  "isDone",
  "log",
  "next",
  "notes",
  "old",
  "peerId",
  "remember",
  "secretAccessKey",
  "show",
  "store",
];
/** What is there under one runtime only, and which types are not everywhere. */
const BUN = "declare const Bun: { serve(options: { port: number; fetch(request: Request): unknown }): unknown };\n";

/** The documents with examples, from the project's root. */
export function documents(): string[] {
  const inDocs = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md")).sort();
  return ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", ...inDocs.map((name) => `docs/${name}`)];
}

/** All examples in TypeScript, of documents and of docstrings. */
export function examples(): Example[] {
  const sources = readdirSync(join(root, "src"), { recursive: true }) as string[];
  const files = ["mod.ts", ...sources.filter((name) => name.endsWith(".ts")).sort().map((name) => `src/${name}`)];
  return [...documents(), ...files].flatMap((file) => blocksOf(file, "ts"));
}

/** The blocks of a language in a document, or in the docstrings of a source. */
export function blocksOf(file: string, language: string): Example[] {
  const text = readText(file);
  const margin = file.endsWith(".ts") ? " *\\* ?" : " *";
  return [...text.matchAll(new RegExp(`^(${margin})\`\`\`${language}\\n([^]*?)^${margin}\`\`\`$`, "gm"))].map(
    (block) => {
      const lines = block[2]!.split("\n").map((line) => line.slice(block[1]!.length));
      const line = text.slice(0, block.index).split("\n").length + 1;
      return { file, line, code: lines.join("\n") };
    },
  );
}

/** Whether it serves until it is stopped, and under which runtime. */
export function servesOn({ code }: Example): "bun" | "deno" | null {
  return code.includes("Bun.serve(") ? "bun" : code.includes("Deno.serve(") ? "deno" : null;
}

/**
 * Writes examples as modules into a folder of their own, inside the project, so that they find its packages.
 *
 * @param edit Changes the program, e.g. addresses in it
 * @returns The modules in the examples' order; `remove` takes them away again
 */
export function writeExamples(
  found: readonly Example[],
  edit = (program: string) => program,
): { readonly files: readonly string[]; remove(): void } {
  const results = join(root, "test-results");
  mkdirSync(results, { recursive: true });
  const folder = mkdtempSync(join(results, "examples-"));
  const files = found.map((example) => {
    const file = join(folder, `${example.file.replace(/\.\w+$/, "").replaceAll("/", "-")}-line-${example.line}.ts`);
    writeFileSync(file, edit(programOf(example)));
    return file;
  });
  return { files, remove: () => rmSync(dirname(files[0] ?? join(folder, ".")), { recursive: true, force: true }) };
}

/** The example with what it lacks: names, calls of the functions that it exports, and an end of the store that it opens. */
function programOf(example: Example): string {
  const { code } = example;
  const tokens = tokensOf(code);
  const given = `import * as given from ${JSON.stringify(GIVEN)};\n`;
  const free = FREE.filter((name) => isFree(name, tokens)).map((name) => `const ${name} = await given.${name}();\n`);
  const calls = exported(tokens).map(({ name, parameters }) => {
    return `await given.finished(await ${name}(${parameters.map((each) => `await given.${each}()`).join(", ")}));\n`;
  });
  const end = /^const store\b/m.test(code) && servesOn(example) === null ? "await store.close();\n" : "";
  const body = compared(example).replaceAll("npm:actingweb-edge", "actingweb-edge");
  const program = `${free.join("")}${body}\n${calls.join("")}${end}`;
  const needed = /\bgiven\./.test(program) ? given : "";
  return `${needed}${servesOn(example) === "bun" ? BUN : ""}${program}export {};\n`;
}

/** A statement with `// => VALUE` behind it is compared with the value. */
function compared({ file, line, code }: Example): string {
  return code.split("\n").map((text, index) => {
    const place = `${file}, line ${line + index}`;
    const statement = /^(\s*(?:const \w+ = )?)(.+); \/\/ => (.+)$/.exec(text);
    if (statement === null && text.includes("// =>")) throw new Error(`${place}: \`// =>\` belongs behind a statement`);
    if (statement === null) return text;
    const [, before, expression, value] = statement;
    return `${before}given.shown(${JSON.stringify(place)}, ${expression}, ${value});`;
  }).join("\n");
}

/** Whether a name is used, and made neither by the example nor as a parameter in it. */
function isFree(name: string, tokens: readonly Token[]): boolean {
  const places = tokens.flatMap((token, index) => token.kind === "name" && token.text === name ? [index] : []);
  const at = (index: number) => tokens[index]?.text ?? "";
  const uses = places.filter((index) => at(index - 1) !== ".");
  const isMade = uses.some((index) => {
    if (["const", "let", "function"].includes(at(index - 1))) return true;
    return ["(", ","].includes(at(index - 1)) && at(index + 1) === ":";
  });
  return uses.length > 0 && !isMade;
}

/** The functions that an example exports by their names. */
function exported(tokens: readonly Token[]): { readonly name: string; readonly parameters: readonly string[] }[] {
  return tokens.flatMap(({ text }, index) => {
    const isExported = tokens[index - 1]?.text === "export" || tokens[index - 2]?.text === "export";
    if (text !== "function" || !isExported) return [];
    return [{ name: tokens[index + 1]!.text, parameters: parametersFrom(tokens, index + 2) }];
  });
}

function parametersFrom(tokens: readonly Token[], open: number): string[] {
  const names: string[] = [];
  let depth = 0;
  for (let index = open; index < tokens.length; index++) {
    const { text } = tokens[index]!;
    if (["(", "[", "{", "<"].includes(text)) depth++;
    else if ([")", "]", "}", ">"].includes(text)) depth--;
    if (depth === 0) return names;
    if (depth === 1 && (text === "(" || text === ",")) names.push(tokens[index + 1]!.text);
  }
  throw new Error("the parameters do not end");
}
