// Looking for what is wrong with a schema, and removing lookup rows that no property has.
import { expect } from "bun:test";
import { connect } from "../../src/postgresql/postgres_client.ts";
import { removeStaleLookups } from "../../src/postgresql/stale_lookups.ts";
import { verifySchema } from "../../src/postgresql/verify.ts";
import { serverVersion } from "../../src/postgresql/version.ts";
import { behaviours } from "../support/behaviour.ts";
import { postgresqlUrl } from "../support/stores.ts";
import { inSchema } from "./database.ts";

const behaviour = behaviours("postgresql verify");
const MILLISECONDS = 30_000;
const url = postgresqlUrl();

async function found(schema: string): Promise<string[]> {
  const client = connect({ url, max: 1 }, MILLISECONDS);
  try {
    const findings = await verifySchema(client, schema, { deadline: Date.now() + MILLISECONDS });
    return findings.map(({ table, problem }) => `${table}: ${problem}`).sort();
  } finally {
    await client.close();
  }
}

behaviour("a migrated schema is sound, and a missing one is named", () =>
  inSchema("verify", async (schema) => {
    expect(await found(schema)).toEqual([]);
    expect(await found(`${schema}_none`)).toHaveLength(1);
  }));

behaviour("a missing table, column and index are each named", () =>
  inSchema("verify", async (schema, other) => {
    await other.unsafe(`DROP TABLE "${schema}".subscription_suspensions`);
    await other.unsafe(`ALTER TABLE "${schema}".trusts DROP COLUMN aw_version`);
    await other.unsafe(`DROP INDEX "${schema}".ix_actingweb_edge_diffs`);
    const problems = await found(schema);
    expect(problems.length).toBeGreaterThanOrEqual(3);
    for (const word of ["subscription_suspensions", "aw_version", "ix_actingweb_edge_diffs"]) {
      expect(problems.some((problem) => problem.includes(word))).toBe(true);
    }
  }));

behaviour(
  "lookup rows whose property has another value are removed, and true ones stay",
  () =>
    inSchema("stale", async (schema, other) => {
      await other.unsafe(`INSERT INTO "${schema}".actors (id, creator, passphrase) VALUES ('a', 'ann', '')`);
      await other.unsafe(`INSERT INTO "${schema}".properties (id, name, value) VALUES ('a', 'email', 'true')`);
      await other.unsafe(
        `INSERT INTO "${schema}".property_lookup (property_name, value, actor_id)
        VALUES ('email', 'true', 'a'), ('email', 'gone', 'a')`,
      );
      const client = connect({ url, max: 1 }, MILLISECONDS);
      const call = { operation: "test", deadline: Date.now() + MILLISECONDS };
      expect(await removeStaleLookups(client, schema, call)).toBe(1);
      expect(await removeStaleLookups(client, schema, call)).toBe(0);
      await client.close();
      expect(await other.unsafe(`SELECT value FROM "${schema}".property_lookup`)).toMatchObject([{ value: "true" }]);
    }),
);

behaviour("the server tells its version as a number", async () => {
  expect(await serverVersion({ url })).toMatch(/^\d+\.\d+$/);
});
