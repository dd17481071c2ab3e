/**
 * Calls of peers. Their URLs come from strangers, so each is checked before it is called, each call ends in time, and
 * no answer is read beyond a limit.
 *
 * @module
 */

import { compactJson, parseJson } from "../model/json.ts";
import type { Json, Trust } from "../store.ts";
import { isPrivateAddress, isPrivateHost } from "./addresses.ts";
import { orAborted, readLimited } from "./limited.ts";
import type { Service } from "./service.ts";

/** A peer that was not reached, or must not be called. */
export class PeerError extends Error {
  override readonly name = "PeerError";
}

/** A peer's answer, read. */
export interface PeerAnswer {
  readonly status: number;
  /** Whether the status is 2xx. */
  readonly ok: boolean;
  readonly text: string;
  /** The body as JSON, `undefined` when it is none. */
  json(): Json | undefined;
}

/** What is asked of a peer. */
export interface PeerRequest {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  /** The relationship's secret. */
  readonly secret?: string;
  /** Becomes JSON. */
  readonly body?: Json;
}

const REDIRECTS = 3;

/** The reason why a URL must not be called, or `null`. Without a request; the name is not looked up. */
export function refusalOf({ allowPrivatePeers }: Service, text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) return "must be a URL that begins with https://";
  if (url.username !== "" || url.password !== "") return "may not hold credentials";
  if (url.search !== "" || url.hash !== "") return "may not have a query or a fragment";
  if (allowPrivatePeers) return null;
  if (url.protocol !== "https:") return "must begin with https://";
  return isPrivateHost(url.hostname) ? "may not be on a private network" : null;
}

/**
 * Asks a peer.
 *
 * @throws {PeerError} When the URL must not be called, nobody answers in time, or the answer is too large
 */
export async function askPeer(service: Service, url: string, request: PeerRequest = {}): Promise<PeerAnswer> {
  const signal = AbortSignal.timeout(service.peerTimeout);
  try {
    const response = await follow(service, url, request, signal);
    const bytes = await readLimited(response.body, service.peerLimit, signal);
    if (bytes === null) throw new PeerError("the peer's answer is too large");
    const text = new TextDecoder().decode(bytes);
    return { status: response.status, ok: response.ok, text, json: () => jsonOf(text) };
  } catch (error) {
    if (error instanceof PeerError) throw error;
    throw new PeerError(signal.aborted ? "the peer did not answer in time" : "the peer cannot be reached", {
      cause: error,
    });
  }
}

/** Asks a peer below its root, with the relationship's secret. */
export function askTrusted(
  service: Service,
  { baseUri, secret }: Trust,
  path: string,
  request: PeerRequest = {},
): Promise<PeerAnswer> {
  return askPeer(service, `${baseUri}/${path}`, { ...request, secret });
}

/** Follows redirects on the same host only: the secret is for that host. */
async function follow(
  service: Service,
  start: string,
  { method = "GET", secret, body }: PeerRequest,
  signal: AbortSignal,
): Promise<Response> {
  let url = start;
  for (let count = 0; count <= REDIRECTS; count++) {
    await check(service, url, signal);
    // An answer that is packed could be unpacked to any size by the runtime before it is counted here.
    const headers: Record<string, string> = { accept: "application/json", "accept-encoding": "identity" };
    if (secret !== undefined) headers.authorization = `Bearer ${secret}`;
    if (body !== undefined) headers["content-type"] = "application/json";
    const asked = new Request(url, {
      method,
      headers,
      redirect: "manual",
      signal,
      ...(body === undefined ? {} : { body: compactJson(body) }),
    });
    const response = await orAborted(service.fetch(asked), signal);
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || location === null) return response;
    // It is not waited for: a stranger decides when it ends.
    response.body?.cancel().catch(() => {});
    const next = new URL(location, url);
    if (next.host !== new URL(url).host) throw new PeerError("the peer redirects to another host");
    url = next.href;
  }
  throw new PeerError("the peer redirects too often");
}

async function check(service: Service, url: string, signal: AbortSignal): Promise<void> {
  const target = URL.canParse(url) ? new URL(url) : null;
  // Only a query of our own gets here, or one of a redirect to the same host.
  if (target !== null) target.search = target.hash = "";
  const refusal = refusalOf(service, target?.href ?? url);
  if (refusal !== null) throw new PeerError(`the peer's URL ${refusal}`);
  const { allowPrivatePeers, resolve } = service;
  if (allowPrivatePeers || resolve === undefined) return;
  const addresses = await orAborted(resolve(target!.hostname.replace(/^\[|\]$/g, "")), signal);
  if (addresses.length === 0 || addresses.some(isPrivateAddress)) {
    throw new PeerError("the peer's URL may not be on a private network");
  }
}

function jsonOf(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    // A stranger's text that is no JSON says as little as none.
    return undefined;
  }
}
