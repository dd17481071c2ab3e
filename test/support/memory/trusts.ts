// Trusts in memory.
import type { BackendPart } from "../../../src/backend.ts";
import type { Trust, Trusts } from "../../../src/store.ts";
import { type Context, copy, pageOf, removeWhere, rowsOf, sorted, type Synchronous } from "./database.ts";

/** The part. */
export function trusts({ database }: Context): Synchronous<BackendPart<Trusts>> {
  const rows = (actorId: string) => rowsOf(database.trusts, actorId);
  const all = (actorId: string) => sorted(rows(actorId)).map(([, trust]) => copy(trust));

  function update(actorId: string, peerId: string, fields: Partial<Trust>): boolean {
    const trust = rows(actorId).get(peerId);
    if (trust === undefined) return false;
    rows(actorId).set(peerId, { ...trust, ...fields });
    return true;
  }

  return {
    get(actorId, peerId) {
      const trust = rows(actorId).get(peerId);
      return trust === undefined ? null : copy(trust);
    },

    getBySecret: (actorId, secret) => all(actorId).find((trust) => trust.secret === secret) ?? null,

    all,

    page: (actorId, call) => pageOf(sorted(rows(actorId)), call, copy),

    createIfAbsent(actorId, trust) {
      if (rows(actorId).has(trust.peerId)) return false;
      // The guard has given every field a value.
      rows(actorId).set(trust.peerId, copy(trust as Trust));
      return true;
    },

    update,

    touch(actorId, peerId, { at, via }) {
      const trust = rows(actorId).get(peerId);
      if (trust === undefined) return false;
      return update(actorId, peerId, {
        lastAccessed: at,
        lastConnectedVia: via ?? trust.lastConnectedVia,
        createdAt: trust.createdAt ?? at,
      });
    },

    delete: (actorId, peerId) => rows(actorId).delete(peerId),

    deleteAll: (actorId) => removeWhere(rows(actorId), () => true),
  };
}
