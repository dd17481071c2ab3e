// Each entity as both libraries write and read it, in the contract's own form.
import type { Actor, Attribute, Diff, Json, PeerTrustee, Property, Subscription, Suspension } from "../../src/store.ts";
import { type Entity, fieldsOf, instantOf, must, naive, textOf } from "./entity.ts";
import { bytes } from "./reference.ts";

export { trusts } from "./entity_trusts.ts";

/** Actors; the actor's id stands for all keys. */
export const actors: Entity<Actor> = {
  table: "actors",
  stamped: ["created_at"],
  ours: ({ actors }) => ({
    create: async (id, row) => must(await actors.createIfAbsent({ ...row, id })),
    read: (id) => actors.get(id),
    change: async (id, { creator, passphrase }) => must(await actors.update(id, { creator, passphrase })),
    remove: async (id) => must(await actors.delete(id)),
  }),
  theirs: (reference) => {
    const found = (id: string) => ["get", { actor_id: id }] as const;
    return {
      create: async (id, { creator, passphrase }) =>
        must(await reference.call("actor", "create", { actor_id: id, creator, passphrase })),
      async read(id) {
        const row = fieldsOf(await reference.call("actor", "get", { actor_id: id }));
        return row as Actor | null;
      },
      async change(id, { creator, passphrase }) {
        const change = { creator, passphrase: bytes(passphrase) };
        must((await reference.calls("actor", [found(id), ["modify", change]]))[1]);
      },
      remove: async (id) => must((await reference.calls("actor", [found(id), ["delete", {}]]))[1]),
    };
  },
};

/** Properties. */
export const properties: Entity<Property> = {
  table: "properties",
  stamped: [],
  ours: ({ properties }) => ({
    create: (id, { name, value }) => properties.set(id, name, value),
    async read(id, { name }) {
      const value = await properties.get(id, name);
      return value === null ? null : { name, value };
    },
    change: (id, { name, value }) => properties.set(id, name, value),
    remove: async (id, { name }) => must(await properties.delete(id, name)),
  }),
  theirs: (reference) => {
    const set = async (actor_id: string, { name, value }: Property) =>
      must(await reference.call("property", "set", { actor_id, name, value }));
    return {
      create: set,
      async read(actor_id, { name }) {
        const value = await reference.call("property", "get", { actor_id, name });
        return typeof value === "string" ? { name, value } : null;
      },
      change: set,
      remove: async (actor_id, { name }) =>
        must((await reference.calls("property", [["get", { actor_id, name }], ["delete", {}]]))[1]),
    };
  },
};

/** Attributes without an expiry, which the reference gives only in seconds from now. */
export const attributes: Entity<Attribute> = {
  table: "attributes",
  stamped: [],
  ours: ({ attributes }) => {
    const set = (id: string, { bucket, name, data, timestamp }: Attribute) =>
      attributes.set(id, bucket, name, data, timestamp === null ? {} : { timestamp });
    return {
      create: set,
      read: (id, { bucket, name }) => attributes.get(id, bucket, name),
      change: set,
      remove: async (id, { bucket, name }) => must(await attributes.delete(id, bucket, name)),
    };
  },
  theirs: (reference) => {
    const set = async (actor_id: string, { bucket, name, data, timestamp }: Attribute) => {
      const stamp = timestamp === null ? null : naive(timestamp);
      must(await reference.call("attribute", "set_attr", { actor_id, bucket, name, data, timestamp: stamp }));
    };
    return {
      create: set,
      async read(actor_id, { bucket, name }) {
        const row = fieldsOf(await reference.call("attribute", "get_attr", { actor_id, bucket, name }));
        return row && { bucket, name, data: row.data!, timestamp: instantOf(row.timestamp), expiresAt: null };
      },
      change: set,
      remove: async (actor_id, { bucket, name }) =>
        must(await reference.call("attribute", "delete_attr_conditional", { actor_id, bucket, name })),
    };
  },
};

/** Peer trustees. */
export const peerTrustees: Entity<PeerTrustee> = {
  table: "peertrustees",
  stamped: [],
  ours: ({ peerTrustees }) => ({
    create: async (id, row) => must(await peerTrustees.createIfAbsent(id, row)),
    read: (id, { peerId }) => peerTrustees.get(id, peerId),
    change: async (id, { peerId, ...fields }) => must(await peerTrustees.update(id, peerId, fields)),
    remove: async (id, { peerId }) => must(await peerTrustees.delete(id, peerId)),
  }),
  theirs: (reference) => {
    const found = (actor_id: string, { peerId }: PeerTrustee) => ["get", { actor_id, peerid: peerId }] as const;
    const fields = ({ type, baseUri, passphrase }: PeerTrustee) => ({ peer_type: type, baseuri: baseUri, passphrase });
    return {
      create: async (actor_id, row) =>
        must(await reference.call("peer_trustee", "create", { actor_id, peerid: row.peerId, ...fields(row) })),
      async read(actor_id, row) {
        const found_ = fieldsOf(await reference.call("peer_trustee", ...found(actor_id, row)));
        if (found_ === null) return null;
        const { peerid, baseuri, type, passphrase } = found_;
        return { peerId: textOf(peerid), baseUri: textOf(baseuri), type: textOf(type), passphrase: textOf(passphrase) };
      },
      change: async (id, row) =>
        must((await reference.calls("peer_trustee", [found(id, row), ["modify", fields(row)]]))[1]),
      remove: async (id, row) => must((await reference.calls("peer_trustee", [found(id, row), ["delete", {}]]))[1]),
    };
  },
};

