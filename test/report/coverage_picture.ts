// The coverage of each component as a picture: SVG, readable in light and dark.
import { COMPONENTS, type CoverageReport, type Figure, GATE, percentOf } from "./coverage.ts";

const WIDTH = 640;
const BAR = { left: 130, width: 380, height: 18, gap: 12 };
const TOP = 44;

/** The picture. */
export function coveragePicture({ rows }: CoverageReport): string {
  const { components, total } = rows.find(({ cells }) => cells === "all")!;
  const figures: [string, Figure][] = [
    ["all", total],
    ...COMPONENTS.map((name): [string, Figure] => {
      return [name, components[name]!];
    }),
  ];
  const height = TOP + figures.length * (BAR.height + BAR.gap) + 12;
  const gate = BAR.left + BAR.width * GATE / 100;
  const bars = figures.map(([name, figure], index) => barOf(name, figure, TOP + index * (BAR.height + BAR.gap)));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">
<title>Lines covered by all cells together</title>
<style>
text { font: 13px system-ui, sans-serif; fill: #24292f }
.rail { fill: #d0d7de } .enough { fill: #2da44e } .short { fill: #cf222e } .gate { stroke: #57606a; stroke-dasharray: 3 3 }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .rail { fill: #30363d } .gate { stroke: #8b949e } }
</style>
<text x="12" y="24">Lines covered by all cells together; the line is at ${GATE}%</text>
${bars.join("\n")}
<line class="gate" x1="${gate}" x2="${gate}" y1="${TOP - 6}" y2="${height - 12}"/>
</svg>
`;
}

function barOf(name: string, figure: Figure, y: number): string {
  const percent = percentOf(figure);
  const width = (BAR.width * percent / 100).toFixed(1);
  const kind = percent < GATE ? "short" : "enough";
  const middle = y + 14;
  return `<text x="12" y="${middle}">${name}</text>` +
    `<rect class="rail" x="${BAR.left}" y="${y}" width="${BAR.width}" height="${BAR.height}" rx="3"/>` +
    `<rect class="${kind}" x="${BAR.left}" y="${y}" width="${width}" height="${BAR.height}" rx="3"/>` +
    `<text x="${BAR.left + BAR.width + 12}" y="${middle}">${percent.toFixed(1)}% of ${figure.lines}</text>`;
}
