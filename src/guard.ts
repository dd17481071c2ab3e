/**
 * The shell in front of every backend: it checks arguments, completes options, gives each call its deadline, walks
 * pages, and refuses calls on a closed store. Once, so that both backends refuse the same input with the same words.
 *
 * What each method takes is said by the tables in `guard/`, one file per part of the contract.
 *
 * @module
 */

import type { Backend, BackendPage, BackendPart, Call, PageRequest, TablesPart, TransferBackend } from "./backend.ts";
import { StoreError } from "./errors.ts";
import { actors } from "./guard/actors.ts";
import { attributes } from "./guard/attributes.ts";
import { bytes, object, propertyName, refuse, truth, whole } from "./guard/check.ts";
import { decodeCursor, encodeCursor } from "./guard/cursor.ts";
import { diffs } from "./guard/diffs.ts";
import { lookups } from "./guard/lookups.ts";
import type { At, Check, Method, Methods } from "./guard/method.ts";
import { peerTrustees } from "./guard/peer_trustees.ts";
import { properties } from "./guard/properties.ts";
import { subscriptions } from "./guard/subscriptions.ts";
import { suspensions } from "./guard/suspensions.ts";
import { trusts } from "./guard/trusts.ts";
import { INDEXED_NAME_BYTES, PAGE_DEFAULT, PAGE_MAXIMUM } from "./model/limits.ts";
import type { Page, Properties, Store, StoreOptions } from "./store.ts";
import type { TransferStore } from "./tables.ts";

/** Names that can be looked up unless told otherwise, as in the reference. */
export const DEFAULT_INDEXED_PROPERTIES: readonly string[] = ["oauthId", "email", "externalUserId"];
/** Milliseconds for one call unless told otherwise. */
export const DEFAULT_TIMEOUT = 15_000;

const TIMEOUT_MAXIMUM = 2_147_483_647;

type Options = Readonly<Record<string, unknown>>;
type AnyMethod = (...args: unknown[]) => unknown;
type AnyPart = Readonly<Record<string, AnyMethod>>;

/**
 * Puts the guard in front of a backend.
 *
 * @param backend The backend; nothing else may call it from now on
 * @param options The store's options; the backend has been given the same
 * @returns The store
 */
export function guard(backend: Backend & { readonly tables: TablesPart }, options?: StoreOptions): TransferStore;
export function guard(backend: TransferBackend, options?: StoreOptions): Store;
export function guard(backend: TransferBackend, options: StoreOptions = {}): Store {
  const timeout = checkTimeout("open", options.timeout ?? DEFAULT_TIMEOUT);
  const indexed = checkIndexed(options.indexedProperties ?? DEFAULT_INDEXED_PROPERTIES);
  const now = options.now ?? Date.now;
  let closing: Promise<void> | null = null;
  let underWay = 0;
  let whenIdle: (() => void) | null = null;

  /** Runs one call of a method: `work` checks its arguments and hands them to the backend. */
  async function run<Result>(
    operation: string,
    given: unknown,
    work: (call: Call, options: Options) => Promise<Result>,
  ): Promise<Result> {
    if (closing !== null) throw new StoreError("closed", operation, "the store is closed");
    const own = given === undefined ? {} : object(operation, "options", given);
    const call = callOf(operation, own, timeout);
    underWay++;
    try {
      return await work(call, own);
    } finally {
      if (--underWay === 0) whenIdle?.();
    }
  }

  function guarded(
    at: At,
    name: string,
    { args, options: own, nothing = FOR_NOTHING[name] }: Method,
    part: AnyPart,
  ): AnyMethod {
    return (...given) =>
      run(at.operation, given[args.length], (call, options) => {
        const checked = checkAll(at, args, given);
        const complete = own === undefined ? call : { ...call, ...own(at, options, checked) };
        if (nothing !== undefined && checked.some(isNothing)) return Promise.resolve(nothing());
        return part[name]!(...checked, complete) as Promise<unknown>;
      });
  }

  function walk(at: At, { args, options: own, positionBytes }: Method, part: AnyPart): AnyMethod {
    return async function* (...given: unknown[]): AsyncGenerator<Page<unknown>, void, undefined> {
      const { operation } = at;
      const { limit = PAGE_DEFAULT, cursor } = (given[args.length] ?? {}) as Options;
      let after = cursor === undefined ? null : decodeCursor(operation, cursor, positionBytes);
      do {
        const page = await run(operation, given[args.length], (call, options) => {
          const checked = checkAll(at, args, given);
          const additional: Options = {
            ...own?.(at, after === null ? options : { ...options, cursor: after }, checked),
          };
          const start = after ?? (additional.after === undefined ? null : String(additional.after));
          const request: PageRequest = { after: start, limit: whole(operation, "limit", limit, 1, PAGE_MAXIMUM) };
          return part.page!(...checked, { ...call, ...additional, ...request }) as Promise<BackendPage<unknown>>;
        });
        const { after: next, ...found } = page;
        after = next;
        yield { ...found, cursor: after === null ? null : encodeCursor(operation, after) };
      } while (after !== null);
    };
  }

  function guardPart<Part>(name: string, part: BackendPart<Part>, methods: Methods<Part>): Part {
    const checked: Record<string, AnyMethod> = {};
    for (const [key, method] of Object.entries<Method>(methods)) {
      const at: At = { operation: `${name}.${key}`, indexed, now };
      const untyped = part as unknown as AnyPart;
      checked[key] = key === "pages" ? walk(at, method, untyped) : guarded(at, key, method, untyped);
    }
    return checked as unknown as Part;
  }

  return {
    backend: backend.backend,
    capabilities: backend.capabilities,
    actors: guardPart("actors", backend.actors, actors),
    properties: guardPart("properties", withoutEmpty(backend.properties), properties),
    lookups: guardPart("lookups", backend.lookups, lookups),
    trusts: guardPart("trusts", backend.trusts, trusts),
    peerTrustees: guardPart("peerTrustees", backend.peerTrustees, peerTrustees),
    subscriptions: guardPart("subscriptions", backend.subscriptions, subscriptions),
    diffs: guardPart("diffs", backend.diffs, diffs),
    suspensions: guardPart("suspensions", backend.suspensions, suspensions),
    attributes: guardPart("attributes", backend.attributes, attributes),
    ...(backend.tables && { tables: guardPart("tables", backend.tables.part, backend.tables.methods) }),
    together(reads) {
      if (typeof reads !== "function") refuse("together", "reads", "a function");
      return backend.together(reads);
    },
    close(): Promise<void> {
      closing ??= new Promise<void>((resolve) => {
        whenIdle = resolve;
        if (underWay === 0) resolve();
      }).then(() => backend.close());
      return closing;
    },
  };
}

