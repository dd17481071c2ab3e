// What depends on the state that the other library left: conditions, numbers, owners, expiry, collections.
import { expect } from "bun:test";
import type { Json } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";
import { uniqueName } from "../support/stores.ts";
import { isOf, onEachBackend, withoutVersion } from "./both.ts";
import { instantOf } from "./entity.ts";
import { ATTRIBUTES, SUBSCRIPTIONS } from "./samples.ts";

const behaviour = behaviours("interop in turn");
/** What the reference adds to a time to live. */
const BUFFER = 3_600;
/** How far the clocks and the time between two looks at them may lie apart. */
const SLACK = 30;

const seconds = () => Math.floor(Date.now() / 1000);

onEachBackend("interop_turn", (backend, both) => {
  const newActor = async () => {
    const id = uniqueName("actor");
    await both.store.actors.createIfAbsent({ id, creator: "creator", passphrase: "secret" });
    return id;
  };
  const python = (accessor: string, method: string, args: { readonly [name: string]: Json }) =>
    both.reference.call(accessor, method, args);

  behaviour(`${backend}: every JSON value is swapped in turn by both libraries on the same row`, async () => {
    const actor_id = await newActor();
    const { attributes } = both.store;
    const values = ATTRIBUTES.map(({ data }) => data);
    await attributes.set(actor_id, "swap", "row", values[0]!);
    for (const [index, value] of values.entries()) {
      const next = { after: value };
      const swap = { actor_id, bucket: "swap", name: "row" };
      const update = { ...swap, old_data: value, new_data: next };
      expect([index, await python("attribute", "conditional_update_attr", update)]).toEqual([index, true]);
      const following = values[index + 1] ?? "end";
      expect([index, await attributes.setIfEquals(actor_id, "swap", "row", next, following)]).toEqual([index, true]);
    }
    expect((await attributes.get(actor_id, "swap", "row"))?.data).toBe("end");
  });

  behaviour(`${backend}: the order of keys means nothing to either side's condition`, async () => {
    const actor_id = await newActor();
    const swap = { actor_id, bucket: "swap", name: "keys" };
    await python("attribute", "set_attr", { ...swap, data: { b: 1, a: { d: 2, c: 3 } } });
    const { attributes } = both.store;
    expect(await attributes.setIfEquals(actor_id, "swap", "keys", { a: { c: 3, d: 2 }, b: 1 }, { z: 1, y: 2 })).toBe(
      true,
    );
    const update = { ...swap, old_data: { y: 2, z: 1 }, new_data: { done: true } };
    expect(await python("attribute", "conditional_update_attr", update)).toBe(true);
  });

  behaviour(`${backend}: values that only this side can store are read and swapped by the reference`, async () => {
    const actor_id = await newActor();
    for (const [index, data] of [0, false, "", {}, []].entries()) {
      const row = { actor_id, bucket: "empty", name: `row${index}` };
      await both.store.attributes.set(actor_id, row.bucket, row.name, data);
      expect((await python("attribute", "get_attr", row) as { data: Json }).data).toEqual(data);
      const update = { ...row, old_data: data, new_data: ["full"] };
      expect(await python("attribute", "conditional_update_attr", update)).toBe(true);
    }
  });

  behaviour(`${backend}: an expiry that the reference sets is read with its buffer`, async () => {
    const actor_id = await newActor();
    await python("attribute", "set_attr", { actor_id, bucket: "ttl", name: "a", data: 1, ttl_seconds: 600 });
    const { expiresAt } = (await both.store.attributes.get(actor_id, "ttl", "a"))!;
    expect(Math.abs(expiresAt! - (seconds() + 600 + BUFFER))).toBeLessThan(SLACK);
  });

  behaviour(`${backend}: an expiry set here is exactly the second asked for, and both sides go by it`, async () => {
    const actor_id = await newActor();
    const { attributes } = both.store;
    const strict = (name: string) => python("attribute", "get_attr_strict", { actor_id, bucket: "ttl", name });
    await attributes.set(actor_id, "ttl", "future", "there", { expiresAt: seconds() + 600 });
    await attributes.set(actor_id, "ttl", "past", "gone", { expiresAt: seconds() });
    await attributes.set(actor_id, "ttl", "never", "there");
    expect(await strict("future")).not.toBe(null);
    expect(await strict("never")).not.toBe(null);
    expect(await strict("past")).toBe(null);
    expect((await attributes.bucket(actor_id, "ttl")).map(({ name }) => name)).toEqual(["future", "never"]);
  });

  behaviour(`${backend}: a swap by either side keeps the other's expiry`, async () => {
    const actor_id = await newActor();
    const { attributes } = both.store;
    const row = { actor_id, bucket: "ttl", name: "kept" };
    const expiresAt = seconds() + 1_000;
    await attributes.set(actor_id, "ttl", "kept", 1, { expiresAt });
    await python("attribute", "conditional_update_attr", { ...row, old_data: 1, new_data: 2 });
    await attributes.setIfEquals(actor_id, "ttl", "kept", 2, 3);
    expect(await attributes.get(actor_id, "ttl", "kept")).toMatchObject({ data: 3, expiresAt });
    await python("attribute", "set_attr", { ...row, data: 4 });
    expect((await attributes.get(actor_id, "ttl", "kept"))?.expiresAt).toBe(null);
  });

  behaviour(`${backend}: exactly one of both libraries consumes an attribute`, async () => {
    const actor_id = await newActor();
    for (let round = 0; round < 20; round++) {
      const row = { actor_id, bucket: "tickets", name: `t${round}` };
      await both.store.attributes.set(actor_id, row.bucket, row.name, "ticket");
      const [ours, theirs] = await Promise.all([
        both.store.attributes.consume(actor_id, row.bucket, row.name),
        python("attribute", "delete_attr_conditional", row),
      ]);
      expect([ours !== null, theirs].filter(Boolean)).toEqual([true]);
    }
  });

  behaviour(`${backend}: composite keys that join to the same text are never taken for each other`, async () => {
    const actor_id = await newActor();
    const { attributes } = both.store;
    await python("attribute", "set_attr", { actor_id, bucket: "remote:peer", name: "x", data: "theirs" });
    expect(await attributes.get(actor_id, "remote", "peer:x")).toBe(null);
    expect(await attributes.delete(actor_id, "remote", "peer:x")).toBe(false);
    await expect(attributes.set(actor_id, "remote", "peer:x", "ours")).rejects.toMatchObject({ code: "conflict" });
    await attributes.deleteBucket(actor_id, "remote");
    const kept = await python("attribute", "get_attr", { actor_id, bucket: "remote:peer", name: "x" });
    expect((kept as { data: Json }).data).toBe("theirs");
  });

  behaviour(
    `${backend}: a reverse lookup made by either side is found by the other and follows the value`,
    async () => {
      const [first, second] = [await newActor(), await newActor()];
      const value = `${uniqueName("me")}@ünï.example`;
      const lookUp = (text: string) => python("property", "get_actor_id_from_property", { name: "email", value: text });
      const { properties, lookups } = both.store;

      await python("property", "set", { actor_id: first, name: "email", value });
      expect(await lookups.get("email", value)).toBe(first);
      await properties.set(first, "email", `${value}.2`);
      expect([await lookUp(value), await lookUp(`${value}.2`)]).toEqual([null, first]);
      await python("property", "set", { actor_id: first, name: "email", value: `${value}.3` });
      expect([await lookups.get("email", `${value}.2`), await lookups.get("email", `${value}.3`)]).toEqual([
        null,
        first,
      ]);
      // A value that nobody has any more can be had by another actor, whoever gave it up.
      await properties.set(second, "email", value);
      expect([await lookUp(value), await lookups.get("email", value)]).toEqual([second, second]);
      await python("property", "set", { actor_id: second, name: "email", value: "" });
      expect(await lookups.get("email", value)).toBe(null);
      const rows = await both.place.rows("property_lookup_v2");
      expect(rows.filter((row) => Object.values(row).some((text) => text.includes(second)))).toEqual([]);
    },
  );

  behaviour(`${backend}: a lookup row that the reference left behind is not believed here`, async () => {
    const actor_id = await newActor();
    const [old, next] = [uniqueName("old"), uniqueName("new")];
    await python("property", "set", { actor_id, name: "oauthId", value: old });
    // Its conditional writes do not keep the lookup table.
    const swap = { actor_id, name: "oauthId", expected: old, value: next };
    expect(await python("property", "set_if_value_equals", swap)).toBe(true);
    expect(await python("property", "get_actor_id_from_property", { name: "oauthId", value: old })).toBe(actor_id);
    expect(await both.store.lookups.get("oauthId", old)).toBe(null);
    expect(await both.store.lookups.claim(actor_id, "oauthId", next)).toBe(true);
    expect(await both.store.lookups.release(actor_id, "oauthId", old)).toBe(true);
    expect(await python("property", "get_actor_id_from_property", { name: "oauthId", value: next })).toBe(actor_id);
  });

  behaviour(`${backend}: diffs of both sides share one sequence without a gap`, async () => {
    const actor_id = await newActor();
    const [subscription] = SUBSCRIPTIONS;
    const { peerId: peerid, subscriptionId: subid } = subscription!;
    await both.store.subscriptions.createIfAbsent(actor_id, { ...subscription!, sequence: 0 });
    for (let number = 1; number <= 12; number++) {
      if (number % 2 === 0) {
        expect((await both.store.diffs.append(actor_id, peerid, subid, `${number}`))?.sequence).toBe(number);
        continue;
      }
      // As its subscriptions add a diff.
      const found = ["get", { actor_id, peerid, subid }] as const;
      const [row] = await both.reference.calls("subscription", [found, ["modify", { seqnr: number }]]);
      expect((row as { sequence: Json }).sequence).toBe(number - 1);
      await python("subscription_diff", "create", { actor_id, subid, diff: `${number}`, seqnr: number });
    }
    const all = await both.store.diffs.all(actor_id, subid);
    expect(all.map(({ sequence, data }) => [sequence, data])).toEqual(
      Array.from({ length: 12 }, (_, index) => [index + 1, `${index + 1}`]),
    );
    const theirs = await python("subscription_diff_list", "fetch", { actor_id, subid }) as Record<string, Json>[];
    expect(theirs.map(({ sequence }) => Number(sequence)).sort((a, b) => a - b)).toEqual(
      all.map(({ sequence }) => sequence),
    );
    for (const { sequence, timestamp } of all) {
      const same = theirs.find((diff) => diff.sequence === sequence)!;
      expect([instantOf(same.timestamp), same.diff]).toEqual([timestamp, `${sequence}`]);
    }
    await both.store.diffs.deleteUpTo(actor_id, peerid, subid, 5);
    expect((await python("subscription_diff", "get", { actor_id, subid }) as Record<string, Json>).sequence).toBe(6);
    const clear = [["fetch", { actor_id, subid }], ["delete", { seqnr: 8 }]] as const;
    await both.reference.calls("subscription_diff_list", clear);
    expect((await both.store.diffs.first(actor_id, subid))?.sequence).toBe(9);
  });

  behaviour(`${backend}: the first diff of a subscription is never one of another whose id begins alike`, async () => {
    const actor_id = await newActor();
    await python("subscription_diff", "create", { actor_id, subid: "s2", diff: "other", seqnr: 1 });
    await python("subscription_diff", "create", { actor_id, subid: "s", diff: "mine", seqnr: 2 });
    expect((await both.store.diffs.first(actor_id, "s"))?.data).toBe("mine");
  });

  behaviour(
    `${backend}: a suspended target covers its parts on both sides, and targets that begin alike are apart`,
    async () => {
      const actor_id = await newActor();
      const suspension = (method: string, args: { readonly [name: string]: Json }) =>
        both.reference.call("subscription_suspension", method, args, { actor_id });
      await suspension("suspend", { target: "properties" });
      await both.store.suspensions.createIfAbsent(actor_id, "resources", "a");
      const { suspensions } = both.store;
      const asked = [["properties", ""], ["properties", "x"], ["properties_v2", "x"], ["resources", ""], [
        "resources",
        "a",
      ]];
      const ours = await Promise.all(asked.map(([target, part]) => suspensions.has(actor_id, target!, part!)));
      const theirs = await Promise.all(
        asked.map(([target, part]) => suspension("is_suspended", { target: target!, subtarget: part || null })),
      );
      expect(ours).toEqual([true, true, false, false, true]);
      expect(theirs).toEqual(ours);
    },
  );

  behaviour(`${backend}: an actor that either side erased is known as erased to the other`, async () => {
    const [ours, theirs, never] = [await newActor(), await newActor(), await newActor()];
    await both.store.actors.erase(ours);
    await python("deletion", "mark", { actor_id: theirs });
    const status = (actor_id: string) => python("deletion", "status", { actor_id });
    expect([await status(ours), await status(theirs), await status(never)]).toEqual([
      "deleted",
      "deleted",
      "not_deleted",
    ]);
    const tombstones = await Promise.all([ours, theirs, never].map((id) => both.store.actors.tombstone(id)));
    expect(tombstones.map((each) => each?.actorId ?? null)).toEqual([ours, theirs, null]);
    const rows = (await both.place.rows("attributes")).filter((row) => isOf(row, "_actingweb_deleted"));
    const form = (id: string) =>
      Object.values(withoutVersion(rows.find((row) => Object.values(row).some((text) => text.includes(id)))!))
        .map((text) => text.replaceAll(id, "ID").replace(/\.\d+/, "").replace(/\d/g, "0"));
    expect(form(ours)).toEqual(form(theirs));
    await python("deletion", "clear", { actor_id: ours });
    expect(await both.store.actors.tombstone(ours)).toBe(null);
    await both.reference.calls("actor", [["get", { actor_id: theirs }], ["delete", {}]]);
    const again = { id: theirs, creator: "again", passphrase: "" };
    expect(await both.store.actors.createIfAbsent(again, { clearTombstone: true })).toBe(true);
    expect(await status(theirs)).toBe("not_deleted");
  });
});
