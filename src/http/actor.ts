/**
 * `/{id}`: an actor.
 *
 * @module
 */

import type { Hono } from "hono";
import type { Actor } from "../store.ts";
import { jsonText, noContent } from "./answers.ts";
import { type ActorRequest, resource } from "./resource.ts";
import type { Service } from "./service.ts";

/** Where the reference keeps the URL under which an actor's trustee may act. */
export const TRUSTEE_ROOT = { bucket: "_internal", name: "trustee_root" } as const;

/** Adds the routes. */
export function actor(app: Hono, service: Service): void {
  const handler = resource(service, 1, () => ({ GET: read, DELETE: erase }));
  app.all("/:id", handler);
  app.all("/:id/", handler);
}

/** An actor's JSON text. */
export function actorText({ id, creator, passphrase }: Actor, trusteeRoot: string): string {
  return JSON.stringify({ id, creator, passphrase, ...(trusteeRoot === "" ? {} : { trustee_root: trusteeRoot }) });
}

async function read({ service, actor }: ActorRequest): Promise<Response> {
  const attribute = await service.store.attributes.get(actor.id, TRUSTEE_ROOT.bucket, TRUSTEE_ROOT.name);
  return jsonText(actorText(actor, typeof attribute?.data === "string" ? attribute.data : ""));
}

async function erase({ service, actor }: ActorRequest): Promise<Response> {
  await service.store.actors.erase(actor.id);
  return noContent();
}
