/**
 * What a backend implements: the contract's parts behind the guard.
 *
 * The guard has checked and completed every argument, so a backend adds no checks of its own. The last argument is always
 * there and carries the call's context beside its options. Instead of `pages` a backend gives one `page` at a time.
 *
 * @module
 */

import type { Methods } from "./guard/method.ts";
import type { CallOptions, Page, Store } from "./store.ts";
import type { Tables } from "./tables.ts";

/**
 * The context of one call, made by the guard.
 *
 * @internal
 */
export interface Call extends CallOptions {
  /** The method, e.g. `properties.get`. */
  readonly operation: string;
  /** When the call has to be over; milliseconds since the epoch by `Date.now`. */
  readonly deadline: number;
  /** Whether reads must see every earlier write. */
  readonly consistent: boolean;
}

/** Where a page begins and how long it may be. */
export interface PageRequest {
  /** The sort key of the last row before the page, or `null` for the first page. */
  readonly after: string | null;
  /** Rows at most. */
  readonly limit: number;
}

/** A page with the sort key of its last row, or `null` when nothing follows. */
export interface BackendPage<Row> {
  /** Rows in key order. */
  readonly items: readonly Row[];
  /** The sort key to go on after. */
  readonly after: string | null;
}

type BackendMethod<Method> = Method extends (...args: infer Args) => infer Result
  ? Required<Args> extends [...infer Positional, infer Options]
    ? Result extends AsyncIterable<infer Found extends Page<unknown>> ? (
        ...args: [...Positional, call: Call & Omit<Options, "after" | "cursor" | "limit" | "consistent"> & PageRequest]
      ) => Promise<Omit<Found, "cursor"> & Pick<BackendPage<unknown>, "after">>
    : (...args: [...Positional, call: Call & Omit<Options, "consistent">]) => Result
  : never
  : never;

/** One part of the contract as a backend implements it. */
export type BackendPart<Part> =
  & { readonly [Name in Exclude<keyof Part, "pages">]: BackendMethod<Part[Name]> }
  & (Part extends { pages: infer Pages } ? { readonly page: BackendMethod<Pages> } : unknown);

/** The parts of a store. */
export type PartName =
  | "actors"
  | "properties"
  | "lookups"
  | "trusts"
  | "peerTrustees"
  | "subscriptions"
  | "diffs"
  | "suspensions"
  | "attributes";

/** Those and the part for transfers. */
export type TransferPartName = PartName | "tables";

/** A store without its guard. */
export type Backend =
  & Pick<Store, "backend" | "capabilities" | "together" | "close">
  & { readonly [Name in PartName]: BackendPart<Store[Name]> };

/**
 * The part for transfers, which brings along what the guard has to know of it.
 *
 * @internal
 */
export interface TablesPart {
  /** What its methods take. */
  readonly methods: Methods<Tables>;
  /** The part. */
  readonly part: BackendPart<Tables>;
}

/** A backend that may have the part for transfers. */
export type TransferBackend = Backend & { readonly tables?: TablesPart | undefined };
