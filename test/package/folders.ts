// Where the package is installed, for the tests that use it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { Door } from "./doors.ts";

/** What an installed package says of itself. */
export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly bin: Readonly<Record<string, string>>;
}

/** The folder with the package and none of its optional packages. */
export const ALONE = required("TEST_PACKAGE_ALONE");
/** The folder with all of them. */
export const WHOLE = required("TEST_PACKAGE_WHOLE");

/** The manifest of the installed package. */
export const MANIFEST = JSON.parse(
  readFileSync(join(ALONE, "node_modules/actingweb-edge/package.json"), "utf8"),
) as PackageManifest;

/** The folder in which a program runs: one without the optional packages, unless it needs one of them. */
export function folderFor({ needs }: Door): string {
  return needs === undefined ? ALONE : WHOLE;
}

/** What a door is called in a program. */
export function nameOf(path: string): string {
  return `${MANIFEST.name}${path.slice(1)}`;
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set; \`npm test\` sets it`);
  return value;
}
