/**
 * What all routes share: the store and the options, completed.
 *
 * @module
 */

import type { Store } from "../store.ts";

/** Options of {@linkcode routes}. */
export interface RoutesOptions {
  /**
   * URL under which clients reach the routes, e.g. `https://example.org/aw/`: for a server behind a proxy that changes
   * scheme, host or path. Default: taken from each request.
   */
  readonly baseUrl?: string;
  /** Bytes of a request's body at most. Default 1,048,576. */
  readonly bodyLimit?: number;
  /**
   * Called with every fault that is answered with a status from 500, and the id in that answer. Default: writes the
   * fault without its cause, which may quote stored values, to the console.
   */
  readonly onFault?: (fault: unknown, requestId: string) => void;
  /** From 0 to 1, for the pauses between two tries of a contended write. Default `Math.random`. */
  readonly random?: () => number;
}

/** The store with the options. */
export interface Service extends Required<Omit<RoutesOptions, "baseUrl">> {
  /** Where the data is. */
  readonly store: Store;
  /** See {@linkcode RoutesOptions}; ends with a slash. */
  readonly baseUrl: string | null;
}

/**
 * Completes the options.
 *
 * @throws {TypeError} If `baseUrl` is no URL
 * @throws {RangeError} If `bodyLimit` is no whole number from 1
 */
export function serviceOf(store: Store, options: RoutesOptions): Service {
  const { baseUrl, bodyLimit = 1024 * 1024, onFault = writeFault, random = Math.random } = options;
  if (!Number.isSafeInteger(bodyLimit) || bodyLimit < 1) {
    throw new RangeError("bodyLimit must be a whole number from 1");
  }
  return { store, baseUrl: baseUrl === undefined ? null : slashed(baseUrl), bodyLimit, onFault, random };
}

function slashed(baseUrl: string): string {
  if (!/^https?:\/\//i.test(baseUrl) || !URL.canParse(baseUrl)) {
    throw new TypeError("baseUrl must be a URL that begins with http:// or https://");
  }
  return baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`;
}

function writeFault(fault: unknown, requestId: string): void {
  console.error(`request ${requestId}:`, fault instanceof Error ? fault.stack : fault);
}
