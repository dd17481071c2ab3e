/**
 * `/`: creates actors.
 *
 * @module
 */

import type { Context, Hono } from "hono";
import type { Actor, Json } from "../store.ts";
import { actorText, TRUSTEE_ROOT } from "./actor.ts";
import { jsonText } from "./answers.ts";
import { readFields } from "./body.ts";
import { fault } from "./faults.ts";
import { newId, newToken } from "./identifiers.ts";
import { namesOf, rootOf } from "./place.ts";
import type { Service } from "./service.ts";

const DEFAULT_CREATOR = "creator";

/** Adds the route. */
export function factory(app: Hono, service: Service): void {
  app.post("/", (c) => create(service, c));
  // The root of mounted routes with a slash at its end, which "/" does not match there.
  app.post("/*", (c, next) => namesOf(c).length === 0 ? create(service, c) : next());
}

async function create(service: Service, c: Context): Promise<Response> {
  const { actors, attributes } = service.store;
  const fields = await readFields(service, c);
  const root = rootOf(service, c);
  const creator = textOf(fields, "creator").trim() || DEFAULT_CREATOR;
  const trusteeRoot = textOf(fields, "trustee_root");
  const actor: Actor = {
    id: await newId(root),
    creator: creator.includes("@") ? creator.toLowerCase() : creator,
    passphrase: textOf(fields, "passphrase") || newToken(),
  };
  // First, so that nobody meets an actor without it; alone it is nobody's.
  if (trusteeRoot !== "") await attributes.set(actor.id, TRUSTEE_ROOT.bucket, TRUSTEE_ROOT.name, trusteeRoot);
  if (!(await actors.createIfAbsent(actor))) throw new Error("a new actor's id is taken");
  return jsonText(actorText(actor, trusteeRoot), 201, { location: root + actor.id });
}

/** A field's text, empty when it is missing. */
function textOf(fields: ReadonlyMap<string, Json>, name: string): string {
  const value = fields.get(name) ?? "";
  if (typeof value !== "string") throw fault(400, "invalid", `${name} must be a string`);
  return value;
}
