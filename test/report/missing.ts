// Behaviours that a run should have tried and did not.
import { conformance } from "../../src/conformance/mod.ts";
import { BACKENDS, type CellResult, RUNTIMES } from "../support/cells.ts";

/**
 * For each cell that left something out: how much, in words. A cell has to run the whole suite, and of its own tests all
 * that another runtime ran.
 *
 * @param own Whether the run left out the suite on purpose
 */
export function missingBehaviours(results: readonly CellResult[], own: boolean): string[] {
  const problems: string[] = [];
  const suite = own ? [] : conformance.flatMap(({ name, cases }) => cases.map((each) => `${name}: ${each.name}`));
  for (const { runtime, backend, outcomes } of results) {
    const ran = new Set(outcomes.map(({ group, name }) => `${group}: ${name}`));
    const expected = new Set(BACKENDS[backend]!.conforms ? suite : []);
    for (const other of results) {
      if (other.backend === backend && RUNTIMES[runtime]!.suite === RUNTIMES[other.runtime]!.suite) {
        for (const { group, name } of other.outcomes) expected.add(`${group}: ${name}`);
      }
    }
    const missing = [...expected].filter((name) => !ran.has(name));
    if (missing.length === 0) continue;
    problems.push(`${runtime} × ${backend} did not run ${missing.length} behaviours, e.g. “${missing[0]}”`);
  }
  return problems;
}
