// Races of many clients in several processes: nothing is lost, no number is left out, nothing is won twice.
// TORTURE_PROCESSES and TORTURE_CLIENTS (of each process) set how many there are, TORTURE_ROUNDS how long they go on.
import { afterAll, beforeAll, expect } from "bun:test";
import process from "node:process";
import { listOf } from "../../../src/lists/mod.ts";
import type { Store } from "../../../src/store.ts";
import { behaviours } from "../../support/behaviour.ts";
import { dynamodbPlace, type Place, postgresqlPlace, uniqueName } from "../../support/stores.ts";
import { type Fleet, startFleet } from "./fleet.ts";
import { linearize } from "./linearizable.ts";
import { registerModel } from "./register_model.ts";
import { type RegisterEvent, REGISTERS } from "./scenarios.ts";

const PROCESSES = Number(process.env.TORTURE_PROCESSES ?? 2);
const CLIENTS = Number(process.env.TORTURE_CLIENTS ?? 6);
const ROUNDS = Number(process.env.TORTURE_ROUNDS ?? 4);
const ALL = PROCESSES * CLIENTS;
/** Milliseconds for one race. Whoever fights for one row has to wait for all others, again and again. */
const TIME = 60_000 + ALL * ALL * ROUNDS * 10;

const race = behaviours("races");
let place: Place;
let store: Store;
let fleet: Fleet;

beforeAll(async () => {
  const isDynamo = process.env.TEST_BACKEND === "dynamodb";
  const opened = isDynamo ? await dynamodbPlace("races") : await postgresqlPlace("races");
  place = opened;
  store = await place.open();
  fleet = await startFleet(opened.backend, "prefix" in opened ? opened.prefix : opened.schema, PROCESSES, CLIENTS);
}, 120_000);
afterAll(async () => {
  await fleet.stop();
  await store.close();
  await place.remove();
}, 120_000);

race("a counter that all clients count up by compare-and-swap loses nothing", async () => {
  const id = await actor("counter");
  await store.properties.set(id, "counter", "0");
  const history = (await fleet.run("counter", { id, rounds: ROUNDS, things: 1 })).flat();
  expect(await store.properties.get(id, "counter")).toBe(String(ALL * ROUNDS));
  expect(isLinearizable(history, "0")).toBe(true);
}, TIME);

race("every operation on a register happens at one moment", async () => {
  const id = uniqueName("registers");
  const histories = await fleet.run("registers", { id, rounds: ROUNDS * 4, things: CLIENTS });
  for (let register = 0; register < CLIENTS; register++) {
    const sharing = histories.filter((_, client) => client % CLIENTS === register);
    for (const kind of REGISTERS) {
      const history = sharing.flatMap((each) => each[kind]);
      expect(history.length).toBe(PROCESSES * ROUNDS * 4);
      expect([kind, history, isLinearizable(history, null)]).toEqual([kind, history, true]);
    }
  }
}, TIME);

race("every ticket is consumed exactly once", async () => {
  const id = await actor("tickets");
  const tickets = Array.from({ length: ALL * 2 }, (_, thing) => `ticket ${thing}`);
  await store.attributes.setMany(id, "tickets", tickets.map((ticket) => [ticket, ticket] as const));
  const won = await fleet.run("tickets", { id, rounds: 1, things: tickets.length });
  expect(won.flat().sort()).toEqual(tickets.sort());
  expect(await store.attributes.all(id)).toEqual([]);
}, TIME);

race("diffs of many writers have the numbers from 1 on, each once and in the order of time", async () => {
  const id = await actor("diffs");
  await store.subscriptions.createIfAbsent(id, { peerId: "peer", subscriptionId: "subscription" });
  const history = (await fleet.run("diffs", { id, rounds: ROUNDS, things: 1 })).flat();
  const order = linearize(history, 0, (last, _, number) => number === last + 1 ? { next: number } : undefined);
  expect(order?.map(({ output }) => output)).toEqual(numbers(ALL * ROUNDS));
  const stored = await store.diffs.all(id, "subscription");
  expect(stored.map(({ data }) => data)).toEqual(order!.map(({ input }) => input));
  expect((await store.subscriptions.get(id, "peer", "subscription"))?.sequence).toBe(ALL * ROUNDS);
}, TIME);

