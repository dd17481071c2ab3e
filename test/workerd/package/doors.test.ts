// The package as a worker's author has it: each import bundled by itself; this file itself runs on Node.
import { afterAll, beforeAll, expect } from "bun:test";
import process from "node:process";
import { type Door, DOORS } from "../../package/doors.ts";
import { folderFor, nameOf } from "../../package/folders.ts";
import type { Given } from "../../package/given.ts";
import { openPlaces } from "../../package/places.ts";
import { behaviours } from "../../support/behaviour.ts";
import { bundle, startWorkers, type Workers } from "./workers.ts";

const behaviour = behaviours("package");

/** Whether workerd offers Node's modules in this cell. */
const compatible = process.env.TEST_NODEJS_COMPAT === "true";

let places: { given: Given; remove(): Promise<void> };
let workers: Workers;

/** Whether workerd runs its program in this cell. */
function runsHere({ workerd }: Door): boolean {
  return workerd === undefined || compatible && workerd === "with nodejs_compat";
}

async function bundlesOf(doors: readonly Door[]): Promise<Map<string, string>> {
  const bundles = doors.map(async (door) => [door.program, await bundle(folderFor(door), door.program)] as const);
  return new Map(await Promise.all(bundles));
}

beforeAll(async () => {
  places = await openPlaces();
  workers = await startWorkers(await bundlesOf(Object.values(DOORS).filter(runsHere)), compatible);
}, 120_000);

afterAll(async () => {
  await workers.stop();
  await places.remove();
}, 120_000);

for (const [path, door] of Object.entries(DOORS)) {
  behaviour(sentenceOf(path, door), async () => {
    if (runsHere(door)) expect(await workers.run(door.program, places.given)).toEqual(door.answers);
    else await expect(startAlone(door)).rejects.toThrow("workerd does not start");
  });
}

function sentenceOf(path: string, { does, workerd }: Door): string {
  if (workerd === "never") return `${nameOf(path)} does not start`;
  return `${nameOf(path)} ${does}${workerd === undefined ? "" : `, and does not start without nodejs_compat`}`;
}

async function startAlone(door: Door): Promise<void> {
  const started = await startWorkers(await bundlesOf([door]), compatible);
  await started.stop();
}
