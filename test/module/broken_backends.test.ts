// The suite's own proof: a correct backend passes it whole, and it notices what has gone wrong with real ones.
import { expect } from "bun:test";
import { conformance, runCase } from "../../src/conformance/mod.ts";
import type { Group } from "../../src/conformance/mod.ts";
import type { StoreOptions } from "../../src/store.ts";
import type { TransferStore } from "../../src/tables.ts";
import { behaviours } from "../support/behaviour.ts";
import { rowFaults } from "../support/broken/rows.ts";
import { stepFaults } from "../support/broken/steps.ts";
import { type Database, memoryDatabase, memoryStore } from "../support/memory/mod.ts";

const behaviour = behaviours("the suite");

type Open = (options: StoreOptions, database: Database) => TransferStore;

/** Cases of a group that fail, each with its reason. */
async function failures({ name, cases }: Group, open: Open): Promise<string[]> {
  const database = memoryDatabase();
  const failed: string[] = [];
  for (const each of cases) {
    try {
      await runCase(each, { open: (options = {}) => Promise.resolve(open(options, database)) });
    } catch (error) {
      failed.push(`${name}: ${each.name}: ${error}`);
    }
  }
  return failed;
}

behaviour("a correct backend passes every group", async () => {
  const failed: string[] = [];
  for (const group of conformance) failed.push(...await failures(group, memoryStore));
  expect(failed).toEqual([]);
  for (const { name, cases } of conformance) expect([name, cases.length > 0]).toEqual([name, true]);
});

behaviour("no two groups, and no two cases of a group, have the same name", () => {
  expect(twice(conformance.map(({ name }) => name))).toEqual([]);
  for (const { name, cases } of conformance) expect([name, twice(cases.map((each) => each.name))]).toEqual([name, []]);
});

for (const [sentence, { noticedBy, open }] of Object.entries({ ...rowFaults, ...stepFaults })) {
  behaviour(`it is noticed when ${sentence}`, async () => {
    const noticed: string[] = [];
    for (const group of conformance) {
      if (noticedBy.includes(group.name) && (await failures(group, open)).length > 0) noticed.push(group.name);
    }
    expect(noticed.toSorted()).toEqual(noticedBy.toSorted());
  });
}

function twice(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}
