// Indexed properties and their lookup rows, written by many at once.
import { afterAll, beforeAll, expect } from "bun:test";
import type postgres from "postgres";
import { migrate, postgresqlStore } from "../../src/postgresql/mod.ts";
import type { Store, StoreRequest } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";
import { postgresqlUrl, uniqueName } from "../support/stores.ts";
import { codeOf, otherClient, until } from "./database.ts";

const behaviour = behaviours("postgresql indexed properties");
const schema = uniqueName("indexed");
const url = postgresqlUrl();
const requests: StoreRequest[] = [];
let other: postgres.Sql;
/** Two pools, as of two processes. */
let stores: readonly [Store, Store];

beforeAll(async () => {
  other = otherClient({ max: 2 });
  await migrate({ url, schema });
  const open = () => postgresqlStore({ url, schema, max: 8, onRequest: (request) => requests.push(request) });
  stores = [open(), open()];
});
afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await other`DROP SCHEMA ${other(schema)} CASCADE`;
  await other.end();
});

async function newActor(): Promise<string> {
  const id = uniqueName("actor");
  await stores[0].actors.createIfAbsent({ id, creator: "me", passphrase: "secret" });
  return id;
}

interface Held {
  readonly actor: string;
  readonly name: string;
  readonly value: string;
}

async function rowsOf(actors: readonly string[]): Promise<{ properties: Held[]; lookups: Held[] }> {
  const properties = await other<Held[]>`SELECT id AS actor, name, value FROM ${other(schema)}.properties
    WHERE id = ANY (${actors}) AND name <> 'plain'`;
  const lookups = await other<Held[]>`SELECT actor_id AS actor, property_name AS name, value
    FROM ${other(schema)}.property_lookup WHERE actor_id = ANY (${actors})`;
  return { properties: [...properties], lookups: [...lookups] };
}

const key = ({ actor, name, value }: Held) => JSON.stringify([actor, name, value]);

/** No lookup row is left that its property does not bear out, and every value that one actor alone ever had is found. */
async function expectConsistent(actors: readonly string[], own: (value: string) => boolean): Promise<void> {
  const { properties, lookups } = await rowsOf(actors);
  const held = new Set(properties.map(key));
  expect(lookups.filter((row) => !held.has(key(row)))).toEqual([]);
  const found = new Set(lookups.map(key));
  expect(properties.filter((row) => own(row.value) && !found.has(key(row)))).toEqual([]);
  for (const { actor, name, value } of lookups) expect(await stores[1].lookups.get(name, value)).toBe(actor);
}

/** The same for everybody who runs it: 0, 1, 2, … below `limit`, mixed up. */
function mixed(seed: number): (limit: number) => number {
  let state = seed * 2_654_435_761 % 4_294_967_296;
  return (limit) => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return Math.floor(state / 4_294_967_296 * limit);
  };
}

behaviour("sixteen writers of two actors, with values of their own, leave exactly the true lookup rows", async () => {
  const actors = [await newActor(), await newActor()];
  const names = ["email", "oauthId"];
  requests.length = 0;
  await Promise.all(Array.from({ length: 16 }, async (_, writer) => {
    const pick = mixed(writer + 1);
    const { properties } = stores[writer % 2]!;
    for (let round = 0; round < 12; round++) {
      const actor = actors[pick(2)]!;
      const name = names[pick(2)]!;
      const value = `${actor} ${pick(3)}`;
      const now = await properties.get(actor, name) ?? "";
      const action = pick(8);
      if (action < 3) await properties.set(actor, name, value);
      else if (action === 3) await properties.delete(actor, name);
      else if (action === 4) await properties.setIfEquals(actor, name, now, value);
      else if (action === 5) await properties.createIfAbsent(actor, name, value);
      else if (action === 6) await properties.deleteIfEquals(actor, name, now);
      else await properties.setMany(actor, [["oauthId", value], ["plain", value], ["email", `${value} too`]]);
    }
  }));
  await expectConsistent(actors, () => true);
  expect(requests.filter(({ error }) => error !== null && error !== "22012")).toEqual([]);
});

