// The pages of a run: what they show, and that they show it as text.
import { expect } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listed, ranges } from "../report/behaviours.ts";
import { gather } from "../report/gather.ts";
import { pageOf } from "../report/page.ts";
import { countsOf, readRun, writeRun } from "../report/run.ts";
import { cellOf, HOSTILE, hostileRun, passed, runWith, soundRun } from "../report/samples.ts";
import { summaryOf } from "../report/summary.ts";
import { writeCell } from "../report/write.ts";
import { behaviours } from "../support/behaviour.ts";

const behaviour = behaviours("report pages");

const FAILED = { group: "trusts", name: "a trust is kept", passed: false, milliseconds: 5, message: "1 is not 2" };
const BROKEN = cellOf("deno", "postgresql", { outcomes: [FAILED, passed("lists", "order is kept")] });

const count = (text: string, part: string) => text.split(part).length - 1;

function inFolder(run: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "actingweb-edge-report-"));
  try {
    run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

behaviour("a run without failures has nothing red", () => {
  const page = pageOf(soundRun());
  expect(page).toContain("<title>12 passed, 0 failed – actingweb-edge</title>");
  expect(page).toMatch(/2 behaviours in\s+6 cells/);
  expect(count(page.slice(page.indexOf("</style>")), "bad")).toBe(0);
  expect(count(page, '<span class="good">✓ 2</span>')).toBe(6);
  expect(summaryOf(soundRun())).toContain("✅ 12 passed, 0 failed");
  expect(summaryOf(soundRun())).not.toContain("❌");
});

behaviour("a failure in one cell turns exactly that cell red, on the page and in the summary", () => {
  const page = pageOf(runWith(BROKEN));
  const cells = page.slice(page.indexOf('<table id="cells">'), page.indexOf("</table>"));
  expect(count(cells, 'class="bad"')).toBe(1);
  expect(cells).toContain('<td title="deno × postgresql" class="bad">✗ 1 of 2');
  expect(count(cells, '<span class="good">✓ 2</span>')).toBe(5);
  expect(page).toContain("<h3>deno × postgresql</h3>");
  expect(page).toContain("<pre>1 is not 2</pre>");
  expect(page).toContain("failed in postgresql (deno)");
  expect(page).toContain("passed in dynamodb (bun, deno), postgresql (bun), pglite (bun, deno)");

  const summary = summaryOf(runWith(BROKEN));
  expect(summary).toContain("❌ 11 passed, 1 failed");
  expect(summary).toContain("| postgresql | ✅ 2, 61 s | ❌ 1 of 2, 61 s |");
  expect(count(summary, "❌")).toBe(2);
  expect(summary).toContain("- deno × postgresql: ` trusts: a trust is kept ` ` 1 is not 2 `");
});

behaviour("a runtime that failed outside of any behaviour turns its cell red", () => {
  const run = runWith(cellOf("bun", "pglite", { outcomes: [], crash: "no such file" }));
  expect(countsOf(run)).toEqual({ passed: 10, failed: 1 });
  expect(pageOf(run)).toContain('<td title="bun × pglite" class="bad">✗ 1 of 1');
  expect(pageOf(run)).toContain("<pre>no such file</pre>");
  expect(summaryOf(run)).toContain("- bun × pglite: failed outside of any behaviour");
});

behaviour("what is wrong with the run as a whole fails it, though all cells passed", () => {
  const run = { ...soundRun(), checks: [{ name: "tsc", problem: "error" }], problems: ["dynamodb has no server"] };
  expect(countsOf(run)).toEqual({ passed: 12, failed: 2 });
  expect(pageOf(run)).toContain("12 passed, 2 failed");
  expect(pageOf(run)).toContain("dynamodb has no server");
  expect(summaryOf(run)).toContain("- ` dynamodb has no server `\n- ` tsc `");
});

behaviour("whatever a test is called or prints is text on the page", () => {
  const sound = pageOf(soundRun());
  const page = pageOf(hostileRun());
  for (const tag of ["<script", "<img", "</title>", "<base", "</main>", "<style>"]) {
    expect([tag, count(page, tag)]).toEqual([tag, count(sound, tag)]);
  }
  expect(page).toContain("&lt;script&gt;document.title = &#39;taken over&#39;&lt;/script&gt;");
  expect(page).toContain("\ufffd\ufffd\u202e");
});

behaviour("whatever a test is called stands in code spans of the summary", () => {
  const lines = summaryOf(hostileRun()).split("\n").filter((line) => line.startsWith("- "));
  for (const line of lines) {
    expect(line).toMatch(/^- (and \d+ more|(deno × postgresql: )?(failed outside|(`+) .* \4$))/);
  }
  expect(lines).toContain(`- \`\`\` ${HOSTILE[5]} \`\`\``);
  expect(lines.length).toBe(21);
});

behaviour("a run is read back from its files", () => {
  inFolder((folder) => {
    const run = { ...runWith(BROKEN), checks: [{ name: "tsc", problem: null }], problems: ["one"] };
    for (const cell of run.cells) writeCell(cell, folder);
    writeRun(run, folder);
    const back = readRun(folder);
    expect({ ...back, cells: new Set(back.cells) }).toEqual({ ...run, cells: new Set(run.cells) });
  });
});

behaviour("a run put together of its cells' files names the cell that left none", () => {
  inFolder((folder) => {
    const cells = ["module", "transfer"].map((backend) => cellOf("bun", backend));
    for (const cell of cells) writeCell(cell, folder);
    const planned = [...cells, cellOf("deno", "interop")].map((cell) => ({ ...cell, run: true }));
    const run = gather(planned, folder);
    expect(run.problems).toEqual(["deno × interop left no results"]);
    expect(countsOf(readRun(folder))).toEqual({ passed: 4, failed: 1 });
    const documents = planned.map((cell) => ({ ...cell, run: cell.backend !== "interop" }));
    expect(gather(documents, folder).problems).toEqual([]);
  });
});

behaviour("a run put together of its cells' files fails where a cell has left cases out, or covers too little", () => {
  inFolder((folder) => {
    const coverage = new Map([["mod.ts", new Map([[1, 1]])]]);
    const whole = cellOf("bun", "transfer", { coverage });
    const short = cellOf("deno", "transfer", { outcomes: whole.outcomes.slice(1) });
    for (const cell of [whole, short]) writeCell(cell, folder);
    const { problems } = gather([whole, short].map((cell) => ({ ...cell, run: true })), folder);
    expect(problems[0]).toBe("deno × transfer did not run 1 behaviours, e.g. “trusts: a trust is kept”");
    expect(problems[1]).toMatch(/^all sources in all cells: \d\.\d% of lines, below 95%$/);
  });
});

behaviour("results that no cell writes are refused", () => {
  const sound = cellOf("bun", "pglite");
  const wrong = [
    "[]",
    "not JSON",
    JSON.stringify({ ...sound, runtime: "<b>" }),
    JSON.stringify({ ...sound, backend: "../etc" }),
    JSON.stringify({ ...sound, seconds: "1" }),
    JSON.stringify({ ...sound, outcomes: [{ ...FAILED, passed: "false" }] }),
  ];
  for (const text of wrong) {
    inFolder((folder) => {
      mkdirSync(join(folder, "test-results-bun-pglite"));
      writeFileSync(join(folder, "test-results-bun-pglite", "results.json"), text);
      expect(() => readRun(folder)).toThrow();
    });
  }
});

behaviour("cells and lines are told in short", () => {
  expect(listed([])).toBe("");
  expect(listed([cellOf("bun", "dynamodb"), cellOf("deno", "dynamodb"), cellOf("bun", "pglite")])).toBe(
    "dynamodb (bun, deno), pglite (bun)",
  );
  expect(ranges([])).toBe("");
  expect(ranges([1, 2, 3, 7, 9, 10])).toBe("1–3, 7, 9–10");
});
