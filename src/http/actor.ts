/**
 * `/{id}`: an actor.
 *
 * @module
 */

import type { Hono } from "hono";
import type { Actor } from "../store.ts";
import { jsonText, noContent } from "./answers.ts";
import { existing, TRUSTEE_ROOT } from "./authentication.ts";
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

async function erase({ service, actorId }: ActorRequest): Promise<Response> {
  await service.store.actors.erase(actorId);
  return noContent();
}
