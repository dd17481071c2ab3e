// What can be checked of the package without running it.
import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StaticCheck } from "../support/checks.ts";
import { command } from "../support/command.ts";
import { installedPackage, packedPackage, programs } from "./installed.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** What is in the package and is not made of a source. */
const OTHER_FILES = ["package.json", "README.md", "LICENSE", "CHANGELOG.md", "src/pglite/snapshot.tar.gz"];
/** The strictest project that a user may have: no types but its own, and declarations are checked, too. */
const PROJECT = "--noEmit --strict --module nodenext --target es2022 --lib es2023,dom,dom.asynciterable --types"
  .split(" ");

/** All checks of the package. */
export const PACKAGE_CHECKS: readonly StaticCheck[] = [
  { name: "the package holds each source, built, and nothing that does not belong", run: filesDiffer },
  {
    name: "publint",
    run: async () => await command("publint", [(await packedPackage()).tarball, "--strict"]),
  },
  {
    name: "are the types wrong?",
    run: async () => await command("attw", [(await packedPackage()).tarball, "--profile", "esm-only"]),
  },
  {
    // Also looks for slow types. Asks no registry; types themselves are checked above.
    name: "deno publish --dry-run",
    run: async () => {
      await packedPackage();
      return await command("deno", ["publish", "--dry-run", "--no-check", "--allow-dirty", "--quiet"]);
    },
  },
  { name: "tsc of programs with the installed package's declarations", run: declarationsAreWrong },
];

async function filesDiffer(): Promise<string | null> {
  const { files } = await packedPackage();
  const sources = (readdirSync(join(root, "src"), { recursive: true }) as string[]).filter((name) =>
    /\.ts$/.test(name)
  );
  const stems = ["mod", ...sources.map((name) => `src/${name.slice(0, -".ts".length)}`)];
  const expected = new Set([
    ...OTHER_FILES,
    ...stems.flatMap((stem) => [`${stem}.js`, `${stem}.js.map`, `${stem}.d.ts`]),
  ]);
  const strange = files.filter((file) => !expected.has(file)).map((file) => `does not belong: ${file}`);
  const missing = [...expected].filter((file) => !files.includes(file)).map((file) => `is missing: ${file}`);
  return [...strange, ...missing].join("\n") || null;
}

async function declarationsAreWrong(): Promise<string | null> {
  const { whole } = await installedPackage();
  const sources = join(whole, "sources");
  for (const file of ["given.ts", ...programs()]) cpSync(join(root, "test/package", file), join(sources, file));
  const options = [...PROJECT, "", "--skipLibCheck", "false", "--pretty", "false", "--allowImportingTsExtensions"];
  const complaints = await command("tsc", [...options, ...programs()], sources);
  // The packages that ours depends on ask for types of Node's and more.
  const ours = complaints?.split("\n").filter((line) => !/^\.\.\/node_modules\/(?!actingweb-edge\/)/.test(line));
  return ours?.join("\n") || null;
}
