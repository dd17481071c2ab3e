/**
 * The shell in front of every backend: it checks arguments, completes options, gives each call its deadline, walks
 * pages, and refuses calls on a closed store. Once, so that both backends refuse the same input with the same words.
 *
 * @module
 */

import type { Backend, BackendPage, Call, PageRequest } from "./backend.ts";
import { StoreError } from "./errors.ts";
import { guardActors } from "./guard/actors.ts";
import { guardAttributes } from "./guard/attributes.ts";
import { refuse, whole } from "./guard/check.ts";
import { decodeCursor, encodeCursor } from "./guard/cursor.ts";
import { guardDiffs } from "./guard/diffs.ts";
import { guardLookups } from "./guard/lookups.ts";
import { guardPeerTrustees } from "./guard/peer_trustees.ts";
import { guardProperties } from "./guard/properties.ts";
import { guardSubscriptions } from "./guard/subscriptions.ts";
import { guardSuspensions } from "./guard/suspensions.ts";
import { guardTrusts } from "./guard/trusts.ts";
import { PAGE_DEFAULT, PAGE_MAXIMUM } from "./model/limits.ts";
import type { CallOptions, Page, PageOptions, ReadOptions, Store, StoreOptions } from "./store.ts";

/** Names that can be looked up unless told otherwise, as in the reference. */
export const DEFAULT_INDEXED_PROPERTIES: readonly string[] = ["oauthId", "email", "externalUserId"];
/** Milliseconds for one call unless told otherwise. */
export const DEFAULT_TIMEOUT = 15_000;

const TIMEOUT_MAXIMUM = 2_147_483_647;

/** What the guards of the parts share. */
export interface Shell {
  /** The backend. */
  readonly backend: Backend;
  /** Names of properties with a reverse lookup. */
  readonly indexed: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Runs one call: `work` checks its arguments and hands them to the backend. */
  run<Result>(
    operation: string,
    options: (CallOptions & { readonly consistent?: boolean }) | undefined,
    work: (call: Call) => Promise<Result>,
  ): Promise<Result>;
  /** Walks pages: `work` makes one of them. */
  walk<Row>(
    operation: string,
    options: PageOptions | undefined,
    work: (call: Call & PageRequest) => Promise<BackendPage<Row>>,
  ): AsyncIterable<Page<Row>>;
}

/**
 * Puts the guard in front of a backend.
 *
 * @param backend The backend; nothing else may call it from now on
 * @param options The store's options; the backend has been given the same
 * @returns The store
 */
export function guard(backend: Backend, options: StoreOptions = {}): Store {
  const timeout = checkTimeout("open", options.timeout ?? DEFAULT_TIMEOUT);
  const indexed = new Set(options.indexedProperties ?? DEFAULT_INDEXED_PROPERTIES);
  let closing: Promise<void> | null = null;
  let underWay = 0;
  let whenIdle: (() => void) | null = null;

  const run: Shell["run"] = async (operation, given, work) => {
    if (closing !== null) throw new StoreError("closed", operation, "the store is closed");
    const call = callOf(operation, given, timeout);
    underWay++;
    try {
      return await work(call);
    } finally {
      if (--underWay === 0) whenIdle?.();
    }
  };

  async function* walk<Row>(
    operation: string,
    given: PageOptions | undefined,
    work: (call: Call & PageRequest) => Promise<BackendPage<Row>>,
  ): AsyncGenerator<Page<Row>, void, undefined> {
    const limit = whole(operation, "limit", given?.limit ?? PAGE_DEFAULT, 1, PAGE_MAXIMUM);
    let after = given?.cursor === undefined ? null : decodeCursor(operation, given.cursor);
    do {
      const page: BackendPage<Row> = await run(operation, given, (call) => work({ ...call, after, limit }));
      after = page.after;
      yield { items: page.items, cursor: after === null ? null : encodeCursor(operation, after) };
    } while (after !== null);
  }

  const shell: Shell = { backend, indexed, now: options.now ?? Date.now, run, walk };
  return {
    backend: backend.backend,
    capabilities: backend.capabilities,
    actors: guardActors(shell),
    properties: guardProperties(shell),
    lookups: guardLookups(shell),
    trusts: guardTrusts(shell),
    peerTrustees: guardPeerTrustees(shell),
    subscriptions: guardSubscriptions(shell),
    diffs: guardDiffs(shell),
    suspensions: guardSuspensions(shell),
    attributes: guardAttributes(shell),
    close(): Promise<void> {
      closing ??= new Promise<void>((resolve) => {
        whenIdle = resolve;
        if (underWay === 0) resolve();
      }).then(() => backend.close());
      return closing;
    },
  };
}

function callOf(operation: string, options: (CallOptions & ReadOptions) | undefined, timeout: number): Call {
  if (options === undefined) return { operation, deadline: Date.now() + timeout, consistent: true };
  if (typeof options !== "object" || options === null) refuse(operation, "options", "an object");
  const { signal, consistent = true } = options;
  if (typeof consistent !== "boolean") refuse(operation, "consistent", "true or false");
  if (signal !== undefined && !(signal instanceof AbortSignal)) refuse(operation, "signal", "an AbortSignal");
  if (signal?.aborted) {
    throw new StoreError("aborted", operation, "the caller's signal was aborted", { cause: signal.reason });
  }
  const milliseconds = options.timeout === undefined ? timeout : checkTimeout(operation, options.timeout);
  return { operation, deadline: Date.now() + milliseconds, consistent, signal };
}

function checkTimeout(operation: string, timeout: unknown): number {
  if (typeof timeout !== "number" || !(timeout > 0) || timeout > TIMEOUT_MAXIMUM) {
    refuse(operation, "timeout", `milliseconds above 0 and up to ${TIMEOUT_MAXIMUM}`);
  }
  return timeout;
}
