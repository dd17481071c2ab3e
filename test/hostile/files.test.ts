// Files that pretend to be exports.
import { expect } from "bun:test";
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip, gzipSync } from "node:zlib";
import fc from "fast-check";
import { readDump } from "../../src/cli/dump_file.ts";
import { StoreError } from "../../src/errors.ts";
import { compactJson } from "../../src/model/json.ts";
import { TABLE_NAMES } from "../../src/model/table_rows.ts";
import type { Json } from "../../src/store.ts";
import type { TransferStore } from "../../src/tables.ts";
import { exportTables, type FailedRow, importTables, type Progress } from "../../src/transfer/mod.ts";
import { createSums } from "../../src/transfer/file_format.ts";
import { behaviours } from "../support/behaviour.ts";
import { memoryStore } from "../support/memory/mod.ts";
import { last } from "../transfer/last.ts";
import { fuzz, FUZZ_MILLISECONDS, inTime } from "./fuzz.ts";
import { hostileJson, hostileText, OBJECT_NAMES, pollution } from "./values.ts";

const behaviour = behaviours("hostile files");

const HEADER = '{"format":"actingweb-edge","version":1,"backend":"memory","tables":["actors","properties"]}';

/** A file that is whole by its counts and hashes, whatever its lines hold: an attacker can compute them, too. */
function sealed(lines: readonly string[], header = HEADER): string {
  const sums = createSums();
  sums.add(header);
  for (const line of lines) sums.add(line, tableOf(line) as never);
  return [header, ...lines, compactJson(sums.closing() as unknown as Json), ""].join("\n");
}

function tableOf(line: string): string | undefined {
  try {
    return (JSON.parse(line) as { table?: string } | null)?.table;
  } catch {
    return undefined;
  }
}

async function imported(text: string | Uint8Array, store: TransferStore = memoryStore()) {
  const failed: FailedRow[] = [];
  const source = async function* () {
    yield text;
  };
  const report = await last(importTables(store, source, { onFailed: (row) => void failed.push(row) }));
  return { report, failed };
}

/** Imports it, or it is refused as no export. Anything else is the behaviour's failure. */
async function isRefused(text: string | Uint8Array): Promise<boolean> {
  try {
    const { report, failed } = await imported(text);
    expect(report.failed).toBe(failed.length);
    for (const { key } of failed) expect(key.every((part) => typeof part === "string")).toBe(true);
    return false;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    expect(error.code).toBe("corrupt");
    return true;
  }
}

const field = fc.constantFrom(
  "id",
  "actorId",
  "creator",
  "passphrase",
  "name",
  "value",
  "peerId",
  "secret",
  "bucket",
  "data",
  "expiresAt",
  "timestamp",
  "sequence",
  "subscriptionId",
  "target",
  "subtarget",
  "suspendedAt",
  "additional",
  ...OBJECT_NAMES,
);
const odd = fc.constantFrom<unknown>(
  { toString: 1, valueOf: 1 },
  [[]],
  { additional: 1 },
  null,
  1e400,
  -1,
  "2026-01-01T00:00:00Z",
);
const row = fc.dictionary(field, fc.oneof(hostileText, hostileJson, odd), { maxKeys: 8 });
const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(fc.constantFrom(...TABLE_NAMES), row).map(([table, given]) => ({ table, row: given })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...OBJECT_NAMES), row).map(([table, given]) => ({ table, row: given })),
  },
  { weight: 1, arbitrary: row.map((given) => ({ ...given, hash: "x", table: "actors" })) },
  { weight: 1, arbitrary: hostileJson },
).map((given) => JSON.stringify(given));

behaviour("a file of hostile lines is refused, or its rows are, one by one", async () => {
  const outcomes = new Set<boolean>();
  const cases = fc.array(line, { maxLength: 6 });
  await fuzz(600, cases, async (lines) => void outcomes.add(await isRefused(sealed(lines))));
  expect(outcomes.size).toBe(2);
  expect(pollution()).toEqual([]);
}, FUZZ_MILLISECONDS);

behaviour("so is anything else that is given for a file", async () => {
  const cases = fc.oneof(
    hostileText,
    fc.uint8Array({ maxLength: 100 }).map((bytes) => new Uint8Array(bytes)),
    fc.tuple(hostileJson, fc.array(line, { maxLength: 2 })).map(([header, lines]) => {
      return sealed(lines, JSON.stringify(header));
    }),
    fc.tuple(fc.dictionary(fc.constantFrom("format", "version", "backend", "tables"), hostileJson), line)
      .map(([header, each]) => sealed([each], JSON.stringify({ ...JSON.parse(HEADER), ...header }))),
  );
  await fuzz(1_000, cases, async (text) => void await isRefused(text));
  expect(pollution()).toEqual([]);
}, FUZZ_MILLISECONDS);

