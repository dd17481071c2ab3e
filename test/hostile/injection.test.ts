// Texts that would be more than data, wherever they might be taken for more.
import { expect } from "bun:test";
import { DEFAULT_INDEXED_PROPERTIES, guard } from "../../src/guard.ts";
import { dynamodbStore } from "../../src/dynamodb/mod.ts";
import { tables as dynamodbTables } from "../../src/dynamodb/table_rows.ts";
import { routes } from "../../src/http/mod.ts";
import { migrateDatabase, openDatabase } from "../../src/pglite/mod.ts";
import { pgliteClient } from "../../src/pglite/pglite_client.ts";
import { tables as postgresqlTables } from "../../src/postgresql/table_rows.ts";
import { postgresqlBackend } from "../../src/postgresql/store.ts";
import { shown } from "../../src/cli/shown.ts";
import type { Store } from "../../src/store.ts";
import { basic } from "../http/app.ts";
import { behaviours } from "../support/behaviour.ts";
import { memoryStore } from "../support/memory/mod.ts";
import { type Call, callsWith, make } from "./calls.ts";
import { isLong } from "./fuzz.ts";
import { INJECTIONS, OBJECT_NAMES } from "./values.ts";

const behaviour = behaviours("injection");
const MILLISECONDS = 120_000;

/** Each takes a second; the long form tries them all. */
const TEXTS = [...INJECTIONS, ...OBJECT_NAMES].filter((_, index) => isLong || index % 6 === 0);
/** Found again wherever it goes. */
const MARKER = "m4rk'er\"; -- #x";

function methodsOf(store: Store): string[] {
  return Object.entries(store).flatMap(([part, methods]) => {
    return typeof methods === "object" && part !== "capabilities"
      ? Object.keys(methods as object).map((method) => `${part}.${method}`)
      : [];
  });
}

behaviour("there is a call of every method among those that are tried", () => {
  expect(callsWith("x").map(({ name }) => name).sort()).toEqual(methodsOf(memoryStore()).sort());
});

behaviour("no SQL text holds an argument: the same methods send the same texts, whatever they are given", async () => {
  const { database, close } = await openDatabase();
  try {
    await migrateDatabase(database);
    const port = pgliteClient(database, () => Promise.resolve());
    const textsOf = async (text: string): Promise<Set<string>> => {
      const texts = new Set<string>();
      const query: typeof port.query = (statement, parameters, call) => {
        texts.add(statement);
        return port.query(statement, parameters, call);
      };
      const store = guard(postgresqlBackend({ ...port, query }, "public", { tables: postgresqlTables }));
      for (const call of callsWith(text)) await make(store, call);
      return texts;
    };
    const harmless = await textsOf("x");
    for (const text of [MARKER, ...TEXTS]) {
      const texts = await textsOf(text);
      expect([text, [...texts].filter((each) => !harmless.has(each))]).toEqual([text, []]);
    }
    expect(harmless.size).toBeGreaterThan(50);
  } finally {
    await close();
  }
}, MILLISECONDS);

behaviour("no expression of DynamoDB holds an argument, and no name of an attribute does", async () => {
  const seen: string[] = [];
  const fetch = (async (given: Request | URL | string, init?: RequestInit) => {
    const body = JSON.parse(await new Request(given, init).text()) as unknown;
    collect(body, seen);
    return Response.json({ Attributes: {}, Items: [], Responses: {}, UnprocessedItems: {}, UnprocessedKeys: {} });
  }) as typeof globalThis.fetch;
  const store = dynamodbStore({
    tables: dynamodbTables,
    region: "eu-north-1",
    credentials: { accessKeyId: "a", secretAccessKey: "s" },
    createTables: false,
    timeout: 200,
    fetch,
  });
  const outcomes: string[] = [];
  for (const call of callsWith(MARKER)) outcomes.push(await outcomeOf(store, call));
  expect(seen.length).toBeGreaterThan(50);
  expect(seen.filter((text) => text.includes("m4rk"))).toEqual([]);
  // Most go on with an empty answer; the others stop in words that hold nothing of the argument either.
  expect(outcomes.filter((outcome) => outcome === "done").length).toBeGreaterThan(60);
  expect(outcomes.filter((outcome) => outcome.includes("m4rk"))).toEqual([]);
}, MILLISECONDS);

