// Random operations that both libraries can do, each with the same outcome.
import type { Json, Store } from "../../src/store.ts";
import type { Random } from "../support/random.ts";
import * as entities from "./entities.ts";
import type { Entity } from "./entity.ts";
import { datetime, type Reference } from "./reference.ts";
import { ATTRIBUTES, PEER_TRUSTEES, PROPERTIES, SUBSCRIPTIONS, SUSPENSIONS, TRUSTS } from "./samples.ts";

/** An operation with the outcome in the same form from either library. */
export interface Operation {
  readonly name: string;
  ours(store: Store): Promise<unknown>;
  theirs(reference: Reference): Promise<unknown>;
}

/** Names of plain properties. */
const NAMES = ["a", "b", "ü", "list:x-meta", "list;", "z/😀"] as const;
const BUCKETS = ["bucket", "buck", "bücket"] as const;
const KEYS = ["one", "two", "ünï"] as const;
const INSTANT = "2026-01-02T03:04:05.000001Z";

/** Values that the reference can store: what Python takes for false, it removes. */
const VALUES = ATTRIBUTES.map(({ data }) => data) as [Json, ...Json[]];
const TEXTS = PROPERTIES.filter(({ value }) => value.length < 1_000).map(({ value }) => value) as [string, ...string[]];

/** The next operation; `model` tells what is there, as the reference's `create` replaces what is. */
export async function nextOperation(random: Random, actors: readonly [string, ...string[]], model: Store) {
  const actorId = random.pick(actors);
  const kinds = [property, property, attribute, attribute, actor, lookup, diff, row, row, row] as const;
  return await random.pick(kinds)(random, actorId, model);
}

async function actor(random: Random, id: string, model: Store): Promise<Operation> {
  const fields = { creator: random.pick(["creator", "ünï", "me@example.org"]), passphrase: `secret${random.below(9)}` };
  if (random.below(4) === 0) {
    return {
      name: "read an actor",
      ours: ({ actors }) => actors.get(id),
      theirs: (reference) => reference.call("actor", "get", { actor_id: id }),
    };
  }
  if (await model.actors.get(id) === null) {
    return {
      name: "create an actor",
      ours: ({ actors }) => actors.createIfAbsent({ id, ...fields }),
      theirs: (reference) => reference.call("actor", "create", { actor_id: id, ...fields }),
    };
  }
  const write = { id, ...fields };
  return {
    name: "change an actor",
    ours: (store) => entities.actors.ours(store).change(id, write),
    theirs: (reference) => entities.actors.theirs(reference).change(id, write),
  };
}

function property(random: Random, actor_id: string): Promise<Operation> {
  const name = random.pick(NAMES);
  const value = random.pick(TEXTS);
  const expected = random.pick(TEXTS);
  const on = (method: string, args: { readonly [name: string]: Json }) => (reference: Reference) =>
    reference.call("property", method, { actor_id, name, ...args });
  const operations: [Operation, ...Operation[]] = [
    {
      name: "set a property",
      ours: ({ properties }) => properties.set(actor_id, name, value).then(() => true),
      theirs: on("set", { value }),
    },
    {
      name: "empty a property",
      ours: ({ properties }) => properties.set(actor_id, name, "").then(() => true),
      theirs: on("set", { value: "" }),
    },
    {
      name: "remove a property",
      ours: ({ properties }) => properties.delete(actor_id, name),
      theirs: async (reference) =>
        (await reference.calls("property", [["get", { actor_id, name }], ["delete", {}]]))[1],
    },
    {
      name: "create a property",
      ours: ({ properties }) => properties.createIfAbsent(actor_id, name, value),
      theirs: on("create_if_not_exists", { value }),
    },
    {
      name: "swap a property",
      ours: ({ properties }) => properties.setIfEquals(actor_id, name, expected, value),
      theirs: on("set_if_value_equals", { expected, value }),
    },
    {
      name: "remove a property of a value",
      ours: ({ properties }) => properties.deleteIfEquals(actor_id, name, expected),
      theirs: on("delete_if_value_equals", { value: expected }),
    },
    {
      name: "remove properties",
      ours: ({ properties }) => properties.deleteMany(actor_id, [name, "absent"]).then(() => null),
      theirs: (reference) =>
        reference.call("property", "batch_delete", { actor_id, names: [name, "absent"] }).then(() => null),
    },
    {
      name: "read the last property of a range",
      ours: ({ properties }) => properties.last(actor_id, "a", "z").then((last) => last?.name ?? null),
      theirs: (reference) => reference.call("property", "get_last_in_range", { actor_id, lower: "a", upper: "z" }),
    },
  ];
  return Promise.resolve(random.pick(operations));
}

/** Values are each actor's own: of a shared one the two libraries find different owners in the end. */
async function lookup(random: Random, actor_id: string, model: Store): Promise<Operation> {
  const value = valueOf(actor_id, random.below(3));
  if (random.below(3) === 0) {
    return {
      name: "look an actor up",
      ours: ({ lookups }) => lookups.get("email", value),
      theirs: (reference) => reference.call("property", "get_actor_id_from_property", { name: "email", value }),
    };
  }
  // PostgreSQL keeps no lookup row of an actor that is not there.
  if (await model.actors.get(actor_id) === null) return await actor(random, actor_id, model);
  const text = random.below(4) === 0 ? "" : value;
  return {
    name: "set an indexed property",
    ours: ({ properties }) => properties.set(actor_id, "email", text).then(() => true),
    theirs: (reference) => reference.call("property", "set", { actor_id, name: "email", value: text }),
  };
}

