// The project's own sources, read once.
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { type Import, importsOf, type Token, tokensOf } from "./tokens.ts";

const root = new URL("../../", import.meta.url);

/** A source file. */
export interface Source {
  /** From the project's root, e.g. `src/store.ts`. */
  readonly path: string;
  readonly lines: number;
  readonly tokens: readonly Token[];
  readonly imports: readonly Import[];
}

/** All sources below a folder, by path. */
export function sourcesIn(folder: string): Source[] {
  const files = readdirSync(new URL(`${folder}/`, root), { recursive: true }) as string[];
  return files.filter((file) => file.endsWith(".ts")).sort().map((file) => readSource(`${folder}/${file}`));
}

/** One source. */
export function readSource(path: string): Source {
  const text = readText(path);
  const tokens = tokensOf(text);
  return { path, lines: text.split("\n").length - 1, tokens, imports: importsOf(tokens) };
}

/** The text of a file of the project. */
export function readText(path: string): string {
  return readFileSync(new URL(path, root), "utf8");
}

/** The file that a relative import means, from the project's root; `null` for a package. */
export function targetOf({ path }: Source, { from }: Import): string | null {
  return from.startsWith(".") ? posix.join(posix.dirname(path), from) : null;
}

/** The package that an import means, without the path inside of it; `null` for a relative one. */
export function packageOf({ from }: Import): string | null {
  if (from.startsWith(".")) return null;
  return from.split("/").slice(0, from.startsWith("@") ? 2 : 1).join("/");
}
