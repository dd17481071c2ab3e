/**
 * `/{id}/properties/{name}` and the paths into its JSON. A name without a property may be a list's.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import { metadataName } from "../lists/names.ts";
import { setPlainProperty } from "../lists/mod.ts";
import { compactJson, parseJson, pythonJson } from "../model/json.ts";
import type { Json } from "../store.ts";
import { jsonText, noContent } from "./answers.ts";
import { checkJson, jsonOf, readText } from "./body.ts";
import { isSuspended, registerChange } from "./changes.ts";
import { fault } from "./faults.ts";
import { deleteFromList, deleteList, putInList, readList } from "./list_property.ts";
import { merged, valueAt, without, wrapped } from "./nested.ts";
import { pause } from "./pause.ts";
import {
  type ActorPlace,
  type ActorRequest,
  forKnown,
  isKnown,
  type Methods,
  notFound,
  readingAhead,
  requirePermission,
} from "./resource.ts";

/** The methods of a property. */
export const PROPERTY: Methods = {
  GET: readingAhead(isKnown, stored, read),
  PUT: readingAhead(isKnown, storedAndSuspended, write),
  DELETE: forKnown(remove),
};

// deno-lint-ignore no-control-regex
const CONTROL = /[\0-\x1f\x7f]/;
const LISTS = "list:";

const TRIES = 40;
const PAUSE_MILLISECONDS = 5;
const LONGEST_PAUSE_MILLISECONDS = 250;

/** Checks a name. Rows of lists are not reached by name: `listStatus` is what is answered then. */
export function checkName(name: string, listStatus: 400 | 404): void {
  if (name === "") throw fault(400, "invalid", "a property's name may not be empty");
  if (CONTROL.test(name)) throw fault(400, "invalid", "a property's name may not hold control characters");
  if (!name.startsWith(LISTS)) return;
  if (listStatus === 404) throw notFound("property");
  throw fault(400, "invalid", `a property's name may not begin with ${LISTS}`);
}

/** A property's name and the path into it. */
export function nameOf({ names }: ActorRequest): [name: string, ...path: string[]] {
  const [name = "", ...path] = names;
  checkName(name, 404);
  return [name, ...path];
}

/** A stored text as it is shown: JSON compactly, anything else as it is. */
export function shownText(value: string): { readonly text: string; readonly isJson: boolean } {
  const json = storedJson(value);
  return json === undefined ? { text: value, isJson: false } : { text: compactJson(json), isJson: true };
}

type Stored = ReturnType<typeof stored>;

/** The text of the property in the path. */
function stored({ service, actorId, names }: ActorPlace) {
  return { value: service.store.properties.get(actorId, names[0] ?? "") };
}

function storedAndSuspended(place: ActorPlace) {
  return { ...stored(place), suspended: isSuspended(place, place.names[0] ?? "") };
}

async function read(request: ActorRequest, reads: Stored): Promise<Response> {
  const [name, ...path] = nameOf(request);
  await requirePermission(request, [name, ...path].join("/"), "read");
  const value = await reads.value;
  if (value === null) return await readList(request, name, path);
  if (path.length === 0) return jsonText(shownText(value).text);
  const found = valueAt(storedJson(value), path);
  if (found === undefined) throw notFound("property");
  return jsonText(compactJson(found));
}

async function write(request: ActorRequest, reads: ReturnType<typeof storedAndSuspended>): Promise<Response> {
  const { c, service } = request;
  const [name, ...path] = nameOf(request);
  await requirePermission(request, [name, ...path].join("/"), "write");
  const text = await readText(service, c);
  const json = jsonOf(text);
  const value = json === undefined ? text : json;
  if (path.length === 0 && c.req.query("index") !== undefined) return await putInList(request, name, path, value);
  if (path.length === 0) {
    if (json === null) throw fault(400, "invalid", "a property may not be null");
    if (text === "") return await removeWhole(request, name);
    await replace(request, name, await reads.value, json === undefined ? text : pythonJson(json));
    await registerChange(request, [name], value, reads.suspended);
    return noContent();
  }
  const change = wrapped(path, value);
  checkJson(change);
  if (!await edit(request, name, (stored) => merged(stored, change), reads.value)) {
    return await putInList(request, name, path, value);
  }
  await registerChange(request, [name, path[0]!], wrapped(path.slice(1), value), reads.suspended);
  return noContent();
}

async function remove(request: ActorRequest): Promise<Response> {
  const [name, ...path] = nameOf(request);
  await requirePermission(request, [name, ...path].join("/"), "delete");
  if (path.length === 0) return await removeWhole(request, name);
  const removed = await edit(request, name, (stored) => without(stored, path));
  if (!removed) return await deleteFromList(request, name, path);
  await registerChange(request, [name, path[0]!], wrapped(path.slice(1), ""));
  return noContent();
}

async function removeWhole(request: ActorRequest, name: string): Promise<Response> {
  const removed = await request.service.store.properties.delete(request.actorId, name);
  if (!removed) return await deleteList(request, name);
  await registerChange(request, [name], "");
  return noContent();
}

/** Writes a whole property. What was there a moment ago is no list, which is one request less to ask. */
async function replace({ service, actorId }: ActorRequest, name: string, before: string | null, text: string) {
  const { store } = service;
  if (before !== null && await store.properties.setIfEquals(actorId, name, before, text)) return;
  await setPlainProperty(store, actorId, name, text);
}

/**
 * Changes the JSON of a property so that no change of another writer in between is lost.
 *
 * @param change Makes the new value of the stored one, `undefined` for none; it may be called several times
 * @param known The stored text, where it was just read
 * @returns `false`, and nothing is written, when `change` gave `undefined`, or when the name is a list's
 */
async function edit(
  { service, actorId }: ActorRequest,
  name: string,
  change: (stored: Json | undefined) => Json | undefined,
  known?: Promise<string | null>,
): Promise<boolean> {
  const { properties } = service.store;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const before = await (attempt === 0 && known || properties.get(actorId, name));
    const after = change(before === null ? undefined : storedJson(before));
    if (after === undefined) return false;
    const text = pythonJson(after);
    if (before !== null) {
      if (await properties.setIfEquals(actorId, name, before, text)) return true;
    } else if (await properties.createIfAbsent(actorId, name, text)) {
      // As when a list is made: of a property and a list that are made at the same time, one sees the other.
      if (await properties.get(actorId, metadataName(name)) === null) return true;
      await properties.deleteIfEquals(actorId, name, text);
      return false;
    }
    const longest = Math.min(LONGEST_PAUSE_MILLISECONDS, PAUSE_MILLISECONDS * 2 ** attempt);
    await pause(service, longest);
  }
  throw new StoreError("contended", "properties.setIfEquals", "too many writers at one property");
}

/** The JSON of a stored text, or `undefined` when it is none. */
export function storedJson(value: string): Json | undefined {
  try {
    return parseJson(value);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