race("diffs that are cleared while others are written are seen each once and in order", async () => {
  const id = await actor("clearing");
  await store.subscriptions.createIfAbsent(id, { peerId: "peer", subscriptionId: "subscription" });
  const count = (ALL - 1) * ROUNDS;
  const [seen = []] = await fleet.run("clearing", { id, rounds: ROUNDS, things: count });
  const sequences = seen.flat();
  expect(sequences.length).toBeGreaterThanOrEqual(count);
  expect(sequences).toEqual(numbers(sequences.length));
  expect(await store.diffs.all(id, "subscription")).toEqual([]);
}, TIME);

race("of all who create a row exactly one does", async () => {
  const id = await actor("creators");
  const things = ROUNDS * 2;
  const won = await fleet.run("creators", { id, rounds: 1, things });
  const kinds = ["actor", "property", "email", "attribute", "trustee"];
  const every = numbers(things).flatMap((number) => kinds.map((kind) => `${kind} ${number - 1}`));
  expect(won.flat().sort()).toEqual(every.sort());
  const winner = (row: string) => won.findIndex((rows) => rows.includes(row));
  for (let thing = 0; thing < things; thing++) {
    const owner = `${id}.${thing}`;
    expect((await store.actors.get(owner))?.creator).toBe(`${winner(`actor ${thing}`)}`);
    expect(await store.properties.get(id, `name ${thing}`)).toBe(`${winner(`property ${thing}`)}`);
    expect(await store.properties.get(owner, "email")).toBe(`${winner(`email ${thing}`)}@${id}`);
    expect((await store.attributes.get(id, "bucket", `name ${thing}`))?.data).toBe(`${winner(`attribute ${thing}`)}`);
    expect((await store.peerTrustees.get(id, `peer ${thing}`))?.passphrase).toBe(`${winner(`trustee ${thing}`)}`);
  }
}, TIME);

race("an indexed value has one owner at a time", async () => {
  const id = await actor("owners");
  await actors(id, ALL);
  await fleet.run("owners", { id, rounds: ROUNDS, things: CLIENTS });
  for (let thing = 0; thing < CLIENTS; thing++) {
    const value = `${thing}@${id}`;
    expect(await store.properties.get(id, value)).toBe(String(PROCESSES * ROUNDS));
    expect(await store.lookups.get("email", value)).toBe(null);
  }
}, TIME);

race("the reverse lookup agrees with the properties after values moved between actors", async () => {
  const id = await actor("movers");
  const things = CLIENTS;
  await actors(id, things);
  await fleet.run("movers", { id, rounds: ROUNDS * 3 + 1, things });
  const holders = new Map<string, string[]>();
  for (let thing = 0; thing < things; thing++) {
    const owner = `${id}.${thing}`;
    const value = await store.properties.get(owner, "email");
    if (value !== null) holders.set(value, [...holders.get(value) ?? [], owner]);
  }
  for (let client = 0; client < ALL; client++) {
    const value = `${client}@${id}`;
    const holding = holders.get(value) ?? [];
    const owner = await store.lookups.get("email", value);
    expect(owner === null || holding.includes(owner)).toBe(true);
    const claimed: string[] = [];
    for (const each of holding) if (await store.lookups.claim(each, "email", value)) claimed.push(each);
    expect(claimed.length).toBe(Math.min(holding.length, 1));
    expect(await store.lookups.get("email", value)).toBe(owner ?? claimed[0] ?? null);
  }
}, TIME);

race("a list that all clients append to loses nothing and keeps each client's order", async () => {
  const id = await actor("lists");
  await fleet.run("lists", { id, rounds: ROUNDS, things: 1 });
  const items = await listOf(store, id, "notes").slice() as [client: number, round: number][];
  expect(items.length).toBe(ALL * ROUNDS);
  for (let client = 0; client < ALL; client++) {
    expect(items.filter(([by]) => by === client).map(([, round]) => round + 1)).toEqual(numbers(ROUNDS));
  }
}, TIME);

function isLinearizable(history: readonly RegisterEvent[], initial: string | null): boolean {
  return linearize(history, initial, registerModel) !== null;
}

async function actor(label: string): Promise<string> {
  const id = uniqueName(label);
  await store.actors.createIfAbsent({ id, creator: "ada", passphrase: "" });
  return id;
}

async function actors(id: string, count: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    await store.actors.createIfAbsent({ id: `${id}.${number}`, creator: "ada", passphrase: "" });
  }
}

/** The numbers from 1 up to and including `last`. */
function numbers(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}