/** What a call about no names at all answers, without asking the backend. */
const FOR_NOTHING: { readonly [method: string]: (() => unknown) | undefined } = {
  getMany: () => new Map(),
  setMany: () => undefined,
  deleteMany: () => undefined,
  deleteByChain: () => 0,
};

function isNothing(argument: unknown): boolean {
  return Array.isArray(argument) ? argument.length === 0 : argument instanceof Map && argument.size === 0;
}

function checkAll(at: At, checks: readonly Check[], given: readonly unknown[]): unknown[] {
  const checked: unknown[] = [];
  for (let index = 0; index < checks.length; index++) checked.push(checks[index]!(at, given[index], checked));
  return checked;
}

function callOf(operation: string, options: Options, timeout: number): Call {
  const signal = options.signal as AbortSignal | undefined;
  if (signal !== undefined && !(signal instanceof AbortSignal)) refuse(operation, "signal", "an AbortSignal");
  if (signal?.aborted) {
    throw new StoreError("aborted", operation, "the caller's signal was aborted", { cause: signal.reason });
  }
  return {
    operation,
    deadline: Date.now() + (options.timeout === undefined ? timeout : checkTimeout(operation, options.timeout)),
    consistent: options.consistent === undefined || truth(operation, "consistent", options.consistent),
    signal,
  };
}

function checkTimeout(operation: string, timeout: unknown): number {
  if (typeof timeout !== "number" || !(timeout > 0) || timeout > TIMEOUT_MAXIMUM) {
    refuse(operation, "timeout", `milliseconds above 0 and up to ${TIMEOUT_MAXIMUM}`);
  }
  return timeout;
}

/** With a value of an indexed property, a name has to fit into one of PostgreSQL's index entries. */
function checkIndexed(names: readonly string[]): ReadonlySet<string> {
  for (const name of names) {
    const checked = propertyName("open", "indexedProperties", name);
    if (bytes(checked) > INDEXED_NAME_BYTES || checked.startsWith("list:")) {
      refuse(
        "open",
        "indexedProperties",
        `names of at most ${INDEXED_NAME_BYTES} bytes that do not begin with "list:"`,
      );
    }
  }
  return new Set(names);
}

/**
 * The reference's rules about empty texts: an empty value is no property, and an empty prefix has none. `setMany` gets
 * empty values as they are, since a backend removes and writes in one step.
 */
function withoutEmpty(part: BackendPart<Properties>): BackendPart<Properties> {
  return {
    ...part,
    async set(actorId, name, value, call) {
      if (value === "") await part.delete(actorId, name, call);
      else await part.set(actorId, name, value, call);
    },
    prefix: (actorId, prefix, call) => prefix === "" ? Promise.resolve([]) : part.prefix(actorId, prefix, call),
  };
}
