/**
 * What all routes share: the store and the options, completed.
 *
 * @module
 */

import type { Handler } from "hono";
import type { Store } from "../store.ts";
import { TRUST_TYPES, type TrustType } from "./trust_types.ts";

/** What an app answers itself under an actor's path; each is announced in `/meta` when it is given. */
export interface Mounted {
  /** `/{id}/www/…`, for people. */
  readonly www?: Handler;
  /** `/{id}/actions/…`. */
  readonly actions?: Handler;
  /** `/{id}/methods/…`. */
  readonly methods?: Handler;
  /** `/{id}/resources/…`. */
  readonly resources?: Handler;
}

/** A request that was answered. It holds no secret and no value: of the path only what the protocol names. */
export interface RequestEntry {
  /** The id in the answer's header `x-request-id`. */
  readonly requestId: string;
  /** As it was sent, e.g. `GET`; not what `_method` makes of it. */
  readonly method: string;
  /** The first two parts of the path below the root, e.g. `/{id}/properties`. */
  readonly path: string;
  /** Status of the answer. */
  readonly status: number;
  /** From the request to the answer, by `now` of the options; what is done after the answer does not count. */
  readonly milliseconds: number;
}

/** Options of {@linkcode routes}. */
export interface RoutesOptions {
  /**
   * URL under which clients reach the routes, e.g. `https://example.org/aw/`: for a server behind a proxy that changes
   * scheme, host or path. Default: taken from each request.
   */
  readonly baseUrl?: string;
  /** Bytes of a request's body at most. Default 1,048,576. */
  readonly bodyLimit?: number;
  /** Milliseconds in which a request's body has to come; later is answered with 408. Default 30,000. */
  readonly bodyTimeout?: number;
  /**
   * Called with every fault that is answered with a status from 500, and the id in that answer; also with a fault of
   * what is done after an answer. Default: writes the fault without its cause, which may quote stored values, to the
   * console.
   */
  readonly onFault?: (fault: unknown, requestId: string) => void;
  /** Called with every request when it is answered. Default: nothing. */
  readonly onRequest?: (entry: RequestEntry) => void;
  /** Origins whose pages may call the routes with credentials, e.g. `https://app.example.org`. Default: none. */
  readonly corsOrigins?: readonly string[];
  /** From 0 to 1, for the pauses between two tries of a contended write. Default `Math.random`. */
  readonly random?: () => number;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;

  /** URN of the mini-application, shown to peers. Default `urn:actingweb:actingweb-edge`. */
  readonly type?: string;
  /** Version of the mini-application. Default `1.0`. */
  readonly version?: string;
  /** Text for people; the actor's id is added. Default `Actor `. */
  readonly description?: string;
  /** URL of a page about the mini-application. Default: none. */
  readonly info?: string;
  /** Gives a creator who has an actor no other: the passphrase opens the one there is. Default `false`. */
  readonly uniqueCreator?: boolean;
  /** Accepts only e-mail addresses as creators. Default `false`. */
  readonly emailCreator?: boolean;
  /** What the app answers itself. Default: nothing. */
  readonly mounted?: Mounted;

  /** The kinds of relationships that peers may ask for, by name. Default: those of the reference. */
  readonly trustTypes?: { readonly [name: string]: TrustType };
  /** The kind that is asked for when nobody says which. Default `friend`. */
  readonly defaultTrustType?: string;
  /** Kinds that are approved at once when the peer could be verified. Default: none. */
  readonly autoApprove?: readonly string[];

  /** Keeps what peers send to `/callbacks` in the actor's copy of the peer. Default `false`. */
  readonly processCallbacks?: boolean;
  /** Clears a diff when its callback was answered with 2xx, instead of when the peer says so. Default `false`. */
  readonly clearOnDelivery?: boolean;
  /** Calls peers on http and on private addresses, too: for development and tests. Default `false`. */
  readonly allowPrivatePeers?: boolean;
  /** Calls peers. Default: the runtime's `fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>;
  /** The addresses of a host name, to be checked before a peer is called. Default: only names themselves are checked. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** Milliseconds for one call of a peer. Default 10,000. */
  readonly peerTimeout?: number;
  /** Bytes of a peer's answer at most. Default 4,194,304. */
  readonly peerLimit?: number;
  /** Keeps the runtime alive until work after the answer is done. Default: that of the request's execution context. */
  readonly waitUntil?: (work: Promise<unknown>) => void;
}

/** Options that have no default. */
type Absent = "baseUrl" | "resolve" | "waitUntil" | "info";

/** The store with the options. */
export interface Service extends Required<Omit<RoutesOptions, Absent>>, Pick<RoutesOptions, "resolve" | "waitUntil"> {
  /** Where the data is. */
  readonly store: Store;
  /** See {@linkcode RoutesOptions}; ends with a slash. */
  readonly baseUrl: string | null;
  /** See {@linkcode RoutesOptions}; empty when there is none. */
  readonly info: string;
  /** The last delivery to each subscription that is under way, so that the next one waits for it. */
  readonly deliveries: Map<string, Promise<boolean>>;
}

/**
 * Completes the options.
 *
 * @throws {TypeError} If `baseUrl` is no URL
 * @throws {RangeError} If `bodyLimit` is no whole number from 1, or `defaultTrustType` is not among the kinds
 */
export function serviceOf(store: Store, options: RoutesOptions): Service {
  const { baseUrl, bodyLimit = 1024 * 1024, trustTypes = TRUST_TYPES, defaultTrustType = "friend" } = options;
  if (!Number.isSafeInteger(bodyLimit) || bodyLimit < 1) {
    throw new RangeError("bodyLimit must be a whole number from 1");
  }
  if (!Object.hasOwn(trustTypes, defaultTrustType)) throw new RangeError("defaultTrustType must be one of trustTypes");
  return {
    onFault: writeFault,
    onRequest: () => {},
    corsOrigins: [],
    random: Math.random,
    now: Date.now,
    type: "urn:actingweb:actingweb-edge",
    version: "1.0",
    description: "Actor ",
    info: "",
    uniqueCreator: false,
    emailCreator: false,
    mounted: {},
    autoApprove: [],
    processCallbacks: false,
    clearOnDelivery: false,
    allowPrivatePeers: false,
    // Called through the global object: some runtimes refuse a detached one.
    fetch: (request) => globalThis.fetch(request),
    bodyTimeout: 30_000,
    peerTimeout: 10_000,
    peerLimit: 4 * 1024 * 1024,
    ...given(options),
    store,
    baseUrl: baseUrl === undefined ? null : slashed(baseUrl),
    bodyLimit,
    trustTypes,
    defaultTrustType,
    deliveries: new Map(),
  };
}

/** The options that are given: `undefined` means the default. */
function given(options: RoutesOptions): Omit<RoutesOptions, "baseUrl"> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
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
