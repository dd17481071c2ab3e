// Collections, indexes and sanitised texts: the same rows for both libraries.
import { expect } from "bun:test";
import { compareBytes } from "../../src/model/order.ts";
import type { Json } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";
import { uniqueName } from "../support/stores.ts";
import { onEachBackend } from "./both.ts";
import { ATTRIBUTES, PEER_TRUSTEES, PROPERTIES, SUBSCRIPTIONS, TRUSTS } from "./samples.ts";

const behaviour = behaviours("interop collections");

onEachBackend("interop_collections", (backend, both) => {
  const newActor = async () => {
    const id = uniqueName("actor");
    await both.store.actors.createIfAbsent({ id, creator: "creator", passphrase: "secret" });
    return id;
  };
  const python = (accessor: string, method: string, args: { readonly [name: string]: Json }) =>
    both.reference.call(accessor, method, args);

  behaviour(`${backend}: collections hold the same rows for both`, async () => {
    const actor_id = await newActor();
    const { properties, attributes, trusts, peerTrustees, subscriptions } = both.store;
    for (const { name, value } of PROPERTIES) await properties.set(actor_id, name, value);
    for (const { bucket, name, data } of ATTRIBUTES) {
      await python("attribute", "set_attr", { actor_id, bucket, name, data });
    }
    for (const trust of TRUSTS) await trusts.createIfAbsent(actor_id, trust);
    for (const row of PEER_TRUSTEES) await peerTrustees.createIfAbsent(actor_id, row);
    for (const row of SUBSCRIPTIONS) await subscriptions.createIfAbsent(actor_id, row);

    const keys = (value: Json) => Object.keys(value as object).sort(compareBytes);
    expect(keys(await python("property_list", "fetch", { actor_id }))).toEqual(
      (await properties.all(actor_id)).map(({ name }) => name),
    );
    expect(keys(await python("property_list", "fetch_all_including_lists", { actor_id }))).toEqual(
      (await properties.all(actor_id, { includeLists: true })).map(({ name }) => name),
    );
    const range = { actor_id, lower: "list:", upper: "list;" };
    expect(keys(await python("property", "get_range", range))).toEqual(
      await properties.rangeNames(actor_id, "list:", "list;"),
    );
    expect(keys(await python("property", "get_prefix", { actor_id, prefix: "list" }))).toEqual(
      (await properties.prefix(actor_id, "list")).map(({ name }) => name),
    );
    expect(await python("property", "get_last_in_range", range)).toBe(
      (await properties.last(actor_id, "list:", "list;"))!.name,
    );
    const buckets = await python("attribute_bucket_list", "fetch", { actor_id }) as Record<string, object>;
    const named = Object.entries(buckets).flatMap(([bucket, rows]) =>
      Object.keys(rows).map((name) => `${bucket}:${name}`)
    );
    expect(named.sort(compareBytes)).toEqual(
      (await attributes.all(actor_id)).map(({ bucket, name }) => `${bucket}:${name}`),
    );
    const peers = async (accessor: string) =>
      (await python(accessor, "fetch", { actor_id }) as { peerid: string }[]).map(({ peerid }) => peerid).sort(
        compareBytes,
      );
    expect(await peers("trust_list")).toEqual((await trusts.all(actor_id)).map(({ peerId }) => peerId));
    expect(await peers("peer_trustee_list")).toEqual((await peerTrustees.all(actor_id)).map(({ peerId }) => peerId));
    expect(await peers("subscription_list")).toEqual((await subscriptions.all(actor_id)).map(({ peerId }) => peerId));

    await both.store.actors.erase(actor_id);
    for (const accessor of ["trust_list", "peer_trustee_list", "subscription_list"]) {
      expect(await peers(accessor)).toEqual([]);
    }
    expect(await python("actor", "get", { actor_id })).toBe(null);
  });

  behaviour(`${backend}: a trust is found by its secret, and its use noted, by either side`, async () => {
    const actor_id = await newActor();
    const secret = uniqueName("secret");
    await both.store.trusts.createIfAbsent(actor_id, { ...TRUSTS[0]!, secret });
    expect((await python("trust", "get", { actor_id, token: secret }) as { peerid: string }).peerid).toBe("peer");
    expect(await python("trust", "is_token_in_db", { actor_id, token: secret })).toBe(true);
    await both.store.trusts.touch(actor_id, "peer", { at: "2030-01-01T00:00:00Z", via: "oauth" });
    const read = await python("trust", "get", { actor_id, peerid: "peer" }) as Record<string, Json>;
    expect([read.last_accessed, read.last_connected_via]).toEqual(["2030-01-01T00:00:00+00:00", "oauth"]);
    const use = { last_accessed: "2031-01-01T00:00:00.5", last_connected_via: "mcp" };
    await both.reference.calls("trust", [["get", { actor_id, peerid: "peer" }], ["modify", use]]);
    const found = await both.store.trusts.getBySecret(actor_id, secret);
    expect([found?.lastAccessed, found?.lastConnectedVia]).toEqual(["2031-01-01T00:00:00.500000Z", "mcp"]);
  });

  behaviour(
    `${backend}: a surrogate on its own is stored by the reference as a question mark, and refused here`,
    async () => {
      const actor_id = await newActor();
      await python("property", "set", { actor_id, name: "broken", value: "a\ud800b" });
      expect(await both.store.properties.get(actor_id, "broken")).toBe("a?b");
      await expect(both.store.properties.set(actor_id, "broken", "a\ud800b")).rejects.toMatchObject({
        code: "invalid",
      });
    },
  );
});
