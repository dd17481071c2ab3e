/**
 * `/{id}`: an actor.
 *
 * @module
 */

import type { Hono } from "hono";
import type { Actor, Trust } from "../store.ts";
import { jsonText, noContent } from "./answers.ts";
import { existing, TRUSTEE_ROOT } from "./authentication.ts";
import { later } from "./later.ts";
import { askTrusted } from "./peers.ts";
import { type ActorRequest, forManager, resource } from "./resource.ts";
import type { Service } from "./service.ts";

/** Adds the routes. */
export function actor(app: Hono, service: Service): void {
  const handler = resource(service, 1, () => ({ GET: forManager(read), DELETE: forManager(erase) }));
  app.all("/:id", handler);
  app.all("/:id/", handler);
}

/** An actor's JSON text. */
export function actorText({ id, creator, passphrase }: Actor, trusteeRoot: string): string {
  return JSON.stringify({ id, creator, passphrase, ...(trusteeRoot === "" ? {} : { trustee_root: trusteeRoot }) });
}

/** The URL under which an actor's trustee may act, or `""`. */
export async function trusteeRootOf({ store }: Service, actorId: string): Promise<string> {
  const attribute = await store.attributes.get(actorId, TRUSTEE_ROOT.bucket, TRUSTEE_ROOT.name);
  return typeof attribute?.data === "string" ? attribute.data : "";
}

async function read({ service, actorId, requester }: ActorRequest): Promise<Response> {
  const actor = requester.actor ?? await existing(service, actorId);
  return jsonText(actorText(actor, await trusteeRootOf(service, actorId)));
}

/** Peers are told when it is done; one that cannot be told finds nothing any more. */
async function erase({ c, service, actorId }: ActorRequest): Promise<Response> {
  const trusts = await service.store.trusts.all(actorId);
  await service.store.actors.erase(actorId);
  const tell = (trust: Trust) => {
    const path = `trust/${encodeURIComponent(trust.relationship)}/${actorId}?peer=true`;
    return askTrusted(service, trust, path, { method: "DELETE" });
  };
  if (trusts.length > 0) later(service, c, () => Promise.allSettled(trusts.map(tell)));
  return noContent();
}
