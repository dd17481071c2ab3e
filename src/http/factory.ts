/**
 * `/`: creates actors.
 *
 * @module
 */

import type { Context, Hono } from "hono";
import type { Actor } from "../store.ts";
import { actorText, trusteeRootOf } from "./actor.ts";
import { jsonText } from "./answers.ts";
import { TRUSTEE_ROOT } from "./authentication.ts";
import { readFields } from "./body.ts";
import { fault } from "./faults.ts";
import { newId, newToken } from "./identifiers.ts";
import { namesOf, rootOf } from "./place.ts";
import { newActor, validated } from "./schemas.ts";
import type { Service } from "./service.ts";
import { earlierOrClaim } from "./unique_creator.ts";

const DEFAULT_CREATOR = "creator";
const EMAIL = /^[^\s@]+@[^\s@]+$/;

/** Adds the route. */
export function factory(app: Hono, service: Service): void {
  app.post("/", (c) => create(service, c));
  // The root of mounted routes with a slash at its end, which "/" does not match there.
  app.post("/*", (c, next) => namesOf(c).length === 0 ? create(service, c) : next());
}

async function create(service: Service, c: Context): Promise<Response> {
  const { actors, attributes } = service.store;
  const given = validated(newActor, await readFields(service, c));
  const passphrase = given.passphrase ?? "";
  const trusteeRoot = given.trustee_root ?? "";
  const root = rootOf(service, c);
  const name = given.creator || DEFAULT_CREATOR;
  const creator = name.includes("@") ? name.toLowerCase() : name;
  if (service.emailCreator && !EMAIL.test(creator)) throw fault(400, "invalid", "creator must be an e-mail address");
  const id = await newId(root);
  const earlier = service.uniqueCreator ? await earlierOrClaim(service, creator, passphrase, id) : null;
  if (earlier !== null) return created(earlier, await trusteeRootOf(service, earlier.id), root);
  const actor: Actor = { id, creator, passphrase: passphrase || newToken() };
  // First, so that nobody meets an actor without it; alone it is nobody's.
  if (trusteeRoot !== "") await attributes.set(actor.id, TRUSTEE_ROOT.bucket, TRUSTEE_ROOT.name, trusteeRoot);
  if (!(await actors.createIfAbsent(actor))) throw new Error("a new actor's id is taken");
  return created(actor, trusteeRoot, root);
}

function created(actor: Actor, trusteeRoot: string, root: string): Response {
  return jsonText(actorText(actor, trusteeRoot), 201, { location: root + actor.id });
}
