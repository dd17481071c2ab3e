// Tables and schemas: whoever made them, the other takes them as they are.
import { afterAll, beforeAll, expect } from "bun:test";
import type postgres from "postgres";
import { createTables, verifyTables } from "../../src/dynamodb/mod.ts";
import { migrate } from "../../src/postgresql/mod.ts";
import { CATALOG, readCatalog } from "../postgresql/catalog.ts";
import { otherClient } from "../postgresql/database.ts";
import { behaviours } from "../support/behaviour.ts";
import { postgresqlUrl } from "../support/stores.ts";
import { type SharedPlace, sharedPlace, TABLES } from "./place.ts";
import { referencePython, runAlembic, runModule } from "./python.ts";

const behaviour = behaviours("interop schema");
const HEAD = "e5f6a7b8c9d0";
/** All revisions of the reference, oldest first. */
const REVISIONS = ["3307e3616c5e", "70d60420526", "a1b2c3d4e5f6", "b2c3d4e5f6a7", "c3d4e5f6a7b8", "d4e5f6a7b8c9", HEAD];

let other: postgres.Sql;
const places: SharedPlace[] = [];
beforeAll(() => {
  referencePython();
  other = otherClient();
}, 300_000);
afterAll(async () => {
  for (const place of places) await place.remove();
  await other.end();
}, 120_000);

async function emptyPlace(backend: "dynamodb" | "postgresql"): Promise<SharedPlace> {
  const place = await sharedPlace(backend, "interop_schema", false);
  places.push(place);
  return place;
}

async function revisionOf({ name }: SharedPlace): Promise<unknown> {
  const [row] = await other.unsafe(`SELECT version_num FROM "${name}".alembic_version`);
  return row?.version_num;
}

behaviour("the reference's migrations make the very schema of ours, but for our own indexes", async () => {
  const place = await emptyPlace("postgresql");
  runAlembic(["upgrade", "head"], place.environment);
  expect(await revisionOf(place)).toBe(HEAD);
  expect(await readCatalog(other, place.name)).toEqual(CATALOG.filter((line) => !line.includes("ix_actingweb_edge_")));
});

for (const revision of REVISIONS) {
  behaviour(`a database that Alembic brought to ${revision} is adopted with its rows`, async () => {
    const place = await emptyPlace("postgresql");
    runAlembic(["upgrade", revision], place.environment);
    await place.sql(`INSERT INTO {schema}.actors (id, creator, passphrase) VALUES ('a', 'me@x.org', 'secret');
      INSERT INTO {schema}.properties VALUES ('a', 'email', 'me@x.org')`);
    const { from, to } = await migrate({ url: postgresqlUrl(), schema: place.name });
    expect([from, to]).toEqual([revision, HEAD]);
    expect(await readCatalog(other, place.name)).toEqual(CATALOG);
    const store = place.open();
    expect((await store.actors.get("a"))?.creator).toBe("me@x.org");
    expect(await store.properties.get("a", "email")).toBe("me@x.org");
    await store.close();
  });
}

behaviour("Alembic finds nothing to do in a database that it began and ours finished", async () => {
  const place = await emptyPlace("postgresql");
  runAlembic(["upgrade", REVISIONS[2]!], place.environment);
  await migrate({ url: postgresqlUrl(), schema: place.name });
  expect(runAlembic(["upgrade", "head"], place.environment)).not.toContain("Running upgrade");
  expect(await readCatalog(other, place.name)).toEqual(CATALOG);
});

behaviour("Alembic finds nothing to do in a database of ours, and changes nothing", async () => {
  const place = await emptyPlace("postgresql");
  await migrate({ url: postgresqlUrl(), schema: place.name });
  expect(await revisionOf(place)).toBe(HEAD);
  expect(runAlembic(["upgrade", "head"], place.environment)).not.toContain("Running upgrade");
  expect(await readCatalog(other, place.name)).toEqual(CATALOG);
  expect((await migrate({ url: postgresqlUrl(), schema: place.name })).applied).toEqual([]);
});

behaviour("Alembic goes back and forth through a database of ours, and ours brings its indexes back", async () => {
  const place = await emptyPlace("postgresql");
  await migrate({ url: postgresqlUrl(), schema: place.name });
  runAlembic(["downgrade", REVISIONS[3]!], place.environment);
  expect(await revisionOf(place)).toBe(REVISIONS[3]);
  runAlembic(["upgrade", "head"], place.environment);
  await migrate({ url: postgresqlUrl(), schema: place.name });
  expect(await readCatalog(other, place.name)).toEqual(CATALOG);
});

/** Everything about a table that its maker decides. */
async function shapes({ client, name }: SharedPlace): Promise<unknown[]> {
  return await Promise.all(TABLES.map(async (table) => {
    const { Table } = await client.send("DescribeTable", { TableName: `${name}_${table}` });
    const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes = [], BillingModeSummary } = Table as {
      AttributeDefinitions: { AttributeName: string }[];
      KeySchema: unknown;
      GlobalSecondaryIndexes?: Record<string, unknown>[];
      BillingModeSummary?: { BillingMode: string };
    };
    return {
      table,
      KeySchema,
      attributes: [...AttributeDefinitions].sort((a, b) => a.AttributeName < b.AttributeName ? -1 : 1),
      indexes: GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }) => ({
        IndexName,
        KeySchema,
        Projection,
      })),
      billing: BillingModeSummary?.BillingMode,
    };
  }));
}

behaviour("tables that the reference and ours create have the same shape, and both verifications pass", async () => {
  const theirs = await emptyPlace("dynamodb");
  const reference = theirs.startReference();
  for (const accessor of ["actor", "attribute", "peer_trustee", "property", "trust"]) {
    await reference.calls(accessor, []);
  }
  for (const accessor of ["subscription", "subscription_diff"]) await reference.calls(accessor, []);
  await reference.calls("subscription_suspension", [], { actor_id: "a" });
  await reference.call("property", "set", { actor_id: "a", name: "email", value: "me@x.org" });
  await reference.close();
  const ours = await emptyPlace("dynamodb");
  await createTables(ours.client, ours.name);

  expect(await shapes(theirs)).toEqual(await shapes(ours));
  // The reference leaves the expiry to its operator.
  expect(await verifyTables(theirs.client, theirs.name)).toEqual([
    { table: `${theirs.name}_attributes`, problem: "time to live on ttl_timestamp is off" },
  ]);
  await createTables(theirs.client, theirs.name);
  for (const place of [theirs, ours]) {
    expect(await verifyTables(place.client, place.name)).toEqual([]);
    expect(runModule(["actingweb.db.verify_tables"], place.environment)).toContain("All 9 required tables exist");
  }
});
