// A database whose address is taken over by another way to it: connections break, or fall silent for ever.
import { afterAll, beforeAll, expect } from "bun:test";
import process from "node:process";
import { dynamodbStore } from "../../../src/dynamodb/mod.ts";
import { StoreError } from "../../../src/errors.ts";
import { GRACE } from "../../../src/postgresql/interrupt.ts";
import { postgresqlStore } from "../../../src/postgresql/mod.ts";
import type { Store } from "../../../src/store.ts";
import { behaviours } from "../../support/behaviour.ts";
import { type FaultyProxy, openFaultyProxy } from "../../support/faulty_proxy.ts";
import { dynamodbConnection, dynamodbPlace, type Place, postgresqlPlace, postgresqlUrl } from "../../support/stores.ts";

const behaviour = behaviours("failover");
const onDynamoDB = process.env.TEST_BACKEND === "dynamodb";
const WRITERS = 8;
const TIMEOUT = 700;
/** How much later a call may end on a busy machine. */
const SLACK = 1_000;
/** How soon all is well again, without anybody's doing: PostgreSQL's connections are given some time to answer. */
const SOON = TIMEOUT + GRACE + 2 * SLACK;
/** Acknowledged writes before the address moves, and after. */
const WRITES = 100;
const PROMISES = ["timeout", "throttled", "unavailable", "contended"];

let place: Place;
/** The address, and the two places that it leads to. */
let address: FaultyProxy;
let ways: readonly FaultyProxy[];
let direct: Store;
let openThrough: () => Store;

beforeAll(async () => {
  const url = new URL(onDynamoDB ? dynamodbConnection().endpoint : postgresqlUrl());
  const way = () => openFaultyProxy(url.hostname, Number(url.port));
  ways = await Promise.all([way(), way()]);
  address = await openFaultyProxy("127.0.0.1", ways[0]!.port);
  url.hostname = "127.0.0.1";
  url.port = String(address.port);
  if (onDynamoDB) {
    const { prefix, ...rest } = await dynamodbPlace("failover");
    place = rest;
    const options = { ...dynamodbConnection(), endpoint: url.href, prefix, createTables: false, timeout: TIMEOUT };
    openThrough = () => dynamodbStore(options);
  } else {
    const { schema, ...rest } = await postgresqlPlace("failover");
    place = rest;
    openThrough = () => postgresqlStore({ url: url.href, schema, max: WRITERS / 2, timeout: TIMEOUT });
  }
  direct = await place.open();
});
afterAll(async () => {
  await direct.close();
  await Promise.all([address, ...ways].map((proxy) => proxy.close()));
  await place.remove();
});

/** How a call ended. */
interface Ending {
  readonly name: string;
  readonly code: string;
  readonly milliseconds: number;
}

/** Writes, every name once, until it is told that it is enough. */
async function write(store: Store, actorId: string, writer: number, endings: Ending[], enough: () => boolean) {
  for (let count = 0; !enough(); count++) {
    const name = `${writer} ${count}`;
    const started = performance.now();
    const writing = store.properties.createIfAbsent(actorId, name, "value");
    const code = await writing.then((created) => created ? "acknowledged" : "not created", (error) => {
      if (error instanceof StoreError) return error.code;
      throw error;
    });
    endings.push({ name, code, milliseconds: performance.now() - started });
  }
}

async function until(condition: () => boolean, milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`it did not come to that within ${milliseconds} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

for (const how of ["break", "fall silent for ever"] as const) {
  behaviour(`connections that ${how} when the address moves: nothing acknowledged is lost, all goes on`, async () => {
    const actorId = `actor whose connections ${how}`;
    const store = openThrough();
    const endings: Ending[] = [];
    const acknowledged = () => endings.filter(({ code }) => code === "acknowledged").length;
    let last = Infinity;
    const writing = Promise.all(
      Array.from(
        { length: WRITERS },
        (_, writer) => write(store, actorId, writer, endings, () => acknowledged() >= last),
      ),
    );
    await until(() => acknowledged() >= WRITES, 60_000);
    address.aim("127.0.0.1", ways[how === "break" ? 1 : 0]!.port);
    if (how === "break") address.cut();
    else address.silence();
    const before = acknowledged();
    const moved = performance.now();
    await until(() => acknowledged() >= before + WRITERS, SOON);
    const seconds = (performance.now() - moved) / 1_000;
    last = acknowledged() + WRITES;
    await writing;
    await store.close();

    const found = new Set((await direct.properties.all(actorId)).map(({ name }) => name));
    const named = (codes: readonly string[]) =>
      endings.filter(({ code }) => codes.includes(code)).map(({ name }) => name);
    expect(named(["acknowledged"]).filter((name) => !found.has(name))).toEqual([]);
    expect(named(PROMISES).filter((name) => found.has(name))).toEqual([]);
    for (const { code } of endings) expect(["acknowledged", "unknown_outcome", ...PROMISES]).toContain(code);
    for (const { milliseconds } of endings) expect(milliseconds).toBeLessThan(TIMEOUT + SLACK);
    console.log(
      `figure: connections ${how}: ${acknowledged()} writes, none lost; went on after ${seconds.toFixed(2)} s`,
    );
  });
}
