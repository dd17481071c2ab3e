/**
 * An actor's copy of what it follows of a peer: in the bucket `remote:{peer}`, as the reference keeps it. An object is
 * stored as it is, anything else as `{"value": …}`, and a list as a list of attributes.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import { attributeListOf, attributeLists } from "../lists/mod.ts";
import { jsonEquals } from "../model/json.ts";
import type { Json, NewSubscription, Subscription, Trust } from "../store.ts";
import { applyListChange, isListChange, replaceList } from "./list_copy.ts";
import { merged, wrapped } from "./nested.ts";
import { askTrusted, PeerError } from "./peers.ts";
import { REMOTE } from "./remote_names.ts";
import type { Service } from "./service.ts";

type JsonObject = { readonly [key: string]: Json };

/** The copy of one peer. */
export interface Copy {
  readonly service: Service;
  readonly actorId: string;
  readonly trust: Trust;
  readonly bucket: string;
}

/** What the reference answers instead of a value. */
const SUMMARY = /^\[(?:Empty list property created|Bulk update: )/;

/** The copy of a peer. */
export function copyOf(service: Service, actorId: string, trust: Trust): Copy {
  return { service, actorId, trust, bucket: `${REMOTE}${trust.peerId}` };
}

/**
 * Applies a diff.
 *
 * @throws {PeerError} When the peer has to be asked for more and does not answer: the diff is to be applied again
 */
export async function applyDiff(
  copy: Copy,
  { subtarget, resource }: Pick<Subscription, "subtarget" | "resource">,
  data: Json,
): Promise<void> {
  if (resource !== "") await applyChange(copy, subtarget, wrapped([resource], data));
  else if (subtarget !== "") await applyChange(copy, subtarget, data);
  else for (const [name, value] of Object.entries(objectOf(data) ?? {})) await applyChange(copy, name, value);
}

/**
 * Reads anew what a subscription is about and replaces the copy of it.
 *
 * @returns The number of the last diff that is in the copy now
 */
export async function synchronise(
  service: Service,
  actorId: string,
  trust: Trust,
  subscription: NewSubscription,
): Promise<number> {
  const copy = copyOf(service, actorId, trust);
  const { subscriptionId, subtarget = "", target } = subscription;
  // The number first: what changes between both requests is then applied twice rather than never.
  const state = objectOf(await read(copy, `subscriptions/${actorId}/${subscriptionId}`));
  const sequence = typeof state?.sequence === "number" ? state.sequence : 0;
  if (target === "properties") {
    if (subtarget !== "") await refresh(copy, subtarget);
    else await replaceAll(copy, objectOf(await read(copy, "properties?format=full")) ?? {});
  }
  await service.store.subscriptions.update(actorId, trust.peerId, subscriptionId, { sequence });
  return sequence;
}

/**
 * What the peer answers to a GET, `undefined` for 404.
 *
 * @throws {PeerError} When it answers anything but 2xx and 404
 */
export async function read(copy: Copy, path: string): Promise<Json | undefined> {
  const answer = await askTrusted(copy.service, copy.trust, path);
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new PeerError(`the peer answered ${answer.status}`);
  const json = answer.json();
  return json === undefined ? answer.text : json;
}

/** Reads one property anew. */
async function refresh(copy: Copy, name: string): Promise<void> {
  const path = `properties/${encodeURIComponent(name)}`;
  const short = await read(copy, `${path}?format=short`);
  if (objectOf(short)?._list !== true) return await store(copy, name, short ?? "");
  const items = await read(copy, path);
  await store(copy, name, { ...objectOf(short), items: Array.isArray(items) ? items : [] });
}

async function applyChange(copy: Copy, name: string, value: Json): Promise<void> {
  if (isListChange(value)) return await applyListChange(copy, name, value, () => refresh(copy, name));
  const incoming = objectOf(value);
  if (incoming === undefined) {
    return typeof value === "string" && SUMMARY.test(value)
      ? await refresh(copy, name)
      : await store(copy, name, value);
  }
  if (!await isAmbiguous(copy, name, incoming)) return await store(copy, name, value);
  await refresh(copy, name);
}

/** An object may be the whole value or a part of it, and `""` in it a text or something removed: a diff does not tell. */
async function isAmbiguous({ service, actorId, bucket }: Copy, name: string, incoming: JsonObject): Promise<boolean> {
  if ("index" in incoming || hasEmpty(incoming)) return true;
  const before = await guarded(service, () => service.store.attributes.get(actorId, bucket, name));
  return before != null && !jsonEquals(merged(before.data, incoming), incoming);
}

function hasEmpty(json: Json): boolean {
  return json === "" || Object.values(objectOf(json) ?? {}).some(hasEmpty);
}

async function replaceAll(copy: Copy, properties: JsonObject): Promise<void> {
  const { service: { store: { attributes } }, actorId, bucket } = copy;
  const names = new Set(Object.keys(properties));
  const scalars = (await attributes.bucket(actorId, bucket)).map(({ name }) => name);
  const gone = scalars.filter((name) => !name.startsWith("list:") && !names.has(name));
  await attributes.deleteMany(actorId, bucket, gone);
  for (const name of await attributeLists(copy.service.store, actorId, bucket)) {
    if (!names.has(name)) await attributeListOf(copy.service.store, actorId, bucket, name).deleteList();
  }
  for (const [name, value] of Object.entries(properties)) await store(copy, name, value);
}

/** Stores a value as a whole; `""` and `null` remove what is there. A list and a value never have the same name. */
async function store(copy: Copy, name: string, value: Json): Promise<void> {
  const { service, actorId, bucket } = copy;
  const { attributes } = service.store;
  await guarded(service, async () => {
    const object = objectOf(value);
    const list = attributeListOf(service.store, actorId, bucket, name);
    if (object?._list === true) {
      await attributes.delete(actorId, bucket, name);
      return await replaceList(list, object);
    }
    await list.deleteList();
    if (value === "" || value === null) await attributes.delete(actorId, bucket, name);
    else await attributes.set(actorId, bucket, name, object ?? { value });
  });
}

/** What cannot be kept here at all is reported and left out: it must not stand in the way of everything after it. */
export async function guarded<Result>(service: Service, work: () => Promise<Result>): Promise<Result | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StoreError) || !["invalid", "too_large", "conflict"].includes(error.code)) throw error;
    service.onFault(error, crypto.randomUUID());
    return null;
  }
}

function objectOf(json: Json | undefined): JsonObject | undefined {
  return typeof json === "object" && json !== null && !Array.isArray(json) ? json as JsonObject : undefined;
}
