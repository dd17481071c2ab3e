// A process that is killed amid its work, and what another one finds and finishes.
// TORTURE_ROWS sets how many rows an erased actor has, TORTURE_KILLS how often somebody is killed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect } from "bun:test";
import type { Store } from "../../../src/store.ts";
import { behaviours } from "../../support/behaviour.ts";
import { random } from "../../support/random.ts";
import { dynamodbPlace, type Place, postgresqlPlace, uniqueName } from "../../support/stores.ts";
import { INDEXED, VALUES } from "./calls.ts";

/** A third of them in each of three places. */
const ROWS = 3 * Math.ceil(Number(process.env.TORTURE_ROWS ?? 300) / 3);
const KILLS = Number(process.env.TORTURE_KILLS ?? 3);
const TIME = 60_000 + KILLS * (5_000 + ROWS * 4);
/** Milliseconds within which a writer of the indexed property is killed. */
const WRITING = 300;

const behaviour = behaviours("half done");
const chance = random();
let place: Place;
let tables: string;
let store: Store;

beforeAll(async () => {
  const opened = process.env.TEST_BACKEND === "dynamodb"
    ? await dynamodbPlace("half_done")
    : await postgresqlPlace("half_done");
  place = opened;
  tables = "prefix" in opened ? opened.prefix : opened.schema;
  store = await place.open({ indexedProperties: [INDEXED] });
}, 120_000);
afterAll(async () => {
  await store.close();
  await place.remove();
}, 120_000);

/**
 * Starts a process at its work and kills it after so many milliseconds. `null` when it was still at it, else the
 * milliseconds that its work took.
 */
