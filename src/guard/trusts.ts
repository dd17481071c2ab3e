/** What the methods of {@linkcode Trusts} take. @module */

import { VERSION_CHARACTERS } from "../model/limits.ts";
import type { Trust, Trusts, TrustUse } from "../store.ts";
import * as check from "./check.ts";
import { actorId, changed, type Check, created, method, type Methods, named, peerId, type Row } from "./method.ts";

const optional = (test: typeof check.text) => (operation: string, argument: string, value: unknown) =>
  check.optional(operation, argument, value, test);
const field = optional(check.field);
const instant = optional(check.instant);
const version: typeof check.text = (operation, argument, value) =>
  check.field(operation, argument, value, VERSION_CHARACTERS);

/** One check per field, by the column that PostgreSQL keeps it in. */
const CHANGEABLE: Row<Omit<Trust, "peerId">> = {
  argument: "trust",
  checks: {
    baseUri: check.text,
    type: check.field,
    relationship: check.field,
    secret: check.key,
    description: check.text,
    approved: check.truth,
    peerApproved: check.truth,
    verified: check.truth,
    verificationToken: check.field,
    peerIdentifier: field,
    establishedVia: field,
    createdAt: instant,
    lastAccessed: instant,
    lastConnectedVia: field,
    clientName: field,
    clientVersion: field,
    clientPlatform: field,
    oauthClientId: field,
    awSupported: optional(check.text),
    awVersion: optional(version),
    capabilitiesFetchedAt: instant,
  },
  long: ["baseUri", "description", "awSupported"],
  others: 16_384,
};
/** A whole row. */
export const ROW: Row<Trust> = {
  ...CHANGEABLE,
  checks: { peerId: check.key, ...CHANGEABLE.checks },
  defaults: { description: "", approved: false, peerApproved: false, verified: false, verificationToken: "" },
};

const use: Check = ({ operation }, given): TrustUse => {
  const { at, via } = check.object(operation, "use", given);
  const instant = check.instant(operation, "at", at);
  return via === undefined ? { at: instant } : { at: instant, via: check.key(operation, "via", via) };
};

/** The methods. */
export const trusts: Methods<Trusts> = {
  get: method(actorId, peerId),
  getBySecret: method(actorId, named("secret", check.key)),
  all: method(actorId),
  pages: method(actorId),
  createIfAbsent: method(actorId, created(ROW)),
  update: method(actorId, peerId, changed(CHANGEABLE)),
  touch: method(actorId, peerId, use),
  delete: method(actorId, peerId),
  deleteAll: method(actorId),
};
