/** Behaviours of whole tables: rows as they are stored, in segments, by key. @module */

import type { FoundRows, RowKey, TableName, TablePageOptions, TableRows, TransferStore } from "../tables.ts";
import { group } from "./case.ts";
import type { Check } from "./check.ts";

type TableRow = TableRows[TableName];

const AT = "2026-01-02T03:04:05.678901Z";
const NAMES = [
  "actors",
  "properties",
  "trusts",
  "peerTrustees",
  "subscriptions",
  "diffs",
  "suspensions",
  "attributes",
  "lookups",
] as const;

/** The behaviours. */
export const tables = group("tables", {
  "a row of each table that is written whole is found by its key with all its fields": async (store, check, world) => {
    const id = world.id();
    await writeAll(store, rowsOf(id));
    for (const table of NAMES) {
      const { row, key } = rowsOf(id)[table];
      const { items, unreadable } = await found(store, table, [key, [...key.slice(0, -1), `${id} absent`]]);
      check.equal(items.map(fieldsOf), [row], table);
      check.equal(unreadable, [], table);
    }
  },

  "rows written to tables are those of the other methods": async (store, check, world) => {
    const id = world.id();
    const rows = rowsOf(id);
    await writeAll(store, rows);
    check.equal(await store.actors.get(id), rows.actors.row);
    check.equal(await store.properties.get(id, "email"), `${id}@example.org`);
    check.equal({ actorId: id, ...await store.trusts.get(id, "peer") }, rows.trusts.row);
    check.equal({ actorId: id, ...await store.peerTrustees.get(id, "peer") }, rows.peerTrustees.row);
    check.equal({ actorId: id, ...await store.subscriptions.get(id, "a:b", "sub") }, rows.subscriptions.row);
    check.equal({ actorId: id, ...await store.diffs.get(id, "sub", 7) }, rows.diffs.row);
    check.equal((await store.suspensions.all(id)).map((each) => ({ actorId: id, ...each })), [rows.suspensions.row]);
    check.equal({ actorId: id, ...await store.attributes.get(id, "bucket", "name") }, rows.attributes.row);
    check.equal(await store.lookups.get("email", `${id}@example.org`), id);
    check.equal(await store.diffs.append(id, "a:b", "sub", "{}").then((diff) => diff?.sequence), 8);
  },

  "writing the same rows again changes nothing, and writing others replaces them": async (store, check, world) => {
    const id = world.id();
    const row = (value: string) => ({ actorId: id, name: "name", value });
    check.equal(await store.tables.write("properties", [row("1")]), 1);
    check.equal(await store.tables.write("properties", [row("1")]), 1);
    check.equal(await store.properties.all(id), [{ name: "name", value: "1" }]);
    await store.tables.write("properties", [row("2"), row("3")]);
    check.equal(await store.properties.all(id), [{ name: "name", value: "3" }], "of a row given twice the last counts");
    const trust = rowsOf(id).trusts.row as TableRows["trusts"];
    await store.tables.write("trusts", [trust]);
    await store.tables.write("trusts", [{ ...trust, clientName: null, lastAccessed: null, approved: false }]);
    check.equal({ actorId: id, ...await store.trusts.get(id, "peer") }, {
      ...trust,
      clientName: null,
      lastAccessed: null,
      approved: false,
    });
  },

  "any number of rows is written, found and removed in one call": async (store, check, world) => {
    const id = world.id();
    const rows = Array.from({ length: 230 }, (_, index) => ({ actorId: id, name: `name ${index}`, value: `${index}` }));
    check.equal(await store.tables.write("properties", rows), 230);
    check.equal((await store.properties.all(id)).length, 230);
    const keys = rows.map(({ name }) => [id, name]);
    check.equal((await store.tables.getMany("properties", keys)).items.length, 230);
    await store.tables.delete("properties", keys.slice(1));
    check.equal(await store.properties.all(id), [{ name: "name 0", value: "0" }]);
    check.equal(await store.tables.write("properties", []), 0);
    check.equal(await store.tables.getMany("properties", []), { items: [], unreadable: [] });
    await store.tables.delete("properties", []);
  },

  "all segments of a table together hold each row once": async (store, check, world) => {
    const ids = Array.from({ length: 40 }, (_, index) => `${(index * 6).toString(16).padStart(2, "0")}${world.id()}`);
    await store.tables.write("properties", ids.map((actorId) => ({ actorId, name: "name", value: "value" })));
    for (const segments of [1, 2, 7, 16]) {
      const seen: string[] = [];
      for (let segment = 0; segment < segments; segment++) {
        for (const row of await walked(store, "properties", { segment, segments, limit: 300 })) {
          const { actorId } = row as TableRows["properties"];
          if (ids.includes(actorId)) seen.push(actorId);
        }
      }
      check.equal(seen.sort(), [...ids].sort(), `${segments} segments`);
    }
  },

  "a walk of one actor's rows holds those of every table and no one else's": async (store, check, world) => {
    const id = world.id();
    for (const owner of [id, `${id}2`, `${id}:`]) await writeAll(store, rowsOf(owner));
    for (const table of NAMES) {
      const rows = await walked(store, table, { actorId: id, limit: 1 });
      check.equal(rows.map(fieldsOf), [rowsOf(id)[table].row], table);
    }
  },

  "a walk goes on from a cursor, which belongs to its table, segment and actor": async (store, check, world) => {
    const id = world.id();
    const names = ["a", "b", "c", "d", "e"];
    await store.tables.write("properties", names.map((name) => ({ actorId: id, name, value: name })));
    for await (const { items, cursor } of store.tables.pages("properties", { actorId: id, limit: 2 })) {
      const rest = await walked(store, "properties", { actorId: id, limit: 2, cursor: cursor! });
      check.equal([...items, ...rest].map(({ name }) => name).sort(), names);
      const other = { cursor: cursor! };
      await refusesCursor(check, store, "properties", { ...other, actorId: `${id}2` });
      await refusesCursor(check, store, "properties", other);
      await refusesCursor(check, store, "properties", { ...other, segment: 0, segments: 2 });
      await refusesCursor(check, store, "attributes", { ...other, actorId: id });
      break;
    }
  },

  "what other methods take as absent is in the tables": async (store, check, world) => {
    const id = world.id();
    const attribute = { actorId: id, bucket: "bucket", name: "name", timestamp: null };
    const rows = [
      { ...attribute, data: 1, expiresAt: 1_000 },
      { ...attribute, name: "null", data: null, expiresAt: null },
    ];
    await store.tables.write("attributes", rows);
    check.equal(await store.attributes.all(id), []);
    const read = await walked(store, "attributes", { actorId: id });
    check.equal(read.map(fieldsOf).sort(byName), rows);
  },

  "a row under another's joined key is a conflict, is not found and not removed": async (store, check, world) => {
    const id = world.id();
    const attribute = { actorId: id, data: 1, timestamp: null, expiresAt: null };
    await store.tables.write("attributes", [{ ...attribute, bucket: "a", name: "b:c" }]);
    const others = [{ ...attribute, bucket: "a:b", name: "c", data: 2 }];
    await check.refused(store.tables.write("attributes", others), "conflict");
    check.equal(await found(store, "attributes", [[id, "a:b", "c"]]), { items: [], unreadable: [] });
    await store.tables.delete("attributes", [[id, "a:b", "c"]]);
    check.equal((await store.attributes.get(id, "a", "b:c"))?.data, 1);

    const suspension = { actorId: id, suspendedAt: AT };
    await store.tables.write("suspensions", [{ ...suspension, target: "a:b", subtarget: "" }]);
    const part = [{ ...suspension, target: "a", subtarget: "b" }];
    await check.refused(store.tables.write("suspensions", part), "conflict");
    check.equal(await found(store, "suspensions", [[id, "a", "b"]]), { items: [], unreadable: [] });
    await store.tables.delete("suspensions", [[id, "a", "b"]]);
    check.true(await store.suspensions.has(id, "a:b", ""));

    const both = [...others, { ...attribute, bucket: "a", name: "b:c" }];
    await check.refused(store.tables.write("attributes", both), "conflict", "joined key");
  },

  "keys that are joined to the same text are looked for and removed in one call": async (store, check, world) => {
    const id = world.id();
    const same: { readonly [Name in TableName]?: readonly RowKey[] } = {
      attributes: [[id, "a", "b:c"], [id, "a:b", "c"]],
      suspensions: [[id, "a", "b"], [id, "a:b", ""]],
    };
    for (const [table, keys] of Object.entries(same) as [TableName, readonly RowKey[]][]) {
      for (const given of [keys, keys.toReversed()]) {
        await store.tables.delete(table, given);
        check.equal(await found(store, table, given), { items: [], unreadable: [] }, `${table}: none is there`);
      }
      for (const [index, [, left, right]] of keys.entries()) {
        if (table === "attributes") await store.attributes.set(id, left!, right!, index);
        else await store.suspensions.createIfAbsent(id, left!, right!);
        check.equal((await found(store, table, keys)).items.length, 1, table);
        await store.tables.delete(table, keys);
        check.equal(await found(store, table, keys), { items: [], unreadable: [] }, `${table}: one was there`);
      }
    }
  },

  "any text can be in a row of a table": async (store, check, world) => {
    const id = world.id();
    const texts = world.awkward.slice(0, 120);
    await store.tables.write("properties", texts.map((text) => ({ actorId: id, name: text, value: text })));
    await store.tables.write("attributes", texts.map((text) => attributeOf(id, text)));
    const byText = (rows: readonly TableRow[]) => rows.map((row) => (row as { name: string }).name).sort();
    check.equal(byText(await walked(store, "properties", { actorId: id, limit: 7 })), [...texts].sort());
    check.equal(byText(await walked(store, "attributes", { actorId: id, limit: 7 })), [...texts].sort());
    const read = await store.tables.getMany("attributes", texts.map((text) => [id, `bucket ${text}`, text]));
    check.equal(read.items.map(fieldsOf).sort(byName), texts.map((text) => attributeOf(id, text)).sort(byName));
    await store.tables.delete("attributes", texts.map((text) => [id, `bucket ${text}`, text]));
    check.equal(await walked(store, "attributes", { actorId: id }), []);
  },

  "what is no table, no key and no row is refused without a request": async (_, check, world) => {
    let requests = 0;
    const store = await world.open({ onRequest: () => requests++ });
    const untyped = store.tables as unknown as Record<
      "getMany" | "write" | "estimate",
      (...a: unknown[]) => Promise<never>
    >;
    for (const table of ["property", "", "__proto__", null, undefined, 1]) {
      await check.refused(untyped.estimate(table), "invalid", "table", "one of actors");
    }
    for (const keys of [null, "key", [["a"]], [["a", "b", "c"]], [["a", ""]], [["a", 1]], ["ab"], [["a", "\0"]]]) {
      await check.refused(untyped.getMany("properties", keys), "invalid", "keys");
    }
    const row = { actorId: "a", name: "b", value: "c" };
    const rows = [null, row, [null], [{ ...row, value: 1 }], [{ ...row, value: "" }], [{ ...row, other: 1 }], [{}]];
    for (const each of rows) await check.refused(untyped.write("properties", each), "invalid", "tables.write");
    const long = [{ ...row, name: "x".repeat(1025) }];
    await check.refused(untyped.write("properties", long), "too_large", "1024 bytes");
    const walk = (options: TablePageOptions) => store.tables.pages("actors", options)[Symbol.asyncIterator]().next();
    await check.refused(walk({ segments: 0 }), "invalid", "segments");
    await check.refused(walk({ segments: 4097 }), "invalid", "segments");
    await check.refused(walk({ segment: 2, segments: 2 }), "invalid", "segment");
    await check.refused(walk({ segment: 1, segments: 2, actorId: "a" }), "invalid", "segments");
    check.equal(requests, 0);
  },

  "a key that is too long for any row finds nothing and removes nothing": async (store, check, world) => {
    const id = world.id();
    await store.properties.set(id, "name", "value");
    for (const table of NAMES) {
      const { key } = rowsOf(id)[table];
      const long = [...key.slice(0, -1), `${key.at(-1)}${"é".repeat(2000)}`];
      check.equal(await found(store, table, [long]), { items: [], unreadable: [] }, table);
      await store.tables.delete(table, [long]);
    }
    const keys = [[id, "n".repeat(1025)], [id, "name"]];
    check.equal((await found(store, "properties", keys)).items.map(fieldsOf), [{
      actorId: id,
      name: "name",
      value: "value",
    }]);
    await store.tables.delete("properties", keys);
    check.equal(await store.properties.all(id), []);
  },

  "the number of rows is told about right, or not at all": async (store, check, world) => {
    const id = world.id();
    await writeAll(store, rowsOf(id));
    for (const table of NAMES) {
      const estimate = await store.tables.estimate(table);
      check.true(estimate === null || (Number.isSafeInteger(estimate) && estimate >= 0), `${table}: ${estimate}`);
    }
  },
});

