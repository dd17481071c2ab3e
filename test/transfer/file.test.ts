// Exports: whole and equal, or refused before anything is written.
import { expect } from "bun:test";
import { type ExportOptions, exportTables, type FailedRow, importTables } from "../../src/transfer/mod.ts";
import type { TransferStore } from "../../src/tables.ts";
import { behaviours } from "../support/behaviour.ts";
import { memoryDatabase, memoryStore } from "../support/memory/mod.ts";
import { dynamodbPlace, postgresqlPlace } from "../support/stores.ts";
import { differencesOf, last } from "./last.ts";
import { fill } from "./rows.ts";

const behaviour = behaviours("export and import");

async function exported(store: TransferStore, options: ExportOptions = {}): Promise<string> {
  let text = "";
  await last(exportTables(store, (lines) => void (text += lines), options));
  return text;
}

function pieces(text: string, size = 10_000): () => AsyncIterable<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  return async function* () {
    for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
  };
}

behaviour("an export of either database is imported into the other, and equal", async () => {
  const [one, other] = await Promise.all([dynamodbPlace("exported"), postgresqlPlace("imported")]);
  const third = await dynamodbPlace("reimported");
  try {
    const [a, b, c] = [await one.open(), await other.open(), await third.open()];
    await fill(a, 2_000);
    const report = await last(importTables(b, pieces(await exported(a))));
    expect([report.written, report.failed, report.total]).toEqual([2_000, 0, 2_000]);
    expect((await differencesOf(a, b)).differences).toEqual([]);
    await last(importTables(c, pieces(await exported(b), 7)));
    expect((await differencesOf(a, c)).differences).toEqual([]);
    await Promise.all([a.close(), b.close(), c.close()]);
  } finally {
    await Promise.all([one.remove(), other.remove(), third.remove()]);
  }
}, 120_000);

behaviour("the first line names format and tables, the last one counts and hashes, the others hold rows", async () => {
  const store = memoryStore();
  await fill(store, 20);
  const lines = (await exported(store)).trimEnd().split("\n").map((line) =>
    JSON.parse(line) as Record<string, unknown>
  );
  expect(lines[0]).toMatchObject({ format: "actingweb-edge", version: 1, backend: "memory" });
  expect(lines[1]).toMatchObject({ table: "actors", row: { passphrase: " " } });
  const { counts, hashes, hash } = lines.at(-1) as { counts: Record<string, number>; hashes: object; hash: string };
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(lines.length - 2);
  expect(Object.keys(hashes)).toEqual(Object.keys(counts));
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
});

behaviour("exports of rows that nobody changes are equal, however many parts are read at once", async () => {
  const place = await postgresqlPlace("exported_twice");
  try {
    const store = await place.open();
    await fill(store, 2_000);
    const texts = await Promise.all([1, 8, 8].map((parallel) => exported(store, { parallel, pageRows: 20 })));
    expect(texts.map((text) => text === texts[0] && text.length > 100_000)).toEqual([true, true, true]);
    await store.close();
  } finally {
    await place.remove();
  }
}, 120_000);

behaviour("a file that is cut off anywhere is refused before anything is written", async () => {
  const store = memoryStore();
  await fill(store, 40);
  const text = await exported(store);
  const ends = [
    0,
    1,
    50,
    text.indexOf("\n"),
    text.indexOf("\n") + 1,
    text.length >> 1,
    text.lastIndexOf("\n", text.length - 2),
    text.length - 2,
  ];
  for (const end of [...ends, ...Array.from({ length: 30 }, (_, index) => Math.floor((text.length * index) / 31))]) {
    await expectRefusal(text.slice(0, end));
  }
  await expectRefusal(`${text}${text}`);
});

behaviour("a file that was altered anywhere is refused before anything is written", async () => {
  const store = memoryStore();
  await fill(store, 40);
  const text = await exported(store);
  for (let at = 0; at < text.length - 1; at += 97) {
    const letter = text[at] === "a" ? "b" : "a";
    await expectRefusal(text.slice(0, at) + letter + text.slice(at + 1));
  }
  const lines = text.split("\n");
  await expectRefusal([...lines.slice(0, 2), lines[3], lines[2], ...lines.slice(4)].join("\n"));
  await expectRefusal([...lines.slice(0, 2), ...lines.slice(3)].join("\n"));
  await expectRefusal(text.replace('"version":1', '"version":2'));
  await expectRefusal("{}\n");
});

async function expectRefusal(text: string): Promise<void> {
  const database = memoryDatabase();
  const importing = last(importTables(memoryStore({}, database), pieces(text)));
  await expect(importing).rejects.toMatchObject({ code: "corrupt" });
  expect(Object.values(database).map(({ size }) => size).filter((size) => size > 0)).toEqual([]);
}

behaviour("a row that the target cannot hold is told apart, and stops no other", async () => {
  const store = memoryStore();
  await store.properties.setMany("a", [["one", "1"], ["two", "2"]]);
  const target = memoryStore();
  const refusing: TransferStore = {
    ...target,
    tables: {
      ...target.tables,
      write: (table, rows, options) =>
        target.tables.write(
          table,
          rows.map((row) => "name" in row && row.name === "two" ? { ...row, name: "" } : row),
          options,
        ),
    },
  };
  const failed: FailedRow[] = [];
  const report = await last(
    importTables(refusing, pieces(await exported(store)), { onFailed: (row) => void failed.push(row) }),
  );
  expect([report.written, failed.map(({ key }) => key)]).toEqual([1, [["a", "two"]]]);
});
