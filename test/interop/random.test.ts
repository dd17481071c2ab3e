// A long random run: each operation by a coin's choice the reference's or ours, against a model in memory.
// TEST_OPERATIONS sets how many, TEST_SEED repeats a run.
import { expect } from "bun:test";
import process from "node:process";
import { compactJson } from "../../src/model/json.ts";
import { compareBytes } from "../../src/model/order.ts";
import type { Json, Store } from "../../src/store.ts";
import { behaviours } from "../support/behaviour.ts";
import { memoryStore } from "../support/memory/mod.ts";
import { random } from "../support/random.ts";
import { uniqueName } from "../support/stores.ts";
import { onEachBackend } from "./both.ts";
import * as entities from "./entities.ts";
import { type Entity, instantOf } from "./entity.ts";
import { LOOKUP_VALUES, nextOperation, valueOf } from "./operations.ts";
import type { Reference } from "./reference.ts";
import { SUBSCRIPTIONS, SUSPENSIONS } from "./samples.ts";

const behaviour = behaviours("interop random run");
const OPERATIONS = Number(process.env.TEST_OPERATIONS ?? 500);
const ACTORS = 4;

onEachBackend("interop_random", (backend, both) => {
  behaviour(
    `${backend}: whoever does each operation, both libraries and a model agree on every outcome and row`,
    async () => {
      const chance = random();
      console.log(`${backend}: ${OPERATIONS} operations, TEST_SEED=${chance.seed}`);
      const model = memoryStore();
      const ids = Array.from({ length: ACTORS }, (_, index) => uniqueName(`actor${index}`)) as [string, ...string[]];
      for (let number = 1; number <= OPERATIONS; number++) {
        const operation = await nextOperation(chance, ids, model);
        const byUs = chance.below(2) === 0;
        const label = `seed ${chance.seed}, operation ${number}, ${byUs ? "ours" : "theirs"}: ${operation.name}`;
        const expected = await operation.ours(model);
        const outcome = byUs ? await operation.ours(both.store) : await operation.theirs(both.reference);
        expect(`${label}: ${textOf(outcome)}`).toBe(`${label}: ${textOf(expected)}`);
      }
      for (const id of ids) {
        const expected = await everythingOurs(model, id);
        expect([chance.seed, await everythingOurs(both.store, id)]).toEqual([chance.seed, expected]);
        expect([chance.seed, await everythingTheirs(both.reference, id)]).toEqual([chance.seed, expected]);
      }
    },
    60_000 + OPERATIONS * 200,
  );
});

/** Everything an actor has, as sorted texts, without the instants that each library takes from its own clock. */
async function everythingOurs(store: Store, id: string): Promise<Record<string, string[]>> {
  const { actors, attributes, diffs, lookups, peerTrustees, properties, subscriptions, suspensions, trusts } = store;
  return {
    actor: [textOf(await actors.get(id))],
    properties: texts(await properties.all(id, { includeLists: true }).then((rows) => rows.map(pair))),
    attributes: texts((await attributes.all(id)).map(({ expiresAt: _, ...row }) => row)),
    trusts: texts(await trusts.all(id)),
    peerTrustees: texts(await peerTrustees.all(id)),
    subscriptions: texts(await subscriptions.all(id)),
    diffs: texts(
      (await Promise.all(SUBSCRIPTIONS.map((each) => diffs.all(id, each.subscriptionId)))).flat().map(
        ({ timestamp: _, ...row }) => row,
      ),
    ),
    suspensions: texts(await Promise.all(SUSPENSIONS.map((row) => suspensions.has(id, row.target, row.subtarget)))),
    lookups: texts(await Promise.all(lookupValues(id).map((value) => lookups.get("email", value)))),
  };
}

async function everythingTheirs(reference: Reference, actor_id: string): Promise<Record<string, string[]>> {
  const call = (accessor: string, method: string, args: { readonly [name: string]: Json } = {}) =>
    reference.call(accessor, method, { actor_id, ...args });
  const list = async (accessor: string, args = {}) => (await call(accessor, "fetch", args) ?? []) as Fields[];
  const { trusts, peerTrustees, subscriptions } = entities;
  const read = async <Row>(rows: readonly Fields[], entity: Entity<Row>) =>
    await Promise.all(rows.map(({ peerid, subscriptionid }) => {
      return entity.theirs(reference).read(actor_id, { peerId: peerid, subscriptionId: subscriptionid } as Row);
    }));
  const buckets = (await call("attribute_bucket_list", "fetch") ?? {}) as {
    [bucket: string]: { [name: string]: Fields };
  };
  const diffs = await Promise.all(
    SUBSCRIPTIONS.map(({ subscriptionId }) => list("subscription_diff_list", { subid: subscriptionId })),
  );
  return {
    actor: [textOf(await call("actor", "get"))],
    properties: texts(Object.entries(await call("property_list", "fetch_all_including_lists") ?? {})),
    attributes: texts(
      Object.entries(buckets).flatMap(([bucket, rows]) =>
        Object.entries(rows).map(([name, { data, timestamp }]) => {
          return { bucket, name, data, timestamp: instantOf(timestamp) };
        })
      ),
    ),
    trusts: texts(await read(await list("trust_list"), trusts)),
    peerTrustees: texts(await read(await list("peer_trustee_list"), peerTrustees)),
    subscriptions: texts(await read(await list("subscription_list"), subscriptions)),
    diffs: texts(
      diffs.flat().map(({ subscriptionid, sequence, diff }) => {
        return { subscriptionId: subscriptionid, sequence, data: diff };
      }),
    ),
    suspensions: texts(
      await Promise.all(
        SUSPENSIONS.map(({ target, subtarget }) =>
          reference.call("subscription_suspension", "is_suspended", { target, subtarget: subtarget || null }, {
            actor_id,
          })
        ),
      ),
    ),
    lookups: texts(
      await Promise.all(
        lookupValues(actor_id).map((value) =>
          reference.call("property", "get_actor_id_from_property", { name: "email", value })
        ),
      ),
    ),
  };
}

type Fields = { readonly [name: string]: Json };

function pair({ name, value }: { readonly name: string; readonly value: string }): Json {
  return [name, value];
}

function lookupValues(actorId: string): string[] {
  return Array.from({ length: LOOKUP_VALUES }, (_, number) => valueOf(actorId, number));
}

function texts(rows: readonly unknown[]): string[] {
  return rows.map(textOf).sort(compareBytes);
}

/** JSON with sorted keys; what a call that answers nothing answered is `null`. */
function textOf(value: unknown): string {
  return compactJson(sorted((value ?? null) as Json));
}

function sorted(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value as Fields).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => compareBytes(a, b)).map(([key, each]) => [key, sorted(each)]));
}
