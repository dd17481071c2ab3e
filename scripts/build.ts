// `npm run build`: the npm package in dist/, from the same source that JSR takes.
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SNAPSHOT } from "../src/pglite/snapshot.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const dist = `${root}dist/`;

interface Manifest {
  readonly exports: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** Fields of the clone's manifest that the package has, too. */
const KEPT = [
  "name",
  "version",
  "description",
  "keywords",
  "license",
  "type",
  "sideEffects",
  "engines",
  "repository",
  "dependencies",
  "peerDependencies",
  "peerDependenciesMeta",
];

/** The package's manifest: the clone's, with the built files in place of the sources. */
export function packageManifest(source: Manifest): Record<string, unknown> {
  const built = (path: string) => path.replace(/\.ts$/, ".js");
  return {
    ...Object.fromEntries(KEPT.filter((field) => field in source).map((field) => [field, source[field]])),
    exports: {
      ...Object.fromEntries(
        Object.entries(source.exports).map(([name, path]) => {
          return [name, { types: path.replace(/\.ts$/, ".d.ts"), default: built(path) }];
        }),
      ),
      "./package.json": "./package.json",
    },
    bin: Object.fromEntries(Object.entries(source.bin).map(([name, path]) => [name, built(path)])),
  };
}

/** A database with the schema, for the first start of the embedded one; the clone starts from it, too. */
async function buildSnapshot(): Promise<void> {
  const { PGlite } = await import("@electric-sql/pglite");
  const { migrateDatabase } = await import("../src/pglite/mod.ts");
  const database = await PGlite.create();
  await migrateDatabase(database);
  await database.exec("CHECKPOINT");
  const snapshot = await database.dumpDataDir("gzip");
  await database.close();
  writeFileSync(SNAPSHOT, new Uint8Array(await snapshot.arrayBuffer()));
  copyFileSync(SNAPSHOT, `${dist}src/pglite/snapshot.tar.gz`);
}

let built: Promise<void> | undefined;

/**
 * Builds the package, once in a process.
 *
 * @throws {Error} When the sources do not compile
 */
export function buildPackage(): Promise<void> {
  return built ??= build();
}

async function build(): Promise<void> {
  rmSync(dist, { recursive: true, force: true });
  const { status } = spawnSync(`${root}node_modules/.bin/tsc`, ["--project", "tsconfig.build.json"], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("the package does not build");
  const manifest = packageManifest(JSON.parse(readFileSync(`${root}package.json`, "utf8")) as Manifest);
  writeFileSync(`${dist}package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
  for (const file of ["README.md", "LICENSE", "CHANGELOG.md"]) {
    if (existsSync(`${root}${file}`)) copyFileSync(`${root}${file}`, `${dist}${file}`);
  }
  await buildSnapshot();
  for (const path of Object.values(manifest.bin as Record<string, string>)) chmodSync(`${dist}${path}`, 0o755);
}

if (import.meta.main) await buildPackage();
