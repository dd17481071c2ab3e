// Peer trustees in memory.
import type { BackendPart } from "../../../src/backend.ts";
import type { PeerTrustees } from "../../../src/store.ts";
import { type Context, copy, pageOf, removeWhere, rowsOf, sorted, type Synchronous } from "./database.ts";

/** The part. */
export function peerTrustees({ database }: Context): Synchronous<BackendPart<PeerTrustees>> {
  const rows = (actorId: string) => rowsOf(database.peerTrustees, actorId);
  const all = (actorId: string) => sorted(rows(actorId)).map(([, trustee]) => copy(trustee));

  return {
    get(actorId, peerId) {
      const trustee = rows(actorId).get(peerId);
      return trustee === undefined ? null : copy(trustee);
    },

    listByType: (actorId, type) => all(actorId).filter((trustee) => trustee.type === type),

    all,

    page: (actorId, call) => pageOf(sorted(rows(actorId)), call, copy),

    createIfAbsent(actorId, trustee) {
      if (rows(actorId).has(trustee.peerId)) return false;
      rows(actorId).set(trustee.peerId, copy(trustee));
      return true;
    },

    update(actorId, peerId, fields) {
      const trustee = rows(actorId).get(peerId);
      if (trustee === undefined) return false;
      rows(actorId).set(peerId, { ...trustee, ...fields });
      return true;
    },

    delete: (actorId, peerId) => rows(actorId).delete(peerId),

    deleteAll: (actorId) => removeWhere(rows(actorId), () => true),
  };
}
