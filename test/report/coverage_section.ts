// The coverage of a run as a part of its page.
import { ranges } from "./behaviours.ts";
import { COMPONENTS, type CoverageReport, type Figure, GATE, percentOf, type Row } from "./coverage.ts";
import { columnHead, type Html, markup } from "./html.ts";

/** Bars of all cells together, figures of each runtime and backend, and the lines that nothing ran. */
export function coverageSection({ rows, uncovered }: CoverageReport): Html {
  const all = rows.find(({ cells }) => cells === "all");
  return markup`<h2>Coverage</h2>
<p class="faint">Lines with code that ran in any cell; the mark is at ${GATE}%. The conformance suite is not counted in
“all”: it is a test itself.</p>
    ${all === undefined ? null : bars(all)}
<div class="wide" role="region" aria-label="Coverage by runtime and backend" tabindex="0">
<table id="coverage">
<thead>
<tr><th scope="col">cells</th>${["all", ...COMPONENTS].map(columnHead)}</tr>
</thead>
<tbody>
${rows.map(row)}</tbody>
</table>
</div>
${missed(uncovered)}
`;
}

function figuresOf({ total, components }: Row): [string, Figure][] {
  return [["all", total], ...COMPONENTS.map((name): [string, Figure] => [name, components[name]!])];
}

function bars(row: Row): Html {
  const lines = figuresOf(row).map(([name, figure]) => {
    const percent = percentOf(figure).toFixed(1);
    return markup`<dt>${name}</dt>
<dd class="rail"><span class="${percentOf(figure) < GATE ? "short" : "enough"}" style="width: ${percent}%"></span>
<span class="gate" style="left: ${GATE}%"></span></dd>
<dd>${percent}%</dd>
`;
  });
  return markup`<dl class="bars">\n${lines}</dl>`;
}

function row(given: Row): Html {
  const figures = figuresOf(given).map(([, figure]) => {
    return markup`<td>${figure.lines === 0 ? "–" : `${percentOf(figure).toFixed(1)}%`}</td>`;
  });
  return markup`<tr><th scope="row">${given.cells}</th>${figures}</tr>\n`;
}

function missed(uncovered: CoverageReport["uncovered"]): Html | null {
  const files = Object.entries(uncovered);
  if (files.length === 0) return null;
  return markup`<details>
<summary>Lines that no cell ran <span class="faint">in ${files.length} files</span></summary>
<ul>
${files.map(([path, lines]) => markup`<li>${path} <span class="faint">${ranges(lines)}</span></li>\n`)}</ul>
</details>
`;
}
