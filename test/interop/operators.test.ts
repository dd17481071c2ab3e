// The operators' commands on tables that both libraries write.
import { expect } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listOf } from "../../src/lists/mod.ts";
import type { Json } from "../../src/store.ts";
import { ownCommand, start } from "../cli/program.ts";
import { behaviours } from "../support/behaviour.ts";
import { uniqueName } from "../support/stores.ts";
import { onEachBackend } from "./both.ts";
import { BACKENDS, type SharedPlace, sharedPlace } from "./place.ts";
import { facts, program } from "./program.ts";
import { SUBSCRIPTIONS, TRUSTS } from "./samples.ts";

const behaviour = behaviours("interop operators");

onEachBackend("interop_operators", (backend, both) => {
  const newActor = async () => {
    const id = uniqueName("actor");
    await both.store.actors.createIfAbsent({ id, creator: "creator", passphrase: "secret" });
    return id;
  };

  behaviour(`${backend}: verify finds nothing wrong in a database that was prepared here`, async () => {
    const { code, printed, complained } = await program(both.place, "verify");
    expect([code, complained]).toEqual([0, ""]);
    expect(printed).toContain("Nothing is wrong.");
    const { code: same, lines } = await facts(both.place, "verify");
    expect([same, lines]).toEqual([0, [{ ok: true, findings: [], old: { lookupRows: null, valueIndex: false } }]]);
  });

  behaviour(
    `${backend}: verify --orphans tells rows without an actor from all others, and --repair removes them`,
    async () => {
      const [living, gone] = [await newActor(), await newActor()];
      const { attributes, peerTrustees, properties, subscriptions, suspensions, trusts } = both.store;
      for (const id of [living, gone]) {
        await both.reference.call("property", "set", { actor_id: id, name: "email", value: `${id}@x.org` });
        await properties.set(id, "name", "text");
        await attributes.set(id, "bucket", "name", 1);
        await trusts.createIfAbsent(id, TRUSTS[0]!);
        await peerTrustees.createIfAbsent(id, { peerId: "p", baseUri: "", type: "urn:p", passphrase: "" });
        await subscriptions.createIfAbsent(id, SUBSCRIPTIONS[0]!);
        await both.reference.call("subscription_diff", "create", { actor_id: id, subid: "s", diff: "{}", seqnr: 1 });
        await suspensions.createIfAbsent(id, "properties", "");
      }
      await attributes.set("_actingweb_oauth2", "_state", "nonce", "kept");
      // What an erasure that was cut off leaves.
      await both.reference.calls("actor", [["get", { actor_id: gone }], ["delete", {}]]);

      const before = await facts(both.place, "verify", "--orphans");
      expect(before.code).toBe(1);
      const found = before.lines.slice(0, -1);
      expect(found.every(({ actorId, removed }) => actorId === gone && removed === false)).toBe(true);
      const tables = ["attributes", "diffs", "peerTrustees", "properties", "subscriptions", "suspensions", "trusts"];
      // PostgreSQL's foreign key has removed the lookup row with the actor.
      expect(found.map(({ table }) => table).sort()).toEqual(
        [...tables, ...(backend === "dynamodb" ? ["lookups"] : [])].sort(),
      );
      expect(await properties.get(gone, "name")).toBe("text");

      const repaired = await facts(both.place, "verify", "--orphans", "--repair");
      expect([repaired.code, repaired.lines.length]).toEqual([0, before.lines.length]);
      expect((await facts(both.place, "verify", "--orphans")).lines).toEqual([{ complete: true, findings: 0 }]);
      expect(await properties.all(gone)).toEqual([]);
      expect(await both.store.lookups.get("email", `${living}@x.org`)).toBe(living);
      expect((await properties.all(living)).length).toBe(2);
      expect((await attributes.get("_actingweb_oauth2", "_state", "nonce"))?.data).toBe("kept");
    },
  );

  behaviour(
    `${backend}: verify --lists counts formats and names damaged lists, and --repair mends what can be`,
    async () => {
      const id = await newActor();
      const list = (method: string, name: string, args: { readonly [name: string]: Json }) =>
        both.reference.call("list", method, args, { actor_id: id, name });
      await list("extend", "fine", { items: [1, 2, 3] });
      await list("extend", "headless", { items: ["a", "b"] });
      const { properties } = both.store;
      await properties.delete(id, "list:headless-meta");
      const old = '{"length": 3, "created_at": "2024-01-01T00:00:00", "updated_at": "2024-01-01T00:00:00"}';
      await properties.set(id, "list:old-meta", old);
      for (const index of [0, 1, 2]) await properties.set(id, `list:old-${index}`, `${index}`);
      await properties.set(id, "list:broken-meta", old);
      await properties.set(id, "list:broken-0", "0");

      const { code, lines } = await facts(both.place, "verify", "--lists");
      expect(code).toBe(1);
      expect(lines).toContainEqual({
        actorId: id,
        list: "headless",
        problems: ["its metadata row is missing"],
        repaired: false,
      });
      expect(lines).toContainEqual({ actorId: id, list: "broken", problems: ["2 items missing"], repaired: false });
      expect(lines.at(-2)).toEqual({ lists: 3, oldFormat: 2 });
      expect(lines.at(-1)).toEqual({ complete: true, findings: 2 });

      await facts(both.place, "verify", "--lists", "--repair");
      expect(await list("to_list", "headless", {})).toEqual(["a", "b"]);
      const after = await facts(both.place, "verify", "--lists");
      expect(after.lines.slice(0, -2).map(({ list: name }) => name)).toEqual(["broken"]);

      expect((await facts(both.place, "lists", "convert", "--actor", id, "--dry-run")).lines.length).toBe(3);
      const converted = await facts(both.place, "lists", "convert", "--actor", id);
      expect([converted.code, converted.lines.at(-1)]).toEqual([
        1,
        { complete: true, lists: 2, converted: 1, refused: 1 },
      ]);
      expect(await list("to_list", "old", {})).toEqual([0, 1, 2]);
      const forced = await facts(both.place, "lists", "convert", "--allow-damaged");
      expect([forced.code, forced.lines.at(-1)]).toEqual([0, { complete: true, lists: 1, converted: 1, refused: 0 }]);
      expect(await listOf(both.store, id, "broken").slice()).toEqual([0]);
      expect((await facts(both.place, "verify", "--lists")).lines.at(-2)).toEqual({ lists: 4, oldFormat: 0 });
    },
  );

  behaviour(
    `${backend}: lookup rebuild finds every indexed property again, and goes on where it was stopped`,
    async () => {
      const ids = await Promise.all(Array.from({ length: 5 }, newActor));
      const { properties, lookups } = both.store;
      for (const id of ids) await properties.set(id, "oauthId", `id of ${id}`);
      await properties.set(ids[0]!, "plain", "not indexed");
      // The reference's conditional writes leave the old row and make no new one.
      await properties.set(ids[2]!, "email", "old");
      const swap = { actor_id: ids[2]!, name: "email", expected: "old", value: "new" };
      await both.reference.call("property", "set_if_value_equals", swap);
      const found = (value: string) =>
        both.reference.call("property", "get_actor_id_from_property", { name: "email", value });
      expect([await found("old"), await lookups.get("email", "new")]).toEqual([ids[2]!, null]);
      await properties.set(ids[4]!, "externalUserId", "shared");
      await properties.set(ids[3]!, "externalUserId", "shared");
      // As if the table had never been filled.
      const rows = ids.map((id) => [id, "oauthId"]);
      await both.store.tables.delete("lookups", rows);
      expect(await lookups.get("oauthId", `id of ${ids[0]}`)).toBe(null);

      const folder = mkdtempSync(join(tmpdir(), "interop-lookup-"));
      const state = join(folder, "state");
      const { code, lines: [summary] } = await facts(both.place, "lookup", "rebuild", "--state", state);
      expect(code).toBe(0);
      expect(summary).toMatchObject({ complete: true, taken: 1, removed: 1 });
      // PostgreSQL's accessor also searches the properties themselves.
      expect([await found("old"), await found("new")]).toEqual([null, ids[2]!]);
      expect(existsSync(state)).toBe(false);
      for (const id of ids) {
        expect(await lookups.get("oauthId", `id of ${id}`)).toBe(id);
        const args = { name: "oauthId", value: `id of ${id}` };
        expect(await both.reference.call("property", "get_actor_id_from_property", args)).toBe(id);
      }
      expect(await lookups.get("externalUserId", "shared")).toBe(ids[4]!);
      rmSync(folder, { recursive: true });
    },
  );

  behaviour(`${backend}: purge-expired removes what has expired, of all buckets or some`, async () => {
    const id = await newActor();
    const past = Math.floor(Date.now() / 1000) - 10;
    for (const bucket of ["a", "b"]) {
      await both.store.attributes.set(id, bucket, "old", 1, { expiresAt: past });
      await both.store.attributes.set(id, bucket, "new", 1, { expiresAt: past + 1_000 });
    }
    expect((await facts(both.place, "purge-expired", "--bucket", "a")).lines).toEqual([{ complete: true, removed: 1 }]);
    expect((await facts(both.place, "purge-expired")).lines).toEqual([{ complete: true, removed: 1 }]);
    expect((await both.store.attributes.all(id)).map(({ bucket, name }) => `${bucket}:${name}`)).toEqual([
      "a:new",
      "b:new",
    ]);
  });
});

