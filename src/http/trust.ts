/**
 * `/{id}/trust`: relationships with peers.
 *
 * @module
 */

import type { Hono } from "hono";
import type { Json, NewTrust } from "../store.ts";
import { json, noContent } from "./answers.ts";
import { TRUSTEE_ROOT } from "./authentication.ts";
import { readFields } from "./body.ts";
import { fault } from "./faults.ts";
import { newToken } from "./identifiers.ts";
import { PERMISSIONS, SHARED_PROPERTIES } from "./peer_permissions.ts";
import { askPeer, PeerError, refusalOf } from "./peers.ts";
import { actorUrl } from "./place.ts";
import { RELATIONSHIP } from "./relationship.ts";
import { type ActorRequest, forAnybody, forManager, type Methods, resource } from "./resource.ts";
import { newTrust, trusteeChange, trustRequest, validated } from "./schemas.ts";
import type { Service } from "./service.ts";
import { listedTrust, wholeTrust } from "./trust_json.ts";

const COLLECTION: Methods = { GET: forManager(list), POST: forManager(initiate) };
const TRUSTEE: Methods = { PUT: forManager(setTrustee), DELETE: forManager(removeTrustee) };
const KIND: Methods = { GET: forManager(list), POST: forAnybody(receive) };

/** Adds the routes. */
export function trust(app: Hono, service: Service): void {
  app.all("/:id/trust/*", resource(service, 2, methodsOf));
}

function methodsOf([kind, peer, part, ...more]: readonly string[]): Methods | null {
  if (more.length > 0) return null;
  if (kind === undefined) return COLLECTION;
  if (peer === undefined) return kind === "trustee" ? TRUSTEE : KIND;
  if (part === undefined) return RELATIONSHIP;
  return part === "permissions" ? PERMISSIONS : part === "shared_properties" ? SHARED_PROPERTIES : null;
}

async function list({ c, service, actorId, names }: ActorRequest): Promise<Response> {
  const { relationship = names[0], type, peerid } = c.req.query();
  const found = (await service.store.trusts.all(actorId)).filter((trust) =>
    (relationship === undefined || trust.relationship === relationship) &&
    (type === undefined || trust.type === type) && (peerid === undefined || trust.peerId === peerid)
  );
  return json(found.map((trust) => listedTrust(actorId, trust)));
}

/** Asks a peer for a relationship. Its row is there first, so that the peer can verify it meanwhile. */
async function initiate({ c, service, actorId }: ActorRequest): Promise<Response> {
  const { trusts } = service.store;
  const given = validated(newTrust, await readFields(service, c));
  const baseUri = checkedUrl(service, "url", given.url);
  const relationship = given.relationship ?? service.defaultTrustType;
  const peer = await peerOf(service, baseUri);
  if (given.type !== "" && given.type.toLowerCase() !== peer.type.toLowerCase()) {
    throw unreachable("the peer is of another type");
  }
  if (peer.id === actorId) throw fault(400, "invalid", "url must be another actor's");
  const own: NewTrust & { secret: string; verificationToken: string } = {
    peerId: peer.id,
    baseUri,
    type: peer.type,
    relationship,
    secret: newToken(),
    verificationToken: newToken(),
    description: given.desc,
    approved: true,
    verified: true,
    establishedVia: "trust",
  };
  if (!await trusts.createIfAbsent(actorId, own)) {
    throw fault(409, "conflict", "there is a relationship with this peer");
  }
  if (!await request(service, own, actorUrl(service, c, actorId), actorId)) {
    await trusts.delete(actorId, peer.id);
    throw unreachable("the peer refused the relationship or cannot be reached");
  }
  const created = await trusts.get(actorId, peer.id);
  if (created === null) throw unreachable("the relationship was ended meanwhile");
  return json(wholeTrust(actorId, created), 201, {
    location: `${actorUrl(service, c, actorId)}/trust/${encodeURIComponent(relationship)}/${
      encodeURIComponent(peer.id)
    }`,
  });
}

/** Sends the request for a relationship; whether the peer took it. */
async function request(
  service: Service,
  { baseUri, relationship, secret, verificationToken, description = "", peerId }: NewTrust,
  ownUrl: string,
  actorId: string,
): Promise<boolean> {
  const body = {
    baseuri: ownUrl,
    id: actorId,
    type: service.type,
    secret,
    desc: description,
    verify: verificationToken ?? "",
  };
  const url = `${baseUri}/trust/${encodeURIComponent(relationship)}`;
  const answer = await orNull(askPeer(service, url, { method: "POST", body }));
  if (answer?.status === 201) await service.store.trusts.update(actorId, peerId, { peerApproved: true });
  return answer?.status === 201 || answer?.status === 202;
}

