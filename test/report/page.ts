// A run of the matrix as one page: it asks for nothing, runs nothing, and reads on a phone, in light and in dark.
import { readText } from "../support/sources.ts";
import type { CellResult } from "../support/cells.ts";
import { type Behaviour, type Group, groupsOf, listed } from "./behaviours.ts";
import { coverageSection } from "./coverage_section.ts";
import { columnHead, type Html, markup } from "./html.ts";
import { byBackend, casesOf, countsOf, nameOf, type Run } from "./run.ts";

/** The page. */
export function pageOf(run: Run): string {
  const { passed, failed } = countsOf(run);
  const verdict = `${number(passed)} passed, ${number(failed)} failed`;
  const groups = groupsOf(run.cells);
  const count = groups.reduce((sum, { behaviours }) => sum + behaviours.length, 0);
  const page = markup`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${verdict} – actingweb-edge</title>
<style>${{ html: readText("test/report/page.css") }}</style>
<main>
<h1>actingweb-edge: <span class="${failed === 0 ? "good" : "bad"}">${verdict}</span></h1>
<p class="faint">${number(count)} behaviours in ${run.cells.length} cells,
<time datetime="${run.ended}">${run.ended.slice(0, 16).replace("T", " ")} UTC</time></p>
${problemsSection(run)}
${cellsSection(run.cells)}
${failuresSection(run.cells)}
${run.coverage === null ? null : coverageSection(run.coverage)}
${figuresSection(run.cells)}
${checksSection(run)}
<h2>Behaviours</h2>
<p class="faint">Times are the longest of all cells.</p>
${groups.map(groupSection)}</main>
</html>
`;
  return page.html;
}

function problemsSection({ problems }: Run): Html | null {
  if (problems.length === 0) return null;
  return markup`<h2>Problems</h2>
<ul id="problems">${problems.map((problem) => markup`<li><span class="bad">✗</span> ${problem}</li>\n`)}</ul>`;
}

function failuresSection(cells: readonly CellResult[]): Html | null {
  const failing = cells.filter((cell) => casesOf(cell).failed > 0);
  if (failing.length === 0) return null;
  return markup`<h2>Failures</h2>\n<div id="failures">${failing.map(failuresOf)}</div>`;
}

function failuresOf(cell: CellResult): Html {
  const failures = cell.outcomes.filter(({ passed }) => !passed).map(({ group, name, message = "" }) => {
    return markup`<p><span class="bad">✗</span> ${group}: ${name}</p>\n<pre>${message}</pre>\n`;
  });
  const crash = cell.crash === null ? null : markup`<details>
<summary><span class="bad">✗</span> failed outside of any behaviour</summary>
<pre>${cell.crash}</pre>
</details>
`;
  return markup`<h3>${nameOf(cell)}</h3>\n${failures}${crash}`;
}

function cellsSection(cells: readonly CellResult[]): Html {
  const runtimes = [...new Set(cells.map(({ runtime }) => runtime))];
  const backends = byBackend(cells);
  const rows = [...backends].map(([backend, own]) => {
    const servers = [...new Set(own.map(({ server }) => server))].join("; ");
    const figures = runtimes.map((name) => cellFigure(own.find(({ runtime }) => runtime === name)));
    return markup`<tr><th scope="row">${backend} <span class="faint">${servers}</span></th>${figures}</tr>\n`;
  });
  return markup`<h2>Cells</h2>
<div class="wide" role="region" aria-label="Cells" tabindex="0">
<table id="cells">
<thead>
<tr><th scope="col">backend</th>${runtimes.map(columnHead)}</tr>
</thead>
<tbody>
${rows}</tbody>
</table>
</div>
`;
}

function cellFigure(cell: CellResult | undefined): Html {
  if (cell === undefined) return markup`<td class="faint">–</td>`;
  const { cases, failed } = casesOf(cell);
  const seconds = markup`<span class="faint">${cell.seconds.toFixed(1)} s</span>`;
  return failed === 0
    ? markup`<td title="${nameOf(cell)}"><span class="good">✓ ${number(cases)}</span> ${seconds}</td>`
    : markup`<td title="${nameOf(cell)}" class="bad">✗ ${number(failed)} of ${number(cases)} ${seconds}</td>`;
}

function figuresSection(cells: readonly CellResult[]): Html | null {
  const lines = cells.flatMap((cell) => cell.figures.map((figure) => markup`<li>${nameOf(cell)}: ${figure}</li>\n`));
  return lines.length === 0 ? null : markup`<h2>Measured</h2>\n<ul id="figures">${lines}</ul>`;
}

function checksSection({ checks }: Run): Html | null {
  if (checks.length === 0) return null;
  const lines = checks.map(({ name, problem }) =>
    problem === null
      ? markup`<li><span class="good">✓</span> ${name}</li>\n`
      : markup`<li><span class="bad">✗</span> ${name}<pre>${problem}</pre></li>\n`
  );
  return markup`<h2>Static checks</h2>\n<ul id="checks">${lines}</ul>`;
}

function groupSection({ name, behaviours, cells }: Group): Html {
  const failed = behaviours.filter(({ failedIn }) => failedIn.length > 0).length;
  const sign = failed === 0
    ? markup`<span class="good">✓</span>`
    : markup`<span class="bad">✗ ${failed} failed:</span>`;
  return markup`<details>
<summary>${sign} ${name} <span class="faint">${behaviours.length} in ${cells.length} cells</span></summary>
<p class="faint">Where nothing else is said, passed in ${listed(cells)}.</p>
<ul>
${behaviours.map((behaviour) => behaviourLine(behaviour, cells))}</ul>
</details>
`;
}

function behaviourLine({ name, passedIn, failedIn, slowest }: Behaviour, cells: readonly CellResult[]): Html {
  const time = markup`<span class="faint">${slowest} ms</span>`;
  const passed = passedIn.length === cells.length || passedIn.length === 0
    ? null
    : markup` <span class="faint">passed in ${listed(passedIn)}</span>`;
  if (failedIn.length === 0) return markup`<li><span class="good">✓</span> ${name} ${time}${passed}</li>\n`;
  return markup`<li><span class="bad">✗</span> ${name} ${time} <span class="bad">failed in ${
    listed(failedIn)
  }</span>${passed}</li>\n`;
}

function number(value: number): string {
  return value.toLocaleString("en");
}
