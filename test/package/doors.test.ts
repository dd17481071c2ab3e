// The package as its users have it: each import in a process of its own, where nothing else has been loaded.
import { afterAll, beforeAll, expect } from "bun:test";
import { execFile } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { behaviours } from "../support/behaviour.ts";
import { DOORS } from "./doors.ts";
import { ALONE, folderFor, MANIFEST, nameOf, WHOLE } from "./folders.ts";
import type { Given } from "./given.ts";
import { openPlaces } from "./places.ts";

const behaviour = behaviours("package");

/** How the runtime of this cell runs a program. */
const RUN = "Deno" in globalThis ? ["run", "-A", "--quiet", "--node-modules-dir=manual"] : [];
const SECONDS = 1_000;

let places: { given: Given; remove(): Promise<void> };

beforeAll(async () => {
  places = await openPlaces();
}, 120 * SECONDS);

afterAll(async () => {
  await places.remove();
}, 120 * SECONDS);

/** What a process has printed, and whether it ended well. It has this one's environment, but for what the cell put there. */
function run(folder: string, ...args: readonly string[]): Promise<{ ended: boolean; printed: string; said: string }> {
  const { PATH, HOME } = process.env;
  const options = { cwd: folder, env: { PATH, HOME, NO_COLOR: "1" }, timeout: 50 * SECONDS };
  return new Promise((resolve) => {
    execFile(process.execPath, [...RUN, ...args], options, (error, printed, said) => {
      resolve({ ended: error === null, printed, said });
    });
  });
}

function start(folder: string, program: string) {
  return run(folder, "start.js", program, JSON.stringify(places.given));
}

behaviour("every import of the package has a program that uses it", () => {
  expect(Object.keys(DOORS).sort()).toEqual(Object.keys(MANIFEST.exports).filter((path) => !/json/.test(path)).sort());
});

for (const [path, door] of Object.entries(DOORS)) {
  behaviour(`${nameOf(path)} ${door.does}`, async () => {
    const { ended, printed, said } = await start(folderFor(door), door.program);
    expect({ ended, said }).toEqual({ ended: true, said: "" });
    expect(JSON.parse(printed)).toEqual(door.answers);
  });

  const { needs } = door;
  if (needs === undefined) continue;
  behaviour(`${nameOf(path)} asks for ${needs} where that is not installed`, async () => {
    const { ended, said } = await start(ALONE, door.program);
    expect(ended).toBe(false);
    expect(said).toContain(needs);
  });
}

behaviour("the command line tells its version and its commands, with and without the optional packages", async () => {
  const [name] = Object.keys(MANIFEST.bin);
  for (const folder of [ALONE, WHOLE]) {
    const command = join(folder, "node_modules/.bin", name!);
    expect(await run(folder, command, "--version")).toEqual({
      ended: true,
      printed: `${MANIFEST.version}\n`,
      said: "",
    });
    const help = await run(folder, command, "--help");
    expect({ ended: help.ended, said: help.said }).toEqual({ ended: true, said: "" });
    for (const word of ["serve", "migrate", "export"]) expect(help.printed).toContain(word);
  }
});