interface Given {
  readonly key: RowKey;
  readonly row: object;
}

/** A row for each table, with every field filled. */
function rowsOf(id: string): { readonly [Name in TableName]: Given } {
  const value = `${id}@example.org`;
  const peer = { actorId: id, peerId: "peer", baseUri: "https://peer", type: "urn:a" };
  return {
    actors: { key: [id], row: { id, creator: "Ada@Example.org", passphrase: "secret" } },
    properties: { key: [id, "email"], row: { actorId: id, name: "email", value } },
    trusts: {
      key: [id, "peer"],
      row: {
        ...peer,
        relationship: "friend",
        secret: `secret of ${id}`,
        description: "",
        approved: true,
        peerApproved: false,
        verified: true,
        verificationToken: "token",
        peerIdentifier: "peer@example.org",
        establishedVia: "trust",
        createdAt: AT,
        lastAccessed: AT,
        lastConnectedVia: "oauth",
        clientName: "client",
        clientVersion: "1",
        clientPlatform: "edge",
        oauthClientId: "oauth",
        awSupported: "a,b",
        awVersion: "1.4",
        capabilitiesFetchedAt: AT,
      },
    },
    peerTrustees: { key: [id, "peer"], row: { ...peer, passphrase: "secret" } },
    subscriptions: {
      key: [id, "a:b", "sub"],
      row: {
        actorId: id,
        peerId: "a:b",
        subscriptionId: "sub",
        granularity: "high",
        target: "properties",
        subtarget: "",
        resource: "",
        sequence: 7,
        callback: false,
      },
    },
    diffs: {
      key: [id, "sub", "7"],
      row: { actorId: id, subscriptionId: "sub", sequence: 7, timestamp: AT, data: '{"a":1}' },
    },
    suspensions: {
      key: [id, "properties", ""],
      row: { actorId: id, target: "properties", subtarget: "", suspendedAt: AT },
    },
    attributes: {
      key: [id, "bucket", "name"],
      row: {
        actorId: id,
        bucket: "bucket",
        name: "name",
        data: { b: [1, 2.5, 12345678901234567890n], a: null },
        timestamp: AT,
        expiresAt: 4_102_444_800,
      },
    },
    lookups: { key: [id, "email"], row: { actorId: id, name: "email", value } },
  };
}