/** Texts of expressions, and what names and values in them stand for names. */
function collect(input: unknown, seen: string[]): void {
  if (typeof input !== "object" || input === null) return;
  for (const [name, value] of Object.entries(input)) {
    if (name.endsWith("Expression")) seen.push(String(value));
    else if (name === "ExpressionAttributeNames") seen.push(JSON.stringify(value));
    else if (name === "ExpressionAttributeValues") seen.push(...Object.keys(value as object));
    else collect(value, seen);
  }
}

async function outcomeOf(store: Store, call: Call): Promise<string> {
  try {
    await make(store, call);
    return "done";
  } catch (error) {
    return (error as Error).message;
  }
}

behaviour("what is given comes back as it is, and a bystander keeps all that is its own", async () => {
  const { database, close } = await openDatabase();
  try {
    await migrateDatabase(database);
    const store = guard(
      postgresqlBackend(pgliteClient(database, () => Promise.resolve()), "public", { tables: postgresqlTables }),
    );
    const bystander = callsWith("bystander").filter(({ name }) => /\.(set|createIfAbsent)$/.test(name));
    for (const call of bystander) await make(store, call);
    const before = await database.query("SELECT count(*) FROM properties");
    for (const text of TEXTS) {
      for (const call of callsWith(text)) {
        if (/delete|erase|consume|purge/.test(call.name)) continue;
        await make(store, call);
      }
      expect(await store.properties.get(text, text)).toBe(`${text}2`);
      expect((await store.attributes.get(text, text, `${text}2`))?.data).toEqual({ chain_id: text });
      expect((await store.trusts.getBySecret(text, text))?.peerId).toBe(text);
      for (const call of callsWith(text)) await make(store, call);
    }
    expect((await database.query("SELECT count(*) FROM properties")).rows).toEqual(before.rows);
    expect(await store.properties.get("bystander", "bystander")).toBe("bystander");
  } finally {
    await close();
  }
}, MILLISECONDS);

behaviour("an indexed property with a name like a method is looked up like any other", async () => {
  const store = memoryStore({ indexedProperties: [...DEFAULT_INDEXED_PROPERTIES, ...OBJECT_NAMES] });
  await store.actors.createIfAbsent({ id: "a", creator: "c", passphrase: "p" });
  for (const name of OBJECT_NAMES) {
    await store.properties.set("a", name, "value");
    expect(await store.lookups.get(name, "value")).toBe("a");
  }
});

behaviour("no stored name steers a terminal or begins a line of its own", () => {
  for (const text of [...INJECTIONS, "\u2028", "\u200b", "\x9b2J", "a\rb", "\x07"]) {
    // deno-lint-ignore no-control-regex
    expect(shown(text)).not.toMatch(/[\0-\x1f\x7f-\x9f\u2028-\u202e\u200b]/);
  }
  expect(shown("Ærlig, 你好 😀 'x'")).toBe("Ærlig, 你好 😀 'x'");
  expect(shown("a\nb\x1b[2J\ud800")).toBe("a\\u000ab\\u001b[2J\\ud800");
});

behaviour("what a server writes about a fault holds nothing of the request", async () => {
  const lines: string[] = [];
  const complain = console.error;
  console.error = (...parts: unknown[]) => void lines.push(parts.map(String).join(" "));
  try {
    const store = memoryStore();
    await store.actors.createIfAbsent({ id: "a", creator: "c", passphrase: "secret-passphrase" });
    const broken = { ...store, properties: { ...store.properties, get: () => Promise.reject(new Error("broken")) } };
    const app = routes(broken);
    const headers = { authorization: basic("c:secret-passphrase"), "x-request-id": "evil\tid" };
    const answer = await app.request("/a/properties/faked?faked=%0Afaked%1b%5b2J", { headers });
    expect(answer.status).toBe(500);
    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  } finally {
    console.error = complain;
  }
  expect(lines).toHaveLength(1);
  for (const each of ["faked", "evil", "secret-passphrase", "\x1b"]) expect(lines[0]).not.toContain(each);
});
