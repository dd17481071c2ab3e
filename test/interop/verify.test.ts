// What `verify` finds in databases that are not as they should be.
import { expect } from "bun:test";
import { enableExpiry } from "../../src/dynamodb/mod.ts";
import { behaviours } from "../support/behaviour.ts";
import { uniqueName } from "../support/stores.ts";
import { BACKENDS, sharedPlace } from "./place.ts";
import { facts, program } from "./program.ts";

const behaviour = behaviours("interop verify");

for (const backend of BACKENDS) {
  behaviour(`${backend}: verify says what is missing in an empty place, with exit code 1`, async () => {
    const place = await sharedPlace(backend, "interop_empty", false);
    const { code, lines: [summary] } = await facts(place, "verify");
    expect(code).toBe(1);
    expect(summary?.ok).toBe(false);
    expect((summary?.findings as unknown[]).length).toBe(backend === "dynamodb" ? 9 : 1);
    await place.remove();
  });

  behaviour(`${backend}: verify without an answer has exit code 2 and says why`, async () => {
    const place = await sharedPlace(backend, "interop_empty", false);
    const nowhere = {
      environment: { ...place.environment, AWS_DB_HOST: "http://127.0.0.1:1", PG_DB_PORT: "1" },
    };
    const { code, complained } = await program(nowhere, "verify");
    expect(code).toBe(2);
    expect(complained).toMatch(/^actingweb-edge: ./);
    await place.remove();
  });

  behaviour(`${backend}: verify --orphans refuses a database without a single actor`, async () => {
    const place = await sharedPlace(backend, "interop_empty");
    const store = place.open();
    await store.properties.set("nobody", "name", "text");
    const { code, complained } = await program(place, "verify", "--orphans", "--repair");
    expect([code, complained.includes("not a single actor")]).toEqual([2, true]);
    expect(await store.properties.get("nobody", "name")).toBe("text");
    await store.close();
    await place.remove();
  });
}

behaviour("dynamodb: verify names keys, indexes and an expiry that are not as they should be", async () => {
  const place = await sharedPlace("dynamodb", "interop_wrong", false);
  const S = (AttributeName: string) => ({ AttributeName, AttributeType: "S" });
  const create = (table: string, hash: string, range?: string) =>
    place.client.send("CreateTable", {
      TableName: `${place.name}_${table}`,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [S(hash), ...(range === undefined ? [] : [S(range)])],
      KeySchema: [
        { AttributeName: hash, KeyType: "HASH" },
        ...(range === undefined ? [] : [{ AttributeName: range, KeyType: "RANGE" }]),
      ],
    });
  await create("actors", "id");
  await create("attributes", "id", "bucket_name");
  await create("trusts", "id", "wrong");
  const { printed } = await program(place, "verify");
  expect(printed).toContain("_actors: index creator-index is missing");
  expect(printed).toContain("_attributes: time to live on ttl_timestamp is off");
  expect(printed).toContain("_trusts: its keys are other ones");
  await enableExpiry(place.client, place.name);
  expect((await program(place, "verify")).printed).not.toContain("time to live");
  await place.remove();
});

behaviour(
  "postgresql: verify names a revision, columns, keys, indexes and permissions that are not as they should be",
  async () => {
    const place = await sharedPlace("postgresql", "interop_wrong");
    const role = uniqueName("reader");
    await place.sql(`UPDATE {schema}.alembic_version SET version_num = '3307e3616c5e';
    ALTER TABLE {schema}.properties ALTER COLUMN name TYPE varchar(255);
    ALTER TABLE {schema}.trusts DROP COLUMN aw_version;
    ALTER TABLE {schema}.trusts ADD COLUMN newer text;
    ALTER TABLE {schema}.peertrustees DROP CONSTRAINT peertrustees_pkey;
    DROP INDEX {schema}.ix_actingweb_edge_diffs;
    DROP TABLE {schema}.subscription_suspensions;
    CREATE ROLE ${role} LOGIN;
    GRANT USAGE ON SCHEMA {schema} TO ${role};
    GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO ${role}`);
    const reader = { environment: { ...place.environment, PG_DB_USER: role } };
    const { code, lines: [summary] } = await facts(reader, "verify");
    expect(code).toBe(1);
    const findings = (summary?.findings as { table: string; problem: string }[]).map(({ table, problem }) =>
      `${table}: ${problem}`
    );
    for (
      const expected of [
        `${place.name}: it has revision 3307e3616c5e instead of e5f6a7b8c9d0`,
        "properties: column name is character varying(255) NOT NULL instead of text NOT NULL",
        "trusts: column aw_version is missing",
        "peertrustees: its primary key is none instead of id, peerid",
        "subscription_diffs: index ix_actingweb_edge_diffs is missing",
        "subscription_suspensions: the table is missing",
        "actors: permissions are missing: INSERT, UPDATE, DELETE",
      ]
    ) expect(findings.some((finding) => finding.startsWith(expected)) ? expected : findings).toBe(expected);
    expect(findings.some((finding) => finding.includes("newer"))).toBe(false);
    await place.remove();
    const other = await sharedPlace("postgresql", "interop_role", false);
    await other.sql(`DROP ROLE ${role}`);
    await other.remove();
  },
);
