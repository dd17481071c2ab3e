/**
 * The lock of a database folder: PGlite has none, and two processes in one folder lose each other's rows.
 *
 * @module
 */

import { link, mkdir, readFile, rm, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { StoreError } from "../errors.ts";

const FILE = "actingweb-edge.lock";
const ATTEMPTS = 100;
/** Milliseconds between attempts, on average. */
const PAUSE = 20;

/** Holds the folder until it is released. */
export interface Lock {
  /** Gives the folder back. */
  release(): Promise<void>;
}

/** Who holds a folder. */
interface Holder {
  readonly pid: number;
  /** When its process began, as far as the platform tells; a number is given again, the two together are not. */
  readonly process: string | null;
  /** When it took the lock; ISO-8601. */
  readonly since: string;
  /** Tells one lock from the next. */
  readonly token: string;
}

/**
 * Takes the lock of a folder, creating the folder if need be. A lock of a process that is gone is taken over; one of a
 * live process never is.
 *
 * @throws {StoreError} `locked`, naming the process
 */
export async function lockFolder(folder: string): Promise<Lock> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, FILE);
  const token = crypto.randomUUID();
  const mine: Holder = {
    pid: process.pid,
    process: (await statusOf(process.pid))?.began ?? null,
    since: new Date().toISOString(),
    token,
  };
  // Linked rather than written in place, so that nobody ever meets a lock that is not written yet.
  const draft = `${path}.${token}`;
  await writeFile(draft, JSON.stringify(mine), { flag: "wx" });
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (await linked(draft, path)) return { release: () => release(path, token) };
      const holder = await readHolder(path);
      if (holder === null) continue;
      if (await isAlive(holder)) {
        const detail = `process ${holder.pid} has had this folder open since ${holder.since}; stop it first`;
        throw new StoreError("locked", "pgliteStore", detail);
      }
      if (!(await bury(path, holder))) await new Promise((resolve) => setTimeout(resolve, PAUSE * 2 * Math.random()));
    }
    throw new StoreError(
      "locked",
      "pgliteStore",
      `other processes are opening this folder; if none is, remove ${path}`,
    );
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Removes a dead lock; `false` when another process is at it. The second name, made of the lock's own token, can be given
 * only once, so one process alone removes it; and what has been named is looked at again, for it may be a newer lock.
 */
async function bury(path: string, dead: Holder): Promise<boolean> {
  const grave = `${path}.${dead.token}`;
  if (!(await linked(path, grave))) return false;
  if ((await readHolder(grave))?.token === dead.token) await rm(path, { force: true });
  await unlink(grave);
  return true;
}

async function release(path: string, token: string): Promise<void> {
  if ((await readHolder(path))?.token === token) await rm(path, { force: true });
}

/** Gives a file one more name; `false` when the name is taken or the file is gone. */
async function linked(file: string, name: string): Promise<boolean> {
  try {
    await link(file, name);
    return true;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === "EEXIST" || code === "ENOENT") return false;
    throw error;
  }
}

/** Who holds the lock, or `null` when there is none. */
async function readHolder(path: string): Promise<Holder | null> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return null;
    throw error;
  }
  const holder = parseHolder(text);
  if (holder !== null) return holder;
  // Nobody can tell whose it is, so it may be that of a live process.
  throw new StoreError(
    "locked",
    "pgliteStore",
    `the lock cannot be read; if no process has the folder open, remove ${path}`,
  );
}

function parseHolder(text: string): Holder | null {
  try {
    const holder = JSON.parse(text) as Partial<Holder>;
    const { pid, token } = holder;
    return Number.isSafeInteger(pid) && pid! > 0 && /^[\w-]+$/.test(token ?? "") ? holder as Holder : null;
  } catch {
    return null;
  }
}

async function isAlive(holder: Holder): Promise<boolean> {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it lives, and is somebody else's.
    if ((error as { code?: unknown }).code !== "EPERM") return false;
  }
  const status = await statusOf(holder.pid);
  if (status === null || holder.process === null) return true;
  return !status.ended && status.began === holder.process;
}

/** What Linux says of a process; `null` elsewhere. */
async function statusOf(pid: number): Promise<{ began: string; ended: boolean } | null> {
  try {
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
    const status = await readFile(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in brackets, which may hold anything; the state comes next.
    const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
    return { began: `${boot.trim()} ${fields[19]}`, ended: fields[0] === "Z" };
  } catch {
    return null;
  }
}
