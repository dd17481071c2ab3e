/**
 * The relationship that a path names.
 *
 * @module
 */

import type { Trust } from "../store.ts";
import { type ActorRequest, isPeer, notFound } from "./resource.ts";

/**
 * The relationship in the path.
 *
 * @throws 404 when there is none of this kind with this peer
 */
export async function trustOf({ service, actorId, requester, names }: ActorRequest): Promise<Trust> {
  const [kind, peerId = ""] = names;
  const trust = isPeer(requester, peerId) ? requester.trust : await service.store.trusts.get(actorId, peerId);
  if (trust === null || trust.relationship !== kind) throw notFound("relationship");
  return trust;
}
