/**
 * The file of an export: written whole or not at all, compressed or not, or a standard stream.
 *
 * @module
 */

import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, open, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type Duplex, PassThrough, type Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { Failure } from "./command.ts";

/** The name that stands for a standard stream. */
export const STREAM = "-";

/** A file being written. */
export interface DumpWriter {
  /** Writes some lines. */
  write(lines: string): Promise<void>;
  /** Ends it, and gives a file its name. */
  finish(): Promise<void>;
  /** Takes an unfinished file away; one that is finished stays. */
  discard(): Promise<void>;
}

/** Begins to write a file or, for `-`, to standard output. */
export function writeDump(file: string, compressed: boolean): DumpWriter {
  const unfinished = `${file}.part`;
  const out: Writable = file === STREAM ? process.stdout : createWriteStream(unfinished, { flush: true });
  const input: Duplex = compressed ? createGzip() : new PassThrough();
  // Standard output stays open for others.
  const flowing = pipeline(input, out, { end: file !== STREAM });
  // It is awaited at the end; a fault ends the next write, too.
  flowing.catch(() => {});
  return {
    async write(lines) {
      if (!input.write(lines)) await Promise.race([once(input, "drain"), flowing]);
    },
    async finish() {
      input.end();
      await flowing;
      if (file !== STREAM) await rename(unfinished, file);
    },
    async discard() {
      if (input.destroyed || file === STREAM) return;
      input.destroy();
      await flowing.catch(() => {});
      await rm(unfinished, { force: true });
    },
  };
}

/** A file that can be read again and again. */
export interface DumpReader {
  /** Reads it from the beginning. */
  read(): AsyncIterable<Uint8Array>;
  /** Takes away what was kept of a stream. */
  remove(): Promise<void>;
}

/** Prepares to read a file or, for `-`, standard input, which is kept in a file first: it has to be read twice. */
export async function readDump(file: string): Promise<DumpReader> {
  if (file !== STREAM) return { read: () => uncompressed(file), remove: () => Promise.resolve() };
  const folder = await mkdtemp(join(tmpdir(), "actingweb-edge-"));
  const kept = join(folder, "import");
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await pipeline(process.stdin, createWriteStream(kept, { mode: 0o600 }));
  } catch (error) {
    await remove();
    throw error;
  }
  return { read: () => uncompressed(kept), remove };
}

async function* uncompressed(file: string): AsyncGenerator<Uint8Array, void, undefined> {
  const plain = createReadStream(file);
  const bytes: Readable = await isCompressed(file) ? plain.pipe(createGunzip()) : plain;
  plain.on("error", (error) => bytes.destroy(error));
  try {
    for await (const chunk of bytes) yield chunk as Uint8Array;
  } catch (cause) {
    throw new Failure(`${file}: it cannot be read, or its compressed form is damaged`, { cause });
  } finally {
    plain.destroy();
  }
}

/** Whether a file begins as gzip does. */
async function isCompressed(file: string): Promise<boolean> {
  const handle = await open(file).catch((cause: unknown) => {
    throw new Failure(`${file}: it cannot be opened`, { cause });
  });
  try {
    const { bytesRead, buffer } = await handle.read(new Uint8Array(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}