/** A value of the indexed property that only this actor has. */
export function valueOf(actorId: string, number: number): string {
  return `${actorId}.${number}@ünï.example`;
}
/** How many there are of each actor. */
export const LOOKUP_VALUES = 3;

async function attribute(random: Random, actor_id: string, model: Store): Promise<Operation> {
  const [bucket, name] = [random.pick(BUCKETS), random.pick(KEYS)];
  const key = { actor_id, bucket, name };
  const data = random.pick(VALUES);
  const there = await model.attributes.get(actor_id, bucket, name);
  // Half of the conditions hold.
  const expected = there === null || random.below(2) === 0 ? random.pick(VALUES) : there.data;
  const timestamp = datetime(INSTANT.replace("Z", ""));
  return random.pick<Operation>([
    {
      name: "set an attribute",
      ours: ({ attributes }) => attributes.set(actor_id, bucket, name, data).then(() => true),
      theirs: (reference) => reference.call("attribute", "set_attr", { ...key, data }),
    },
    {
      name: "set an attribute with its time",
      ours: ({ attributes }) => attributes.set(actor_id, bucket, name, data, { timestamp: INSTANT }).then(() => true),
      theirs: (reference) => reference.call("attribute", "set_attr", { ...key, data, timestamp }),
    },
    {
      name: "swap an attribute",
      ours: ({ attributes }) => attributes.setIfEquals(actor_id, bucket, name, expected, data, { timestamp: INSTANT }),
      theirs: (reference) =>
        reference.call("attribute", "conditional_update_attr", {
          ...key,
          old_data: expected,
          new_data: data,
          timestamp,
        }),
    },
    {
      name: "consume an attribute",
      ours: ({ attributes }) => attributes.consume(actor_id, bucket, name).then((found) => found !== null),
      theirs: (reference) => reference.call("attribute", "delete_attr_conditional", key),
    },
    {
      name: "remove a bucket",
      ours: ({ attributes }) => attributes.deleteBucket(actor_id, bucket).then(() => true),
      theirs: (reference) => reference.call("attribute", "delete_bucket", { actor_id, bucket }),
    },
  ]);
}

async function diff(random: Random, actor_id: string, model: Store): Promise<Operation> {
  const { peerId: peerid, subscriptionId: subid } = random.pick(SUBSCRIPTIONS as [(typeof SUBSCRIPTIONS)[number]]);
  const subscription = await model.subscriptions.get(actor_id, peerid, subid);
  if (subscription === null) return await row(random, actor_id, model);
  const data = random.pick(TEXTS);
  const number = subscription.sequence + 1;
  if (random.below(3) > 0) {
    return {
      name: "append a diff",
      ours: async ({ diffs }) => (await diffs.append(actor_id, peerid, subid, data))!.sequence,
      async theirs(reference) {
        const found = ["get", { actor_id, peerid, subid }] as const;
        await reference.calls("subscription", [found, ["modify", { seqnr: number }]]);
        await reference.call("subscription_diff", "create", { actor_id, subid, diff: data, seqnr: number });
        return number;
      },
    };
  }
  const upTo = Math.max(1, number - random.below(4));
  return {
    name: "clear diffs",
    ours: ({ diffs }) => diffs.deleteUpTo(actor_id, peerid, subid, upTo).then(() => null),
    theirs: (reference) =>
      reference.calls("subscription_diff_list", [["fetch", { actor_id, subid }], ["delete", { seqnr: upTo }]])
        .then(() => null),
  };
}

/** A row of one of the entities that are created, changed and removed as a whole. */
async function row(random: Random, actorId: string, model: Store): Promise<Operation> {
  const number = random.below(1_000);
  return await random.pick([
    () =>
      step(random, actorId, model, "trust", entities.trusts, {
        ...random.pick(TRUSTS as [(typeof TRUSTS)[number]]),
        description: `description ${number}`,
        secret: `secret ${number}`,
        verificationToken: `token ${number}`,
        approved: number % 2 === 0,
      }),
    () =>
      step(random, actorId, model, "peer trustee", entities.peerTrustees, {
        ...random.pick(PEER_TRUSTEES as [(typeof PEER_TRUSTEES)[number]]),
        baseUri: `https://${number}/`,
        passphrase: `${number}`,
      }),
    () =>
      step(random, actorId, model, "subscription", entities.subscriptions, {
        ...random.pick(SUBSCRIPTIONS as [(typeof SUBSCRIPTIONS)[number]]),
        granularity: random.pick(["high", "low"]),
        target: "properties",
        subtarget: `${number}`,
        resource: "ünï",
        sequence: 0,
      }, false),
    () =>
      step(
        random,
        actorId,
        model,
        "suspension",
        entities.suspensions,
        random.pick(SUSPENSIONS as [(typeof SUSPENSIONS)[number]]),
      ),
  ])();
}

async function step<Row>(
  random: Random,
  actorId: string,
  model: Store,
  name: string,
  entity: Entity<Row>,
  row: Row,
  removable = true,
): Promise<Operation> {
  const there = await entity.ours(model).read(actorId, row);
  // A subscription that goes and comes again would begin with the numbers of the diffs that are still there.
  const method = there === null ? "create" : removable && random.below(3) === 0 ? "remove" : "change";
  const given = method === "change" && "sequence" in (there as object) ? { ...row, sequence: sequenceOf(there) } : row;
  return {
    name: `${method} a ${name}`,
    ours: (store) => entity.ours(store)[method](actorId, given),
    theirs: (reference) => entity.theirs(reference)[method](actorId, given),
  };
}

function sequenceOf(row: unknown): number {
  return (row as { readonly sequence: number }).sequence;
}