behaviour(
  "two actors that pass the same values to and fro never both own one, and none is owned by nobody's property",
  async () => {
    const actors = [await newActor(), await newActor()];
    const values = [uniqueName("x"), uniqueName("y"), uniqueName("z")];
    await Promise.all(Array.from({ length: 16 }, async (_, writer) => {
      const pick = mixed(writer + 100);
      const { properties, lookups } = stores[writer % 2]!;
      for (let round = 0; round < 6; round++) {
        const actor = actors[pick(2)]!;
        const value = values[pick(3)]!;
        const action = pick(6);
        if (action < 3) await properties.set(actor, "email", value);
        else if (action === 3) await properties.delete(actor, "email");
        else if (action === 4) await lookups.claim(actor, "email", value);
        else await lookups.release(actor, "email", value);
      }
    }));
    const before = await rowsOf(actors);
    await expectConsistent(actors, () => false);
    // Who writes his value again gets it, if nobody else has it.
    for (const { actor, value } of before.properties) await stores[0].properties.set(actor, "email", value);
    const { properties } = await rowsOf(actors);
    const alone = (value: string) => properties.filter((row) => row.value === value).length === 1;
    await expectConsistent(actors, alone);
  },
);

behaviour("of sixteen actors that write a new value at once one owns it, and goes on owning it", async () => {
  const actors = await Promise.all(Array.from({ length: 16 }, newActor));
  const value = uniqueName("wanted");
  const owners = new Set<string>();
  let writing = true;
  const watch = (async () => {
    while (writing) {
      const owner = await stores[1].lookups.get("email", value);
      if (owner !== null) owners.add(owner);
    }
  })();
  await Promise.all(actors.map((actor, index) => stores[index % 2]!.properties.set(actor, "email", value)));
  writing = false;
  await watch;
  owners.add((await stores[0].lookups.get("email", value))!);
  expect(owners.size).toBe(1);
  expect((await rowsOf(actors)).properties.length).toBe(16);
});

behaviour("a reader sees the old value or the new one, never both and never none", async () => {
  const actor = await newActor();
  const values = [uniqueName("a"), uniqueName("b")];
  await stores[0].properties.set(actor, "email", values[0]!);
  let writing = true;
  let looks = 0;
  const watch = (async () => {
    while (writing) {
      const [row] = await other`SELECT count(*)::int AS count FROM ${other(schema)}.property_lookup l
        JOIN ${other(schema)}.properties p ON p.id = l.actor_id AND p.name = l.property_name AND p.value = l.value
        WHERE l.actor_id = ${actor}`;
      expect(row!.count).toBe(1);
      looks++;
    }
  })();
  for (let round = 0; round < 60; round++) await stores[0].properties.set(actor, "email", values[(round + 1) % 2]!);
  writing = false;
  await watch;
  expect(looks).toBeGreaterThan(5);
});

behaviour("an actor without a row gets its property and no lookup row", async () => {
  const actor = uniqueName("nobody");
  await stores[0].properties.set(actor, "email", actor);
  await stores[0].properties.setMany(actor, [["oauthId", actor], ["plain", actor]]);
  expect(await stores[0].properties.createIfAbsent(actor, "externalUserId", actor)).toBe(true);
  expect(await stores[0].properties.setIfEquals(actor, "externalUserId", actor, `${actor}2`)).toBe(true);
  const { properties, lookups } = await rowsOf([actor]);
  expect(properties.length).toBe(3);
  expect(lookups).toEqual([]);
  expect(await stores[0].lookups.claim(actor, "email", actor)).toBe(false);
  await stores[0].actors.createIfAbsent({ id: actor, creator: "me", passphrase: "secret" });
  expect(await stores[0].lookups.claim(actor, "email", actor)).toBe(true);
  expect(await stores[0].lookups.get("email", actor)).toBe(actor);
});