for (const backend of BACKENDS) {
  behaviour(
    `${backend}: lookup rebuild that is stopped in the middle ends cleanly and goes on where it was`,
    async () => {
      const place = await sharedPlace(backend, "interop_stopped");
      const store = place.open();
      await store.actors.createIfAbsent({ id: "actor0", creator: "creator", passphrase: "" });
      await manyIndexed(place, 3_000);
      const folder = mkdtempSync(join(tmpdir(), "interop-lookup-"));
      const state = join(folder, "state");
      const running = start([...ownCommand(), "lookup", "rebuild", "--json", "--state", state], place.environment);
      while (!existsSync(state)) await new Promise((resolve) => setTimeout(resolve, 10));
      running.signal("SIGTERM");
      expect(await running.ended).toBe(1);
      expect(running.complaints()).toContain("Stopped.");
      expect(JSON.parse(running.output()).complete).toBe(false);

      const { code, lines: [summary] } = await facts(place, "lookup", "rebuild", "--state", state);
      expect([code, summary?.complete, existsSync(state)]).toEqual([0, true, false]);
      // Whole pages are done; what the stopped run had begun is done again.
      expect(summary?.properties).toBeLessThan(2_001);
      for (const number of [0, 999, 1_000, 2_999]) {
        expect(await store.lookups.get("email", `e${number}@x.org`)).toBe(`actor${number}`);
      }
      rmSync(folder, { recursive: true });
      await store.close();
      await place.remove();
    },
  );
}

/** Indexed properties of as many actors, without their lookup rows. */
async function manyIndexed(place: SharedPlace, count: number): Promise<void> {
  if (place.backend === "postgresql") {
    await place.sql(
      `INSERT INTO {schema}.actors SELECT 'actor' || n, 'creator', '' FROM generate_series(0, ${count - 1}) n
        ON CONFLICT DO NOTHING;
      INSERT INTO {schema}.properties SELECT 'actor' || n, 'email', 'e' || n || '@x.org'
        FROM generate_series(0, ${count - 1}) n`,
    );
    return;
  }
  await place.client.batchWrite(
    Array.from({ length: count }, (_, number) => ({
      table: `${place.name}_properties`,
      put: { id: { S: `actor${number}` }, name: { S: "email" }, value: { S: `e${number}@x.org` } },
    })),
    { deadline: Date.now() + 60_000 },
  );
}
