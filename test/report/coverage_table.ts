// The coverage of a run as a table.
import { COMPONENTS, type CoverageReport, percentOf } from "./coverage.ts";

/** The figures as a table in Markdown. */
export function tableOf({ rows }: CoverageReport): string {
  const head = ["cells", "all", ...COMPONENTS];
  const lines = rows.map(({ cells, components, total }) => {
    const figures = [total, ...COMPONENTS.map((name) => components[name]!)];
    return [cells, ...figures.map((figure) => figure.lines === 0 ? "–" : `${percentOf(figure).toFixed(1)}%`)];
  });
  return [head, head.map(() => "---"), ...lines].map((line) => `| ${line.join(" | ")} |\n`).join("");
}
