/**
 * `/{id}/trust/{kind}/{peer}/permissions`, `/{id}/permissions/{peer}`: what one peer may do.
 *
 * @module
 */

import type { Hono } from "hono";
import { instantOf } from "../model/time.ts";
import type { Json, Trust } from "../store.ts";
import { json, noContent } from "./answers.ts";
import { readFields } from "./body.ts";
import { later } from "./later.ts";
import { collectLists, listNames } from "./list_rows.ts";
import { askTrusted } from "./peers.ts";
import { deleteOverride, effective, type Override, permits, readOverride, writeOverride } from "./permissions.ts";
import { trustOf } from "./find_trust.ts";
import {
  type ActorRequest,
  forManager,
  isApprovedPeer,
  type Method,
  type Methods,
  notFound,
  resource,
} from "./resource.ts";
import { permissions as schema, validated } from "./schemas.ts";
import type { Service } from "./service.ts";
import { CATEGORIES, type Permissions } from "./trust_types.ts";

/** The methods of the permissions of one peer. */
export const PERMISSIONS: Methods = { GET: forManager(read), PUT: forManager(write), DELETE: forManager(remove) };
/** The methods of what a peer may subscribe to. */
export const SHARED_PROPERTIES: Methods = { GET: forPeer(shared, 1) };

/** Adds the route on which peers ask for their own. */
export function permissions(app: Hono, service: Service): void {
  const own: Methods = { GET: forPeer(readOwn, 0) };
  app.all("/:id/permissions/*", resource(service, 2, (names) => names.length === 1 ? own : null));
}

/** Writes what one peer may do and tells it. */
export async function storePermissions(request: ActorRequest, trust: Trust, fields: Override): Promise<boolean> {
  const { c, service, actorId } = request;
  const isFirst = await writeOverride(service, actorId, trust, fields);
  if (trust.approved) later(service, c, () => announce(service, actorId, trust, effective(service, trust, fields)));
  return isFirst;
}

/** The methods of the peer whose id is in the path. */
function forPeer(answer: Method["answer"], position: number): Method {
  return { access: (requester, names) => isApprovedPeer(requester, names[position]), answer };
}

async function read(request: ActorRequest): Promise<Response> {
  const { service, actorId } = request;
  const trust = await trustOf(request);
  const override = await readOverride(service, actorId, trust.peerId);
  const rules = whole(effective(service, trust, override));
  return json({
    actor_id: actorId,
    peer_id: trust.peerId,
    trust_type: trust.relationship,
    ...rules,
    permissions: rules,
    created_by: override?.created_by ?? null,
    updated_at: override?.updated_at ?? null,
    notes: override?.notes ?? null,
    is_custom: override !== null,
    source: sourceOf(override),
  });
}

async function write(request: ActorRequest): Promise<Response> {
  const fields = validated(schema, await readFields(request.service, request.c));
  const trust = await trustOf(request);
  const isFirst = await storePermissions(request, trust, fields as Override);
  return json({ success: true }, isFirst ? 201 : 200);
}

async function remove(request: ActorRequest): Promise<Response> {
  const { c, service, actorId, names } = request;
  const trust = await service.store.trusts.get(actorId, names[1]!);
  await deleteOverride(service, actorId, names[1]!);
  if (trust?.approved) later(service, c, () => announce(service, actorId, trust, effective(service, trust, null)));
  return noContent();
}

async function readOwn({ service, actorId, requester }: ActorRequest): Promise<Response> {
  const trust = requester.trust!;
  const override = await readOverride(service, actorId, trust.peerId);
  return json({
    actor_id: actorId,
    peer_id: trust.peerId,
    permissions: whole(effective(service, trust, override)),
    source: sourceOf(override),
    trust_type: trust.relationship,
  });
}

async function shared(request: ActorRequest): Promise<Response> {
  const { service, actorId, requester } = request;
  const { peerId, relationship } = await trustOf(request);
  const rules = await request.permissions();
  const rows = await service.store.properties.all(actorId, { includeLists: true });
  const lists = collectLists(rows);
  const open: Json[] = [];
  const excluded: string[] = [];
  for (const name of listNames(rows, lists)) {
    if (requester.trust === null || rules === null || !permits(rules, name, "read")) excluded.push(name);
    else {
      open.push({
        name,
        display_name: name,
        item_count: lists.get(name)?.items.length ?? 0,
        operations: rules.properties?.operations ?? [],
      });
    }
  }
  return json({
    actor_id: actorId,
    peer_id: peerId,
    relationship,
    shared_properties: open,
    excluded_properties: excluded,
  });
}

async function announce(service: Service, actorId: string, trust: Trust, rules: Permissions): Promise<void> {
  const body = {
    id: actorId,
    target: "permissions",
    timestamp: instantOf(service.now()),
    type: "permission",
    data: whole(rules),
  };
  const { status } = await askTrusted(service, trust, `callbacks/permissions/${actorId}`, { method: "POST", body });
  if (status >= 500) throw notFound("peer at present");
}

/** All categories, those without rules too. */
function whole(rules: Permissions): { readonly [category: string]: Json } {
  return Object.fromEntries(CATEGORIES.map((category) => [category, (rules[category] ?? {}) as Json]));
}

function sourceOf(override: Override | null): string {
  return override === null ? "trust_type_default" : "custom_override";
}
