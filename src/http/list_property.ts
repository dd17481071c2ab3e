/**
 * Lists under `/{id}/properties/{name}`: items by path as the specification has them, by `?index=` and under `/items` as
 * the reference has them.
 *
 * @module
 */

import { type ListCore, listCoreOf } from "../lists/list.ts";
import { compactJson } from "../model/json.ts";
import type { Json } from "../store.ts";
import { json, jsonText, noContent } from "./answers.ts";
import { jsonOf, readText } from "./body.ts";
import { registerChange } from "./changes.ts";
import { fault } from "./faults.ts";
import { actorUrl } from "./place.ts";
import { type ActorRequest, notFound, requirePermission } from "./resource.ts";
import { listAction, listMetadata, validated } from "./schemas.ts";

const INDEX = /^(?:0|[1-9]\d{0,8})$/;

/** GET of a list, an item, all items with their indexes, or the metadata. */
export async function readList(request: ActorRequest, name: string, path: readonly string[]): Promise<Response> {
  const { format, index } = request.c.req.query();
  const list = listAt(request, name);
  const metadata = await list.metadata();
  if (metadata === null) throw notFound("property");
  const { description, explanation } = metadata;
  if (path.length === 0 && index === undefined && format !== "short") return json(await list.slice());
  if (path.length === 0 && index !== undefined) return await readItem(list, index, 400);
  if (path.length === 0) return json({ _list: true, count: await list.length(), description, explanation });
  if (path.length > 1) throw notFound("property");
  if (path[0] === "items") {
    const items = await list.slice();
    return json({ items: items.map((item, position) => ({ index: position, item })), count: items.length });
  }
  if (path[0] === "metadata") {
    return json({ name, _list: true, count: await list.length(), description, explanation });
  }
  return await readItem(list, path[0]!, 404);
}

/** PUT of an item, at the end too, or of the metadata. */
export async function putInList(
  request: ActorRequest,
  name: string,
  path: readonly string[],
  value: Json,
): Promise<Response> {
  const list = listAt(request, name);
  if (path.length === 1 && path[0] === "metadata") return await putMetadata(request, list, value);
  const [given = request.c.req.query("index") ?? ""] = path;
  if (path.length > 1 || !INDEX.test(given)) throw fault(400, "invalid", `${name} is a list: its items have indexes`);
  const index = Number(given);
  if (await list.metadata() === null) throw notFound("list");
  if (await list.update(index, value)) await registerListChange(request, list, "update", { index, item: value });
  else if (index === await list.length()) await append(request, list, value);
  else throw notFound("item");
  // The path is the specification's form, and so is its status.
  return path.length === 0 ? noContent() : json({ success: true, index }, 201);
}

/** POST to a list: appends what the body holds, or does what `/items` is told. */
export async function postToList(request: ActorRequest): Promise<Response> {
  const { c, service, actorId, names } = request;
  const [name = "", ...path] = names;
  const list = listAt(request, name);
  await requirePermission(request, name, "write");
  const text = await readText(service, c);
  if (await list.metadata() === null) {
    if (await service.store.properties.get(actorId, name) === null) throw notFound("list");
    throw fault(409, "conflict", `${name} is not a list`);
  }
  if (path.length > 0) return await act(request, list, fieldsOf(jsonOf(text)));
  const value = jsonOf(text);
  const index = await append(request, list, value === undefined ? text : value);
  const location = `${actorUrl(service, c, actorId)}/properties/${encodeURIComponent(name)}/${index}`;
  return json({ success: true, index }, 201, { location });
}

/** DELETE of an item. */
export async function deleteFromList(request: ActorRequest, name: string, path: readonly string[]): Promise<Response> {
  const list = listAt(request, name);
  if (path.length > 1 || !INDEX.test(path[0]!)) throw notFound("property");
  await removeItem(request, list, Number(path[0]));
  return noContent();
}

/** DELETE of a list, which may not be there. */
export async function deleteList(request: ActorRequest, name: string): Promise<Response> {
  const list = listAt(request, name);
  if (await list.deleteList()) {
    await registerChange(request, [name], { list: name, operation: "delete_all", length: 0 });
  }
  return noContent();
}

/** Creates a list, or changes what is said about it. */
export async function createList(
  request: ActorRequest,
  name: string,
  fields: { readonly description?: string; readonly explanation?: string },
): Promise<void> {
  const list = listAt(request, name);
  const isGiven = fields.description !== undefined || fields.explanation !== undefined;
  if (!isGiven && await list.metadata() !== null) return;
  await list.setMetadata(isGiven ? fields : { description: "" });
  await registerListChange(request, list, "metadata", fields);
}

/** A list of the request's actor. */
export function listAt({ service, actorId }: ActorRequest, name: string): ListCore {
  return listCoreOf(service.store, actorId, name, { now: service.now, random: service.random });
}

/** Registers a change of a list in the specification's form. */
export function registerListChange(
  request: ActorRequest,
  list: ListCore,
  operation: string,
  fields: { readonly [field: string]: Json | undefined },
): Promise<void> {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [field: string]: Json;
  };
  return registerChange(request, [list.name], async () => {
    return { list: list.name, operation, length: await list.length(), ...given };
  });
}

async function readItem(list: ListCore, given: string, wrongStatus: 400 | 404): Promise<Response> {
  if (!INDEX.test(given)) {
    throw wrongStatus === 404 ? notFound("property") : fault(400, "invalid", "index must be a whole number from 0");
  }
  const item = await list.get(Number(given));
  if (item === undefined) throw notFound("item");
  return jsonText(compactJson(item));
}

async function putMetadata(request: ActorRequest, list: ListCore, value: Json): Promise<Response> {
  const fields = validated(listMetadata, fieldsOf(value));
  if (fields.description === undefined && fields.explanation === undefined) {
    throw fault(400, "invalid", "description or explanation is missing");
  }
  if (await list.metadata() === null) throw notFound("list");
  await list.setMetadata(fields);
  await registerListChange(request, list, "metadata", fields);
  return noContent();
}

/** The index is that of the moment: another writer's item may come before it. */
async function append(request: ActorRequest, list: ListCore, item: Json): Promise<number> {
  await list.append(item);
  const index = await list.length() - 1;
  await registerChange(request, [list.name], {
    list: list.name,
    operation: "append",
    length: index + 1,
    index,
    item,
  });
  return index;
}

async function removeItem(request: ActorRequest, list: ListCore, index: number): Promise<void> {
  if (!await list.delete(index)) throw notFound("item");
  await registerListChange(request, list, "delete", { index });
}

async function act(request: ActorRequest, list: ListCore, fields: ReadonlyMap<string, Json>): Promise<Response> {
  const { action, item_index: index } = validated(listAction, fields);
  const item = fields.get("item_value");
  if (action !== "delete" && item === undefined) throw fault(400, "invalid", "item_value is missing");
  if (action === "add") return json({ success: true, index: await append(request, list, item!) }, 201);
  if (index === undefined) throw fault(400, "invalid", "item_index is missing");
  if (action === "delete") {
    if (!await list.delete(index)) throw outOfRange();
    await registerListChange(request, list, "delete", { index });
  } else {
    if (!await list.update(index, item!)) throw outOfRange();
    await registerListChange(request, list, "update", { index, item: item! });
  }
  return noContent();
}

function fieldsOf(value: Json | undefined): ReadonlyMap<string, Json> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return new Map(Object.entries(value));
  throw fault(400, "invalid", "the body must be a JSON object");
}

function outOfRange() {
  return fault(400, "invalid", "item_index must be that of an item");
}
