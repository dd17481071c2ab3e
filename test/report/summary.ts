// A run of the matrix in Markdown, as a step's summary and as the comment on a pull request.
import { tableOf } from "./coverage_table.ts";
import { casesOf, countsOf, nameOf, type Run } from "./run.ts";

/** Failures that are told; a pull request that breaks everything must not make a comment that is refused. */
const TOLD = 20;
const CHARACTERS = 300;

/** The summary. What cells have told stands in code spans: nobody is mentioned, nothing links. */
export function summaryOf(run: Run): string {
  const { passed, failed } = countsOf(run);
  const parts = [`### ${failed === 0 ? "✅" : "❌"} ${passed} passed, ${failed} failed`];
  if (run.cells.length === 0) parts.push("No cell ran.");
  else parts.push(cellsTable(run));
  const told = failures(run);
  if (told.length > 0) parts.push([...told.slice(0, TOLD), ...more(told.length - TOLD)].join("\n"));
  if (run.coverage !== null) parts.push("Coverage of lines:", tableOf(run.coverage));
  return `${parts.join("\n\n").trimEnd()}\n`;
}

function cellsTable({ cells }: Run): string {
  const runtimes = [...new Set(cells.map(({ runtime }) => runtime))];
  const rows = [...new Set(cells.map(({ backend }) => backend))].map((backend) => {
    const own = cells.filter((cell) => cell.backend === backend);
    const figures = runtimes.map((name) => {
      const cell = own.find(({ runtime }) => runtime === name);
      if (cell === undefined) return "–";
      const { cases, failed } = casesOf(cell);
      const time = `${cell.seconds.toFixed(0)} s`;
      return failed === 0 ? `✅ ${cases}, ${time}` : `❌ ${failed} of ${cases}, ${time}`;
    });
    return [backend, ...figures];
  });
  return [["backend", ...runtimes], ["---", ...runtimes.map(() => "---")], ...rows]
    .map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function failures({ cells, checks, problems }: Run): string[] {
  return [
    ...problems.map((problem) => `- ${quoted(problem)}`),
    ...checks.filter(({ problem }) => problem !== null).map(({ name }) => `- ${quoted(name)}`),
    ...cells.flatMap((cell) => {
      const failed = cell.outcomes.filter(({ passed }) => !passed);
      const lines = failed.map(({ group, name, message = "" }) => {
        return `- ${nameOf(cell)}: ${quoted(`${group}: ${name}`)} ${quoted(message)}`;
      });
      return cell.crash === null ? lines : [...lines, `- ${nameOf(cell)}: failed outside of any behaviour`];
    }),
  ];
}

/** Text as it is, on one line: between more backticks than it has itself. */
function quoted(text: string): string {
  const short = text.length > CHARACTERS ? `${text.slice(0, CHARACTERS)}…` : text;
  // deno-lint-ignore no-control-regex
  const line = short.toWellFormed().replace(/[\s\0-\x1f]+/g, " ").trim();
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  return `${fence} ${line} ${fence}`;
}

function more(count: number): string[] {
  return count <= 0 ? [] : [`- and ${count} more`];
}
