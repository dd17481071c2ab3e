// A backend in memory: the simplest code that fulfils the contract, to hold others against.
import type { BackendPart, Call, TablesPart, TransferBackend, TransferPartName } from "../../../src/backend.ts";
import { StoreError } from "../../../src/errors.ts";
import { tables as methods } from "../../../src/guard/tables.ts";
import { DEFAULT_INDEXED_PROPERTIES, guard } from "../../../src/guard.ts";
import type { StoreOptions } from "../../../src/store.ts";
import type { TransferStore } from "../../../src/tables.ts";
import { actors } from "./actors.ts";
import { attributes } from "./attributes.ts";
import { type Context, type Database, memoryDatabase, type Synchronous } from "./database.ts";
import { diffs } from "./diffs.ts";
import { lookups } from "./lookups.ts";
import { peerTrustees } from "./peer_trustees.ts";
import { properties } from "./properties.ts";
import { subscriptions } from "./subscriptions.ts";
import { suspensions } from "./suspensions.ts";
import { tables } from "./tables.ts";
import { trusts } from "./trusts.ts";

export { type Context, type Database, memoryDatabase } from "./database.ts";

/** The parts of the backend before they wait for anything. */
export type Parts = { readonly [Name in TransferPartName]: Synchronous<BackendPart<TransferStore[Name]>> };

/** What a model in memory can be told to have in common with another backend. */
export type Likeness = Partial<Pick<Context, "lookupsNeedActor" | "refusedWritesClaim">>;

/** Opens a store on a database in memory; stores that are given the same database share it. */
export function memoryStore(
  options: StoreOptions = {},
  database: Database = memoryDatabase(),
  likeness: Likeness = {},
): TransferStore {
  return guard(backendOf(partsOf(contextOf(database, options, likeness)), options, likeness), options);
}

/** What the parts share. */
export function contextOf(database: Database, options: StoreOptions, likeness: Likeness = {}): Context {
  return {
    database,
    lookupsNeedActor: likeness.lookupsNeedActor ?? false,
    refusedWritesClaim: likeness.refusedWritesClaim ?? false,
    indexed: new Set(options.indexedProperties ?? DEFAULT_INDEXED_PROPERTIES),
    now: options.now ?? Date.now,
  };
}

/** The parts. */
export function partsOf(context: Context): Parts {
  return {
    actors: actors(context),
    properties: properties(context),
    lookups: lookups(context),
    trusts: trusts(context),
    peerTrustees: peerTrustees(context),
    subscriptions: subscriptions(context),
    diffs: diffs(context),
    suspensions: suspensions(context),
    attributes: attributes(context),
    tables: tables(context),
  };
}

/** The backend that answers by these parts, without its guard. */
export function backendOf(
  parts: Answering<Parts>,
  { onRequest }: StoreOptions,
  { lookupsNeedActor = false }: Likeness = {},
): TransferBackend & { readonly tables: TablesPart } {
  return {
    backend: "memory",
    capabilities: {
      indexReads: "consistent",
      sortedActors: true,
      atomicBatches: true,
      nativeExpiry: false,
      lookupsNeedActor,
    },
    actors: asynchronous(parts.actors, onRequest),
    properties: asynchronous(parts.properties, onRequest),
    lookups: asynchronous(parts.lookups, onRequest),
    trusts: asynchronous(parts.trusts, onRequest),
    peerTrustees: asynchronous(parts.peerTrustees, onRequest),
    subscriptions: asynchronous(parts.subscriptions, onRequest),
    diffs: asynchronous(parts.diffs, onRequest),
    suspensions: asynchronous(parts.suspensions, onRequest),
    attributes: asynchronous(parts.attributes, onRequest),
    tables: { methods, part: asynchronous(parts.tables, onRequest) },
    together: (reads) => reads(),
    close: () => Promise.resolve(),
  };
}

/** Parts whose methods may also answer later, as broken ones do. */
export type Answering<Given> = {
  readonly [Name in keyof Given]: {
    readonly [Method in keyof Given[Name]]: Given[Name][Method] extends (...args: infer Args) => infer Result
      ? (...args: Args) => Result | Promise<Result>
      : never;
  };
};

type AnyPart = { readonly [name: string]: (...args: never[]) => unknown };

type Asynchronous<Part> = {
  readonly [Name in keyof Part]: Part[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never;
};

/** A part as a backend gives it: each call is one request, which an aborted signal or a passed deadline prevents. */
function asynchronous<Part extends AnyPart>(part: Part, onRequest: StoreOptions["onRequest"]): Asynchronous<Part> {
  const entries = Object.entries(part).map(([name, method]) => {
    return [name, async (...args: never[]) => {
      const call = args.at(-1) as unknown as Call;
      // Copied at once, as the caller may change its own while the call waits.
      const given = structuredClone(args.slice(0, -1)) as never[];
      await null;
      interrupt(call);
      let error: string | null = null;
      try {
        return await method(...given, call as never);
      } catch (fault) {
        error = fault instanceof StoreError ? fault.code : "unknown";
        throw fault;
      } finally {
        report(call, error, onRequest);
      }
    }];
  });
  return Object.fromEntries(entries) as Asynchronous<Part>;
}

/** Less than a millisecond is no time for a request. */
function interrupt({ operation, signal, deadline }: Call): void {
  if (signal?.aborted) {
    throw new StoreError("aborted", operation, "the caller's signal was aborted", { cause: signal.reason });
  }
  if (deadline - Date.now() < 1) throw new StoreError("timeout", operation, "the deadline passed");
}

/** What a hook throws, now or later, is its author's affair. */
function report({ operation }: Call, error: string | null, onRequest: StoreOptions["onRequest"]): void {
  if (onRequest === undefined) return;
  const request = { operation, request: "call", attempt: 1, milliseconds: 0, error, consumedCapacity: 0, rows: 0 };
  Promise.resolve(request).then(onRequest).catch(() => {});
}