/** Subscriptions. */
export const subscriptions: Entity<Subscription> = {
  table: "subscriptions",
  stamped: [],
  ours: ({ subscriptions }) => ({
    create: async (id, row) => must(await subscriptions.createIfAbsent(id, row)),
    read: (id, { peerId, subscriptionId }) => subscriptions.get(id, peerId, subscriptionId),
    change: async (id, { peerId, subscriptionId, ...fields }) =>
      must(await subscriptions.update(id, peerId, subscriptionId, fields)),
    remove: async (id, { peerId, subscriptionId }) => must(await subscriptions.delete(id, peerId, subscriptionId)),
  }),
  theirs: (reference) => {
    const key = ({ peerId, subscriptionId }: Subscription) => ({ peerid: peerId, subid: subscriptionId });
    const found = (actor_id: string, row: Subscription) => ["get", { actor_id, ...key(row) }] as const;
    const fields = ({ granularity, target, subtarget, resource, sequence, callback }: Subscription) => {
      return { granularity, target, subtarget, resource, seqnr: sequence, callback };
    };
    return {
      create: async (actor_id, row) =>
        must(await reference.call("subscription", "create", { actor_id, ...key(row), ...fields(row) })),
      async read(actor_id, row) {
        const answer = fieldsOf(await reference.call("subscription", ...found(actor_id, row)));
        if (answer === null) return null;
        const { id: _, peerid, subscriptionid, ...rest } = answer;
        return { peerId: peerid, subscriptionId: subscriptionid, ...rest } as unknown as Subscription;
      },
      change: async (id, row) =>
        must((await reference.calls("subscription", [found(id, row), ["modify", fields(row)]]))[1]),
      remove: async (id, row) => must((await reference.calls("subscription", [found(id, row), ["delete", {}]]))[1]),
    };
  },
};

/** Diffs. Nobody changes one; the reference stamps its own. */
export const diffs: Entity<Diff> = {
  table: "subscriptiondiffs",
  stamped: ["timestamp"],
  ours: ({ diffs }) => ({
    create: async (id, row) => must(await diffs.createIfAbsent(id, row)),
    read: (id, { subscriptionId, sequence }) => diffs.get(id, subscriptionId, sequence),
    change: () => Promise.resolve(),
    remove: async (id, { subscriptionId, sequence }) => must(await diffs.delete(id, subscriptionId, sequence)),
  }),
  theirs: (reference) => {
    const found = (actor_id: string, { subscriptionId, sequence }: Diff) =>
      ["get", { actor_id, subid: subscriptionId, seqnr: sequence }] as const;
    return {
      create: async (actor_id, { subscriptionId, sequence, data }) =>
        must(
          await reference.call("subscription_diff", "create", {
            actor_id,
            subid: subscriptionId,
            diff: data,
            seqnr: sequence,
          }),
        ),
      async read(actor_id, row) {
        const fields = fieldsOf(await reference.call("subscription_diff", ...found(actor_id, row)));
        if (fields === null) return null;
        const { subscriptionid, sequence, timestamp, data } = fields;
        return {
          subscriptionId: textOf(subscriptionid),
          sequence: Number(sequence),
          timestamp: instantOf(timestamp)!,
          data: textOf(data),
        };
      },
      change: () => Promise.resolve(),
      remove: async (id, row) =>
        must((await reference.calls("subscription_diff", [found(id, row), ["delete", {}]]))[1]),
    };
  },
};

/** Suspensions. Nobody changes one; both libraries stamp their own, and the reference never tells when. */
export const suspensions: Entity<Suspension> = {
  table: "subscription_suspensions",
  stamped: ["suspended_at"],
  ours: ({ suspensions }) => ({
    create: async (id, { target, subtarget }) => must(await suspensions.createIfAbsent(id, target, subtarget)),
    async read(id, { target, subtarget, suspendedAt }) {
      const all = await suspensions.all(id);
      const found = all.find((each) => each.target === target && each.subtarget === subtarget);
      return found === undefined ? null : { ...found, suspendedAt };
    },
    change: () => Promise.resolve(),
    remove: async (id, { target, subtarget }) => must(await suspensions.delete(id, target, subtarget)),
  }),
  theirs: (reference) => {
    const call = (actor_id: string, method: string, { target, subtarget }: Suspension) =>
      reference.call("subscription_suspension", method, { target, subtarget: subtarget || null }, { actor_id });
    return {
      create: async (id, row) => must(await call(id, "suspend", row)),
      async read(actor_id, row) {
        const all = await reference.call("subscription_suspension", "get_all_suspended", {}, { actor_id }) as Json[][];
        const found = all.find(([target, subtarget]) => target === row.target && (subtarget ?? "") === row.subtarget);
        return found === undefined ? null : row;
      },
      change: () => Promise.resolve(),
      remove: async (id, row) => must(await call(id, "resume", row)),
    };
  },
};
