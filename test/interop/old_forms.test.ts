// Forms that the reference no longer writes and its deployments still hold.
import { expect } from "bun:test";
import { createTables, dynamodbStore } from "../../src/dynamodb/mod.ts";
import { oldLookups } from "../../src/dynamodb/old_lookups.ts";
import { countOldLookups } from "../../src/dynamodb/old_tables.ts";
import { convertList, listOf } from "../../src/lists/mod.ts";
import { pythonJson } from "../../src/model/json.ts";
import type { Json, Store } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";
import { dynamodbConnection, uniqueName } from "../support/stores.ts";
import { onEachBackend } from "./both.ts";
import { type SharedPlace, sharedPlace } from "./place.ts";

const behaviour = behaviours("interop old forms");
const ITEMS: Json[] = ["a", { b: 1 }, [null], 4, "ünï"];

/** A list as the reference wrote it before its ranks. */
async function makeOldList({ properties }: Store, actorId: string, name: string): Promise<void> {
  const stamp = "2024-01-02T03:04:05.678901";
  const metadata = {
    length: ITEMS.length,
    created_at: stamp,
    updated_at: stamp,
    item_type: "json",
    chunk_size: 1,
    version: "1.0",
    description: "old",
    explanation: "",
  };
  await properties.set(actorId, `list:${name}-meta`, pythonJson(metadata));
  for (const [index, item] of ITEMS.entries()) {
    await properties.set(actorId, `list:${name}-${index}`, pythonJson(item));
  }
}

onEachBackend("interop_old", (backend, both) => {
  behaviour(
    `${backend}: a list in the old format is read as the reference reads it, converted, and read by both`,
    async () => {
      const actor_id = uniqueName("actor");
      await makeOldList(both.store, actor_id, "notes");
      const theirs = () => both.reference.call("list", "to_list", {}, { actor_id, name: "notes" });
      expect(await listOf(both.store, actor_id, "notes").slice()).toEqual(ITEMS);
      expect(await theirs()).toEqual(ITEMS);
      expect(await convertList(both.store, actor_id, "notes")).toEqual({
        converted: true,
        items: ITEMS.length,
        left: 0,
      });
      expect(await listOf(both.store, actor_id, "notes").slice()).toEqual(ITEMS);
      expect(await theirs()).toEqual(ITEMS);
      const verified = await both.reference.call("list", "verify", {}, { actor_id, name: "notes" });
      expect(verified).toMatchObject({ format: 2, length: ITEMS.length });
      await both.reference.call("list", "append", { item: "theirs" }, { actor_id, name: "notes" });
      await listOf(both.store, actor_id, "notes").append("ours");
      expect((await theirs() as Json[]).slice(-2)).toEqual(["theirs", "ours"]);
    },
  );

  behaviour(`${backend}: a list that the reference converted is the same that ours would be`, async () => {
    const [ours, theirs] = [uniqueName("ours"), uniqueName("theirs")];
    await makeOldList(both.store, ours, "notes");
    await makeOldList(both.store, theirs, "notes");
    await convertList(both.store, ours, "notes");
    await both.reference.call("list", "migrate_to_v2", {}, { actor_id: theirs, name: "notes" });
    // The count is advisory, and the reference leaves it out until it has counted.
    const fields = (text: string) => Object.keys(JSON.parse(text)).filter((field) => field !== "count_hint").sort();
    const rows = async (actorId: string) =>
      (await both.store.properties.all(actorId, { includeLists: true }))
        .map(({ name, value }) => [name, name.endsWith("-meta") ? fields(value) : value]);
    expect(await rows(ours)).toEqual(await rows(theirs));
  });
});

const STRING = (AttributeName: string) => ({ AttributeName, AttributeType: "S" });

/** The table of the reference's first lookup, as its deployments made it. */
async function makeOldTable({ client, name }: SharedPlace): Promise<string> {
  const TableName = `${name}_property_lookup`;
  await client.send("CreateTable", {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [STRING("property_name"), STRING("value")],
    KeySchema: [{ AttributeName: "property_name", KeyType: "HASH" }, { AttributeName: "value", KeyType: "RANGE" }],
  });
  return TableName;
}

function openWithOldLookups({ name }: SharedPlace): Store {
  return dynamodbStore({ ...dynamodbConnection(), prefix: name, createTables: false, oldLookups });
}

behaviour("dynamodb: the old lookup table is read, verified, and counted", async () => {
  const place = await sharedPlace("dynamodb", "interop_old");
  const store = openWithOldLookups(place);
  const put = (property: string, value: string, actor: string) =>
    place.client.send("PutItem", {
      TableName: `${place.name}_property_lookup`,
      Item: { property_name: { S: property }, value: { S: value }, actor_id: { S: actor } },
    });
  // A row as the reference writes it, without the lookup row of today.
  const property = (actor: string, value: string) =>
    place.client.send("PutItem", {
      TableName: `${place.name}_properties`,
      Item: { id: { S: actor }, name: { S: "email" }, value: { S: value } },
    });
  await property("a", "a@x.org");
  expect(await store.lookups.get("email", "a@x.org")).toBe(null);
  expect(await countOldLookups(place.client, place.name)).toBe(null);
  const TableName = await makeOldTable(place);
  await put("email", "a@x.org", "a");
  await put("email", "stale@x.org", "a");
  expect(await store.lookups.get("email", "a@x.org")).toBe("a");
  expect(await store.lookups.get("email", "stale@x.org")).toBe(null);
  expect(await store.lookups.get("email", "v".repeat(2_000))).toBe(null);
  expect(await countOldLookups(place.client, place.name)).toBe(2);
  const plain = place.open();
  expect(await plain.lookups.get("email", "a@x.org")).toBe(null);
  expect(await plain.lookups.claim("a", "email", "a@x.org")).toBe(true);
  expect(await plain.lookups.get("email", "a@x.org")).toBe("a");
  await place.client.send("DeleteTable", { TableName });
  await place.remove();
});

behaviour("dynamodb: the old index on values is read, for the name that was asked for", async () => {
  const place = await sharedPlace("dynamodb", "interop_old", false);
  const reference = place.startReference();
  // The reference still makes the table with the index where it is told to.
  await reference.call("legacy", "create_properties");
  await reference.close();
  const store = openWithOldLookups(place);
  for (const [actor, name] of [["a", "externalUserId"], ["b", "email"]] as const) {
    await place.client.send("PutItem", {
      TableName: `${place.name}_properties`,
      Item: { id: { S: actor }, name: { S: name }, value: { S: "same" } },
    });
  }
  await createTables(place.client, place.name);
  expect(await store.lookups.get("email", "same")).toBe("b");
  expect(await store.lookups.get("externalUserId", "same")).toBe("a");
  expect(await store.lookups.get("oauthId", "same")).toBe(null);
  await place.remove();
});
