/** Checks of the arguments of {@linkcode Trusts}. @module */

import type { Call } from "../backend.ts";
import type { Shell } from "../guard.ts";
import { VERSION_CHARACTERS } from "../model/limits.ts";
import type { NewTrust, Trust, Trusts } from "../store.ts";
import * as check from "./check.ts";

type Fields = Omit<Trust, "peerId">;

/** The guarded part. */
export function guardTrusts({ backend: { trusts }, run, walk }: Shell): Trusts {
  const id = (call: Call, actorId: unknown) => check.key(call.operation, "actorId", actorId);
  const peer = (call: Call, peerId: unknown) => check.key(call.operation, "peerId", peerId);

  return {
    get: (actorId, peerId, options) =>
      run("trusts.get", options, (call) => trusts.get(id(call, actorId), peer(call, peerId), call)),
    getBySecret: (actorId, secret, options) =>
      run(
        "trusts.getBySecret",
        options,
        (call) => trusts.getBySecret(id(call, actorId), check.key(call.operation, "secret", secret), call),
      ),
    all: (actorId, options) => run("trusts.all", options, (call) => trusts.all(id(call, actorId), call)),
    pages: (actorId, options) => walk("trusts.pages", options, (call) => trusts.page(id(call, actorId), call)),
    createIfAbsent: (actorId, trust, options) =>
      run(
        "trusts.createIfAbsent",
        options,
        (call) => trusts.createIfAbsent(id(call, actorId), newTrust(call.operation, trust), call),
      ),
    update: (actorId, peerId, fields, options) =>
      run("trusts.update", options, (call) => {
        const checked = check.given(call.operation, fields, checks(call.operation));
        size(call.operation, checked);
        return trusts.update(id(call, actorId), peer(call, peerId), checked, call);
      }),
    touch: (actorId, peerId, use, options) =>
      run("trusts.touch", options, (call) => {
        const at = check.instant(call.operation, "at", use?.at);
        const via = use.via === undefined ? undefined : check.key(call.operation, "via", use.via);
        return trusts.touch(id(call, actorId), peer(call, peerId), via === undefined ? { at } : { at, via }, call);
      }),
    delete: (actorId, peerId, options) =>
      run("trusts.delete", options, (call) => trusts.delete(id(call, actorId), peer(call, peerId), call)),
    deleteAll: (actorId, options) =>
      run("trusts.deleteAll", options, (call) => trusts.deleteAll(id(call, actorId), call)),
  };
}

const EMPTY: Fields = {
  baseUri: "",
  type: "",
  relationship: "",
  secret: "",
  description: "",
  approved: false,
  peerApproved: false,
  verified: false,
  verificationToken: "",
  peerIdentifier: null,
  establishedVia: null,
  createdAt: null,
  lastAccessed: null,
  lastConnectedVia: null,
  clientName: null,
  clientVersion: null,
  clientPlatform: null,
  oauthClientId: null,
  awSupported: null,
  awVersion: null,
  capabilitiesFetchedAt: null,
};

function newTrust(operation: string, trust: NewTrust): Trust {
  const { peerId, ...fields } = trust ?? {};
  for (const name of ["baseUri", "type", "relationship", "secret"] as const) {
    if (fields[name] === undefined) check.refuse(operation, name, "a string");
  }
  const checked = { ...EMPTY, ...check.given<Fields>(operation, fields, checks(operation)) };
  size(operation, checked);
  return { peerId: check.key(operation, "peerId", peerId), ...checked };
}

/** One check per field, by the column that PostgreSQL keeps it in. */
function checks(operation: string): { readonly [Name in keyof Fields]-?: (value: unknown) => Fields[Name] } {
  const field = (name: string) => (value: unknown) => check.field(operation, name, value);
  const long = (name: string) => (value: unknown) => check.text(operation, name, value);
  const truth = (name: string) => (value: unknown) => check.truth(operation, name, value);
  const optional = (name: string) => (value: unknown) => check.optional(operation, name, value, check.field);
  const instant = (name: string) => (value: unknown) => check.optional(operation, name, value, check.instant);
  return {
    baseUri: long("baseUri"),
    type: field("type"),
    relationship: field("relationship"),
    secret: (value) => check.key(operation, "secret", value),
    description: long("description"),
    approved: truth("approved"),
    peerApproved: truth("peerApproved"),
    verified: truth("verified"),
    verificationToken: field("verificationToken"),
    peerIdentifier: optional("peerIdentifier"),
    establishedVia: optional("establishedVia"),
    createdAt: instant("createdAt"),
    lastAccessed: instant("lastAccessed"),
    lastConnectedVia: optional("lastConnectedVia"),
    clientName: optional("clientName"),
    clientVersion: optional("clientVersion"),
    clientPlatform: optional("clientPlatform"),
    oauthClientId: optional("oauthClientId"),
    awSupported: (value) => check.optional(operation, "awSupported", value, check.text),
    awVersion: (value) =>
      check.optional(
        operation,
        "awVersion",
        value,
        (at, name, text) => check.field(at, name, text, VERSION_CHARACTERS),
      ),
    capabilitiesFetchedAt: instant("capabilitiesFetchedAt"),
  };
}

/** The three fields without a limit of their own share what an item holds beside the others at their limits. */
function size(operation: string, { baseUri = "", description = "", awSupported = "" }: Partial<Fields>): void {
  check.item(operation, "baseUri with description and awSupported", {
    baseUri,
    description,
    awSupported,
    others: 16_384,
  });
}
