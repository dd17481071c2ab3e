/**
 * `/{id}/properties`: all properties of an actor.
 *
 * @module
 */

import type { Hono } from "hono";
import { compactJson, pythonJson } from "../model/json.ts";
import type { Json } from "../store.ts";
import { jsonText, noContent } from "./answers.ts";
import { readFields } from "./body.ts";
import { fault } from "./faults.ts";
import { checkName, PROPERTY, shownText } from "./property.ts";
import { type ActorRequest, type Methods, resource } from "./resource.ts";
import type { Service } from "./service.ts";

const PROPERTIES: Methods = { GET: readAll, POST: writeMany, DELETE: deleteAll };

/** Adds the routes of all properties and of each. */
export function properties(app: Hono, service: Service): void {
  app.all("/:id/properties/*", resource(service, 2, (names) => names.length === 0 ? PROPERTIES : PROPERTY));
}

async function readAll({ service, actor }: ActorRequest): Promise<Response> {
  const rows = await service.store.properties.all(actor.id);
  // Written by hand, because an object would not keep the order of names such as "10".
  const fields = rows.map(({ name, value }) => {
    const text = shownText(value);
    return `${JSON.stringify(name)}:${text.isJson ? text.text : JSON.stringify(text.text)}`;
  });
  return jsonText(`{${fields.join(",")}}`);
}

/** Stores all fields, or none when one of them cannot be stored. A `null` deletes. */
async function writeMany({ c, service, actor }: ActorRequest): Promise<Response> {
  const fields = await readFields(service, c);
  if (fields.size === 0) throw fault(403, "forbidden", "the body must have at least one property");
  const stored: [name: string, json: Json][] = [];
  const entries: [name: string, value: string][] = [];
  for (const [name, json] of fields) {
    checkName(name, 400);
    refuseLists(name, json);
    entries.push([name, json === null ? "" : typeof json === "string" ? json : pythonJson(json)]);
    if (json !== null && json !== "") stored.push([name, json]);
  }
  await service.store.properties.setMany(actor.id, entries);
  return jsonText(compactJson(Object.fromEntries(stored)), 201);
}

/** The forms that create and change lists, which must not be stored as if they were values. */
function refuseLists(name: string, json: Json): void {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return;
  const fields = json as { readonly [key: string]: Json };
  if (fields._type === "list") throw fault(501, "not_implemented", `${name} is a list: lists are not served`);
  if (Object.hasOwn(fields, "items")) throw fault(400, "invalid", `${name} is not a list and cannot be given items`);
}

async function deleteAll({ service, actor }: ActorRequest): Promise<Response> {
  await service.store.properties.deleteAll(actor.id, { includeLists: false });
  return noContent();
}
