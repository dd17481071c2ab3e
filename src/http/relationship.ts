/**
 * `/{id}/trust/{kind}/{peer}`: one relationship.
 *
 * @module
 */

import type { Trust } from "../store.ts";
import { json, noContent } from "./answers.ts";
import { readFields } from "./body.ts";
import { fault } from "./faults.ts";
import { storePermissions } from "./peer_permissions.ts";
import { deleteOverride, readOverride } from "./permissions.ts";
import { trustOf } from "./find_trust.ts";
import { askTrusted, PeerError, refusalOf } from "./peers.ts";
import { REMOTE, STATE } from "./remote_names.ts";
import { type Access, type ActorRequest, isManager, isPeer, type Methods, notFound } from "./resource.ts";
import { approval, trustChange, validated } from "./schemas.ts";
import type { Service } from "./service.ts";
import { wholeTrust } from "./trust_json.ts";

/** The peer itself may see and end a relationship that is not approved. */
const forBoth: Access = (requester, names) => isManager(requester, names) || isPeer(requester, names[1]);

/** The methods of a relationship. */
export const RELATIONSHIP: Methods = {
  GET: { access: forBoth, answer: read },
  PUT: { access: isManager, answer: change },
  POST: { access: forBoth, answer: confirm },
  DELETE: { access: forBoth, answer: end },
};

async function read(request: ActorRequest): Promise<Response> {
  const { c, service, actorId } = request;
  const trust = await trustOf(request);
  const whole = wholeTrust(actorId, trust);
  const status = trust.approved ? 200 : 202;
  if (c.req.query("permissions") !== "true") return json(whole, status);
  return json({ ...whole, permissions: await readOverride(service, actorId, trust.peerId) }, status);
}

async function change(request: ActorRequest): Promise<Response> {
  const { c, service, actorId } = request;
  const given = validated(trustChange, await readFields(service, c));
  const trust = await trustOf(request);
  const { approved = trust.approved, baseuri = trust.baseUri, desc = trust.description, permissions } = given;
  const refusal = given.baseuri === undefined ? null : refusalOf(service, baseuri);
  if (refusal !== null) throw fault(400, "invalid", `baseuri ${refusal}`);
  // Only what is given: a peer may be changing the rest at this moment.
  const fields = {
    ...(given.approved === undefined ? {} : { approved }),
    ...(given.baseuri === undefined ? {} : { baseUri: baseuri.replace(/\/+$/, "") }),
    ...(given.desc === undefined ? {} : { description: desc }),
  };
  if (Object.keys(fields).length > 0 && !await service.store.trusts.update(actorId, trust.peerId, fields)) {
    throw notFound("relationship");
  }
  if (permissions !== undefined) await storePermissions(request, trust, permissions);
  if (approved && !trust.approved) await announceApproval(request, { ...trust, ...fields });
  return noContent();
}

/** Tells the peer; a peer that cannot be told finds out when it asks. */
async function announceApproval({ service, actorId }: ActorRequest, trust: Trust): Promise<void> {
  const path = `trust/${encodeURIComponent(trust.relationship)}/${actorId}`;
  try {
    const { ok } = await askTrusted(service, trust, path, { method: "POST", body: { approved: true } });
    if (ok) await service.store.trusts.update(actorId, trust.peerId, { verified: true });
  } catch (error) {
    if (!(error instanceof PeerError)) throw error;
    service.onFault(error, crypto.randomUUID());
  }
}

/** The peer says that it approves, or does not any more. */
async function confirm(request: ActorRequest): Promise<Response> {
  const { c, service, actorId } = request;
  const { approved } = validated(approval, await readFields(service, c));
  const trust = await trustOf(request);
  await service.store.trusts.update(actorId, trust.peerId, { peerApproved: approved });
  return noContent();
}

/** Ends it here and, unless the peer asks, at the peer first. */
async function end(request: ActorRequest): Promise<Response> {
  const { c, service, actorId, requester } = request;
  const trust = await trustOf(request);
  if (!isPeer(requester, trust.peerId) && c.req.query("peer") !== "true") await endAtPeer(service, actorId, trust);
  await removeTrust(service, actorId, trust.peerId);
  return noContent();
}

async function endAtPeer(service: Service, actorId: string, trust: Trust): Promise<void> {
  const path = `trust/${encodeURIComponent(trust.relationship)}/${actorId}?peer=true`;
  let status: number;
  try {
    ({ status } = await askTrusted(service, trust, path, { method: "DELETE" }));
  } catch (error) {
    if (!(error instanceof PeerError)) throw error;
    status = 0;
  }
  // A peer that does not know the relationship any more has ended it.
  if ((status >= 200 && status < 300) || [401, 403, 404, 410].includes(status)) return;
  throw fault(502, "peer_failed", "the peer did not end the relationship; with ?peer=true it is ended here alone");
}

/** Removes a relationship with all that belongs to it; itself last, so that a run that was cut off can be repeated. */
export async function removeTrust(service: Service, actorId: string, peerId: string): Promise<void> {
  const { trusts, subscriptions, diffs, attributes } = service.store;
  const own = await subscriptions.all(actorId, { peerId });
  await Promise.all(own.map(({ subscriptionId }) => diffs.deleteAll(actorId, peerId, subscriptionId)));
  const states = await attributes.bucket(actorId, STATE);
  await Promise.all([
    subscriptions.deleteAll(actorId, { peerId }),
    deleteOverride(service, actorId, peerId),
    attributes.deleteBucket(actorId, `${REMOTE}${peerId}`),
    attributes.deleteMany(
      actorId,
      STATE,
      states.map(({ name }) => name).filter((name) => name.split(":").slice(1, -1).join(":") === peerId),
    ),
    ...["_peer_permissions", "_peer_profiles", "_peer_capabilities"].map((bucket) =>
      attributes.delete(actorId, bucket, `${actorId}:${peerId}`)
    ),
  ]);
  await trusts.delete(actorId, peerId);
}