behaviour("a row between two that are right is told by its key and stops neither", async () => {
  const right = (name: string) => `{"table":"properties","row":{"actorId":"a","name":"${name}","value":"v"}}`;
  const wrong = [
    '{"table":"properties","row":{"actorId":{"toString":1},"name":"n","value":"v"}}',
    '{"table":"properties","row":{"actorId":"a","name":"n","value":"v","additional":"text"}}',
    '{"table":"properties","row":{"__proto__":{"actorId":"a","name":"n","value":"v"}}}',
    '{"table":"properties","row":{"actorId":"a","name":"n","value":"v","__proto__":{}}}',
    '{"table":"attributes","row":{"actorId":"a","bucket":"b","name":"n","data":1,"expiresAt":{"valueOf":1}}}',
  ];
  for (const each of wrong) {
    const store = memoryStore();
    const { report, failed } = await imported(sealed([right("first"), each, right("last")]), store);
    expect([each, report.written, failed.length]).toEqual([each, 2, 1]);
    expect(await store.properties.all("a")).toEqual([
      { name: "first", value: "v" },
      { name: "last", value: "v" },
    ]);
  }
});

behaviour("names that mean something to objects come through a file and back as they are", async () => {
  const store = memoryStore();
  const data = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"__proto__": 1}}}') as Json;
  for (const name of OBJECT_NAMES) {
    await store.properties.set(name, name, name);
    await store.attributes.set(name, name, name, data);
  }
  let text = "";
  for await (const report of exportTables(store, (lines: string) => void (text += lines)) as AsyncIterable<Progress>) {
    expect(report.failed).toBe(0);
  }
  const target = memoryStore();
  await imported(text, target);
  for (const name of OBJECT_NAMES) {
    expect(await target.properties.get(name, name)).toBe(name);
    expect(compactJson((await target.attributes.get(name, name, name))!.data)).toBe(compactJson(data));
  }
  expect(pollution()).toEqual([]);
});

behaviour("a line without an end is refused before it fills the memory, packed or not", async () => {
  const piece = "x".repeat(1_000_000);
  let given = 0;
  const endless = async function* () {
    for (;;) {
      given += piece.length;
      yield piece;
    }
  };
  const importing = inTime(() => last(importTables(memoryStore(), endless)));
  await expect(importing).rejects.toMatchObject({ code: "corrupt" });
  expect(given).toBeLessThan(50_000_000);

  const folder = mkdtempSync(join(tmpdir(), "actingweb-edge-hostile-"));
  try {
    const file = join(folder, "bomb.gz");
    const zeros = Readable.from((function* () {
      for (let count = 0; count < 300; count++) yield new Uint8Array(1_000_000).fill(0x20);
    })());
    await pipeline(zeros, createGzip({ level: 1 }), createWriteStream(file));
    const dump = await readDump(file);
    const before = process.memoryUsage().rss;
    const unpacking = inTime(() => last(importTables(memoryStore(), () => dump.read())));
    await expect(unpacking).rejects.toMatchObject({ code: "corrupt" });
    expect((process.memoryUsage().rss - before) / 1_000_000).toBeLessThan(250);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

behaviour("a packed file that is damaged anywhere is refused, and the process goes on", async () => {
  const store = memoryStore();
  await store.properties.setMany("a", Array.from({ length: 200 }, (_, index) => [`n${index}`, `v${index * 7919}`]));
  let text = "";
  for await (const _ of exportTables(store, (lines: string) => void (text += lines)));
  const whole = gzipSync(text);
  const folder = mkdtempSync(join(tmpdir(), "actingweb-edge-hostile-"));
  try {
    const file = join(folder, "damaged.gz");
    for (let at = 2; at < whole.length; at += Math.ceil(whole.length / 40)) {
      for (const bytes of [whole.subarray(0, at), flipped(whole, at)]) {
        writeFileSync(file, bytes);
        const target = memoryStore();
        const dump = await readDump(file);
        const outcome = await inTime(() =>
          last(importTables(target, () => dump.read())).catch((error: Error) => error)
        );
        // A few bits of gzip's header mean nothing.
        if (outcome instanceof Error) {
          expect(["Failure", "StoreError"]).toContain(outcome.name);
          expect(await target.properties.all("a")).toEqual([]);
        } else expect(outcome.written).toBe(200);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const changed = new Uint8Array(bytes);
  changed[at]! ^= 0x55;
  return changed;
}
