// How PostgreSQL carries out the statements that the store really sends, with many rows of several actors.
import { afterAll, beforeAll, expect } from "bun:test";
import type postgres from "postgres";
import { guard } from "../../src/guard.ts";
import { migrate } from "../../src/postgresql/mod.ts";
import { connect } from "../../src/postgresql/postgres_client.ts";
import type { Parameter, SqlClient } from "../../src/postgresql/sql_client.ts";
import { postgresqlBackend } from "../../src/postgresql/store.ts";
import type { Page, Store } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";
import { postgresqlUrl, uniqueName } from "../support/stores.ts";
import { otherClient } from "./database.ts";

const behaviour = behaviours("postgresql plans");
const schema = uniqueName("plans");
const url = postgresqlUrl();
let other: postgres.Sql;

const MANY = 100_000;
/** `i` counts the rows, `a` is one of five actors. */
const TABLES: readonly (readonly [table: string, rows: number, values: string])[] = [
  ["actors", 10_000, "'actor ' || i, 'creator ' || i % 2000, 'secret', now()"],
  ["properties", MANY, "a, CASE WHEN i % 3 = 0 THEN 'list:' ELSE 'name ' END || i, 'value ' || i"],
  ["property_lookup", 10_000, "'email', 'value ' || i, a"],
  [
    "attributes",
    MANY,
    `a, 'bucket ' || i % 20 || ':' || i, 'bucket ' || i % 20, i::text, jsonb_build_object('n', i) ||
    CASE WHEN i % 1000 = 0 THEN jsonb_build_object('chain_id', 'chain ' || i % 7) ELSE '{}' END, now(),
    CASE WHEN i % 1000 = 0 THEN 1000000000 + i END`,
  ],
  ["trusts", 10_000, "a, 'peer ' || i, 'u', 't', 'friend', 'secret ' || i, '', true, true, true, ''"],
  ["peertrustees", 10_000, "a, 'peer ' || i, 'u', 'type ' || i % 50, 'secret'"],
  ["subscriptions", 10_000, "a, 'peer ' || i % 100 || ':' || i, 'peer ' || i % 100, i::text, '', '', '', '', 0, false"],
  ["subscription_diffs", MANY, "a, i % 100 || ':' || i, (i % 100)::text, now(), '{}', i"],
  ["subscription_suspensions", 10_000, "a, 'target ' || i, CASE WHEN i % 2 = 0 THEN '' ELSE 'part' END, now()"],
];

beforeAll(async () => {
  other = otherClient();
  await migrate({ url, schema });
  for (const [table, rows, values] of TABLES) {
    await other.unsafe(`INSERT INTO "${schema}".${table}
      SELECT ${values} FROM generate_series(1, ${rows}) AS i, LATERAL (SELECT 'actor ' || i % 5 + 1 AS a) AS actor`);
  }
  for (const [table] of TABLES) await other.unsafe(`VACUUM ANALYZE "${schema}".${table}`);
}, 110_000);
afterAll(async () => {
  await other`DROP SCHEMA ${other(schema)} CASCADE`;
  await other.end();
});

interface Sent {
  readonly operation: string;
  readonly text: string;
  readonly parameters: readonly Parameter[];
}

/** A store that notes what it sends. */
function recorded(sent: Sent[]): Store {
  const client = connect({ url, max: 1 }, 60_000);
  const recording: SqlClient = {
    ...client,
    query(text, parameters, call) {
      sent.push({ operation: call.operation, text, parameters });
      return client.query(text, parameters, call);
    },
  };
  return guard(postgresqlBackend(recording, schema, {}));
}

async function first<Row>(pages: AsyncIterable<Page<Row>>): Promise<void> {
  for await (const page of pages) {
    expect(page.items.length).toBeGreaterThan(0);
    return;
  }
}

const ACTOR = "actor 1";
const PEER = "peer 5";

type Calls = Readonly<Record<string, (store: Store) => Promise<unknown>>>;

