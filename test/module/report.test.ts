// What a run of the matrix leaves behind: results of each cell, and what all of them cover.
import { expect } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeLines } from "../report/code_lines.ts";
import { percentOf, reportOf } from "../report/coverage.ts";
import { tableOf } from "../report/coverage_table.ts";
import { junitOf } from "../report/junit.ts";
import { type Coverage, judged, readLcov, unionOf, writeLcov } from "../report/lcov.ts";
import { writeCell } from "../report/write.ts";
import { behaviours } from "../support/behaviour.ts";
import type { CellResult } from "../support/cells.ts";

const behaviour = behaviours("reports");

const PASSED = { group: "trusts", name: "a trust is kept", passed: true, milliseconds: 12 };
const HOSTILE = { group: "trusts", name: 'a <name> & a "quote" \u0007 é 😀', passed: true, milliseconds: 3 };
const FAILED = {
  group: "lists",
  name: "order is kept",
  passed: false,
  milliseconds: 5,
  message: "expected <1>\n, got 2",
};

function cell(runtime: string, backend: string, given: Partial<CellResult> = {}): CellResult {
  return {
    runtime,
    backend,
    server: "one",
    outcomes: [PASSED, HOSTILE],
    seconds: 1,
    figures: [],
    crash: null,
    coverage: null,
    ...given,
  };
}

const count = (text: string, part: string) => text.split(part).length - 1;

behaviour("a failure in one cell is in that cell's files and in no other's", () => {
  const folder = mkdtempSync(join(tmpdir(), "actingweb-edge-results-"));
  try {
    const broken = cell("deno", "postgresql", { outcomes: [PASSED, HOSTILE, FAILED] });
    for (const each of [cell("bun", "postgresql"), broken, cell("deno", "dynamodb")]) writeCell(each, folder);
    const failures = readdirSync(folder).map((name) => {
      const junit = readFileSync(join(folder, name, "junit.xml"), "utf8");
      const { outcomes } = JSON.parse(readFileSync(join(folder, name, "results.json"), "utf8")) as CellResult;
      expect(count(junit, "<testcase ")).toBe(outcomes.length);
      return [name, count(junit, "<failure "), outcomes.filter(({ passed }) => !passed).length];
    });
    expect(failures.sort()).toEqual([
      ["test-results-bun-postgresql", 0, 0],
      ["test-results-deno-dynamodb", 0, 0],
      ["test-results-deno-postgresql", 1, 1],
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

behaviour("JUnit counts leaf cases, and what failed outside of any as one more", () => {
  const sound = junitOf(cell("bun", "dynamodb"));
  expect(sound).toContain('<testsuites name="bun × dynamodb" tests="2" failures="0" errors="0" time="1">');
  expect(sound).toContain('name="a &lt;name&gt; &amp; a &quot;quote&quot; \ufffd é 😀"');
  const crashed = junitOf(cell("bun", "dynamodb", { outcomes: [FAILED], crash: "no such file\n<here>" }));
  expect(crashed).toContain('tests="2" failures="1" errors="1"');
  expect(crashed).toContain('<failure message="expected &lt;1&gt;&#10;, got 2"/>');
  expect(crashed).toContain('<error message="no such file&#10;&lt;here&gt;"/>');
});

const BUN = "SF:src/a.ts\nDA:1,1\nDA:2,0\nend_of_record\n";
const DENO = "SF:/home/me/src/a.ts\nDA:1,0\nDA:2,3\nDA:3,1\nend_of_record\nSF:/elsewhere/b.ts\nDA:1,1\nend_of_record\n";

behaviour("records of one file under two runtimes are one file", () => {
  const union = unionOf([readLcov(BUN, "/home/me/"), readLcov(DENO, "/home/me/")]);
  expect([...union.keys()]).toEqual(["src/a.ts"]);
  expect([...union.get("src/a.ts")!]).toEqual([[1, 1], [2, 3], [3, 1]]);
  expect(readLcov(writeLcov(union), "/")).toEqual(union);
  expect(writeLcov(union)).toContain("LF:3\nLH:3\n");
});

behaviour("lines without code do not count, and files that nothing loads count whole", () => {
  const code = new Map([["src/a.ts", new Set([1, 2])], ["src/never.ts", new Set([4, 5])], [
    "src/types.ts",
    new Set<number>(),
  ]]);
  const whole = judged(readLcov(DENO, "/home/me/"), code);
  expect([...whole.get("src/a.ts")!.keys()]).toEqual([1, 2]);
  expect([...whole.get("src/never.ts")!]).toEqual([[4, 0], [5, 0]]);
  expect(whole.has("src/types.ts")).toBe(false);
});

behaviour("types and lines that only close something are no code", () => {
  const code = codeLines(["src/tables.ts", "src/model/order.ts"]);
  expect(code.get("src/tables.ts")!.size).toBe(0);
  const lines = readFileSync(new URL("../../src/model/order.ts", import.meta.url), "utf8").split("\n");
  const texts = [...code.get("src/model/order.ts")!].map((line) => lines[line - 1]!.trim());
  expect(texts.length).toBeGreaterThan(5);
  expect(texts.filter((text) => /^[\s{}()\[\];,]*$|^(\/\/|\*|\/\*)/.test(text))).toEqual([]);
});

/** Coverage of so many of 20 lines. */
function covering(path: string, lines: number): Coverage {
  return new Map([[path, new Map(Array.from({ length: 20 }, (_, index) => [index + 1, index < lines ? 1 : 0]))]]);
}

behaviour("what is below the gate is named, for all sources and for a backend in its own cells", () => {
  const paths = ["src/guard.ts", "src/dynamodb/trusts.ts"];
  const code = new Map(paths.map((path) => [path, new Set(Array.from({ length: 20 }, (_, index) => index + 1))]));
  const own = { runtime: "bun", backend: "dynamodb", coverage: covering(paths[1]!, 18) };
  const other = {
    runtime: "deno",
    backend: "module",
    coverage: unionOf([covering(paths[0]!, 20), covering(paths[1]!, 20)]),
  };
  const enough = reportOf([own, other], code);
  expect(percentOf(enough.rows[0]!.total)).toBe(100);
  expect(enough.problems).toEqual(["src/dynamodb/ in its own cells: 90.0% of lines, below 95%"]);
  expect(enough.uncovered).toEqual({});

  const short = reportOf([own], code);
  expect(short.problems[0]).toBe("all sources in all cells: 45.0% of lines, below 95%");
  expect(short.uncovered["src/dynamodb/trusts.ts"]).toEqual([19, 20]);
  expect(tableOf(short)).toContain("| dynamodb | 45.0% | 0.0% | 90.0% |");
});
