// A small run with everything that a page has to cope with.
import type { Outcome } from "../support/behaviour.ts";
import type { CellResult } from "../support/cells.ts";
import { COMPONENTS, type CoverageReport, type Row } from "./coverage.ts";
import type { Run } from "./run.ts";

/** Text that means to be more than text. */
export const HOSTILE: readonly string[] = [
  "<script>document.title = 'taken over'</script>",
  "<img src=x onerror=\"document.title = 'taken over'\">",
  '"><style>body { display: none }</style>',
  "</pre></code></main>",
  "</title><base href=https://elsewhere.example/>",
  "`code` ``more`` | cell | @everyone [link](https://elsewhere.example/) #1",
  "long".repeat(200),
  "\u0000\u0007\u202e\ud800 é 😀",
];

/** A case that passed. */
export function passed(group: string, name: string): Outcome {
  return { group, name, passed: true, milliseconds: 12 };
}

/** A cell in which two cases passed. */
export function cellOf(runtime: string, backend: string, given: Partial<CellResult> = {}): CellResult {
  return {
    runtime,
    backend,
    server: "PostgreSQL 18.4, started here",
    outcomes: [passed("trusts", "a trust is kept"), passed("lists", "order is kept")],
    seconds: 61.25,
    figures: [],
    crash: null,
    coverage: null,
    ...given,
  };
}

/** Six cells, all green. */
export function soundRun(): Run {
  const cells = ["dynamodb", "postgresql", "pglite"].flatMap((backend) => {
    return ["bun", "deno"].map((runtime) => cellOf(runtime, backend));
  });
  return { ended: "2026-02-03T04:05:06.789Z", cells, coverage: null, checks: [], problems: [] };
}

/** The same, with one of the cells put in the place of the one that it is named like. */
export function runWith(cell: CellResult): Run {
  const run = soundRun();
  const cells = run.cells.map((each) => each.runtime === cell.runtime && each.backend === cell.backend ? cell : each);
  return { ...run, cells };
}

/** Hostile text in every place that takes any. */
export function hostileRun(): Run {
  const outcomes = HOSTILE.flatMap((text): Outcome[] => [
    passed(text, text),
    { group: text, name: `failing ${text}`, passed: false, milliseconds: 1, message: text },
  ]);
  const all = HOSTILE.join("\n");
  const cell = cellOf("deno", "postgresql", { server: all, outcomes, figures: HOSTILE, crash: all });
  const checks = HOSTILE.map((text) => ({ name: text, problem: text }));
  return { ...runWith(cell), coverage: coverage(), checks, problems: HOSTILE };
}

function coverage(): CoverageReport {
  const components = Object.fromEntries(COMPONENTS.map((name, index) => [name, { covered: 80 + index, lines: 100 }]));
  const row = (cells: string): Row => ({ cells, components, total: { covered: 963, lines: 1000 } });
  const uncovered = Object.fromEntries(HOSTILE.map((text) => [text, [1, 2, 3, 7]]));
  return { rows: ["all", "bun", "deno", "dynamodb", "postgresql"].map(row), problems: [], uncovered };
}
