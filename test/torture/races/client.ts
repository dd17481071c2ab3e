// A process with some of a race's clients: reads one task a line, answers one line. `fleet.ts` starts it.
import process from "node:process";
import { createInterface } from "node:readline";
import { dynamodbStore } from "../../../src/dynamodb/mod.ts";
import { postgresqlStore } from "../../../src/postgresql/mod.ts";
import type { Store } from "../../../src/store.ts";
import { dynamodbConnection, postgresqlUrl } from "../../support/stores.ts";
import { type Client, scenarios, type Task } from "./scenarios.ts";

/** One line: a scenario and the numbers of the clients that this process is. */
export interface Order extends Task {
  /** The scenario. */
  readonly scenario: keyof typeof scenarios;
  /** Numbers of the clients. */
  readonly clients: readonly number[];
}

/** The answer: what each client returned, or what went wrong. */
export type Answer = { readonly results: readonly unknown[] } | { readonly error: string };

/** Milliseconds for one call, beside many others on a busy machine. */
const TIMEOUT = 60_000;

function open(backend: string, tables: string): Store {
  return backend === "dynamodb"
    ? dynamodbStore({ ...dynamodbConnection(), prefix: tables, createTables: false, timeout: TIMEOUT })
    : postgresqlStore({ url: postgresqlUrl(), schema: tables, timeout: TIMEOUT });
}

async function answer(store: Store, line: string): Promise<Answer> {
  const { scenario, clients, ...task } = JSON.parse(line) as Order;
  const run = scenarios[scenario] as (client: Client) => Promise<unknown>;
  try {
    return { results: await Promise.all(clients.map((client) => run({ ...task, store, client }))) };
  } catch (error) {
    return { error: error instanceof Error ? `${error.stack}\n${error.cause ?? ""}` : String(error) };
  }
}

const [backend, tables] = process.argv.slice(2) as [string, string];
const store = open(backend, tables);
console.log("ready");
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(store, line)));
}
await store.close();
