// The package as its users get it: built, packed and installed into empty folders, without its optional packages and with.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { buildPackage } from "../../scripts/build.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);

/** The package as a file. */
export interface Packed {
  /** The folder of the file, which is gone when this process is. */
  readonly folder: string;
  /** Path of the tarball. */
  readonly tarball: string;
  /** What is in it. */
  readonly files: readonly string[];
}

/** Where it is installed. */
export interface Installed {
  /** A folder with nothing but the package and what it depends on. */
  readonly alone: string;
  /** A folder with its optional packages, too. */
  readonly whole: string;
}

interface Manifest {
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

let packed: Promise<Packed> | undefined;
let installed: Promise<Installed> | undefined;

/** Builds and packs the package, once in a process. */
export function packedPackage(): Promise<Packed> {
  return packed ??= pack();
}

/** Installs the package and puts the programs beside it, once in a process. */
export function installedPackage(): Promise<Installed> {
  return installed ??= install();
}

async function pack(): Promise<Packed> {
  await buildPackage();
  const folder = mkdtempSync(join(tmpdir(), "actingweb-edge-package-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: join(root, "dist") });
  const [{ filename, files }] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  return { folder, tarball: join(folder, filename), files: files.map(({ path }) => path) };
}

async function install(): Promise<Installed> {
  const { folder, tarball } = await packedPackage();
  const { peerDependencies, devDependencies } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as Manifest;
  const optional = Object.keys(peerDependencies).map((name) => `${name}@${devDependencies[name]}`);
  const [alone, whole] = [join(folder, "alone"), join(folder, "whole")];
  await Promise.all([installInto(alone, [tarball, "--omit=peer"]), installInto(whole, [tarball, ...optional])]);
  return { alone, whole };
}

/** The programs lose their types on the way, so that every runtime runs the same files. */
async function installInto(folder: string, packages: readonly string[]): Promise<void> {
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), `{ "private": true, "type": "module" }\n`);
  await run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", ...packages], { cwd: folder });
  await build({
    absWorkingDir: join(root, "test/package"),
    entryPoints: ["start.ts", ...programs()],
    outbase: ".",
    outdir: folder,
    format: "esm",
    target: "es2022",
  });
}

/** The programs' files, from this folder. */
export function programs(): string[] {
  return readdirSync(join(root, "test/package/programs")).map((name) => `programs/${name}`);
}
