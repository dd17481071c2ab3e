// Bars as SVG, readable on white and on black.
import type { Result } from "./work.ts";

const WIDTH = 720;
const LABEL = 210;
const BAR = 18;
const OURS = "actingweb-edge";

/** A picture of one group: for each call a bar for each side, as long as its ratio to the first side. */
export function picture(title: string, results: readonly Result[]): string {
  const longest = Math.max(
    ...results.flatMap(({ sides }) => sides.map(({ ratio }) => ratio.median)),
  );
  const rows: string[] = [];
  let y = 40;
  for (const { call, sides, parallel } of results) {
    rows.push(text(10, y + 4, `${call}, ${parallel} at once`, "bold"));
    y += 10;
    for (const { name, ratio, rate } of sides) {
      const length = (WIDTH - LABEL - 150) * ratio.median / longest;
      const colour = name === OURS ? "#2f7ed8" : "#9aa5b1";
      rows.push(text(20, y + 14, name));
      rows.push(
        `<rect x="${LABEL}" y="${y + 2}" width="${length.toFixed(1)}" height="${BAR - 4}" fill="${colour}"/>`,
      );
      rows.push(
        text(
          LABEL + length + 6,
          y + 14,
          `${ratio.median.toFixed(2)} (${Math.round(rate)}/s)`,
        ),
      );
      y += BAR;
    }
    y += 22;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" font-family="sans-serif" font-size="12">
<style>text { fill: #333 } @media (prefers-color-scheme: dark) { text { fill: #ddd } }</style>
${text(10, 18, title, "bold")}
${rows.join("\n")}
</svg>
`;
}

function text(x: number, y: number, words: string, weight = "normal"): string {
  const escaped = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x.toFixed(1)}" y="${y}" font-weight="${weight}">${escaped}</text>`;
}
