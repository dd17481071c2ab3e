/**
 * `/{id}/properties/{name}` and the paths into its JSON.
 *
 * @module
 */

import { StoreError } from "../errors.ts";
import { compactJson, parseJson, pythonJson } from "../model/json.ts";
import type { Json } from "../store.ts";
import { jsonText, noContent } from "./answers.ts";
import { checkJson, jsonOf, readText } from "./body.ts";
import { fault } from "./faults.ts";
import { merged, valueAt, without, wrapped } from "./nested.ts";
import type { ActorRequest, Methods } from "./resource.ts";

/** The methods of a property. */
export const PROPERTY: Methods = { GET: read, PUT: write, DELETE: remove };

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
  if (listStatus === 404) throw notFound();
  throw fault(400, "invalid", `a property's name may not begin with ${LISTS}`);
}

/** A stored text as it is shown: JSON compactly, anything else as it is. */
export function shownText(value: string): { readonly text: string; readonly isJson: boolean } {
  const json = storedJson(value);
  return json === undefined ? { text: value, isJson: false } : { text: compactJson(json), isJson: true };
}

async function read(request: ActorRequest): Promise<Response> {
  const [name, ...path] = namesOf(request);
  const value = await request.service.store.properties.get(request.actor.id, name);
  if (value === null) throw notFound();
  if (path.length === 0) return jsonText(shownText(value).text);
  const found = valueAt(storedJson(value), path);
  if (found === undefined) throw notFound();
  return jsonText(compactJson(found));
}

async function write(request: ActorRequest): Promise<Response> {
  const { c, service, actor } = request;
  const [name, ...path] = namesOf(request);
  const text = await readText(service, c);
  const json = jsonOf(text);
  if (path.length === 0) {
    if (json === null) throw fault(400, "invalid", "a property may not be null");
    await service.store.properties.set(actor.id, name, json === undefined ? text : pythonJson(json));
  } else {
    const change = wrapped(path, json === undefined ? text : json);
    checkJson(change);
    await edit(request, name, (stored) => merged(stored, change));
  }
  return noContent();
}

async function remove(request: ActorRequest): Promise<Response> {
  const [name, ...path] = namesOf(request);
  if (path.length === 0) await request.service.store.properties.delete(request.actor.id, name);
  else if (!(await edit(request, name, (stored) => without(stored, path)))) throw notFound();
  return noContent();
}

/**
 * Changes the JSON of a property so that no change of another writer in between is lost.
 *
 * @param change Makes the new value of the stored one, `undefined` for none; it may be called several times
 * @returns `false` when `change` gave `undefined`: then nothing is written
 */
async function edit(
  { service, actor }: ActorRequest,
  name: string,
  change: (stored: Json | undefined) => Json | undefined,
): Promise<boolean> {
  const { store: { properties }, random } = service;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const before = await properties.get(actor.id, name);
    const after = change(before === null ? undefined : storedJson(before));
    if (after === undefined) return false;
    const text = pythonJson(after);
    const done = before === null
      ? await properties.createIfAbsent(actor.id, name, text)
      : await properties.setIfEquals(actor.id, name, before, text);
    if (done) return true;
    const longest = Math.min(LONGEST_PAUSE_MILLISECONDS, PAUSE_MILLISECONDS * 2 ** attempt);
    await new Promise((resolve) => setTimeout(resolve, random() * longest));
  }
  throw new StoreError("contended", "properties.setIfEquals", "too many writers at one property");
}

/** The JSON of a stored text, or `undefined` when it is none. */
function storedJson(value: string): Json | undefined {
  try {
    return parseJson(value);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function namesOf({ names }: ActorRequest): [name: string, ...path: string[]] {
  const [name = "", ...path] = names;
  checkName(name, 404);
  return [name, ...path];
}

function notFound() {
  return fault(404, "not_found", "there is no such property");
}
