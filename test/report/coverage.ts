// What the cells cover, by component, by backend, by runtime and together, and whether it is enough.
import { type Coverage, judged, unionOf } from "./lcov.ts";

/** Per cent of lines that have to be covered: of all sources together, and of a backend's own ones in its own cells. */
export const GATE = 95;

/** The coverage of one cell. */
export interface CellCoverage {
  readonly runtime: string;
  readonly backend: string;
  readonly coverage: Coverage;
}

/** Lines that were run, of how many. */
export interface Figure {
  readonly covered: number;
  readonly lines: number;
}

/** Figures of some cells, by component and of all that is served to users. */
export interface Row {
  /** `all`, or the name of a runtime or of a backend. */
  readonly cells: string;
  readonly components: Readonly<Record<string, Figure>>;
  readonly total: Figure;
}

/** What was found out. */
export interface CoverageReport {
  readonly rows: readonly Row[];
  /** What is below the gate, in words. */
  readonly problems: readonly string[];
  /** Lines of the union that nothing ran, by file. */
  readonly uncovered: Readonly<Record<string, readonly number[]>>;
}

/** Folders below `src/` that are components of their own; all other sources are `core`. */
const FOLDERS = ["dynamodb", "postgresql", "pglite", "http", "lists", "transfer", "cli", "conformance"];
/** The components in the order in which they are shown. */
export const COMPONENTS: readonly string[] = ["core", ...FOLDERS];
/** The suite is a test that is shipped: it would raise the whole without anything being tested. */
const UNCOUNTED = "conformance";
/** Backends whose own files have to be covered by their own cells. */
const BACKENDS = ["dynamodb", "postgresql"];

/** The component of a source. */
export function componentOf(path: string): string {
  return FOLDERS.find((name) => path.startsWith(`src/${name}/`)) ?? "core";
}

/**
 * Adds up the coverage of cells.
 *
 * @param cells What each cell covered
 * @param code For each source the lines with code
 */
export function reportOf(
  cells: readonly CellCoverage[],
  code: ReadonlyMap<string, ReadonlySet<number>>,
): CoverageReport {
  const of = (chosen: readonly CellCoverage[]) => judged(unionOf(chosen.map(({ coverage }) => coverage)), code);
  const groups: (readonly [string, readonly CellCoverage[]])[] = [["all", cells]];
  for (const key of ["runtime", "backend"] as const) {
    for (const name of new Set(cells.map((cell) => cell[key]))) {
      groups.push([name, cells.filter((cell) => cell[key] === name)]);
    }
  }
  const rows = groups.map(([name, chosen]) => rowOf(name, of(chosen)));
  return { rows, problems: problemsIn(rows), uncovered: uncoveredIn(of(cells)) };
}

function rowOf(cells: string, coverage: Coverage): Row {
  const components = Object.fromEntries(COMPONENTS.map((component) => {
    const files = [...coverage].filter(([path]) => componentOf(path) === component);
    return [component, figureOf(files.map(([, hits]) => hits))];
  }));
  const counted = COMPONENTS.filter((component) => component !== UNCOUNTED).map((component) => components[component]!);
  const sum = (key: keyof Figure) => counted.reduce((total, figure) => total + figure[key], 0);
  return { cells, components, total: { covered: sum("covered"), lines: sum("lines") } };
}

function figureOf(files: readonly ReadonlyMap<number, number>[]): Figure {
  const counts = files.flatMap((hits) => [...hits.values()]);
  return { covered: counts.filter((count) => count > 0).length, lines: counts.length };
}

function problemsIn(rows: readonly Row[]): string[] {
  const problems: string[] = [];
  const check = (what: string, figure: Figure) => {
    if (percentOf(figure) < GATE) problems.push(`${what}: ${percentOf(figure).toFixed(1)}% of lines, below ${GATE}%`);
  };
  for (const { cells, components, total } of rows) {
    if (cells === "all") check("all sources in all cells", total);
    if (BACKENDS.includes(cells)) check(`src/${cells}/ in its own cells`, components[cells]!);
  }
  return problems;
}

function uncoveredIn(coverage: Coverage): Record<string, number[]> {
  const entries = [...coverage].map(([path, hits]): [string, number[]] => {
    return [path, [...hits].filter(([, count]) => count === 0).map(([number]) => number).sort((a, b) => a - b)];
  });
  return Object.fromEntries(entries.filter(([, lines]) => lines.length > 0).sort(([a], [b]) => a < b ? -1 : 1));
}

/** Per cent; of no lines all. */
export function percentOf({ covered, lines }: Figure): number {
  return lines === 0 ? 100 : 100 * covered / lines;
}