async function killed(work: "erase" | "index", actorId: string, milliseconds: number): Promise<number | null> {
  const file = fileURLToPath(new URL("./victim.ts", import.meta.url));
  const options = "Deno" in globalThis ? ["run", "-A", "--no-check", "--quiet"] : [];
  const child = spawn(process.execPath, [...options, file, place.backend, tables, work, actorId], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  const gone = once(child, "exit");
  const printed: string[] = [];
  let began = 0;
  let took: number | null = null;
  const reader = createInterface({ input: child.stdout });
  await new Promise<void>((resolve) => {
    reader.on("line", (line) => {
      printed.push(line);
      if (line === "done") took = performance.now() - began;
      resolve();
    });
    reader.on("close", resolve);
  });
  began = performance.now();
  child.stdin.write("go\n");
  // The moment is the test's very matter.
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  kill();
  await gone;
  process.off("exit", kill);
  expect(printed[0]).toBe("ready");
  return took;
}

/** An actor with so many rows, which three divides, and one in every other table. */
async function actorWith(rows: number): Promise<string> {
  const actorId = uniqueName("actor");
  const third = Array.from({ length: rows / 3 }, (_, index) => String(index).padStart(5, "0"));
  await store.actors.createIfAbsent({ id: actorId, creator: "creator", passphrase: "" });
  await store.properties.setMany(actorId, third.map((name) => [name, "value"]));
  await store.attributes.setMany(actorId, "first", third.map((name) => [name, 1]));
  await store.attributes.setMany(actorId, "second", third.map((name) => [name, { two: 2 }]));
  await store.properties.set(actorId, INDEXED, `value of ${actorId}`);
  await store.trusts.createIfAbsent(actorId, {
    peerId: "peer",
    baseUri: "https://example.com/peer",
    type: "urn:actingweb:example.com:test",
    relationship: "friend",
    secret: `secret of ${actorId}`,
  });
  await store.subscriptions.createIfAbsent(actorId, { peerId: "peer", subscriptionId: "s" });
  await store.diffs.append(actorId, "peer", "s", "a change");
  await store.suspensions.createIfAbsent(actorId, "properties", "");
  return actorId;
}

/** Checks that lookups of all values name the actor only for the one that it has; that value. */
async function agreement(actorId: string, values: readonly string[]): Promise<string | null> {
  for (;;) {
    const stored = await store.properties.get(actorId, INDEXED);
    const owners = await Promise.all(values.map((value) => store.lookups.get(INDEXED, value)));
    // A write that was under way when its sender died may come between; then once more.
    if (await store.properties.get(actorId, INDEXED) !== stored) continue;
    for (const [index, owner] of owners.entries()) {
      if (owner !== null) expect([owner, values[index] ?? null]).toEqual([actorId, stored]);
    }
    return stored;
  }
}

/** What is left when nothing moves any more: a request that was under way is done although its sender is dead. */
async function settled(actorId: string) {
  let last = await everythingOf(actorId);
  for (;;) {
    const found = await everythingOf(actorId);
    if (JSON.stringify(found) === JSON.stringify(last)) return found;
    last = found;
  }
}

/** Everything of an actor but its tombstone. */
async function everythingOf(actorId: string) {
  return {
    actor: await store.actors.get(actorId),
    properties: await store.properties.all(actorId),
    attributes: await store.attributes.all(actorId),
    trusts: await store.trusts.all(actorId),
    subscriptions: await store.subscriptions.all(actorId),
    diffs: await store.diffs.all(actorId, "s"),
    suspensions: await store.suspensions.all(actorId),
    owner: await store.lookups.get(INDEXED, `value of ${actorId}`),
  };
}

const NOTHING = {
  actor: null,
  properties: [],
  attributes: [],
  trusts: [],
  subscriptions: [],
  diffs: [],
  suspensions: [],
  owner: null,
};

behaviour("erasing that was killed is finished by the next run, and takes nothing of anybody else", async () => {
  const neighbour = await actorWith(30);
  const before = await everythingOf(neighbour);
  const unharmed = await actorWith(ROWS);
  const started = performance.now();
  await store.actors.erase(unharmed);
  // The kills come within the time that erasing takes: longer in a process that has just started, and then as it took.
  let time = 3 * Math.ceil(performance.now() - started);
  let amid = 0;
  let rowsLeft = 0;
  let erasures = 0;
  for (; amid < KILLS && erasures < 10 * KILLS; erasures++) {
    const actorId = await actorWith(ROWS);
    const took = await killed("erase", actorId, chance.below(time));
    if (took === null) amid++;
    else time = Math.ceil(took);
    const left = await settled(actorId);
    const count = left.properties.length + left.attributes.length;
    if (count > 0 && count <= ROWS) rowsLeft++;
    // As long as anything is left, so is the actor's own row: it says that there is something to erase.
    if (count > 0) expect(left.actor).not.toBe(null);
    await store.actors.erase(actorId);
    expect(await everythingOf(actorId)).toEqual(NOTHING);
    expect(await store.actors.tombstone(actorId)).not.toBe(null);
    if (place.backend === "postgresql") expect([0, ROWS + 1]).toContain(count);
  }
  expect(await everythingOf(neighbour)).toEqual(before);
  expect(amid).toBe(KILLS);
  console.log(
    `figure: ${erasures} erasures of ${ROWS} rows, TEST_SEED=${chance.seed}: ${amid} killed at work, ` +
      `${rowsLeft} with some rows gone`,
  );
}, TIME);

behaviour(
  "a killed writer of an indexed property leaves no lookup that lies, and no value that is lost",
  async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      const actorId = await actorWith(0);
      expect(await killed("index", actorId, chance.below(WRITING))).toBe(null);
      const values = VALUES.filter((value): value is string => value !== null).map((value) => `${value} of ${actorId}`);
      const stored = await agreement(actorId, [`value of ${actorId}`, ...values]);
      if (stored !== null) {
        let owner: string | null = null;
        // What was under way when its sender died may come after ours, but only once.
        for (let tries = 0; tries < 2 && owner === null; tries++) {
          await store.properties.set(actorId, INDEXED, stored);
          owner = await store.lookups.get(INDEXED, stored);
        }
        expect(owner).toBe(actorId);
      }
      const heir = await actorWith(0);
      await store.properties.delete(actorId, INDEXED);
      for (const value of values) {
        await store.properties.set(heir, INDEXED, value);
        expect(await store.lookups.get(INDEXED, value)).toBe(heir);
      }
    }
    console.log(`figure: ${KILLS} writers of an indexed property killed, TEST_SEED=${chance.seed}`);
  },
  TIME,
);