/** Methods that find a row or a few by their keys, on rows that are there. */
const POINTS: Calls = {
  "actors.get": (store) => store.actors.get(ACTOR),
  "actors.listByCreator": (store) => store.actors.listByCreator("creator 7"),
  "actors.createIfAbsent": ({ actors }) =>
    actors.createIfAbsent({ id: "new", creator: "me", passphrase: "" }, { clearTombstone: true }),
  "actors.update": (store) => store.actors.update(ACTOR, { creator: "creator 7" }),
  "actors.delete": (store) => store.actors.delete("actor 9999"),
  "actors.erase": (store) => store.actors.erase("actor 9998"),
  "actors.tombstone": (store) => store.actors.tombstone("actor 9998"),
  "properties.get": (store) => store.properties.get(ACTOR, "name 5"),
  "properties.getMany": (store) => store.properties.getMany(ACTOR, ["name 5", "name 10", "email"]),
  "properties.set": (store) => store.properties.set(ACTOR, "name 5", "x"),
  "properties.set, indexed": (store) => store.properties.set(ACTOR, "email", "x"),
  "properties.setMany": (store) => store.properties.setMany(ACTOR, [["name 5", "x"], ["name 10", ""]]),
  "properties.delete": (store) => store.properties.delete(ACTOR, "name 20"),
  "properties.deleteMany": (store) => store.properties.deleteMany(ACTOR, ["name 25", "name 30"]),
  "properties.createIfAbsent": (store) => store.properties.createIfAbsent(ACTOR, "name 5", "x"),
  "properties.createIfAbsent, indexed": (store) => store.properties.createIfAbsent(ACTOR, "email", "x"),
  "properties.setIfEquals": (store) => store.properties.setIfEquals(ACTOR, "name 5", "x", "y"),
  "properties.setIfEquals, indexed": (store) => store.properties.setIfEquals(ACTOR, "email", "x", "y"),
  "properties.deleteIfEquals": (store) => store.properties.deleteIfEquals(ACTOR, "name 5", "z"),
  "properties.deleteAll": (store) => store.properties.deleteAll("actor 5"),
  "lookups.get": (store) => store.lookups.get("email", "value 5"),
  "lookups.claim": (store) => store.lookups.claim(ACTOR, "email", "value 5"),
  "lookups.release": (store) => store.lookups.release(ACTOR, "email", "value 5"),
  "trusts.get": (store) => store.trusts.get(ACTOR, PEER),
  "trusts.getBySecret": (store) => store.trusts.getBySecret(ACTOR, "secret 5"),
  "trusts.createIfAbsent": ({ trusts }) =>
    trusts.createIfAbsent(ACTOR, { peerId: "new", baseUri: "", type: "", relationship: "", secret: "s" }),
  "trusts.update": (store) => store.trusts.update(ACTOR, PEER, { approved: true }),
  "trusts.touch": (store) => store.trusts.touch(ACTOR, PEER, { at: "2026-01-02T03:04:05Z" }),
  "trusts.delete": (store) => store.trusts.delete(ACTOR, "peer 10"),
  "peerTrustees.get": (store) => store.peerTrustees.get(ACTOR, PEER),
  "peerTrustees.listByType": (store) => store.peerTrustees.listByType(ACTOR, "type 5"),
  "subscriptions.get": (store) => store.subscriptions.get(ACTOR, PEER, "5"),
  "subscriptions.update": (store) => store.subscriptions.update(ACTOR, PEER, "5", { sequence: 1 }),
  "subscriptions.deleteAll, of a peer": (store) => store.subscriptions.deleteAll(ACTOR, { peerId: "peer 10" }),
  "diffs.append": (store) => store.diffs.append(ACTOR, PEER, "5", "{}"),
  "diffs.get": (store) => store.diffs.get(ACTOR, "5", 5),
  "diffs.deleteUpTo": (store) => store.diffs.deleteUpTo(ACTOR, PEER, "5", 100),
  "suspensions.has": (store) => store.suspensions.has(ACTOR, "target 5", "part"),
  "suspensions.createIfAbsent": (store) => store.suspensions.createIfAbsent(ACTOR, "target 5", "other"),
  "attributes.get": (store) => store.attributes.get(ACTOR, "bucket 5", "5"),
  "attributes.getMany": (store) => store.attributes.getMany(ACTOR, "bucket 5", ["5", "25"]),
  "attributes.set": (store) => store.attributes.set(ACTOR, "bucket 5", "5", 1),
  "attributes.setMany": (store) => store.attributes.setMany(ACTOR, "bucket 5", [["5", 1], ["25", 1]]),
  "attributes.createIfAbsent": (store) => store.attributes.createIfAbsent(ACTOR, "bucket 5", "5", 1),
  "attributes.setIfEquals": (store) => store.attributes.setIfEquals(ACTOR, "bucket 5", "5", 1, 2),
  "attributes.deleteIfEquals": (store) => store.attributes.deleteIfEquals(ACTOR, "bucket 5", "5", 1),
  "attributes.consume": (store) => store.attributes.consume(ACTOR, "bucket 5", "45"),
  "attributes.delete": (store) => store.attributes.delete(ACTOR, "bucket 5", "65"),
  "attributes.deleteMany": (store) => store.attributes.deleteMany(ACTOR, "bucket 5", ["85", "105"]),
  "attributes.deleteBucket": (store) => store.attributes.deleteBucket(ACTOR, "bucket 10"),
  "attributes.deleteByChain": (store) => store.attributes.deleteByChain("actor 1", ["bucket 0"], "chain 5"),
  "attributes.purgeExpired": (store) => store.attributes.purgeExpired({ buckets: ["bucket 0"] }),
};

