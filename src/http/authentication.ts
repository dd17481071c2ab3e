/**
 * Who asks: the creator, by HTTP basic authentication.
 *
 * @module
 */

import type { Context } from "hono";
import { TEXT_CHARACTERS } from "../model/limits.ts";
import { sha256 } from "../model/sha256.ts";
import type { Actor } from "../store.ts";
import { fault } from "./faults.ts";
import type { Service } from "./service.ts";

const CHALLENGE = { "www-authenticate": 'Basic realm="actingweb"' };
/** Ids of rows that belong to the system. */
const RESERVED = "_actingweb_";

/**
 * The actor, if its creator asks.
 *
 * @throws 404 when there is no such actor, 401 without credentials, 403 with wrong ones
 */
export async function authenticateCreator(service: Service, c: Context, actorId: string): Promise<Actor> {
  const actor = isActorId(actorId) ? await service.store.actors.get(actorId) : null;
  if (actor === null) throw fault(404, "not_found", "there is no such actor");
  const given = credentialsOf(c.req.header("authorization"));
  if (given === null) throw fault(401, "unauthenticated", "authentication required", CHALLENGE);
  // Compared joined, so that neither part may not hold a colon. An empty passphrase opens nothing.
  const expected = new TextEncoder().encode(`${actor.creator}:${actor.passphrase}`);
  if (actor.passphrase === "" || !isSame(given, expected)) throw fault(403, "forbidden", "wrong credentials");
  return actor;
}

function isActorId(id: string): boolean {
  return id.length <= TEXT_CHARACTERS && id.isWellFormed() && !id.includes("\0") && !id.startsWith(RESERVED);
}

/** What was given, empty for other schemes; `null` when there is nothing to compare. */
function credentialsOf(header: string | undefined): Uint8Array | null {
  const [, scheme = "", credentials = ""] = /^([A-Za-z]+) +(\S+) *$/.exec(header ?? "") ?? [];
  if (scheme.toLowerCase() === "bearer") return new Uint8Array();
  if (scheme.toLowerCase() !== "basic") return null;
  try {
    return Uint8Array.from(atob(credentials), (unit) => unit.charCodeAt(0));
  } catch {
    return null;
  }
}

/** Compares digests, so that the time taken tells nothing about where or how two secrets differ. */
function isSame(left: Uint8Array, right: Uint8Array): boolean {
  const one = sha256(left);
  const other = sha256(right);
  let difference = 0;
  for (let index = 0; index < one.length; index++) difference |= one[index]! ^ other[index]!;
  return difference === 0;
}
