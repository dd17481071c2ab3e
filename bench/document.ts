// docs/benchmarks.md and its pictures, made of what was measured.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { arch, cpus, platform, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { type Entry, round, verdicts } from "./goals.ts";
import { picture } from "./picture.ts";
import type { Fact, Result } from "./work.ts";

const docs = fileURLToPath(new URL("../docs/", import.meta.url));

/** What one measuring process found, kept so that a run of one part leaves the others as they are. */
export interface Part {
  readonly measure: string;
  readonly runtime: string;
  readonly date: string;
  readonly rounds: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly lines: readonly (Result | Fact)[];
}

/** Everything that is known from earlier runs. */
export function readParts(): Part[] {
  try {
    return JSON.parse(
      readFileSync(`${docs}benchmarks/results.json`, "utf8"),
    ) as Part[];
  } catch {
    return [];
  }
}

/** Writes the results, the pictures and the document. */
export function writeDocument(parts: readonly Part[]): void {
  mkdirSync(`${docs}benchmarks`, { recursive: true });
  writeFileSync(
    `${docs}benchmarks/results.json`,
    `${JSON.stringify(parts, null, 1)}\n`,
  );
  const entries: Entry[] = parts.flatMap(({ runtime, lines }) => lines.map((line) => ({ runtime, line })));
  writeFileSync(
    `${docs}benchmarks.md`,
    [...head(parts), ...goals(entries), ...tables(entries), ...facts(entries)]
      .join("\n"),
  );
}

function head(parts: readonly Part[]): string[] {
  const processor = cpus()[0]?.model ?? "unknown";
  const versions = Object.assign(
    {},
    ...parts.map(({ versions }) => versions),
  ) as Record<string, string>;
  return [
    "# Benchmarks",
    "",
    "Written by `npm run bench`. All sides of a table were measured in one process on the same server, in short slices of",
    "alternating order; a ratio is the median over the rounds of both rates in the same round, with its quartiles. Ratios of",
    "one run hold on other machines; rates do not. Sizes, requests and capacity units of each call are the same everywhere and",
    "asserted by `npm test`; the rates and the memory of copies and exports are in [transfer.md](transfer.md). Starts under",
    "workerd are not measured.",
    "",
    `Machine: ${processor}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ${platform()} ${arch()}.`,
    "Clients and servers share it, and other work ran beside them at times.",
    "",
    `Versions: ${
      Object.entries(versions).map(([name, version]) => `${name} ${version}`)
        .join(", ")
    }.`,
    "",
    `Measured: ${
      parts.map(({ measure, runtime, date, rounds }) => `${measure} under ${runtime} ${date} (${rounds} rounds)`).join(
        "; ",
      )
    }.`,
    "",
  ];
}

function goals(entries: readonly Entry[]): string[] {
  const all = verdicts(entries);
  const missed = all.filter(({ met }) => !met);
  return [
    "## What is asked for, and what was reached",
    "",
    `${all.length - missed.length} of ${all.length} numbers are reached. The others, with what they cost:`,
    "",
    "| measure | wanted | measured | why |",
    "| --- | --- | --- | --- |",
    ...missed.map(({ goal, wanted, measured, why }) => `| ${goal} | ${wanted} | ${measured} | ${why} |`),
    "",
    "Reached:",
    "",
    "| measure | wanted | measured |",
    "| --- | --- | --- |",
    ...all.filter(({ met }) => met).map(({ goal, wanted, measured }) => `| ${goal} | ${wanted} | ${measured} |`),
    "",
  ];
}

/** One table and one picture for each group and runtime. */
function tables(entries: readonly Entry[]): string[] {
  const groups = new Map<string, Result[]>();
  for (const { runtime, line } of entries) {
    if (!("sides" in line)) continue;
    const title = `${line.group}, ${runtime}`;
    groups.set(title, [...groups.get(title) ?? [], line]);
  }
  const lines: string[] = [];
  for (const [title, results] of groups) {
    const file = `${title.toLowerCase().replace(/[^a-z0-9]+/g, "-")}.svg`;
    writeFileSync(`${docs}benchmarks/${file}`, picture(title, results));
    lines.push(`## ${title}`, "", `![${title}](benchmarks/${file})`, "");
    lines.push(
      "| call | at once | side | calls a second | ratio to the first | quartiles |",
      "| --- | --- | --- | --- | --- | --- |",
    );
    for (const { call, parallel, sides } of results) {
      for (const { name, rate, ratio } of sides) {
        const quartiles = `${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}`;
        lines.push(
          `| ${call} | ${parallel} | ${name} | ${round(rate)} | ${ratio.median.toFixed(2)} | ${quartiles} |`,
        );
      }
    }
    lines.push("");
  }
  return lines;
}

function facts(entries: readonly Entry[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { runtime, line } of entries) {
    if ("sides" in line) continue;
    const row = `| ${line.name} | ${runtime} | ${round(line.value)} | ${line.unit} |`;
    groups.set(line.group, [...groups.get(line.group) ?? [], row]);
  }
  return [...groups].flatMap(([group, rows]) => [
    `## ${group}`,
    "",
    "| what | runtime | value | unit |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ]);
}
