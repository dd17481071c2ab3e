// Copying between the databases: everything arrives, whatever stands in the way.
import { afterAll, beforeAll, expect } from "bun:test";
import { createDynamoDBClient } from "../../src/dynamodb/client/mod.ts";
import type { TransferStore } from "../../src/tables.ts";
import {
  type Checkpoint,
  type CheckpointPlace,
  compare,
  copy,
  copyAgain,
  createMeter,
  exportTables,
  type FailedRow,
  importTables,
  mirror,
} from "../../src/transfer/mod.ts";
import { behaviours } from "../support/behaviour.ts";
import { memoryStore } from "../support/memory/mod.ts";
import { dynamodbConnection, dynamodbPlace, type Place, postgresqlPlace } from "../support/stores.ts";
import { differencesOf, last } from "./last.ts";
import { fill } from "./rows.ts";

const behaviour = behaviours("copy");
const ROWS = 20_000;

const places: Place[] = [];
let filled: TransferStore;
let filledPlace: DynamoDBPlace;

type DynamoDBPlace = Awaited<ReturnType<typeof dynamodbPlace>>;

async function opened<Kind extends Place>(place: Promise<Kind>): Promise<{ place: Kind; store: TransferStore }> {
  const found = await place;
  places.push(found);
  return { place: found, store: await found.open() };
}

beforeAll(async () => {
  const { place, store } = await opened(dynamodbPlace("copy_filled"));
  filledPlace = place;
  filled = store;
  await fill(filled, ROWS);
}, 120_000);
afterAll(async () => {
  await Promise.all(places.map((place) => place.remove()));
}, 120_000);

behaviour("rows of every table go from DynamoDB to PostgreSQL and back, and are equal each time", async () => {
  const { store: middle } = await opened(postgresqlPlace("copy_middle"));
  const { store: end } = await opened(dynamodbPlace("copy_end"));
  const there = await last(copy(filled, middle));
  expect([there.read, there.written, there.failed, there.expired]).toEqual([ROWS, ROWS, 0, 0]);
  expect(there.dropped).toEqual({});
  expect((await differencesOf(filled, middle)).differences).toEqual([]);
  const back = await last(copy(middle, end));
  expect([back.read, back.written, back.failed]).toEqual([ROWS, ROWS, 0]);
  expect((await differencesOf(middle, end)).differences).toEqual([]);
  expect((await differencesOf(filled, end)).differences).toEqual([]);
  expect(there.rows).toEqual(back.rows);
  await Promise.all([middle.close(), end.close()]);
}, 120_000);

behaviour("a copy that is stopped goes on from its checkpoint, and reads no more than is left", async () => {
  const { store: target } = await opened(postgresqlPlace("copy_resumed"));
  const place = memoryPlace();
  let read = 0;
  for (let runs = 0; runs < 100; runs++) {
    let report;
    let pages = 0;
    for await (report of copy(filled, target, { checkpoint: place, segments: 3 })) if (++pages === 12) break;
    read = report!.read;
    if (report!.finished) break;
  }
  expect(read).toBeGreaterThanOrEqual(ROWS);
  expect((await differencesOf(filled, target)).differences).toEqual([]);
  const again = await last(copy(filled, target, { checkpoint: place, segments: 3 }));
  expect([again.written, again.read]).toEqual([0, read]);
  await target.close();
}, 120_000);

behaviour("a checkpoint of another copy is refused", async () => {
  const place = memoryPlace();
  await last(copy(filled, filled, { checkpoint: place, tables: ["actors"], segments: 2 }));
  const other = { ...place, route: "another" };
  await expect(last(copy(filled, filled, { checkpoint: other, segments: 2 }))).rejects.toThrow("another copy");
  await expect(last(copy(filled, filled, { checkpoint: place, segments: 3 }))).rejects.toThrow("2 segments");
});

behaviour("the segments of several machines together are the whole", async () => {
  const { store: target } = await opened(postgresqlPlace("copy_machines"));
  const others = ["actors", "properties", "trusts", "peerTrustees", "subscriptions", "diffs"] as const;
  const tables = [...others, "suspensions", "attributes"] as const;
  const machines = [0, 1, 2].map((segment) => last(copy(filled, target, { segments: 3, segment, tables })));
  const counts = (await Promise.all(machines)).map(({ read }) => read);
  expect(counts.every((count) => count > ROWS / 5)).toBe(true);
  await last(copy(filled, target, { tables: ["lookups"] }));
  expect((await differencesOf(filled, target)).differences).toEqual([]);
  await target.close();
}, 120_000);

behaviour("a row that the target cannot hold is told apart, and stops no other", async () => {
  const { place, store: source } = await opened(dynamodbPlace("copy_failed"));
  const { store: target } = await opened(postgresqlPlace("copy_failed"));
  await fill(source, 400);
  const client = createDynamoDBClient(dynamodbConnection());
  const put = (table: string, item: object) =>
    client.send("PutItem", { TableName: `${place.prefix}_${table}`, Item: item });
  await put("properties", { id: { S: "odd" }, name: { S: "nul" }, value: { S: "a\0b" } });
  await put("attributes", {
    id: { S: "odd" },
    bucket_name: { S: "b:n" },
    bucket: { S: "b" },
    name: { S: "n" },
    data: { S: "NaN" },
  });
  const failed: FailedRow[] = [];
  const report = await last(copy(source, target, { onFailed: (row) => void failed.push(row) }));
  expect(report.failed).toBe(2);
  expect(failed.map(({ table, key }) => [table, ...key]).toSorted()).toEqual([
    ["attributes", "odd", "b:n"],
    ["properties", "odd", "nul"],
  ]);
  for (const { problem } of failed) expect(problem).not.toContain("a\0b");
  expect(report.written).toBe(400);
  await put("properties", { id: { S: "odd" }, name: { S: "nul" }, value: { S: "mended" } });
  const again = await last(copyAgain(source, target, failed.filter(({ table }) => table === "properties")));
  expect([again.failed, await target.properties.get("odd", "nul")]).toEqual([0, "mended"]);
  await Promise.all([source.close(), target.close()]);
});

