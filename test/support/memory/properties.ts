// Properties in memory, with the lookup rows of the indexed ones.
import type { BackendPart } from "../../../src/backend.ts";
import { compareBytes } from "../../../src/model/order.ts";
import type { Properties, Property } from "../../../src/store.ts";
import { type Context, type Database, pageOf, rowsOf, sorted, type Synchronous } from "./database.ts";

/** The part. */
export function properties(context: Context): Synchronous<BackendPart<Properties>> {
  const { database, indexed } = context;
  const textsOf = (actorId: string) => rowsOf(database.properties, actorId);
  const named = (actorId: string, condition: (name: string) => boolean): Property[] =>
    sorted(textsOf(actorId)).filter(([name]) => condition(name)).map(([name, value]) => ({ name, value }));

  function set(actorId: string, name: string, value: string): void {
    textsOf(actorId).set(name, value);
    if (!indexed.has(name)) return;
    releaseUnheld(database, actorId);
    claim(context, actorId, name, value);
  }

  function remove(actorId: string, name: string): boolean {
    const existed = textsOf(actorId).delete(name);
    if (indexed.has(name)) releaseUnheld(database, actorId);
    return existed;
  }

  /** A conditional write that did nothing; see {@linkcode Context.refusedWritesClaim}. */
  function refused(actorId: string, name: string, value: string): false {
    const isHeld = indexed.has(name) && holds(database, actorId, name, value);
    if (context.refusedWritesClaim && isHeld) claim(context, actorId, name, value);
    return false;
  }

  return {
    get: (actorId, name) => textsOf(actorId).get(name) ?? null,

    getMany(actorId, names) {
      const wanted = new Set(names);
      return new Map(named(actorId, (name) => wanted.has(name)).map(({ name, value }) => [name, value]));
    },

    set,

    setMany(actorId, entries) {
      for (const [name, value] of entries) {
        if (value === "") remove(actorId, name);
        else set(actorId, name, value);
      }
    },

    delete: remove,

    deleteMany(actorId, names) {
      for (const name of names) remove(actorId, name);
    },

    createIfAbsent(actorId, name, value) {
      if (textsOf(actorId).has(name)) return refused(actorId, name, value);
      set(actorId, name, value);
      return true;
    },

    setIfEquals(actorId, name, expected, value) {
      if (textsOf(actorId).get(name) !== expected) return refused(actorId, name, value);
      set(actorId, name, value);
      return true;
    },

    deleteIfEquals: (actorId, name, expected) => textsOf(actorId).get(name) === expected && remove(actorId, name),

    range: (actorId, lower, upper, call) => named(actorId, between(lower, upper)).slice(0, call.limit),

    rangeNames: (actorId, lower, upper, call) =>
      named(actorId, between(lower, upper)).slice(0, call.limit).map(({ name }) => name),

    last: (actorId, lower, upper) => named(actorId, between(lower, upper)).at(-1) ?? null,

    prefix: (actorId, prefix, call) => named(actorId, (name) => name.startsWith(prefix)).slice(0, call.limit),

    all: (actorId, call) => named(actorId, (name) => call.includeLists === true || !isOfList(name)),

    page(actorId, call) {
      const wanted = sorted(textsOf(actorId)).filter(([name]) => call.includeLists === true || !isOfList(name));
      return pageOf(wanted, call, (value, name) => ({ name, value }));
    },

    deleteAll(actorId, call) {
      const wanted = named(actorId, (name) => call.includeLists === true || !isOfList(name));
      for (const { name } of wanted) textsOf(actorId).delete(name);
      releaseUnheld(database, actorId);
      return wanted.length;
    },
  };
}

/** The key of a lookup row. */
export function lookupKey(name: string, value: string): string {
  return JSON.stringify([name, value]);
}

/** Whether the actor's property has the value. */
export function holds(database: Database, actorId: string, name: string, value: string): boolean {
  return database.properties.get(actorId)?.get(name) === value;
}

/** Gives the value to an actor that holds it, unless another owner holds it, too; whether the actor owns it now. */
export function claim(context: Context, actorId: string, name: string, value: string): boolean {
  const { database, lookupsNeedActor } = context;
  if (lookupsNeedActor && !database.actors.has(actorId)) return false;
  const owner = database.lookups.get(lookupKey(name, value));
  if (owner !== undefined && owner !== actorId && holds(database, owner, name, value)) return false;
  database.lookups.set(lookupKey(name, value), actorId);
  return true;
}

/** Removes the actor's lookup rows of values that its properties do not have. */
function releaseUnheld(database: Database, actorId: string): void {
  for (const [key, owner] of [...database.lookups]) {
    const [name, value] = JSON.parse(key) as [string, string];
    if (owner === actorId && !holds(database, actorId, name, value)) database.lookups.delete(key);
  }
}

function between(lower: string, upper: string): (name: string) => boolean {
  return (name) => compareBytes(name, lower) >= 0 && compareBytes(name, upper) <= 0;
}

/** List rows begin with `list:`. */
function isOfList(name: string): boolean {
  return name.startsWith("list:");
}
