// Calls that meet faults, and what tells whether they were applied.
import type { CallOptions, Store } from "../../../src/store.ts";

/** The property with a reverse lookup. */
export const INDEXED = "email";

/** Values that the indexed property takes in turn; `null` deletes it. */
export const VALUES: readonly (string | null)[] = ["first", "second", null, "third"];

/** A call with what is there before it. */
export interface FaultedCall {
  /** Whether it changes anything. */
  readonly writes: boolean;
  /** Whether it may be called again when its outcome is not known. */
  readonly repeatable: boolean;
  /** Writes what the call finds. */
  prepare(store: Store, actorId: string): Promise<unknown>;
  /** The call. */
  run(store: Store, actorId: string, options: CallOptions): Promise<unknown>;
}

const NAMES = ["one", "two", "three"];
const write = { writes: true, repeatable: false };
const again = { writes: true, repeatable: true };

/** The calls by name. Every actor is another one, and exists. */
export const CALLS: Readonly<Record<string, FaultedCall>> = {
  get: {
    writes: false,
    repeatable: true,
    prepare: (store, id) => store.properties.set(id, "name", "before"),
    run: (store, id, options) => store.properties.get(id, "name", options),
  },
  set: {
    ...again,
    prepare: (store, id) => store.properties.set(id, "name", "before"),
    run: (store, id, options) => store.properties.set(id, "name", "after", options),
  },
  setIfEquals: {
    ...write,
    prepare: (store, id) => store.properties.set(id, "name", "before"),
    run: (store, id, options) => store.properties.setIfEquals(id, "name", "before", "after", options),
  },
  createIfAbsent: {
    ...write,
    prepare: () => Promise.resolve(),
    run: (store, id, options) => store.properties.createIfAbsent(id, "name", "after", options),
  },
  append: {
    ...write,
    prepare: (store, id) => store.subscriptions.createIfAbsent(id, { peerId: "peer", subscriptionId: "s" }),
    run: async (store, id, options) => (await store.diffs.append(id, "peer", "s", "after", options))?.sequence,
  },
  indexedSet: {
    ...again,
    prepare: (store, id) => store.properties.set(id, INDEXED, `before ${id}`),
    run: (store, id, options) => store.properties.set(id, INDEXED, `after ${id}`, options),
  },
  deleteMany: {
    ...again,
    prepare: (store, id) => store.properties.setMany(id, NAMES.map((name) => [name, "before"])),
    run: (store, id, options) => store.properties.deleteMany(id, NAMES, options),
  },
  erase: {
    ...again,
    prepare: (store, id) => store.properties.setMany(id, [...NAMES, INDEXED].map((name) => [name, `before ${id}`])),
    run: (store, id, options) => store.actors.erase(id, options),
  },
};

/** All that a call could have changed, as a text without the actor's id. */
export async function stateOf(store: Store, actorId: string): Promise<string> {
  const found = await Promise.all([
    store.actors.get(actorId),
    store.actors.tombstone(actorId).then((tombstone) => tombstone !== null),
    store.properties.all(actorId),
    store.diffs.all(actorId, "s").then((diffs) => diffs.map(({ sequence, data }) => [sequence, data])),
    store.lookups.get(INDEXED, `before ${actorId}`),
    store.lookups.get(INDEXED, `after ${actorId}`),
  ]);
  return JSON.stringify(found).replaceAll(actorId, "ID");
}
