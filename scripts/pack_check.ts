// `npm run pack:check`: the npm package as its users get it, packed, installed into an empty folder and imported.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { buildPackage } from "./build.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const bin = join(root, "node_modules/.bin");
const BELONGS =
  /^(mod|src\/.+)\.(js|js\.map|d\.ts)$|^src\/pglite\/snapshot\.tar\.gz$|^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/;
/** Subpaths that need a package which is not installed with ours. */
const NEEDS_PEER = new Set(["./pglite", "./hono", "./openapi"]);
const RUNTIMES: readonly (readonly string[])[] = [
  ["node"],
  [join(bin, "bun")],
  [join(bin, "deno"), "run", "-A", "--quiet", "--node-modules-dir=manual"],
];

function run(cwd: string, command: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? ""}\n${stdout}${stderr}`);
}

/** Packs `dist/`; the tarball's path. */
function pack(folder: string): string {
  const answer = run(join(root, "dist"), "npm", "pack", "--json", "--pack-destination", folder);
  const [packed] = JSON.parse(answer) as { filename: string; files: { path: string }[] }[];
  const strange = packed!.files.map(({ path }) => path).filter((path) => !BELONGS.test(path));
  if (strange.length > 0) throw new Error(`the package has files that do not belong: ${strange.join(", ")}`);
  return join(folder, packed!.filename);
}

/** Imports each subpath in a process of its own. Those that need a peer have to fail, or the check would show nothing. */
function importEach(folder: string, tarball: string): void {
  writeFileSync(join(folder, "package.json"), `{ "private": true, "type": "module" }\n`);
  run(folder, "npm", "install", "--omit=peer", "--no-audit", tarball);
  const { exports, name } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly exports: Readonly<Record<string, string>>;
    readonly name: string;
  };
  for (const path of Object.keys(exports)) {
    const file = join(folder, "import.mjs");
    writeFileSync(file, `if (Object.keys(await import("${name}${path.slice(1)}")).length === 0) throw new Error();\n`);
    for (const [program, ...args] of RUNTIMES) {
      const { status, stderr } = spawnSync(program!, [...args, file], {
        cwd: folder,
        encoding: "utf8",
        timeout: 60_000,
      });
      if ((status !== 0) !== NEEDS_PEER.has(path)) throw new Error(`import of ${path} by ${program}: ${stderr}`);
    }
  }
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "actingweb-edge-pack-"));
  try {
    await buildPackage();
    const tarball = pack(folder);
    run(root, join(bin, "publint"), "dist", "--strict");
    run(root, join(bin, "attw"), tarball, "--profile", "esm-only");
    // Includes the check for slow types. Asks no registry.
    run(root, join(bin, "deno"), "publish", "--dry-run", "--allow-dirty", "--quiet");
    importEach(folder, tarball);
    console.log("the package is sound");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
