/**
 * Who asks: the creator by HTTP basic authentication, a peer or the trustee by bearer, or anybody.
 *
 * @module
 */

import type { Context } from "hono";
import { TEXT_CHARACTERS } from "../model/limits.ts";
import { instantOf } from "../model/time.ts";
import type { Actor, Trust } from "../store.ts";
import { fault } from "./faults.ts";
import { later } from "./later.ts";
import { isSameSecret } from "./secrets.ts";
import type { Service } from "./service.ts";

/** Who asks. */
export interface Requester {
  readonly role: "anybody" | "creator" | "trustee" | "peer";
  /** The relationship of a peer, approved or not. */
  readonly trust: Trust | null;
  /** The actor, when its row was read: always, except for a peer. */
  readonly actor: Actor | null;
}

/** Where the reference keeps the URL under which an actor's trustee may act. */
export const TRUSTEE_ROOT = { bucket: "_internal", name: "trustee_root" } as const;

/** The challenge of a 401. */
export const CHALLENGE = { "www-authenticate": 'Basic realm="actingweb"' };
/** Ids of rows that belong to the system. */
const RESERVED = "_actingweb_";
/** Characters of a passphrase with more than 80 bits, at 6.55 bits each. */
const TRUSTEE_CHARACTERS = 13;
const MINUTE = 60_000;

/**
 * Finds out who asks. A peer costs one read, of the trust: where there is a trust there is an actor.
 *
 * @param ahead Begins reads that go together with that of the actor, where somebody may turn out to be the creator
 * @throws 404 when there is no such actor, 403 with wrong credentials
 */
export async function authenticate(
  service: Service,
  c: Context,
  actorId: string,
  ahead: () => unknown,
): Promise<Requester> {
  const given = isActorId(actorId) ? credentialsOf(c.req.header("authorization")) : null;
  if (given?.scheme === "bearer") {
    const trust = await trustOf(service, actorId, given.bytes);
    if (trust !== null) {
      touch(service, c, actorId, trust);
      return { role: "peer", trust, actor: null };
    }
  }
  const actor = await service.store.together(() => {
    if (given?.scheme === "basic") ahead();
    return existing(service, actorId);
  });
  if (given === null) return { role: "anybody", trust: null, actor };
  if (given.scheme === "bearer") {
    if (await isTrustee(service, actor, given.bytes)) return { role: "trustee", trust: null, actor };
  } else if (actor.passphrase !== "" && isSameSecret(given.bytes, encoded(`${actor.creator}:${actor.passphrase}`))) {
    // Compared joined, so that neither part may not hold a colon. An empty passphrase opens nothing.
    return { role: "creator", trust: null, actor };
  }
  throw fault(403, "forbidden", "wrong credentials");
}

/**
 * The actor.
 *
 * @throws 404 when there is none
 */
export async function existing({ store }: Service, actorId: string): Promise<Actor> {
  const actor = isActorId(actorId) ? await store.actors.get(actorId) : null;
  if (actor === null) throw fault(404, "not_found", "there is no such actor");
  return actor;
}

/** Whether a passphrase is the actor's. An empty one is nobody's. */
export function isSamePassphrase({ passphrase }: Actor, given: string): boolean {
  return passphrase !== "" && isSameSecret(encoded(given), encoded(passphrase));
}

function isActorId(id: string): boolean {
  return id.length <= TEXT_CHARACTERS && id.isWellFormed() && !id.includes("\0") && !id.startsWith(RESERVED);
}

async function trustOf({ store }: Service, actorId: string, token: Uint8Array): Promise<Trust | null> {
  const secret = new TextDecoder().decode(token);
  if (secret === "" || secret.length > TEXT_CHARACTERS) return null;
  const trust = await store.trusts.getBySecret(actorId, secret);
  return trust !== null && isSameSecret(token, encoded(trust.secret)) ? trust : null;
}

async function isTrustee({ store }: Service, actor: Actor, token: Uint8Array): Promise<boolean> {
  const { creator, passphrase } = actor;
  if (creator !== "trustee" || passphrase.length < TRUSTEE_CHARACTERS) return false;
  if (!isSameSecret(token, encoded(passphrase))) return false;
  return await store.attributes.get(actor.id, TRUSTEE_ROOT.bucket, TRUSTEE_ROOT.name) !== null;
}

/** Notes the use of a trust, once a minute at most and after the answer. */
function touch(service: Service, c: Context, actorId: string, trust: Trust): void {
  const now = service.now();
  if (trust.lastAccessed !== null && now - Date.parse(trust.lastAccessed) < MINUTE) return;
  const via = c.req.path.includes("/subscriptions") ? "subscription" : "trust";
  later(service, c, () => service.store.trusts.touch(actorId, trust.peerId, { at: instantOf(now), via }));
}

/** What was given; `null` when there is nothing to compare. */
function credentialsOf(header: string | undefined): { scheme: "basic" | "bearer"; bytes: Uint8Array } | null {
  const [, scheme = "", credentials = ""] = /^([A-Za-z]+) +(\S+) *$/.exec(header ?? "") ?? [];
  if (scheme.toLowerCase() === "bearer") return { scheme: "bearer", bytes: encoded(credentials) };
  if (scheme.toLowerCase() !== "basic") return null;
  try {
    return { scheme: "basic", bytes: Uint8Array.from(atob(credentials), (unit) => unit.charCodeAt(0)) };
  } catch {
    return null;
  }
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
