/**
 * Every operation of the protocol's routes: what it does, what it takes, and how it may be answered.
 *
 * @module
 */

import type { GenericSchema } from "valibot";
import * as schemas from "../schemas.ts";

/** A method of a path. */
export interface Operation {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** With `{name}` for what is variable. */
  readonly path: string;
  readonly summary: string;
  /** Who may use it; `anybody` needs no credentials. */
  readonly who: "anybody" | "known";
  /** Statuses of success. */
  readonly success: readonly number[];
  /** Statuses of refusal beside those that every operation may have. */
  readonly refusals: readonly number[];
  /** What the body has to hold; left out when anything is taken or nothing. */
  readonly body?: GenericSchema;
  /** Names in the query. */
  readonly query?: readonly string[];
  /** Whether a body of any kind is taken. */
  readonly anyBody?: boolean;
}

type Rest = Partial<Pick<Operation, "refusals" | "body" | "query" | "anyBody">> & { readonly open?: boolean };

function operation(
  method: Operation["method"],
  path: string,
  summary: string,
  success: readonly number[],
  { refusals = [], open = false, ...rest }: Rest = {},
): Operation {
  return { method, path, summary, success, refusals, who: open ? "anybody" : "known", ...rest };
}

const TRUST = "/{id}/trust/{relationship}/{peer}";
const SUBSCRIPTION = "/{id}/subscriptions/{peer}/{subscription}";
const CALLBACK = "/{id}/callbacks/subscriptions/{peer}/{subscription}";
const WRITE = [400, 409, 413];

/** All operations. */
export const OPERATIONS: readonly Operation[] = [
  operation("POST", "/", "Creates an actor", [201], { open: true, refusals: [400, 413], body: schemas.newActor }),
  operation("GET", "/{id}", "The actor", [200]),
  operation("DELETE", "/{id}", "Erases the actor with everything", [204]),
  operation("GET", "/{id}/meta", "What the actor is and can", [200], { open: true }),
  operation("GET", "/{id}/meta/{part}", "One part of it as text", [200], { open: true }),
  operation("GET", "/{id}/properties", "All properties", [200], { refusals: [400], query: ["format", "metadata"] }),
  operation("POST", "/{id}/properties", "Writes several properties", [201], { refusals: WRITE, anyBody: true }),
  operation("DELETE", "/{id}/properties", "Removes all properties but lists", [204]),
  operation("GET", "/{id}/properties/{name}", "A property or a list", [200], {
    refusals: [400],
    query: ["index", "format"],
  }),
  operation("PUT", "/{id}/properties/{name}", "Writes a property, or an item of a list", [204], {
    refusals: WRITE,
    query: ["index"],
    anyBody: true,
  }),
  operation("POST", "/{id}/properties/{name}", "Appends to a list", [201], { refusals: WRITE, anyBody: true }),
  operation("DELETE", "/{id}/properties/{name}", "Removes a property or a list", [204], { refusals: WRITE }),
  operation("GET", "/{id}/properties/{name}/{part}", "A part of a property, or an item of a list", [200], {
    refusals: [400],
  }),
  operation("PUT", "/{id}/properties/{name}/{part}", "Writes a part of a property, or an item of a list", [201, 204], {
    refusals: WRITE,
    anyBody: true,
  }),
  operation("DELETE", "/{id}/properties/{name}/{part}", "Removes a part of a property, or an item of a list", [204], {
    refusals: WRITE,
  }),
  operation("GET", "/{id}/trust", "All relationships", [200], { query: ["relationship", "type", "peerid"] }),
  operation("POST", "/{id}/trust", "Asks a peer for a relationship", [201], {
    refusals: [400, 408, 409, 413],
    body: schemas.newTrust,
  }),
  operation("GET", "/{id}/trust/{relationship}", "Relationships of a kind", [200], { query: ["type", "peerid"] }),
  operation("POST", "/{id}/trust/{relationship}", "A peer asks for a relationship", [201, 202], {
    open: true,
    refusals: [400, 403, 413],
    body: schemas.trustRequest,
  }),
  operation("PUT", "/{id}/trust/trustee", "Sets the trustee", [204], { refusals: WRITE, body: schemas.trusteeChange }),
  operation("DELETE", "/{id}/trust/trustee", "Removes the trustee", [204]),
  operation("GET", TRUST, "A relationship", [200, 202], { query: ["permissions"] }),
  operation("PUT", TRUST, "Changes a relationship", [204], { refusals: WRITE, body: schemas.trustChange }),
  operation("POST", TRUST, "The peer approves", [204], { refusals: [400, 413], body: schemas.approval }),
  operation("DELETE", TRUST, "Ends a relationship", [204], { refusals: [502], query: ["peer"] }),
  operation("GET", `${TRUST}/permissions`, "What the peer may do", [200]),
  operation("PUT", `${TRUST}/permissions`, "Sets what the peer may do", [200, 201], {
    refusals: WRITE,
    body: schemas.permissions,
  }),
  operation("DELETE", `${TRUST}/permissions`, "Leaves the peer what its kind may do", [204], { refusals: [400] }),
  operation("GET", `${TRUST}/shared_properties`, "What the peer may subscribe to", [200]),
  operation("GET", "/{id}/permissions/{peer}", "A peer asks what it may do", [200]),
  operation("GET", "/{id}/subscriptions", "All subscriptions", [200], {
    query: ["peerid", "target", "subtarget", "resource"],
    refusals: [400, 413],
  }),
  operation("POST", "/{id}/subscriptions", "Subscribes to a peer", [204], {
    refusals: [400, 408, 413],
    body: schemas.newSubscription,
  }),
  operation("GET", "/{id}/subscriptions/{peer}", "Subscriptions of a peer, in both directions", [200]),
  operation("POST", "/{id}/subscriptions/{peer}", "A peer subscribes", [201], {
    refusals: [400, 413],
    body: schemas.subscriptionRequest,
  }),
  operation("GET", SUBSCRIPTION, "A subscription with its diffs", [200]),
  operation("PUT", SUBSCRIPTION, "Clears diffs", [204], {
    refusals: [400, 413],
    body: schemas.cleared,
    query: ["sequence"],
  }),
  operation("DELETE", SUBSCRIPTION, "Ends a subscription", [204]),
  operation("GET", `${SUBSCRIPTION}/{sequence}`, "A diff", [200]),
  operation("POST", CALLBACK, "A peer tells of a change", [204], { refusals: [400, 413], body: schemas.callback }),
  operation("PUT", CALLBACK, "A peer tells of a change", [204], { refusals: [400, 413], body: schemas.callback }),
  operation("DELETE", CALLBACK, "A peer has ended our subscription", [204]),
  operation("POST", "/{id}/callbacks/permissions/{peer}", "A peer tells what we may do", [204], {
    refusals: [400, 413],
    anyBody: true,
  }),
];
