// Links between documents lead somewhere.
import { expect } from "bun:test";
import { existsSync } from "node:fs";
import { posix } from "node:path";
import { root } from "../cli/program.ts";
import { behaviours } from "../support/behaviour.ts";
import { documents } from "../support/examples.ts";
import { readText } from "../support/sources.ts";

const behaviour = behaviours("links");

for (const file of documents()) {
  behaviour(`${file} links to files and headings that there are`, () => {
    const text = readText(file);
    for (const [, target] of text.matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
      const [path, heading] = target!.split("#");
      const linked = path === "" ? file : posix.join(posix.dirname(file), path!);
      expect([target, existsSync(root + linked)]).toEqual([target, true]);
      if (heading !== undefined) {
        expect([target, headings(readText(linked))]).toEqual([target, expect.arrayContaining([heading])]);
      }
    }
  });

  behaviour(`${file} names sources, tests and documents that there are`, () => {
    const text = readText(file);
    for (const [, path] of text.matchAll(/`((?:src|test|docs|sql|bench|scripts|\.github|\.ci)\/[\w./-]*)`/g)) {
      expect([path, isThere(path!)]).toEqual([path, true]);
    }
  });
}

/** A file, a folder, or a test without its ending. */
function isThere(path: string): boolean {
  return [path, `${path}.ts`, `${path}.test.ts`].some((each) => existsSync(root + each));
}

/** What GitHub makes of a document's headings. */
function headings(text: string): string[] {
  const titles = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) => title!.toLowerCase());
  return titles.map((title) => title.replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-"));
}
