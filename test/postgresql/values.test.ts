// What the rows look like to another client, and what the store makes of another client's rows.
import { afterAll, beforeAll, expect } from "bun:test";
import type postgres from "postgres";
import { migrate, postgresqlStore } from "../../src/postgresql/mod.ts";
import type { Json, Store } from "../../src/store.ts";
import { awkwardTexts } from "../support/awkward.ts";
import { behaviours } from "../support/behaviour.ts";
import { postgresqlUrl, uniqueName } from "../support/stores.ts";
import { otherClient } from "./database.ts";

const behaviour = behaviours("postgresql values");
const schema = uniqueName("values");
const decoy = uniqueName("decoy");
const url = postgresqlUrl();
let other: postgres.Sql;
let store: Store;

/** Everything in a session that could change how a value is read or written. */
const HOSTILE = {
  TimeZone: "America/New_York",
  DateStyle: "SQL, DMY",
  IntervalStyle: "postgres_verbose",
  standard_conforming_strings: "off",
  backslash_quote: "on",
  escape_string_warning: "on",
  extra_float_digits: "-15",
  bytea_output: "escape",
  search_path: decoy,
};

beforeAll(async () => {
  other = otherClient();
  await migrate({ url, schema });
  await migrate({ url, schema: decoy });
  store = postgresqlStore({ url, schema, parameters: HOSTILE });
  await store.actors.createIfAbsent({ id: "a", creator: "me@x.org", passphrase: "secret" });
});
afterAll(async () => {
  await store.close();
  await other`DROP SCHEMA ${other(schema)} CASCADE`;
  await other`DROP SCHEMA ${other(decoy)} CASCADE`;
  await other.end();
});

/** One value, asked for by another client. */
async function asked(columns: string, table: string, condition: string): Promise<postgres.Row> {
  const [row] = await other.unsafe(`SELECT ${columns} FROM "${schema}".${table} WHERE ${condition}`);
  return row!;
}

const KINDS: readonly (readonly [Json, string])[] = [
  [{ a: { b: [1, "x"] } }, "object"],
  [[1, 2], "array"],
  ['{"a": 1}', "string"],
  ["", "string"],
  [0, "number"],
  [false, "boolean"],
];

for (const [data, type] of KINDS) {
  behaviour(`the attribute ${JSON.stringify(data)} is stored as a JSON ${type}, never as text in a text`, async () => {
    await store.attributes.set("a", "kinds", type, data);
    const row = await asked("jsonb_typeof(data) AS type, data::text", "attributes", `bucket_name = 'kinds:${type}'`);
    expect(row.type).toBe(type);
    expect(JSON.parse(row.data as string)).toEqual(data);
    expect((await store.attributes.get("a", "kinds", type))?.data).toEqual(data as never);
  });
}

const NUMBERS: readonly Json[] = [
  0.1,
  1 / 3,
  -1.5e-7,
  5e-324,
  Number.MAX_VALUE,
  Number.MAX_SAFE_INTEGER,
  1e21,
  1e22,
  2n ** 53n + 1n,
  -(10n ** 29n) - 7n,
  123456789012345678901234567890n,
  10n ** 400n + 1n,
];

behaviour("numbers keep every digit, in the row and on the way back", async () => {
  await store.attributes.setMany("a", "numbers", NUMBERS.map((number, index) => [`${index}`, number]));
  for (const [index, number] of NUMBERS.entries()) {
    const row = await asked(
      "data::text AS digits",
      "attributes",
      `bucket_name = 'numbers:${index}'`,
    );
    if (typeof number === "bigint") expect(row.digits).toBe(String(number));
    else expect(Number(row.digits)).toBe(number as number);
    expect((await store.attributes.get("a", "numbers", `${index}`))?.data).toBe(number as never);
    expect(await store.attributes.setIfEquals("a", "numbers", `${index}`, number, number)).toBe(true);
  }
});

behaviour("a number of another client's beyond a JavaScript number is read as a bigint", async () => {
  await other.unsafe(
    `INSERT INTO "${schema}".attributes VALUES ('a', 'far:n', 'far', 'n', '[1e400, 1E+2, 12345678901234567890]')`,
  );
  expect((await store.attributes.get("a", "far", "n"))?.data).toEqual(
    [10n ** 400n, 100, 12345678901234567890n] as never,
  );
});

