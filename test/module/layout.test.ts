// The house's order: what each part of the sources may use, how large a file is, and that the two backends mirror.
import { expect } from "bun:test";
import { behaviours } from "../support/behaviour.ts";
import { packageOf, readSource, type Source, sourcesIn, targetOf } from "../support/sources.ts";
import { globalUsesOf, type Import, placesOf } from "../support/tokens.ts";

const behaviour = behaviours("layout");
const sources = [readSource("mod.ts"), ...sourcesIn("src")];

/** Only these run on a machine of their own, with files and an environment. */
const ON_A_MACHINE = ["src/cli/", "src/pglite/"];
const portable = sources.filter(({ path }) => !isBelow(path, ON_A_MACHINE));

/** Names that not every runtime has. */
const RUNTIME_GLOBALS = ["process", "Deno", "Bun", "Buffer", "require", "__dirname", "__filename", "setImmediate"];

/** Files that ask the real clock how long something has taken or may take; deadlines may be asked about anywhere. */
const MEASURING = [
  "src/dynamodb/append.ts",
  "src/dynamodb/indexed.ts",
  "src/dynamodb/lookups.ts",
  "src/lists/attribute_read.ts",
  "src/postgresql/alarms.ts",
  "src/postgresql/interrupt.ts",
  "src/postgresql/lanes.ts",
  "src/conformance/",
];

/** Packages, and the only places that may import them. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "@electric-sql/pglite": ["src/pglite/"],
  "fractional-indexing": ["src/lists/"],
  "cli-progress": ["src/cli/"],
  hono: ["src/http/", "src/cli/"],
  postgres: ["src/postgresql/postgres_client.ts"],
  "hono-openapi": ["src/http/openapi/"],
  valibot: ["src/config.ts", "src/config/", "src/http/"],
  "@valibot/to-json-schema": ["src/http/openapi/"],
};

const BACKENDS = ["src/dynamodb/", "src/postgresql/", "src/pglite/"];
const NEIGHBOURS = ["src/transfer/", "src/http/", "src/config", "src/open.ts", "src/cli/"];
const ABOVE = [...NEIGHBOURS, "src/lists/", "src/conformance/"];

/** Places, and what they know nothing of. */
const STRANGERS: Readonly<Record<string, readonly string[]>> = {
  "src/store.ts": ["src/"],
  "src/errors.ts": ["src/"],
  "src/model/": ["src/backend.ts", "src/guard", ...BACKENDS, ...ABOVE],
  "src/guard": [...BACKENDS, ...ABOVE],
  "src/dynamodb/": ["src/postgresql/", "src/pglite/", ...ABOVE],
  "src/dynamodb/client/": ["src/store.ts", "src/errors.ts", "src/backend.ts", "src/guard", ...BACKENDS, ...ABOVE],
  "src/postgresql/": ["src/dynamodb/", "src/pglite/", ...ABOVE],
  "src/pglite/": ["src/dynamodb/", ...ABOVE],
  "src/conformance/": ["src/guard", ...BACKENDS, ...NEIGHBOURS],
  "src/lists/": [...BACKENDS, ...NEIGHBOURS, "src/conformance/"],
  "src/transfer/": [...BACKENDS, "src/http/", "src/config", "src/open.ts", "src/cli/"],
  "src/http/": [...BACKENDS, "src/transfer/", "src/config", "src/open.ts", "src/cli/", "src/conformance/"],
};

/** What needs a package that not everybody installs: others load it only when it is asked for. */
const OPTIONAL = ["src/http/", "src/pglite/"];

const LINES = 400;
/** The contract is one file, so that it can be read as one. */
const LONGER = ["src/store.ts"];

behaviour("no source outside of the command line and PGlite imports a runtime's own module", () => {
  expect(found(portable, ({ imports }) => imports.filter(({ from }) => /^\w+:/.test(from)))).toEqual([]);
});

behaviour("no source outside of them names a global that only some runtimes have", () => {
  for (const name of RUNTIME_GLOBALS) {
    expect([name, ...found(portable, ({ tokens }) => globalUsesOf(tokens, name))]).toEqual([name]);
  }
});

behaviour("no source outside of them reads an environment", () => {
  expect(found(portable, ({ tokens }) => placesOf(tokens, "import", ".", "meta", ".", "env"))).toEqual([]);
  expect(found(portable, ({ tokens }) => placesOf(tokens, "globalThis", "["))).toEqual([]);
});

behaviour("no source outside of them asks the real clock for more than deadlines and waits", () => {
  const others = portable.filter(({ path }) => !isBelow(path, MEASURING));
  const wrong = found(others, ({ tokens }) => {
    const deadlines = tokens.filter(({ text }) => text === "deadline").map(({ line }) => line);
    return placesOf(tokens, "Date", ".", "now", "(").filter((line) => !deadlines.includes(line));
  });
  expect(wrong).toEqual([]);
});

behaviour("no source outside of them makes a date of this moment", () => {
  expect(found(portable, ({ tokens }) => placesOf(tokens, "Date", "(", ")"))).toEqual([]);
  expect(found(portable, ({ tokens }) => placesOf(tokens, "new", "Date", ";"))).toEqual([]);
  expect(found(portable, ({ tokens }) => placesOf(tokens, "instantOf", "(", "Date"))).toEqual([]);
});

behaviour("each package is imported only where it belongs", () => {
  const wrong = found(sources, (source) =>
    source.imports.filter((each) => {
      const name = packageOf(each);
      if (name === null || name.startsWith("node:")) return false;
      return !isBelow(source.path, PACKAGES[name] ?? []);
    }));
  expect(wrong).toEqual([]);
});

behaviour("calls go one way: no source imports what is above it or beside it", () => {
  for (const [place, strangers] of Object.entries(STRANGERS)) {
    const wrong = found(
      sources.filter(({ path }) => path.startsWith(place)),
      (source) =>
        source.imports.filter((each) => {
          const target = targetOf(source, each);
          return target !== null && !target.startsWith(place) && isBelow(target, strangers);
        }),
    );
    expect([place, ...wrong]).toEqual([place]);
  }
});

behaviour("what needs an optional package is loaded only when it is asked for", () => {
  for (const folder of OPTIONAL) {
    const others = sources.filter(({ path }) => !path.startsWith(folder));
    const wrong = found(
      others,
      (source) =>
        source.imports.filter((each) => each.when === "at once" && targetOf(source, each)?.startsWith(folder)),
    );
    expect([folder, ...wrong]).toEqual([folder]);
  }
});

behaviour("every relative import names a file of the sources with its ending", () => {
  const wrong = found(sources, (source) =>
    source.imports.filter((each) => {
      const target = targetOf(source, each);
      if (target === null) return false;
      return !target.startsWith("src/") || !target.endsWith(".ts") || !sources.some(({ path }) => path === target);
    }));
  expect(wrong).toEqual([]);
});

behaviour(`no file has more than ${LINES} lines`, () => {
  const long = sources.filter(({ path, lines }) => lines > LINES && !LONGER.includes(path));
  expect(long.map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
});

/** What a search finds in each source, as `path:line`, with what an import names. */
function found(among: readonly Source[], search: (source: Source) => readonly (number | Import)[]): string[] {
  return among.flatMap((source) =>
    search(source).map((each) => {
      return typeof each === "number" ? `${source.path}:${each}` : `${source.path}:${each.line} ${each.from}`;
    })
  );
}

function isBelow(path: string, places: readonly string[]): boolean {
  return places.some((place) => path.startsWith(place));
}
