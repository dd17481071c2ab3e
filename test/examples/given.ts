// What names in examples stand for that the examples leave to their readers: a free name, e.g. `store`, or a parameter of a
// function that an example exports. Each example gets its own.
import { expect } from "bun:test";
import { StoreError } from "../../src/errors.ts";
import { type List, listOf } from "../../src/lists/mod.ts";
import { migrate, postgresqlStore } from "../../src/postgresql/mod.ts";
import { tables } from "../../src/postgresql/table_rows.ts";
import { exportTables } from "../../src/transfer/mod.ts";
import type { Store, StoreOptions, TransferStore } from "../../mod.ts";
import { memoryDatabase, memoryStore } from "../support/memory/mod.ts";
import { uniqueName } from "../support/stores.ts";
import { world } from "./world.ts";

/** Compares what an example's statement gives with what the comment behind it says. */
export function shown<Value>(place: string, actual: Value, said: unknown): Value {
  expect<unknown>({ [place]: actual }).toEqual({ [place]: said });
  return actual;
}

/** Uses what an example's function gave: a handler is called, a store is asked something and closed. */
export async function finished(result: unknown): Promise<void> {
  if (typeof result === "function") {
    const works: Promise<unknown>[] = [];
    const answer: unknown = await result(new Request("https://example.org/"), {
      waitUntil: (work: Promise<unknown>) => void works.push(work),
    });
    expect(answer).toBeInstanceOf(Response);
    await Promise.all(works);
  } else if (isStore(result)) {
    expect(await result.actors.get("nobody")).toBe(null);
    await result.close();
  }
}

function isStore(value: unknown): value is Store {
  return typeof value === "object" && value !== null && "actors" in value && "close" in value;
}

/** Stores to be closed when all examples have run. */
const opened: TransferStore[] = [];

/** Closes what was opened here. */
export async function close(): Promise<void> {
  await Promise.all(opened.map((each) => each.close()));
}

function openedIn(schema: string): TransferStore {
  const one = postgresqlStore({ url: world().url, schema, max: 1, tables });
  opened.push(one);
  return one;
}

/** An open store. */
export const store = () => openedIn("public");

/** An actor that is there. */
export async function actorId(): Promise<string> {
  const id = `a${crypto.randomUUID().slice(0, 8)}`;
  await store().actors.createIfAbsent({ id, creator: "ada@example.org", passphrase: "correct horse" });
  return id;
}

/** A peer. */
export const peerId = () => "p1";

/** A list of two notes, of which one is done. */
export async function notes(): Promise<List> {
  const list = listOf(store(), await actorId(), "notes");
  await list.extend([{ text: "Get up", done: true }, { text: "Buy bread", done: false }]);
  return list;
}
/** Whether such a note is done. */
export const isDone = () => (value: unknown) => (value as { readonly done?: boolean }).done === true;
/** Shows a value. */
export const show = () => (_value: unknown): void => {};
/** Keeps a cursor. */
export const remember = () => (_cursor: string | null): Promise<void> => Promise.resolve();
/** Writes a line of a log. */
export const log = () => (..._words: unknown[]): void => {};
/** Writes a line behind a file's others. */
export const append = () => (_file: string, _line: string): void => {};

/** A database of its own, with an actor. */
export async function source(): Promise<TransferStore> {
  const one = await target();
  await one.actors.createIfAbsent({ id: "a1", creator: "ada@example.org", passphrase: "correct horse" });
  await one.properties.set("a1", "email", "ada@example.org");
  return one;
}
/** Another one, empty. */
export async function target(): Promise<TransferStore> {
  const schema = uniqueName("example");
  await migrate({ url: world().url, schema });
  return openedIn(schema);
}
export { source as first, source as old, target as next, target as second };

/** What opens a store of the author of a backend. */
export function open(): (options?: StoreOptions) => Promise<TransferStore> {
  const database = memoryDatabase();
  return (options = {}) => Promise.resolve(memoryStore(options, database));
}

/** PostgreSQL's URL. */
export const url = () => world().url;
/** An environment that names a database. */
export const environment = (): Record<string, string> => ({ DATABASE_URL: world().url });
/** The two parts of credentials. */
export const accessKeyId = () => world().accessKeyId;
export const secretAccessKey = () => "secret";

/** The answer of a server that gives an export. */
export async function response(): Promise<Response> {
  let text = "";
  for await (const _ of exportTables(await source(), (lines) => void (text += lines)));
  return new Response(text);
}
/** What an app answers. */
export const answer = () => (_request: Request): Promise<Response> => Promise.resolve(new Response("here"));
/** A fault. */
export const error = () => new StoreError("throttled", "properties.get", "slow down");
/** Names of properties with their values. */
export const rows = (): [string, string][] => [["colour", "blue"], ["size", "large"]];
/** An address of a page, and one of a person. */
export const page = () => "/welcome";
export const email = () => "ada@example.org";
