/**
 * The lock of a database folder: PGlite has none, and two processes in one folder lose each other's rows.
 *
 * @module
 */

import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { StoreError } from "../errors.ts";

const FILE = "actingweb-edge.lock";

/** Holds the folder until it is released. */
export interface Lock {
  /** Gives the folder back. */
  release(): Promise<void>;
}

interface Holder {
  readonly pid: number;
  readonly started: string;
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
  const mine = JSON.stringify({ pid: process.pid, started: new Date().toISOString() });
  for (let attempt = 0; attempt < 10; attempt++) {
    try {
      const file = await open(path, "wx");
      await file.writeFile(mine);
      await file.close();
      return { release: () => rm(path, { force: true }) };
    } catch (error) {
      if ((error as { code?: unknown }).code !== "EEXIST") throw error;
    }
    const holder = await readHolder(path);
    if (holder !== null && isAlive(holder.pid)) {
      const detail = `process ${holder.pid} has had this folder open since ${holder.started}; stop it first`;
      throw new StoreError("locked", "pgliteStore", detail);
    }
    await takeAway(path, holder);
  }
  throw new StoreError("locked", "pgliteStore", "another process is opening this folder");
}

/** Moved away rather than removed: of two processes that find a dead lock, only one moves the file it has read. */
async function takeAway(path: string, holder: Holder | null): Promise<void> {
  const aside = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return;
    throw error;
  }
  const moved = await readHolder(aside);
  if (moved !== null && moved.pid !== holder?.pid && isAlive(moved.pid)) {
    // Somebody had taken the dead lock over in between: it gets its file back.
    await rename(aside, path);
  } else await rm(aside, { force: true });
}

async function readHolder(path: string): Promise<Holder | null> {
  // A lock that was created this moment may not be written yet.
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      const { pid, started } = JSON.parse(await readFile(path, "utf8")) as Partial<Holder>;
      if (typeof pid === "number" && pid > 0) return { pid, started: String(started) };
    } catch (error) {
      if ((error as { code?: unknown }).code === "ENOENT") return null;
      if (!(error instanceof SyntaxError)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and is somebody else's.
    return (error as { code?: unknown }).code === "EPERM";
  }
}