/** A peer asks for a relationship. What it says is believed as far as it can prove it. */
async function receive({ c, service, actorId, names }: ActorRequest): Promise<Response> {
  const { trusts } = service.store;
  const [relationship = ""] = names;
  const given = validated(trustRequest, await readFields(service, c));
  const baseUri = checkedUrl(service, "baseuri", given.baseuri);
  if (!Object.hasOwn(service.trustTypes, relationship)) {
    throw fault(403, "forbidden", "there is no such kind of relationship");
  }
  if (given.id === actorId) throw fault(400, "invalid", "id must be another actor's");
  const [earlier, sameSecret] = await Promise.all([
    trusts.get(actorId, given.id),
    trusts.getBySecret(actorId, given.secret),
  ]);
  if (earlier !== null) throw taken();
  if (sameSecret !== null) throw fault(403, "forbidden", "choose another secret");
  const verified = await verify(service, baseUri, relationship, actorId, given);
  const approved = verified && service.autoApprove.includes(relationship);
  const fresh: NewTrust = {
    peerId: given.id,
    baseUri,
    type: given.type,
    relationship,
    secret: given.secret,
    description: given.desc,
    verificationToken: given.verify,
    approved,
    peerApproved: true,
    verified,
    establishedVia: "trust",
  };
  if (!await trusts.createIfAbsent(actorId, fresh)) throw taken();
  const created = await trusts.get(actorId, given.id);
  if (created === null) throw taken();
  return json(wholeTrust(actorId, created), approved ? 201 : 202, {
    location: `${actorUrl(service, c, actorId)}/trust/${encodeURIComponent(relationship)}/${
      encodeURIComponent(given.id)
    }`,
  });
}

/** Asks at the URL that a peer gave whether it is the peer's. */
async function verify(
  service: Service,
  baseUri: string,
  relationship: string,
  actorId: string,
  { secret, verify }: { readonly secret: string; readonly verify: string },
): Promise<boolean> {
  if (verify === "") return false;
  const url = `${baseUri}/trust/${encodeURIComponent(relationship)}/${actorId}`;
  const answer = await orNull(askPeer(service, url, { secret }));
  const shown = answer?.ok ? fieldsOf(answer.json()) : {};
  return shown.verification_token === verify || shown.verificationToken === verify;
}

async function peerOf(service: Service, baseUri: string): Promise<{ readonly id: string; readonly type: string }> {
  const answer = await orNull(askPeer(service, `${baseUri}/meta`));
  const { id, type } = fieldsOf(answer?.ok ? answer.json() : undefined);
  if (typeof id === "string" && id !== "" && typeof type === "string" && type !== "") return { id, type };
  throw unreachable("there is no actor at this URL, or it cannot be reached");
}

async function setTrustee({ c, service, actorId }: ActorRequest): Promise<Response> {
  const { attributes, actors } = service.store;
  const { trustee_root: root, creator } = validated(trusteeChange, await readFields(service, c));
  if (root === undefined && creator === undefined) throw fault(400, "invalid", "trustee_root or creator is missing");
  if (root === "") await attributes.delete(actorId, TRUSTEE_ROOT.bucket, TRUSTEE_ROOT.name);
  else if (root !== undefined) await attributes.set(actorId, TRUSTEE_ROOT.bucket, TRUSTEE_ROOT.name, root);
  if (creator !== undefined) await actors.update(actorId, { creator });
  return noContent();
}

async function removeTrustee({ service, actorId }: ActorRequest): Promise<Response> {
  await service.store.attributes.delete(actorId, TRUSTEE_ROOT.bucket, TRUSTEE_ROOT.name);
  return noContent();
}

/** A peer's root without a slash at its end. */
function checkedUrl(service: Service, field: string, url: string): string {
  const refusal = refusalOf(service, url);
  if (refusal !== null) throw fault(400, "invalid", `${field} ${refusal}`);
  return url.replace(/\/+$/, "");
}

async function orNull<Value>(asked: Promise<Value>): Promise<Value | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof PeerError) return null;
    throw error;
  }
}

function fieldsOf(value: Json | undefined): { readonly [field: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as { readonly [field: string]: Json }
    : {};
}

function taken() {
  return fault(403, "forbidden", "there is a relationship with this peer");
}

function unreachable(message: string) {
  return fault(408, "peer_failed", message);
}
