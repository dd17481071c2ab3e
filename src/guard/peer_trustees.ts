/** What the methods of {@linkcode PeerTrustees} take. @module */

import type { PeerTrustee, PeerTrustees } from "../store.ts";
import * as check from "./check.ts";
import { actorId, changed, created, method, type Methods, named, peerId, type Row } from "./method.ts";

const CHANGEABLE: Row<Omit<PeerTrustee, "peerId">> = {
  argument: "trustee",
  checks: { baseUri: check.text, type: check.field, passphrase: check.text },
  long: ["baseUri", "passphrase"],
};
/** A whole row. */
export const ROW: Row<PeerTrustee> = { ...CHANGEABLE, checks: { peerId: check.key, ...CHANGEABLE.checks } };

/** The methods. */
export const peerTrustees: Methods<PeerTrustees> = {
  get: method(actorId, peerId),
  listByType: method(actorId, named("type", check.field)),
  all: method(actorId),
  pages: method(actorId),
  createIfAbsent: method(actorId, created(ROW)),
  update: method(actorId, peerId, changed(CHANGEABLE)),
  delete: method(actorId, peerId),
  deleteAll: method(actorId),
};
