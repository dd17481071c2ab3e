// PgBouncer: the program that is named or installed, else Debian's package, unpacked beside its libraries.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { freePort, type Running, runToEnd, start, untilListening } from "./processes.ts";

const cache = fileURLToPath(new URL(".cache/pgbouncer", import.meta.url));

/** A PgBouncer of our own. */
export interface LocalPgBouncer extends Running {
  /** The database's URL through it. */
  readonly url: string;
  /** Its version. */
  readonly version: string;
  /** Kills it amid whatever it does. */
  crash(): Promise<void>;
  /** Starts it again on the same port. */
  restart(): Promise<void>;
}

interface Program {
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Starts it in front of a database, in transaction mode.
 *
 * @param database The database's URL
 * @param connections How many it opens to the database
 */
export async function startPgBouncer(database: string, connections: number): Promise<LocalPgBouncer> {
  const { command, environment } = programOf();
  const env = { ...process.env, ...environment };
  const version = /\d+(\.\d+)+/.exec(runToEnd(command, ["--version"], { env }))?.[0] ?? "unknown";
  const folder = mkdtempSync(join(tmpdir(), "actingweb-edge-pgbouncer-"));
  const file = join(folder, "pgbouncer.ini");
  const { hostname, port, username, password, pathname } = new URL(database);
  const own = await freePort();
  const secret = password === "" ? "" : ` password='${decodeURIComponent(password).replaceAll("'", "''")}'`;
  writeFileSync(
    file,
    `[databases]
* = host=${hostname} port=${port || 5432} user=${decodeURIComponent(username)}${secret}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${connections}
max_client_conn = 1000
`,
  );
  // It refuses to stay root.
  const user = process.getuid?.() === 0 ? ["-u", "nobody"] : [];
  if (user.length > 0) runToEnd("chown", ["-R", "nobody", folder]);
  const run = async () => {
    const running = start(command, [...user, file], { env });
    await untilListening(own, running);
    return running;
  };
  let running = await run();
  return {
    get child() {
      return running.child;
    },
    printed: () => running.printed(),
    url: `postgres://client@127.0.0.1:${own}${pathname}`,
    version,
    crash: () => running.stop("SIGKILL"),
    restart: async () => void (running = await run()),
    async stop() {
      await running.stop("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function programOf(): Program {
  const command = process.env.TEST_PGBOUNCER ?? "pgbouncer";
  const found = spawnSync(command, ["--version"], { stdio: "ignore" });
  if (found.status === 0) return { command, environment: {} };
  try {
    return unpacked();
  } catch (cause) {
    const wish = "install it or name the program in TEST_PGBOUNCER";
    throw new Error(`PgBouncer is missing, and Debian's package could not be fetched: ${wish}`, { cause });
  }
}

/** Debian's package with those of its libraries that this machine lacks. Fetched once, and not installed. */
function unpacked(): Program {
  if (!existsSync(cache)) {
    mkdirSync(dirname(cache), { recursive: true });
    const folder = mkdtempSync(`${cache}-`);
    fetchPackages(folder);
    try {
      // Whole or not at all, as several may fetch it at once.
      renameSync(join(folder, "root"), cache);
    } catch (error) {
      if (!existsSync(cache)) throw error;
    }
    rmSync(folder, { recursive: true, force: true });
  }
  const libraries = ["usr/lib", "lib"].map((each) => join(cache, each)).filter((each) => existsSync(each)).flatMap(
    (each) => readdirSync(each).filter((name) => name.includes("-linux-")).map((name) => join(each, name)),
  );
  return { command: join(cache, "usr/sbin/pgbouncer"), environment: { LD_LIBRARY_PATH: libraries.join(":") } };
}

function fetchPackages(folder: string): void {
  const run = (program: string, ...args: string[]) => runToEnd(program, args, { cwd: folder });
  const fetch = (...options: string[]) => {
    const depends = run("apt-cache", ...options, "depends", "pgbouncer");
    const libraries = [...depends.matchAll(/^ {2}Depends: (lib\S+)$/gm)].map(([, name]) => name!);
    const missing = libraries.filter((name) => spawnSync("dpkg-query", ["-W", name], { stdio: "ignore" }).status !== 0);
    run("apt-get", "-qq", ...sandbox(), ...options, "download", "pgbouncer", ...missing);
  };
  try {
    fetch();
  } catch {
    // The machine's lists of packages may be missing or too old; then with lists of our own.
    const own = ["-o", `Dir::State::lists=${join(folder, "lists")}`, "-o", `Dir::Cache=${join(folder, "apt")}`];
    for (const each of ["lists", "apt/archives"]) mkdirSync(join(folder, each, "partial"), { recursive: true });
    run("apt-get", "-qq", ...sandbox(), ...own, "update");
    fetch(...own);
  }
  mkdirSync(join(folder, "root"));
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".deb"))) {
    run("dpkg", "-x", join(folder, name), join(folder, "root"));
  }
}

/** As root, apt would download as a user who may not write here. */
function sandbox(): string[] {
  return process.getuid?.() === 0 ? ["-o", "APT::Sandbox::User=root"] : [];
}
