/**
 * What is wrong with settings, in words that name each setting and never show a value.
 *
 * @module
 */

import * as v from "valibot";
import { StoreError } from "../errors.ts";

/** Makes one error of everything that a schema found. The schemas' own messages begin with `must`. */
export function configurationError(issues: readonly v.BaseIssue<unknown>[]): StoreError {
  return wrongSettings(issues.map((issue) => `${nameOf(issue)} ${problem(issue)}`));
}

/** Makes one error of several problems, each of which names its setting. */
export function wrongSettings(problems: readonly string[]): StoreError {
  return new StoreError("configuration", "openStore", [...new Set(problems)].join("; "));
}

/** A setting's name; one that nobody knows may be any text, and is shown without what steers a terminal. */
function nameOf(issue: v.BaseIssue<unknown>): string {
  // deno-lint-ignore no-control-regex
  return v.getDotPath(issue)?.replace(/[\0-\x1f\x7f-\x9f\u2028\u2029]/g, "?") ?? "the configuration";
}

function problem({ message, expected, received }: v.BaseIssue<unknown>): string {
  // The library's own messages quote what was given, which may be a secret.
  if (message.startsWith("must ")) return message;
  if (expected === "never") return "is no known setting";
  return received === "undefined" ? "must be set" : "must be an object";
}
