/** Checks of the arguments of {@linkcode PeerTrustees}. @module */

import type { Call } from "../backend.ts";
import type { Shell } from "../guard.ts";
import type { PeerTrustee, PeerTrustees } from "../store.ts";
import * as check from "./check.ts";

type Fields = Omit<PeerTrustee, "peerId">;

/** The guarded part. */
export function guardPeerTrustees({ backend: { peerTrustees }, run, walk }: Shell): PeerTrustees {
  const id = (call: Call, actorId: unknown) => check.key(call.operation, "actorId", actorId);
  const peer = (call: Call, peerId: unknown) => check.key(call.operation, "peerId", peerId);

  return {
    get: (actorId, peerId, options) =>
      run("peerTrustees.get", options, (call) => peerTrustees.get(id(call, actorId), peer(call, peerId), call)),
    listByType: (actorId, type, options) =>
      run(
        "peerTrustees.listByType",
        options,
        (call) => peerTrustees.listByType(id(call, actorId), check.field(call.operation, "type", type), call),
      ),
    all: (actorId, options) => run("peerTrustees.all", options, (call) => peerTrustees.all(id(call, actorId), call)),
    pages: (actorId, options) =>
      walk("peerTrustees.pages", options, (call) => peerTrustees.page(id(call, actorId), call)),
    createIfAbsent: (actorId, trustee, options) =>
      run("peerTrustees.createIfAbsent", options, (call) => {
        const { baseUri, type, passphrase } = trustee ?? {};
        const all = checks(call.operation);
        const checked = {
          peerId: peer(call, trustee?.peerId),
          baseUri: all.baseUri(baseUri),
          type: all.type(type),
          passphrase: all.passphrase(passphrase),
        };
        size(call.operation, checked);
        return peerTrustees.createIfAbsent(id(call, actorId), checked, call);
      }),
    update: (actorId, peerId, fields, options) =>
      run("peerTrustees.update", options, (call) => {
        const checked = check.given(call.operation, fields, checks(call.operation));
        size(call.operation, checked);
        return peerTrustees.update(id(call, actorId), peer(call, peerId), checked, call);
      }),
    delete: (actorId, peerId, options) =>
      run("peerTrustees.delete", options, (call) => peerTrustees.delete(id(call, actorId), peer(call, peerId), call)),
    deleteAll: (actorId, options) =>
      run("peerTrustees.deleteAll", options, (call) => peerTrustees.deleteAll(id(call, actorId), call)),
  };
}

function checks(operation: string): { readonly [Name in keyof Fields]-?: (value: unknown) => Fields[Name] } {
  return {
    baseUri: (value) => check.text(operation, "baseUri", value),
    type: (value) => check.field(operation, "type", value),
    passphrase: (value) => check.text(operation, "passphrase", value),
  };
}

/** The two fields without a limit of their own share what an item holds beside the others at their limits. */
function size(operation: string, { baseUri = "", passphrase = "" }: Partial<Fields>): void {
  check.item(operation, "baseUri with passphrase", { baseUri, passphrase, others: 4096 });
}
