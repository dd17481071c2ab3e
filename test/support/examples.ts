// The examples in documents, as programs: what they leave to the reader is declared, the rest has to be right.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What a reader has: a name, and its type. An example may also make it itself. */
const GIVEN: Readonly<Record<string, string>> = {
  Bun: "{ serve(options: { port: number; fetch: (request: Request) => Response | Promise<Response> }): void }",
  store: 'import("actingweb-edge").Store',
  actorId: "string",
  peerId: "string",
  notes: 'import("actingweb-edge/lists").List',
  show: "(value: unknown) => void",
  remember: "(cursor: string | null) => Promise<void>",
  isDone: "(value: unknown) => boolean",
  old: 'import("actingweb-edge/transfer").TransferStore',
  next: 'import("actingweb-edge/transfer").TransferStore',
  log: "(...words: unknown[]) => void",
  append: "(file: string, line: string) => void",
};

/** Writes each example into a file of its own; their paths. `remove` takes them away again. */
export function writeExamples(): { files: string[]; remove(): void } {
  const folder = join(root, "test-results/examples");
  mkdirSync(folder, { recursive: true });
  const documents = ["README.md", ...readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"))];
  const files = documents.flatMap((name) => {
    const text = readFileSync(join(root, name === "README.md" ? name : `docs/${name}`), "utf8");
    return examplesIn(text).map(({ line, code }) => {
      const file = join(folder, `${name.replace(/\.md$/, "")}-line-${line}.ts`);
      writeFileSync(file, `${preludeOf(code)}${code}\nexport {};\n`);
      return file;
    });
  });
  return { files, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The blocks of TypeScript in a document, with the line on which each begins. */
function examplesIn(text: string): { line: number; code: string }[] {
  return [...text.matchAll(/^( *)```ts\n([^]*?)^ *```$/gm)].map(({ index, 1: indent, 2: code }) => ({
    line: text.slice(0, index).split("\n").length + 1,
    code: code!.replaceAll(new RegExp(`^${indent}`, "gm"), "").replaceAll("npm:actingweb-edge", "actingweb-edge"),
  }));
}

function preludeOf(code: string): string {
  const missing = Object.entries(GIVEN).filter(([name]) => {
    const isMade = new RegExp(`\\b(const|let|function|import) (\\{[^}]*\\b)?${name}\\b|[(,] ?${name}: `).test(code);
    return new RegExp(`\\b${name}\\b`).test(code) && !isMade;
  });
  return missing.map(([name, type]) => `declare const ${name}: ${type};\n`).join("");
}