/** Those that give all rows of something, in order. */
const WHOLES: Calls = {
  "properties.rangeNames": (store) => store.properties.rangeNames(ACTOR, "name 5", "name 6"),
  "properties.prefix": (store) => store.properties.prefix(ACTOR, "name 55"),
  "properties.all": (store) => store.properties.all(ACTOR),
  "properties.all, lists too": (store) => store.properties.all(ACTOR, { includeLists: true }),
  "trusts.all": (store) => store.trusts.all(ACTOR),
  "subscriptions.all": (store) => store.subscriptions.all(ACTOR),
  "subscriptions.all, of a peer": (store) => store.subscriptions.all(ACTOR, { peerId: PEER }),
  "subscriptions.pages, of a peer": (store) => first(store.subscriptions.pages(ACTOR, { peerId: PEER })),
  "diffs.all": (store) => store.diffs.all(ACTOR, "5", { after: 90_000 }),
  "attributes.bucket": (store) => store.attributes.bucket(ACTOR, "bucket 5"),
  "attributes.all": (store) => store.attributes.all(ACTOR),
  "attributes.pages, of a bucket": (store) => first(store.attributes.pages(ACTOR, { bucket: "bucket 5" })),
};

/** Those that give a part of many rows, in order, for which sorting would have to read the rest as well. */
const PARTS: Calls = {
  "actors.pages": (store) => first(store.actors.pages({ limit: 50 })),
  "properties.range": (store) => store.properties.range(ACTOR, "name 5", "name 6", { limit: 10 }),
  "properties.last": (store) => store.properties.last(ACTOR, "list:", "list;"),
  "properties.pages": (store) => first(store.properties.pages(ACTOR)),
  "properties.pages, lists too": (store) => first(store.properties.pages(ACTOR, { includeLists: true })),
  "trusts.pages": (store) => first(store.trusts.pages(ACTOR)),
  "peerTrustees.pages": (store) => first(store.peerTrustees.pages(ACTOR)),
  "subscriptions.pages": (store) => first(store.subscriptions.pages(ACTOR)),
  "diffs.first": (store) => store.diffs.first(ACTOR, "5"),
  "diffs.pages": (store) => first(store.diffs.pages(ACTOR, "5")),
  "suspensions.pages": (store) => first(store.suspensions.pages(ACTOR)),
  "attributes.pages": (store) => first(store.attributes.pages(ACTOR)),
};

interface Node {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly Plans?: readonly Node[];
}

function nodesOf(plan: Node): Node[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

/** The plan of a statement, made once for all parameters or for these. */
async function planOf({ text, parameters }: Sent, settings: Readonly<Record<string, string>>): Promise<Node[]> {
  const values = parameters.map((value) => value === null ? "NULL" : `'${value.replaceAll("'", "''")}'`).join(", ");
  const plan = await other.begin(async (sql) => {
    for (const [name, value] of Object.entries(settings)) await sql.unsafe(`SET LOCAL ${name} = ${value}`);
    await sql.unsafe(`PREPARE statement AS ${text}`);
    const [row] = await sql.unsafe(`EXPLAIN (FORMAT JSON) EXECUTE statement${values === "" ? "" : `(${values})`}`);
    await sql.unsafe("DEALLOCATE statement");
    return row!["QUERY PLAN"] as [{ Plan: Node }];
  });
  return nodesOf(plan[0].Plan);
}

const isSort = (node: Node) => node["Node Type"].includes("Sort");
const isSequential = (node: Node) => node["Node Type"] === "Seq Scan";

/** The one statement of a method. */
async function statementOf(call: (store: Store) => Promise<unknown>): Promise<Sent> {
  const sent: Sent[] = [];
  const store = recorded(sent);
  await call(store);
  await store.close();
  expect(sent.length).toBe(1);
  return sent[0]!;
}

const PLANS = ["force_generic_plan", "force_custom_plan"];

for (const [title, call] of Object.entries({ ...POINTS, ...WHOLES, ...PARTS })) {
  behaviour(`${title} reads no table from end to end, with any plan`, async () => {
    const statement = await statementOf(call);
    for (const mode of PLANS) {
      const nodes = await planOf(statement, { plan_cache_mode: mode });
      expect([mode, ...nodes.filter(isSequential)]).toEqual([mode]);
    }
  });
}

for (const [title, call] of Object.entries({ ...WHOLES, ...PARTS })) {
  behaviour(`${title} has an index in the order of its rows`, async () => {
    const statement = await statementOf(call);
    for (const mode of PLANS) {
      // Sorting all rows of an actor can be cheaper than reading them in order, but it must not be the only way.
      const settings = { plan_cache_mode: mode, ...(title in PARTS ? {} : { enable_sort: "off" }) };
      expect([mode, ...(await planOf(statement, settings)).filter(isSort)]).toEqual([mode]);
    }
  });
}
