// `npm run report:check`: the page in a real browser. It is no part of `npm test`, which no browser is installed for.
/// <reference lib="dom" />
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { pageOf } from "./page.ts";
import { readRun, RESULTS } from "./run.ts";
import { cellOf, hostileRun, runWith, soundRun } from "./samples.ts";

const BROWSERS = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const VIEWS = [
  { name: "phone", width: 360, height: 740 },
  { name: "desk", width: 1280, height: 900 },
];
const SCHEMES = ["light", "dark"] as const;
/** WCAG 2.2, level AA, for text of any size. */
const CONTRAST = 4.5;
/** Its least target for a finger is 24 px; 44 px is what phones' makers ask for. */
const TARGET = 44;

/** What a look at a page measures. */
interface Look {
  readonly title: string;
  /** Pixels by which the page is wider than the screen. */
  readonly overflow: number;
  readonly lowestContrast: number;
  readonly smallestText: number;
  readonly smallestTarget: number;
  readonly lines: number;
}

function findBrowser(): string {
  const found = BROWSERS.find((path) => path !== undefined && existsSync(path));
  if (found !== undefined) return found;
  throw new Error("no browser: install Debian's package chromium, or name one in CHROMIUM");
}

/** Looks at a page and gives what is wrong with it. */
async function problemsOf(browser: Browser, file: string, title: string, picture: string): Promise<string[]> {
  const problems: string[] = [];
  for (const view of VIEWS) {
    for (const colorScheme of SCHEMES) {
      const context = await browser.newContext({ viewport: view, colorScheme });
      const page = await context.newPage();
      const where = `${title} (${view.name}, ${colorScheme})`;
      page.on("request", (request) => {
        if (request.url() !== pathToFileURL(file).href) problems.push(`${where} asks for ${request.url()}`);
      });
      page.on("console", (message) => problems.push(`${where} says ${message.text()}`));
      page.on("pageerror", (error) => problems.push(`${where} fails: ${error.message}`));
      page.on("dialog", (dialog) => problems.push(`${where} opens a dialog: ${dialog.message()}`));
      await page.goto(pathToFileURL(file).href);
      for (const problem of wrongIn(await look(page), title)) problems.push(`${where}: ${problem}`);
      await page.screenshot({ path: `${picture}-${view.name}-${colorScheme}.png` });
      await context.close();
    }
  }
  return problems;
}

function wrongIn(look: Look, title: string): string[] {
  const problems: string[] = [];
  if (look.title !== title) problems.push(`is called “${look.title}”`);
  if (look.overflow > 0) problems.push(`is ${look.overflow} px wider than the screen`);
  if (look.lowestContrast < CONTRAST) problems.push(`has text of contrast ${look.lowestContrast.toFixed(2)}`);
  if (look.smallestText < 12) problems.push(`has text of ${look.smallestText} px`);
  if (look.smallestTarget < TARGET) problems.push(`has a target of ${look.smallestTarget} px`);
  if (look.lines < 2) problems.push("shows no behaviour");
  return problems;
}

/** Opens all that can be opened, and measures. The function runs in the page, where only its own words are known. */
function look(page: Page): Promise<Look> {
  return page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
    const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (color: string) => {
      const [red = 0, green = 0, blue = 0] = channels(color).map((value) => {
        return value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const behind = (element: Element | null): string => {
      if (element === null) return "rgb(255, 255, 255)";
      const color = getComputedStyle(element).backgroundColor;
      return channels(color)[3] === 0 ? behind(element.parentElement) : color;
    };
    const contrast = (element: Element) => {
      const [dark, light] = [luminance(getComputedStyle(element).color), luminance(behind(element))].sort((a, b) =>
        a - b
      );
      return (light! + 0.05) / (dark! + 0.05);
    };
    const texts = [...document.querySelectorAll("main *")].filter((element) => {
      return [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== "");
    });
    return {
      title: document.title,
      overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      lowestContrast: Math.min(...texts.map(contrast)),
      smallestText: Math.min(...texts.map((element) => parseFloat(getComputedStyle(element).fontSize))),
      smallestTarget: Math.min(
        ...[...document.querySelectorAll("summary")].map((element) => element.getBoundingClientRect().height),
      ),
      lines: document.querySelectorAll("details li").length,
    };
  });
}

/** Pages to look at: sound, failing, hostile, and the last run's where there is one. */
function pages(): [string, string][] {
  const failing = cellOf("deno", "postgresql", { outcomes: [], crash: "no such file" });
  const all: [string, string][] = [
    ["sound", pageOf(soundRun())],
    ["failing", pageOf(runWith(failing))],
    ["hostile", pageOf(hostileRun())],
  ];
  const last = readRun();
  return last.cells.length === 0 ? all : [...all, ["last-run", pageOf(last)]];
}

async function main(): Promise<number> {
  const all = pages();
  const folder = mkdtempSync(join(tmpdir(), "actingweb-edge-page-"));
  const pictures = join(RESULTS, "pictures");
  mkdirSync(pictures, { recursive: true });
  // Root has no sandbox to run a browser in.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const browser = await chromium.launch({ executablePath: findBrowser(), args });
  const problems: string[] = [];
  try {
    for (const [name, text] of all) {
      const file = join(folder, `${name}.html`);
      writeFileSync(file, text);
      const title = /<title>(.*)<\/title>/.exec(text)![1]!;
      problems.push(...await problemsOf(browser, file, title, join(pictures, name)));
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
  for (const problem of problems) console.error(`FAILED ${problem}`);
  console.log(`${all.length} pages looked at in ${VIEWS.length * SCHEMES.length} ways; pictures are in ${pictures}`);
  return problems.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
