// What documents say of the project is so: links lead somewhere, and the README's tables are whole.
import { expect } from "bun:test";
import { existsSync } from "node:fs";
import { posix } from "node:path";
import { runProgram } from "../../src/cli/program.ts";
import { ENVIRONMENT_NAMES } from "../../src/config/environment.ts";
import { root } from "../cli/program.ts";
import { behaviours } from "../support/behaviour.ts";
import { documents } from "../support/examples.ts";
import { readText } from "../support/sources.ts";

const behaviour = behaviours("documents");

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

behaviour("the README names every variable that is read, and no other", () => {
  const read = new Set(Object.values(ENVIRONMENT_NAMES).flat());
  // It stands in another one's place.
  read.delete("AWS_REGION");
  expect(namesIn("| variable |").toSorted()).toEqual([...read].toSorted());
});

behaviour("the README names every import of the package", () => {
  const { exports } = JSON.parse(readText("package.json")) as { exports: Record<string, string> };
  const imports = Object.keys(exports).map((name) => name.replace(/^\./, "actingweb-edge"));
  const named = namesIn("| import |").map((name) => name.replace(/^…/, "actingweb-edge"));
  expect(named.toSorted()).toEqual(imports.toSorted());
});

behaviour("the README names every command", async () => {
  let help = "";
  await runProgram(["--help"], { environment: {}, print: (text) => void (help = text), complain: () => {} });
  const commands = [...help.matchAll(/^ {2}(\w[\w-]*) /gm)].map(([, name]) => name!);
  const named = new Set(namesIn("| command |").map((name) => name.split(" ")[0]!));
  expect([...named].toSorted()).toEqual(commands.toSorted());
});

/** What the first column of the README's table with this head names. */
function namesIn(head: string): string[] {
  const text = readText("README.md");
  const [table] = text.slice(text.indexOf(head)).split("\n\n");
  const cells = table!.split("\n").slice(2).map((row) => row.split("|")[1]!);
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!));
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
