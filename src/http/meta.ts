/**
 * `/{id}/meta`: what the actor is and can, for anybody.
 *
 * @module
 */

import type { Hono } from "hono";
import type { Json } from "../store.ts";
import { trusteeRootOf } from "./actor.ts";
import { json } from "./answers.ts";
import { type ActorRequest, forAnybody, type Methods, notFound, resource } from "./resource.ts";
import type { Service } from "./service.ts";

const SPECIFICATION = "https://actingweb.readthedocs.io/en/stable/protocol/actingweb-spec.html";
/** The reference says so, too, whatever its version of the specification. */
const PROTOCOL = "1.0";
const FORMATS = "json";

const META: Methods = { GET: forAnybody(read) };

/** Adds the routes. */
export function meta(app: Hono, service: Service): void {
  app.all("/:id/meta/*", resource(service, 2, () => META));
}

/** The tags of what is there. */
export function optionTags({ mounted, processCallbacks }: Service): string[] {
  return [
    "trust",
    "onewaytrust",
    "subscriptions",
    "subscriptionresync",
    ...(processCallbacks ? ["callbacks"] : []),
    "nestedproperties",
    "listproperties",
    "trustpermissions",
    "permissioncallback",
    "permissionquery",
    ...(["www", "actions", "methods", "resources"] as const).filter((name) => mounted[name] !== undefined),
  ];
}

async function read({ service, actorId, names }: ActorRequest): Promise<Response> {
  const path = names.join("/");
  const { trustTypes } = service;
  if (path === "actingweb/trust_types") {
    return json(
      Object.entries(trustTypes).map(([name, { displayName, description }]) => {
        return { name, display_name: displayName, description, created_by: "system" };
      }),
    );
  }
  if (path === "trusttypes") {
    const shown = Object.entries(trustTypes).map(([name, { displayName, description }]) => {
      return [name, { display_name: displayName, description }] as const;
    });
    return json({ trust_types: Object.fromEntries(shown), default_trust_type: service.defaultTrustType });
  }
  const { texts, combined } = await contents(service, actorId);
  if (path === "") return json(combined);
  if (!Object.hasOwn(texts, path)) throw notFound();
  return new Response(texts[path], {
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  });
}

async function contents(service: Service, actorId: string) {
  const common = {
    id: actorId,
    type: service.type,
    version: service.version,
    desc: service.description + actorId,
    info: service.info,
    trustee_root: await trusteeRootOf(service, actorId),
    specification: SPECIFICATION,
  };
  const supported = optionTags(service).join(",");
  const texts: { readonly [path: string]: string } = {
    ...common,
    "actingweb/version": PROTOCOL,
    "actingweb/supported": supported,
    "actingweb/formats": FORMATS,
  };
  const combined: { readonly [field: string]: Json } = {
    ...common,
    aw_version: PROTOCOL,
    aw_supported: supported,
    aw_formats: FORMATS,
    aw_trust_types: Object.keys(service.trustTypes),
    actingweb: { version: PROTOCOL, supported, formats: FORMATS },
  };
  return { texts, combined };
}
