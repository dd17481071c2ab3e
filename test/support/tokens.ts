// TypeScript's tokens, enough to look for names and imports: what a comment, a text or a pattern says does not count.

/** What a token is. `part` is a piece of a template between its expressions. */
export type Kind = "name" | "number" | "text" | "part" | "pattern" | "sign";

/** A token. */
export interface Token {
  readonly kind: Kind;
  /** As written; a text without its quotes, a part without what encloses it. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** An import of any form. */
export interface Import {
  /** What stands in quotes. */
  readonly from: string;
  /** When it is loaded: `import("…")` when it is asked for, `import type` never. */
  readonly when: "at once" | "asked for" | "never";
  readonly line: number;
}

const SPACE = /(?:\s+|\/\/.*|\/\*[^]*?\*\/|^#!.*)*/y;
const NAME = /[#@]?[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
const NUMBER = /(?:0[xob][\da-f_]+|\d[\d_]*(?:\.[\d_]*)?(?:e[+-]?\d+)?|\.\d[\d_]*(?:e[+-]?\d+)?)n?/iy;
const TEXT = /"([^"\\\n]*(?:\\[^][^"\\\n]*)*)"|'([^'\\\n]*(?:\\[^][^'\\\n]*)*)'/y;
const PART = /([^`\\$]*(?:(?:\\[^]|\$(?!\{))[^`\\$]*)*)(`|\$\{)/y;
const PATTERN = /\/((?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/[a-z]*/y;
const SIGN = /\?\.(?!\d)|\.\.\.|=>|[^]/y;

/** Words after which a `/` begins a pattern, as it does after a sign that ends no expression. */
const BEFORE_PATTERN = new Set([
  "return",
  "typeof",
  "case",
  "in",
  "of",
  "delete",
  "void",
  "throw",
  "new",
  "await",
  "yield",
]);

/** The tokens of a source text. */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  /** For each template that is open, how many braces are open in its expression. */
  const templates: number[] = [];
  let at = 0;
  let line = 1;

  function take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match === null) return null;
    at = pattern.lastIndex;
    return match;
  }

  function push(kind: Kind, match: RegExpExecArray, text = match[0]): void {
    tokens.push({ kind, text, line });
    line += lines(match[0]);
  }

  function part(): void {
    const match = take(PART);
    if (match === null) throw new SyntaxError(`line ${line}: a template without an end`);
    push("part", match, match[1]);
    if (match[2] === "${") templates.push(0);
  }

  function sign(): void {
    const match = take(SIGN)!;
    const [text] = match;
    if (text === "`") return part();
    if (text === "}" && templates.at(-1) === 0) {
      templates.pop();
      return part();
    }
    if (templates.length > 0 && "{}".includes(text)) templates[templates.length - 1]! += text === "{" ? 1 : -1;
    push("sign", match);
  }

  for (;;) {
    line += lines(take(SPACE)![0]);
    if (at === source.length) return tokens;
    const match = take(TEXT);
    if (match !== null) push("text", match, match[1] ?? match[2]);
    else if (
      !takeAs("name", NAME) && !takeAs("number", NUMBER) && !(mayBePattern(tokens.at(-1)) && takeAs("pattern", PATTERN))
    ) {
      sign();
    }
  }

  function takeAs(kind: Kind, pattern: RegExp): boolean {
    const match = take(pattern);
    if (match !== null) push(kind, match);
    return match !== null;
  }
}

function mayBePattern(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.kind === "name") return BEFORE_PATTERN.has(before.text);
  return before.kind === "sign" && !")]}".includes(before.text);
}

function lines(text: string): number {
  return text.split("\n").length - 1;
}

/** The imports among tokens. */
export function importsOf(tokens: readonly Token[]): Import[] {
  const found: Import[] = [];
  for (const [index, { kind, text, line }] of tokens.entries()) {
    if (kind !== "text") continue;
    const before = tokens[index - 1];
    const called = before?.text === "(" && tokens[index - 2]?.text === "import";
    const named = before?.kind === "name" && (before.text === "from" || before.text === "import");
    if (!called && !named) continue;
    const start = tokens.findLastIndex((token, place) => place < index && /^(import|export)$/.test(token.text));
    const types = tokens[start + 1]?.text === "type";
    found.push({ from: text, when: called ? "asked for" : types ? "never" : "at once", line });
  }
  return found;
}

/** Lines where a global of this name may be meant: where the name stands alone or is a member of `globalThis`. */
export function globalUsesOf(tokens: readonly Token[], name: string): number[] {
  const uses = tokens.filter(({ kind, text }, index) => {
    const member = [".", "?."].includes(tokens[index - 1]?.text ?? "");
    return kind === "name" && text === name && (!member || tokens[index - 2]?.text === "globalThis");
  });
  return uses.map(({ line }) => line);
}

/** Lines where these tokens follow each other. */
export function placesOf(tokens: readonly Token[], ...texts: readonly string[]): number[] {
  const places = tokens.filter((_, index) => texts.every((text, offset) => tokens[index + offset]?.text === text));
  return places.map(({ line }) => line);
}