behaviour("what only one kind of backend can hold is kept between two of a kind, and else counted", async () => {
  const { place, store: source } = await opened(dynamodbPlace("copy_newer"));
  const { place: twinPlace, store: twin } = await opened(dynamodbPlace("copy_newer"));
  const { store: other } = await opened(postgresqlPlace("copy_newer"));
  const client = createDynamoDBClient(dynamodbConnection());
  const item = { id: { S: "actor" }, creator: { S: "ada" }, passphrase: { S: "" }, newer: { M: { a: { N: "1" } } } };
  await client.send("PutItem", { TableName: `${place.prefix}_actors`, Item: item });
  expect((await last(copy(source, twin))).dropped).toEqual({});
  const { Item } = await client.send("GetItem", {
    TableName: `${twinPlace.prefix}_actors`,
    Key: { id: { S: "actor" } },
  });
  expect(Item).toEqual(item);
  expect((await last(copy(source, other))).dropped).toEqual({ "actors.newer": 1 });
  expect((await differencesOf(source, other)).differences).toEqual([]);
  await Promise.all([source.close(), twin.close(), other.close()]);
});

behaviour("lookup rows are rebuilt from properties, and counted where their actor is missing", async () => {
  const { store: source } = await opened(dynamodbPlace("copy_lookups"));
  const { store: target } = await opened(postgresqlPlace("copy_lookups"));
  await source.actors.createIfAbsent({ id: "a", creator: "ada", passphrase: "" });
  await source.properties.set("a", "email", "a@example.org");
  await source.properties.set("gone", "email", "gone@example.org");
  const report = await last(copy(source, target));
  expect(report.dropped).toEqual({ "lookups without their actor": 1 });
  expect(await target.lookups.get("email", "a@example.org")).toBe("a");
  expect((await differencesOf(source, target)).differences).toEqual([]);
  expect((await differencesOf(target, source)).differences).toEqual([]);
  await Promise.all([source.close(), target.close()]);
});

behaviour("a store that was opened without its tables is refused by every function, before anything is read", () => {
  const store = memoryStore();
  const without = { ...store, tables: undefined } as unknown as TransferStore;
  const given = [[store, without], [without, store]] as const;
  for (const [first, second] of given) {
    for (const refused of [() => copy(first, second), () => compare(first, second), () => mirror(first, second)]) {
      expect(refused).toThrow("option `tables`");
    }
  }
  expect(() => exportTables(without, () => {})).toThrow("option `tables`");
  expect(() => importTables(without, () => new ReadableStream())).toThrow("option `tables`");
});

behaviour("expired attributes stay behind", async () => {
  const { store: source } = await opened(dynamodbPlace("copy_expired"));
  const { store: target } = await opened(postgresqlPlace("copy_expired"));
  await source.attributes.set("a", "b", "old", 1, { expiresAt: 1_000 });
  await source.attributes.set("a", "b", "new", 1, { expiresAt: 4_102_444_800 });
  const report = await last(copy(source, target));
  expect([report.read, report.written, report.expired]).toEqual([2, 1, 1]);
  expect((await differencesOf(source, target)).differences).toEqual([]);
  await Promise.all([source.close(), target.close()]);
});

behaviour("a dry run counts rows and bytes, and writes nothing", async () => {
  const { store: target } = await opened(postgresqlPlace("copy_dry"));
  const report = await last(copy(filled, target, { dryRun: true }));
  expect([report.read, report.written]).toEqual([ROWS, 0]);
  expect(report.bytes).toBeGreaterThan(ROWS * 50);
  const { items } = (await target.tables.pages("actors")[Symbol.asyncIterator]().next()).value!;
  expect(items).toEqual([]);
  await target.close();
}, 120_000);

behaviour("the rate of rows and of capacity is kept", async () => {
  const { store: target } = await opened(postgresqlPlace("copy_rate"));
  const started = performance.now();
  await last(copy(filled, target, { tables: ["actors"], rowsPerSecond: 1_000, pageRows: 100, segments: 1 }));
  expect(performance.now() - started).toBeGreaterThan(ROWS / 20 - 200);
  const meter = createMeter();
  const metered = await filledPlace.open({ onRequest: (request) => meter.onRequest(request) });
  const begun = performance.now();
  await last(copy(metered, target, { tables: ["actors"], capacityPerSecond: 50, meter, pageRows: 100, segments: 1 }));
  expect(meter.units()).toBeGreaterThan(20);
  expect((performance.now() - begun) / 1000).toBeGreaterThan(meter.units() / 50 - 0.5);
  await Promise.all([target.close(), metered.close()]);
});

behaviour("a copy stops when its signal is aborted", async () => {
  const { store: target } = await opened(postgresqlPlace("copy_aborted"));
  const controller = new AbortController();
  const copying = (async () => {
    for await (const _ of copy(filled, target, { signal: controller.signal })) controller.abort();
  })();
  await expect(copying).rejects.toMatchObject({ code: "aborted" });
  await target.close();
});

/** A checkpoint in memory. */
function memoryPlace(): CheckpointPlace {
  let kept: Checkpoint | null = null;
  return {
    route: "one to another",
    load: () => Promise.resolve(kept),
    save(checkpoint) {
      kept = structuredClone(checkpoint);
      return Promise.resolve();
    },
  };
}