behaviour("writers and an eraser of the same actor leave no lookup row of an actor that is gone", async () => {
  for (let round = 0; round < 10; round++) {
    const actor = await newActor();
    const writes = Array.from(
      { length: 8 },
      (_, index) => stores[index % 2]!.properties.set(actor, "email", `${actor} ${index}`),
    );
    const [, ...codes] = await Promise.all([stores[0].actors.erase(actor), ...writes.map((write) => codeOf(write))]);
    expect(new Set(codes)).toEqual(new Set(["no error"]));
    expect((await rowsOf([actor])).lookups).toEqual([]);
  }
});

behaviour("removing all properties beside their writers leaves exactly the true lookup rows", async () => {
  for (let round = 0; round < 10; round++) {
    const actor = await newActor();
    await stores[0].properties.set(actor, "email", `${actor} first`);
    await Promise.all([
      ...Array.from(
        { length: 6 },
        (_, index) => stores[index % 2]!.properties.set(actor, "email", `${actor} ${index % 3}`),
      ),
      stores[0].properties.deleteAll(actor),
      stores[1].properties.deleteAll(actor, { includeLists: false }),
      stores[1].properties.deleteMany(actor, ["email", "plain"]),
    ]);
    await expectConsistent([actor], () => true);
  }
});

/** What another program's writer does, which keeps its lookup rows itself. */
const OTHERS: Readonly<Record<string, (sql: postgres.TransactionSql, actor: string) => Promise<unknown>>> = {
  changes: async (sql, actor) => {
    await sql`UPDATE ${sql(schema)}.properties SET value = ${`${actor} theirs`} WHERE id = ${actor}`;
    await sql`UPDATE ${sql(schema)}.property_lookup SET value = ${`${actor} theirs`} WHERE actor_id = ${actor}`;
  },
  creates: async (sql, actor) => {
    await sql`INSERT INTO ${sql(schema)}.properties VALUES (${actor}, 'email', ${`${actor} theirs`})`;
    await sql`INSERT INTO ${sql(schema)}.property_lookup VALUES ('email', ${`${actor} theirs`}, ${actor})`;
  },
  removes: async (sql, actor) => {
    await sql`DELETE FROM ${sql(schema)}.properties WHERE id = ${actor}`;
    await sql`DELETE FROM ${sql(schema)}.property_lookup WHERE actor_id = ${actor}`;
  },
};

for (const [verb, act] of Object.entries(OTHERS)) {
  behaviour(`a writer that waited for another one which ${verb} the property takes account of that`, async () => {
    const actor = await newActor();
    if (verb !== "creates") await stores[0].properties.set(actor, "email", `${actor} old`);
    requests.length = 0;
    let writing: Promise<void> = Promise.resolve();
    await other.begin(async (sql) => {
      await act(sql, actor);
      writing = stores[0].properties.set(actor, "email", `${actor} ours`);
      await until(async () => {
        const [row] = await other`SELECT count(*)::int AS count FROM pg_stat_activity
          WHERE wait_event_type = 'Lock' AND query LIKE ${`%${schema}%`}`;
        return row!.count > 0;
      });
    });
    await writing;
    expect(requests.map(({ error }) => error)).toEqual(["22012", null]);
    expect((await rowsOf([actor])).lookups).toEqual([{ actor, name: "email", value: `${actor} ours` }]);
  });
}

behaviour("a stale lookup row of another program's is taken over, and released", async () => {
  const [owner, claimant] = [await newActor(), await newActor()];
  const value = uniqueName("stale");
  await other`INSERT INTO ${other(schema)}.property_lookup VALUES ('email', ${value}, ${owner})`;
  expect(await stores[0].lookups.get("email", value)).toBe(null);
  await stores[0].properties.set(claimant, "email", value);
  expect(await stores[0].lookups.get("email", value)).toBe(claimant);
  await other`INSERT INTO ${other(schema)}.property_lookup VALUES ('email', ${`${value} 2`}, ${owner})`;
  expect(await stores[0].lookups.release(owner, "email", `${value} 2`)).toBe(true);
  expect(await stores[0].lookups.release(owner, "email", `${value} 2`)).toBe(false);
  expect((await rowsOf([owner])).lookups).toEqual([]);
});
