// Fields that a newer reference has added: kept by every write of ours to a row that is there.
import { expect } from "bun:test";
import type { Store } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";
import { uniqueName } from "../support/stores.ts";
import { isOf, onEachBackend } from "./both.ts";
import type { SharedPlace, TableName } from "./place.ts";
import { SUBSCRIPTIONS, TRUSTS } from "./samples.ts";

const behaviour = behaviours("interop newer rows");

const [TRUST] = TRUSTS as [(typeof TRUSTS)[number]];
const [SUBSCRIPTION] = SUBSCRIPTIONS as [(typeof SUBSCRIPTIONS)[number]];
const TRUSTEE = { peerId: "peer", baseUri: "https://peer/", type: "urn:peer", passphrase: "secret" };
const { peerId, subscriptionId } = SUBSCRIPTION;

interface Subject {
  readonly table: TableName;
  create(store: Store, actorId: string): Promise<unknown>;
  /** Every method that writes a row which is there, by its name. */
  readonly writes: Readonly<Record<string, (store: Store, actorId: string) => Promise<unknown>>>;
}

const SUBJECTS: readonly Subject[] = [
  {
    table: "actors",
    create: ({ actors }, id) => actors.createIfAbsent({ id, creator: "creator", passphrase: "secret" }),
    writes: {
      "actors.update": ({ actors }, id) => actors.update(id, { creator: "other", passphrase: "" }),
      "actors.createIfAbsent": ({ actors }, id) => actors.createIfAbsent({ id, creator: "taken", passphrase: "" }),
    },
  },
  {
    table: "properties",
    create: async ({ properties }, id) => {
      await properties.set(id, "name", "1");
      await properties.set(id, "email", id);
    },
    writes: {
      "properties.set": ({ properties }, id) => properties.set(id, "name", "2"),
      "properties.set of an indexed one": ({ properties }, id) => properties.set(id, "email", `${id}@x.org`),
      "properties.setIfEquals": ({ properties }, id) => properties.setIfEquals(id, "name", "2", "3"),
      "properties.setIfEquals of an indexed one": ({ properties }, id) =>
        properties.setIfEquals(id, "email", `${id}@x.org`, id),
      "properties.createIfAbsent": ({ properties }, id) => properties.createIfAbsent(id, "name", "4"),
    },
  },
  {
    table: "attributes",
    create: ({ attributes }, id) => attributes.set(id, "bucket", "name", 1, { timestamp: "2026-01-01T00:00:00Z" }),
    writes: {
      "attributes.set": ({ attributes }, id) => attributes.set(id, "bucket", "name", 2),
      "attributes.setIfEquals": ({ attributes }, id) =>
        attributes.setIfEquals(id, "bucket", "name", 2, 3, { timestamp: "2026-01-01T00:00:00Z", ttl: 60 }),
      "attributes.createIfAbsent": ({ attributes }, id) => attributes.createIfAbsent(id, "bucket", "name", 4),
    },
  },
  {
    table: "trusts",
    create: ({ trusts }, id) => trusts.createIfAbsent(id, TRUST),
    writes: {
      "trusts.update": ({ trusts }, id) => trusts.update(id, TRUST.peerId, { approved: true, clientName: null }),
      "trusts.touch": ({ trusts }, id) => trusts.touch(id, TRUST.peerId, { at: "2030-01-01T00:00:00Z", via: "oauth" }),
    },
  },
  {
    table: "peertrustees",
    create: ({ peerTrustees }, id) => peerTrustees.createIfAbsent(id, TRUSTEE),
    writes: { "peerTrustees.update": ({ peerTrustees }, id) => peerTrustees.update(id, "peer", { baseUri: "" }) },
  },
  {
    table: "subscriptions",
    create: ({ subscriptions }, id) => subscriptions.createIfAbsent(id, { ...SUBSCRIPTION, sequence: 0 }),
    writes: {
      "subscriptions.update": ({ subscriptions }, id) =>
        subscriptions.update(id, peerId, subscriptionId, { granularity: "low", subtarget: "" }),
      "diffs.append": ({ diffs }, id) => diffs.append(id, peerId, subscriptionId, "{}"),
      "diffs.deleteAll": ({ diffs }, id) => diffs.deleteAll(id, peerId, subscriptionId),
    },
  },
];

/** What a newer reference would have written into the actor's rows. */
async function addField(place: SharedPlace, table: TableName, actorId: string): Promise<void> {
  if (place.backend === "postgresql") {
    await place.sql(`ALTER TABLE {schema}.${table} ADD COLUMN IF NOT EXISTS future text;
      UPDATE {schema}.${table} SET future = 'kept' WHERE id = '${actorId}'`);
    return;
  }
  const TableName = `${place.name}_${table}`;
  const { Items = [] } = await place.client.send("Scan", { TableName, ConsistentRead: true });
  for (const item of Items) {
    if (item.id !== undefined && "S" in item.id && item.id.S === actorId) {
      await place.client.send("PutItem", { TableName, Item: { ...item, future: { S: "kept" } } });
    }
  }
}

onEachBackend("interop_newer", (backend, both) => {
  for (const { table, create, writes } of SUBJECTS) {
    for (const [name, write] of Object.entries(writes)) {
      behaviour(`${backend}: ${name} keeps what a newer reference has added to a row`, async () => {
        const actorId = uniqueName("newer");
        await create(both.store, actorId);
        // The state that the methods before it leave.
        for (const [earlier, prepare] of Object.entries(writes)) {
          if (earlier === name) break;
          await prepare(both.store, actorId);
        }
        await addField(both.place, table, actorId);
        await write(both.store, actorId);
        const rows = (await both.place.rows(table)).filter((row) => isOf(row, actorId));
        expect(rows.length).toBeGreaterThan(0);
        for (const { future } of rows) expect(future).toContain("kept");
      });
    }
  }

  behaviour(`${backend}: a row with such fields is read here`, async () => {
    const actorId = uniqueName("newer");
    for (const { table, create } of SUBJECTS) {
      await create(both.store, actorId);
      await addField(both.place, table, actorId);
    }
    const { actors, attributes, properties, subscriptions, trusts } = both.store;
    expect((await actors.get(actorId))?.creator).toBe("creator");
    expect(await properties.get(actorId, "name")).toBe("1");
    expect((await attributes.all(actorId)).map(({ data }) => data)).toEqual([1]);
    expect(await trusts.all(actorId)).toEqual([TRUST]);
    expect(await subscriptions.all(actorId)).toEqual([{ ...SUBSCRIPTION, sequence: 0 }]);
  });
});
