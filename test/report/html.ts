// HTML as template literals: whatever is put in is text, unless it was made here.

/** Markup that was made by `markup`. */
export interface Html {
  readonly html: string;
}

/** What a template takes: text and numbers, which are escaped, and markup, which is not. */
export type Part = string | number | Html | readonly Html[] | null;

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
// A reader would see nothing of them, and a parser may stop at one.
// deno-lint-ignore no-control-regex
const UNSEEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g;

/** Text that may stand between tags, or between quotes in one. */
export function escaped(text: string): string {
  return text.replace(UNSEEN, "\ufffd").replace(/[&<>"']/g, (sign) => ESCAPES[sign]!);
}

/**
 * Markup from a template.
 *
 * @example
 * markup`<p title="${title}">${text}</p>`
 */
export function markup(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const html = texts.reduce((whole, text, index) => whole + markupOf(parts[index - 1] ?? null) + text);
  return { html };
}

function markupOf(part: Part): string {
  if (part === null) return "";
  if (typeof part === "string" || typeof part === "number") return escaped(String(part));
  return "html" in part ? part.html : part.map(({ html }) => html).join("");
}

/** The head of a table's column. */
export function columnHead(name: string): Html {
  return markup`<th scope="col">${name}</th>`;
}
