// Comparing: every difference is found by its key, and nothing else is.
import { expect } from "bun:test";
import type { TransferStore } from "../../src/tables.ts";
import { behaviours } from "../support/behaviour.ts";
import { memoryStore } from "../support/memory/mod.ts";
import { dynamodbPlace, postgresqlPlace } from "../support/stores.ts";
import { differencesOf } from "./last.ts";
import { fill } from "./rows.ts";

const behaviour = behaviours("compare");

/** Makes a row absent, one extra and one different. */
async function alter(second: TransferStore): Promise<void> {
  await second.properties.delete("known", "absent");
  await second.properties.set("known", "extra", "secret value");
  await second.properties.set("known", "different", "secret value");
}

const EXPECTED = [
  { table: "properties", key: ["known", "absent"], kind: "absent" },
  { table: "properties", key: ["known", "different"], kind: "different" },
  { table: "properties", key: ["known", "extra"], kind: "extra" },
] as const;

behaviour("rows that are absent, extra or different are named by their keys, and repaired when asked for", async () => {
  const [one, other] = await Promise.all([dynamodbPlace("compared"), postgresqlPlace("compared")]);
  try {
    const [first, second] = [await one.open(), await other.open()];
    for (const store of [first, second]) {
      await fill(store, 1_000);
      await store.properties.setMany("known", [["absent", "1"], ["different", "2"], ["equal", "3"]]);
    }
    expect((await differencesOf(first, second)).differences).toEqual([]);
    await alter(second);
    const { differences, report } = await differencesOf(first, second);
    expect(differences.toSorted((a, b) => a.kind < b.kind ? -1 : 1)).toEqual([...EXPECTED]);
    expect(report.differences).toEqual({ absent: 1, extra: 1, different: 1, unreadable: 0 });
    expect(JSON.stringify([differences, report])).not.toContain("secret value");
    const repairing = await differencesOf(first, second, { repair: true });
    expect([repairing.report.repaired, repairing.report.failed]).toEqual([3, 0]);
    expect((await differencesOf(first, second)).differences).toEqual([]);
    expect((await differencesOf(second, first)).differences).toEqual([]);
    expect(await second.properties.get("known", "different")).toBe("2");
    await Promise.all([first.close(), second.close()]);
  } finally {
    await Promise.all([one.remove(), other.remove()]);
  }
}, 120_000);

behaviour("JSON values are equal whatever the order of their keys, and different in one digit", async () => {
  const [first, second] = [memoryStore(), memoryStore()];
  await first.attributes.set("a", "b", "n", { a: 1, b: { c: [1, 2], d: 12345678901234567890n } });
  await second.attributes.set("a", "b", "n", { b: { d: 12345678901234567890n, c: [1, 2] }, a: 1 });
  expect((await differencesOf(first, second)).differences).toEqual([]);
  await second.attributes.set("a", "b", "n", { b: { d: 12345678901234567891n, c: [1, 2] }, a: 1 });
  expect((await differencesOf(first, second)).differences.map(({ kind }) => kind)).toEqual(["different"]);
});

behaviour("what was written on both between the two readings is no difference", async () => {
  const [first, second] = [memoryStore(), memoryStore()];
  for (const store of [first, second]) await store.properties.set("a", "name", "1");
  let walks = 0;
  const busy: TransferStore = {
    ...first,
    tables: {
      ...first.tables,
      async *pages(table, options) {
        for await (const page of first.tables.pages(table, options)) {
          yield page;
          if (table !== "properties" || page.items.length === 0 || walks++ > 0) continue;
          for (const store of [first, second]) await store.properties.set("a", "name", "2");
        }
      },
    },
  };
  await second.properties.set("a", "other", "only here");
  const { differences } = await differencesOf(busy, second);
  expect(differences).toEqual([{ table: "properties", key: ["a", "other"], kind: "extra" }]);
});