function attributeOf(actorId: string, text: string): TableRows["attributes"] {
  return { actorId, bucket: `bucket ${text}`, name: text, data: { [text]: text }, timestamp: null, expiresAt: null };
}

async function writeAll(store: TransferStore, rows: { readonly [Name in TableName]: Given }): Promise<void> {
  for (const table of NAMES) await store.tables.write(table, [rows[table].row as never]);
}

async function found(store: TransferStore, table: TableName, keys: readonly RowKey[]): Promise<FoundRows<TableRow>> {
  return await store.tables.getMany(table, keys);
}

/** All rows of a walk. */
export async function walked<Name extends TableName>(store: TransferStore, table: Name, options: TablePageOptions) {
  const rows: TableRows[Name][] = [];
  for await (const { items } of store.tables.pages(table, options)) rows.push(...items);
  return rows;
}

async function refusesCursor(
  check: Check,
  store: TransferStore,
  table: TableName,
  options: TablePageOptions,
): Promise<void> {
  const walk = store.tables.pages(table, options)[Symbol.asyncIterator]();
  await check.refused(walk.next(), "invalid", "tables.pages: cursor");
}

/** The fields of the contract. */
export function fieldsOf({ additional: _, ...fields }: TableRow): object {
  return fields;
}

function byName(one: object, other: object): number {
  const [a, b] = [one, other].map((row) => String((row as { name?: string }).name)) as [string, string];
  return a < b ? -1 : Number(a > b);
}