behaviour("awkward texts are stored byte for byte, as names, values and in JSON", async () => {
  for (const [index, text] of awkwardTexts.entries()) {
    await store.properties.set("texts", nameOf(index, text), text);
    await store.attributes.set("texts", "texts", `${index}`, { [text]: text });
  }
  const properties = await other.unsafe(`SELECT encode(convert_to(name, 'UTF8'), 'hex') AS name,
    encode(convert_to(value, 'UTF8'), 'hex') AS value FROM "${schema}".properties WHERE id = 'texts'`);
  const stored = new Map(properties.map(({ name, value }) => [name, value]));
  for (const [index, text] of awkwardTexts.entries()) {
    expect(stored.get(hex(nameOf(index, text)))).toBe(hex(text));
    const row = await asked("data::text", "attributes", `id = 'texts' AND bucket_name = 'texts:${index}'`);
    expect(JSON.parse(row.data as string)).toEqual({ [text]: text });
  }
  expect(stored.size).toBe(awkwardTexts.length);
});

function nameOf(index: number, text: string): string {
  return [...`${index} ${text}`].slice(0, 200).join("");
}

function hex(text: string): string {
  return [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const INSTANT = "2026-03-08T02:30:00.678901Z";
const WALL = "2026-03-08 02:30:00.678901";

behaviour(
  "instants are UTC wall time to the microsecond, also in an hour that the session's zone leaves out",
  async () => {
    await store.trusts.createIfAbsent("a", {
      peerId: "p",
      baseUri: "https://p/",
      type: "urn:p",
      relationship: "friend",
      secret: "secret",
      createdAt: INSTANT,
      capabilitiesFetchedAt: INSTANT,
    });
    await store.trusts.touch("a", "p", { at: "2026-03-07T21:30:00.678901-05:00" });
    await store.attributes.set("a", "times", "n", 1, { timestamp: INSTANT });
    await store.diffs.createIfAbsent("a", { subscriptionId: "s", sequence: 1, timestamp: INSTANT, data: "{}" });
    const trust = await asked(
      "created_at::text AS created, last_accessed::text AS used, (capabilities_fetched_at AT TIME ZONE 'UTC')::text AS fetched",
      "trusts",
      "id = 'a'",
    );
    expect({ ...trust }).toEqual({ created: WALL, used: WALL, fetched: WALL });
    expect((await asked("timestamp::text AS at", "attributes", "bucket_name = 'times:n'")).at).toBe(WALL);
    expect((await asked("timestamp::text AS at", "subscription_diffs", "subid = 's'")).at).toBe(WALL);
    const read = await store.trusts.get("a", "p");
    expect([read?.createdAt, read?.lastAccessed, read?.capabilitiesFetchedAt]).toEqual([INSTANT, INSTANT, INSTANT]);
    expect((await store.attributes.get("a", "times", "n"))?.timestamp).toBe(INSTANT);
    expect(await store.attributes.timestamps("a")).toEqual(new Map([["times", INSTANT]]));
    expect((await store.diffs.first("a", "s"))?.timestamp).toBe(INSTANT);
  },
);

behaviour("the clock's instants are UTC, too", async () => {
  const now = () => Date.parse("2026-11-01T05:30:00.123Z");
  const clocked = postgresqlStore({ url, schema, parameters: HOSTILE, now });
  await clocked.actors.createIfAbsent({ id: "clocked", creator: "me", passphrase: "secret" });
  await clocked.suspensions.createIfAbsent("clocked", "properties", "");
  expect((await clocked.suspensions.all("clocked"))[0]?.suspendedAt).toBe("2026-11-01T05:30:00.123000Z");
  expect((await asked("created_at::text AS at", "actors", "id = 'clocked'")).at).toBe("2026-11-01 05:30:00.123");
  const suspension = await asked(
    "extract(epoch FROM suspended_at)::text AS at",
    "subscription_suspensions",
    "id = 'clocked'",
  );
  expect(Number(suspension.at)).toBe(now() / 1000);
  await clocked.close();
});

behaviour("an expiry up to the year 9999 is kept to the second", async () => {
  await store.attributes.set("a", "expiry", "n", 1, { expiresAt: 253_402_300_799 });
  expect((await asked("ttl_timestamp::text AS at", "attributes", "bucket_name = 'expiry:n'")).at).toBe("253402300799");
  expect((await store.attributes.get("a", "expiry", "n"))?.expiresAt).toBe(253_402_300_799);
});

behaviour("NULL where the reference writes none reads as the contract's empty text or null", async () => {
  await other.unsafe(`
    INSERT INTO "${schema}".trusts (id, peerid, baseuri, type, relationship, secret, approved, peer_approved, verified)
      VALUES ('nulls', 'p', '', '', '', 'secret', true, false, true);
    INSERT INTO "${schema}".subscriptions (id, peer_sub_id, peerid, subid, seqnr, callback) VALUES ('nulls', 'p:s', 'p', 's', 3, true);
    INSERT INTO "${schema}".attributes (id, bucket_name, bucket, name) VALUES ('nulls', 'b:n', 'b', 'n')`).simple();
  const { peerId, ...trust } = (await store.trusts.get("nulls", "p"))!;
  expect(peerId).toBe("p");
  expect(trust).toEqual({
    baseUri: "",
    type: "",
    relationship: "",
    secret: "secret",
    description: "",
    approved: true,
    peerApproved: false,
    verified: true,
    verificationToken: "",
    peerIdentifier: null,
    establishedVia: null,
    createdAt: null,
    lastAccessed: null,
    lastConnectedVia: null,
    clientName: null,
    clientVersion: null,
    clientPlatform: null,
    oauthClientId: null,
    awSupported: null,
    awVersion: null,
    capabilitiesFetchedAt: null,
  });
  expect(await store.subscriptions.all("nulls")).toEqual([{
    peerId: "p",
    subscriptionId: "s",
    granularity: "",
    target: "",
    subtarget: "",
    resource: "",
    sequence: 3,
    callback: true,
  }]);
  expect(await store.attributes.all("nulls")).toEqual([]);
  expect(await store.attributes.createIfAbsent("nulls", "b", "n", 1)).toBe(true);
});

behaviour(
  "what the contract calls null is NULL in the row, and the empty texts are those of the reference",
  async () => {
    await store.trusts.createIfAbsent("a", { peerId: "q", baseUri: "u", type: "t", relationship: "r", secret: "s" });
    const row = await asked(
      '"desc", verification_token, peer_identifier, created_at, aw_version',
      "trusts",
      "peerid = 'q'",
    );
    expect({ ...row }).toEqual({
      desc: "",
      verification_token: "",
      peer_identifier: null,
      created_at: null,
      aw_version: null,
    });
    await store.suspensions.createIfAbsent("a", "properties", "");
    expect((await asked("subtarget", "subscription_suspensions", "id = 'a'")).subtarget).toBe("");
  },
);

behaviour("tables of the same names on the search path are never read nor written", async () => {
  await other.unsafe(`
    INSERT INTO "${decoy}".actors VALUES ('x', 'x', 'x');
    INSERT INTO "${decoy}".properties VALUES ('x', 'email', 'x');
    INSERT INTO "${decoy}".property_lookup VALUES ('email', 'x', 'x');
    INSERT INTO "${decoy}".attributes (id, bucket_name, bucket, name, data) VALUES ('x', 'b:n', 'b', 'n', '1')`)
    .simple();
  const before = await decoyRows();
  expect(await store.actors.get("x")).toBe(null);
  expect(await store.lookups.get("email", "x")).toBe(null);
  await store.actors.createIfAbsent({ id: "x", creator: "me", passphrase: "secret" }, { clearTombstone: true });
  await store.properties.setMany("x", [["email", "me@x.org"], ["plain", "1"], ["list:a-#a0", "1"]]);
  await store.properties.set("x", "email", "you@x.org");
  expect(await store.lookups.claim("x", "email", "you@x.org")).toBe(true);
  await store.lookups.release("x", "email", "me@x.org");
  await store.attributes.setMany("x", "b", [["n", 1], ["m", 2]]);
  await store.attributes.setIfEquals("x", "b", "n", 1, 2);
  await store.attributes.purgeExpired();
  await store.subscriptions.createIfAbsent("x", { peerId: "p", subscriptionId: "s" });
  await store.diffs.append("x", "p", "s", "{}");
  await store.diffs.deleteAll("x", "p", "s");
  await store.properties.deleteAll("x", { includeLists: false });
  await store.actors.erase("x");
  expect(await decoyRows()).toEqual(before);
});

async function decoyRows(): Promise<unknown[]> {
  const tables = await other`SELECT tablename FROM pg_tables WHERE schemaname = ${decoy} ORDER BY 1`;
  const rows: unknown[] = [];
  for (const { tablename } of tables) {
    rows.push([...await other`SELECT * FROM ${other(decoy)}.${other(tablename)} ORDER BY 1`]);
  }
  return rows;
}
