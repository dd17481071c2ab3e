// Which lines were run, in the lcov format that every runtime can write.

/** How often each line of a file was run, by its number. */
export type Hits = Map<number, number>;
/** Hits by file, from the project's root. */
export type Coverage = Map<string, Hits>;

/**
 * Reads lcov. Only lines count: what runtimes call a function or a branch differs, and so does which of them they tell.
 *
 * @param text The records
 * @param root The project's folder; files outside of it are left out
 */
export function readLcov(text: string, root: string): Coverage {
  const coverage: Coverage = new Map();
  let hits: Hits | null = null;
  for (const line of text.split("\n")) {
    const at = line.indexOf(":");
    const value = line.slice(at + 1);
    if (line.startsWith("SF:")) {
      const path = value.startsWith(root) ? value.slice(root.length) : value;
      hits = path.startsWith("/") ? null : coverage.get(path) ?? new Map<number, number>();
      if (hits !== null) coverage.set(path, hits);
    } else if (line.startsWith("DA:") && hits !== null) {
      const [number, count] = value.split(",").map(Number) as [number, number];
      hits.set(number, (hits.get(number) ?? 0) + count);
    }
  }
  return coverage;
}

/** Writes lcov, files and lines in their order. */
export function writeLcov(coverage: Coverage): string {
  const records = [...coverage].sort(([a], [b]) => a < b ? -1 : 1).map(([path, hits]) => {
    const lines = [...hits].sort(([a], [b]) => a - b).map(([number, count]) => `DA:${number},${count}`);
    const covered = [...hits.values()].filter((count) => count > 0).length;
    return ["TN:", `SF:${path}`, ...lines, `LF:${hits.size}`, `LH:${covered}`, "end_of_record", ""].join("\n");
  });
  return records.join("");
}

/** The union: a line counts where any runtime names it, and was run where any did. */
export function unionOf(coverages: Iterable<Coverage>): Coverage {
  const union: Coverage = new Map();
  for (const coverage of coverages) {
    for (const [path, hits] of coverage) {
      const whole = union.get(path) ?? new Map<number, number>();
      for (const [number, count] of hits) whole.set(number, (whole.get(number) ?? 0) + count);
      union.set(path, whole);
    }
  }
  return union;
}

/**
 * The same judgement for all runtimes, over all sources: of the lines that are told only those with code count, since one
 * runtime tells of lines that only close a brace and another does not; a file that was never loaded counts with all its
 * lines, and is told by none.
 *
 * @param coverage What runtimes told
 * @param code For each source the lines with code; none for a file of types alone
 */
export function judged(coverage: Coverage, code: ReadonlyMap<string, ReadonlySet<number>>): Coverage {
  const whole: Coverage = new Map();
  for (const [path, lines] of code) {
    const told = coverage.get(path);
    const hits = told === undefined
      ? [...lines].map((number) => [number, 0] as const)
      : [...told].filter(([number]) => lines.has(number));
    if (hits.length > 0) whole.set(path, new Map(hits));
  }
  return whole;
}
