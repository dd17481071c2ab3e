/**
 * A resource of an actor: its methods and who may use each.
 *
 * @module
 */

import type { Context, Handler } from "hono";
import { authenticate, CHALLENGE, existing, type Requester } from "./authentication.ts";
import { fault } from "./faults.ts";
import { type Operation, permissionsOf, permits } from "./permissions.ts";
import { namesOf } from "./place.ts";
import type { Service } from "./service.ts";
import type { Permissions } from "./trust_types.ts";

/** Where a request goes. */
export interface ActorPlace {
  /** The store and the options. */
  readonly service: Service;
  /** The actor's id. */
  readonly actorId: string;
  /** The names in the path after the resource's own. */
  readonly names: readonly string[];
}

/** A request that may be answered; the actor exists. */
export interface ActorRequest extends ActorPlace {
  /** Hono's context. */
  readonly c: Context;
  /** Who asks. */
  readonly requester: Requester;
  /** What a peer may do; `null` for those who may do everything. Read once. */
  permissions(): Promise<Permissions | null>;
}

/** Whether somebody may use a method. */
export type Access = (requester: Requester, names: readonly string[]) => boolean;

/** Single rows that are being read. */
export interface Reads {
  readonly [row: string]: Promise<unknown>;
}

/** A method of a resource. */
export interface Method {
  /** Who may use it; `null`: anybody, and credentials are not looked at. */
  readonly access: Access | null;
  /** Begins to read what the method always needs, together with what says who asks. Nothing of it is shown before. */
  ahead?(place: ActorPlace): Reads;
  answer(request: ActorRequest, reads: Reads): Promise<Response>;
}

/** Methods by name. */
export interface Methods {
  readonly [method: string]: Method;
}

type Answer = (request: ActorRequest) => Promise<Response>;

/** The creator, and peers whose relationship makes them administrators. */
export const isOwner: Access = ({ role, trust }) =>
  role === "creator" || (trust !== null && trust.approved && trust.relationship === "admin");
/** Those, and the trustee. */
export const isManager: Access = (requester, names) => requester.role === "trustee" || isOwner(requester, names);
/** The owner, and peers that are approved. */
export const isKnown: Access = (requester, names) => isOwner(requester, names) || requester.trust?.approved === true;

/** A method for the owner. */
export const forOwner = (answer: Answer): Method => ({ access: isOwner, answer });
/** A method for the owner and the trustee. */
export const forManager = (answer: Answer): Method => ({ access: isManager, answer });
/** A method for the owner and approved peers. */
export const forKnown = (answer: Answer): Method => ({ access: isKnown, answer });
/** A method that begins with reads of single rows. */
export function readingAhead<Read extends { readonly [Row in keyof Read]: Promise<unknown> }>(
  access: Access,
  ahead: (place: ActorPlace) => Read,
  answer: (request: ActorRequest, reads: Read) => Promise<Response>,
): Method {
  return { access, ahead: ahead as unknown as Method["ahead"] & object, answer: answer as unknown as Method["answer"] };
}

/** A method for anybody. */
export const forAnybody = (answer: Answer): Method => ({ access: null, answer });

const OVERRIDABLE: ReadonlySet<string> = new Set(["PUT", "POST", "DELETE"]);

/**
 * Handles all methods of a resource; others are answered with 405.
 *
 * @param service The store and the options
 * @param depth How many names belong to the path of the resource, the actor's id included
 * @param methodsOf The methods, by the names after the resource's own; `null` where nothing is
 */
export function resource(
  service: Service,
  depth: number,
  methodsOf: (names: readonly string[]) => Methods | null,
): Handler {
  return async (c) => {
    const all = namesOf(c);
    const actorId = all[0]!;
    const names = all.slice(depth);
    const methods = methodsOf(names);
    if (methods === null) throw notFound();
    const name = methodOf(c);
    if (!Object.hasOwn(methods, name)) throw methodNotAllowed(Object.keys(methods));
    const method = methods[name]!;
    const place = { service, actorId, names };
    let reads: Reads | undefined;
    const ahead = () => reads ??= begun(method.ahead?.(place));
    const requester = await admitted(place, c, method, ahead);
    let permissions: Promise<Permissions | null> | undefined;
    const request: ActorRequest = {
      ...place,
      c,
      requester,
      permissions() {
        const { trust } = requester;
        permissions ??= trust === null ? Promise.resolve(null) : permissionsOf(service, actorId, trust);
        return permissions;
      },
    };
    if (method.ahead) service.store.together(() => begun({ ...ahead(), permissions: request.permissions() }));
    return await method.answer(request, ahead());
  };
}

/** A fault is its reader's affair, and there may be none when the request is refused. */
function begun(reads: Reads = {}): Reads {
  for (const read of Object.values(reads)) read.catch(() => {});
  return reads;
}

/**
 * Lets a peer go on only with what it may do.
 *
 * @throws 403
 */
export async function requirePermission(request: ActorRequest, path: string, operation: Operation): Promise<void> {
  const permissions = await request.permissions();
  if (permissions !== null && !permits(permissions, path, operation)) throw forbidden();
}

/** Whether a peer asks that has this id, approved or not. */
export function isPeer({ trust }: Requester, peerId: string | undefined): boolean {
  return trust !== null && trust.peerId === peerId;
}

/** Whether an approved peer asks that has this id. */
export function isApprovedPeer(requester: Requester, peerId: string | undefined): boolean {
  return isPeer(requester, peerId) && requester.trust!.approved;
}

/** Nothing is there. */
export function notFound(what = "resource") {
  return fault(404, "not_found", `there is no such ${what}`);
}

/** Nothing that these credentials open. */
export function forbidden() {
  return fault(403, "forbidden", "these credentials do not permit this");
}

async function admitted(
  { service, actorId, names }: ActorPlace,
  c: Context,
  { access }: Method,
  ahead: () => unknown,
): Promise<Requester> {
  if (access === null) return { role: "anybody", trust: null, actor: await existing(service, actorId) };
  const requester = await authenticate(service, c, actorId, ahead);
  if (access(requester, names)) return requester;
  if (requester.role === "anybody") throw fault(401, "unauthenticated", "authentication required", CHALLENGE);
  throw forbidden();
}

/** The method, also for clients that can only send GET and POST. */
function methodOf(c: Context): string {
  const { method } = c.req;
  const asked = c.req.query("_method")?.toUpperCase() ?? "";
  if ((method === "GET" || method === "POST") && OVERRIDABLE.has(asked)) return asked;
  return method === "HEAD" ? "GET" : method;
}

function methodNotAllowed(methods: readonly string[]) {
  const allow = methods.join(", ");
  return fault(405, "method_not_allowed", `use one of ${allow}`, { allow });
}
