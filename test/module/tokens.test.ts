// The tokenizer under the checks of the layout: what it must see, and what it must not.
import { expect } from "bun:test";
import { behaviours } from "../support/behaviour.ts";
import { globalUsesOf, importsOf, placesOf, tokensOf } from "../support/tokens.ts";

const behaviour = behaviours("tokens");

const SOURCE = [
  "#!/usr/bin/env tool",
  '/** process in a docstring, import "a" from "b" */',
  'import type { A } from "one"; // Deno in a comment',
  'import "two";',
  'export * from "./three.ts";',
  `const text = "process \\" // Deno", other = 'import("x") \\' Bun';`,
  "const template = `process ${ Deno.env.get(`a ${{ b: '}' }.b} Bun`) } // Buffer \\` \\${Bun}`;",
  `const pattern = /process["'/*]\\/[/\\]"]/g.test(text) / 2 / other;`,
  'const loaded = await import("four");',
  'type B = typeof import("./five.ts");',
  "value.process?.process();",
  "globalThis.process;",
  "if (1.5e-3 / 2n > .5) { process.exit(); }",
].join("\n");
const tokens = tokensOf(SOURCE);

behaviour("imports of every form are found, with their lines and when they load", () => {
  expect(importsOf(tokens)).toEqual([
    { from: "one", when: "never", line: 3 },
    { from: "two", when: "at once", line: 4 },
    { from: "./three.ts", when: "at once", line: 5 },
    { from: "four", when: "asked for", line: 9 },
    { from: "./five.ts", when: "asked for", line: 10 },
  ]);
});

behaviour("what comments, texts, templates and patterns say is no name, and what their expressions say is one", () => {
  expect(globalUsesOf(tokens, "process")).toEqual([12, 13]);
  expect(globalUsesOf(tokens, "Deno")).toEqual([7]);
  for (const name of ["Bun", "Buffer", "docstring", "b'"]) {
    expect([name, ...globalUsesOf(tokens, name)]).toEqual([name]);
  }
});

behaviour("tokens that follow each other are found, however they are spaced", () => {
  const spaced = tokensOf("Date.now();\nDate\n  . now /* here */ ( );\nundated.now(); Date.nowhere();");
  expect(placesOf(spaced, "Date", ".", "now", "(")).toEqual([1, 2]);
});

behaviour("a slash divides after a value and begins a pattern elsewhere", () => {
  const patterns = tokensOf("a / b / c; (a) / b / c; return /a/; x = /[/]/.y; f(/a b/u, a[0] / 1 / 2)");
  expect(patterns.filter(({ kind }) => kind === "pattern").map(({ text }) => text)).toEqual(["/a/", "/[/]/", "/a b/u"]);
});

behaviour("templates that stand in templates are told apart", () => {
  const nested = tokensOf("`a ${`b ${{ c: `d` }.c} e`} f` + g");
  expect(nested.filter(({ kind }) => kind === "part").map(({ text }) => text.trim())).toEqual([
    "a",
    "b",
    "d",
    "e",
    "f",
  ]);
  expect(nested.at(-1)?.text).toBe("g");
});

behaviour("a template without an end is refused, so that nothing behind it is overlooked", () => {
  expect(() => tokensOf("const a = `b ${c} d")).toThrow("line 1: a template without an end");
});
