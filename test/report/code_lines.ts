// Which lines of a source hold code that runs.
import { transformSync } from "esbuild";
import { readText } from "../support/sources.ts";
import { tokensOf } from "../support/tokens.ts";

/** Words of statements that are gone when the program runs. */
const TYPES_ONLY = /^\s*(export\s+)?(declare\s+)?(type|interface)\b|^\s*(import|export)\s+type\b/;

/** For each of these files the lines with code; none for one that holds types alone. */
export function codeLines(paths: readonly string[]): Map<string, Set<number>> {
  return new Map(paths.map((path) => [path, linesOf(path)]));
}

function linesOf(path: string): Set<number> {
  const source = readText(path);
  const { code } = transformSync(source, { loader: "ts", format: "esm", treeShaking: true });
  if (code.trim() === "") return new Set();
  const texts = source.split("\n");
  const lines = tokensOf(source).filter(({ kind }) => kind !== "sign").map(({ line }) => line);
  return new Set(lines.filter((line) => !TYPES_ONLY.test(texts[line - 1]!)));
}
