/**
 * `/{id}/properties`: all properties of an actor.
 *
 * @module
 */

import type { Hono } from "hono";
import { StoreError } from "../errors.ts";
import { metadataName } from "../lists/names.ts";
import { setPlainProperty } from "../lists/mod.ts";
import { compactJson, pythonJson } from "../model/json.ts";
import type { Json, Property } from "../store.ts";
import { json, jsonText, noContent } from "./answers.ts";
import { readFields } from "./body.ts";
import { registerChange } from "./changes.ts";
import { fault } from "./faults.ts";
import { changeItems } from "./list_items.ts";
import { createList, postToList } from "./list_property.ts";
import { byteLength, type CollectedList, collectLists, isListRow } from "./list_rows.ts";
import { permits } from "./permissions.ts";
import { checkName, PROPERTY, shownText, storedJson } from "./property.ts";
import { type ActorRequest, forKnown, forOwner, type Methods, requirePermission, resource } from "./resource.ts";
import { listMetadata, validated } from "./schemas.ts";
import type { Service } from "./service.ts";

const PROPERTIES: Methods = { GET: forKnown(readAll), POST: forKnown(writeMany), DELETE: forOwner(deleteAll) };
/** Only a list, or its `/items`, is posted to. */
const LIST: Methods = { ...PROPERTY, POST: forKnown(postToList) };

/** Adds the routes of all properties and of each. */
export function properties(app: Hono, service: Service): void {
  app.all("/:id/properties/*", resource(service, 2, methodsOf));
}

function methodsOf(names: readonly string[]): Methods {
  if (names.length === 0) return PROPERTIES;
  return names.length === 1 || (names.length === 2 && names[1] === "items") ? LIST : PROPERTY;
}

async function readAll(request: ActorRequest): Promise<Response> {
  const { c, service, actorId } = request;
  const { format = "short", metadata } = c.req.query();
  if (metadata !== undefined && c.req.query("format") !== undefined) {
    throw fault(400, "invalid", "format and metadata cannot be used together");
  }
  if (format !== "short" && format !== "full") throw fault(400, "invalid", "format must be short or full");
  const rules = await request.permissions();
  const isOpen = (name: string) => rules === null || permits(rules, name, "read");
  const rows = await service.store.properties.all(actorId, { includeLists: true });
  const lists = new Map([...collectLists(rows)].filter(([name]) => isOpen(name)));
  const plain = rows.filter((row) => !isListRow(row) && isOpen(row.name));
  if (metadata === "true") return json(metadataOf(plain, lists));
  // Written by hand, because an object would not keep the order of names such as "10".
  const fields = plain.map(({ name, value }) => {
    const { text, isJson } = shownText(value);
    return `${JSON.stringify(name)}:${isJson ? text : JSON.stringify(text)}`;
  });
  for (const [name, list] of lists) fields.push(`${JSON.stringify(name)}:${listText(list, format)}`);
  return jsonText(`{${fields.join(",")}}`);
}

function listText({ items, description, explanation }: CollectedList, format: string): string {
  const fields = [`"_list":true,"count":${items.length}`];
  if (format === "full") {
    fields.push(`"description":${JSON.stringify(description)},"explanation":${JSON.stringify(explanation)}`);
    const shown = items.map(shownText).map(({ text, isJson }) => isJson ? text : JSON.stringify(text));
    fields.push(`"items":[${shown.join(",")}]`);
  }
  return `{${fields.join(",")}}`;
}

function metadataOf(plain: readonly Property[], lists: ReadonlyMap<string, CollectedList>): Json {
  const shown = [...lists].map(([name, { items, bytes, description, explanation }]) => {
    return [name, { count: items.length, total_bytes: bytes, description, explanation }] as const;
  });
  return {
    simple: {
      properties: plain.map(({ name }) => name),
      total_bytes: plain.reduce((sum, { value }) => sum + byteLength(value), 0),
    },
    lists: Object.fromEntries(shown),
  };
}

/** Stores all fields, or none when one of them cannot be stored. A `null` deletes. */
async function writeMany(request: ActorRequest): Promise<Response> {
  const fields = await readFields(request.service, request.c);
  if (fields.size === 0) throw fault(403, "forbidden", "the body must have at least one property");
  const values = new Map<string, Json>();
  const newLists = new Map<string, { readonly description?: string; readonly explanation?: string }>();
  const changes = new Map<string, readonly Json[]>();
  for (const [name, value] of fields) {
    checkName(name, 400);
    await requirePermission(request, name, "write");
    const object = objectOf(value);
    if (object?._type === "list") newLists.set(name, validated(listMetadata, new Map(Object.entries(object))));
    else if (Array.isArray(object?.items)) changes.set(name, object.items as readonly Json[]);
    else values.set(name, value);
  }
  await refuseCollisions(request, [...values.keys(), ...changes.keys()], [...newLists.keys()]);
  const answer = new Map<string, Json>();
  // Checked whole before anything is written.
  const applied = await Promise.all([...changes].map(async ([name, items]) => {
    return [name, await changeItems(request, name, items)] as const;
  }));
  await writeValues(request, values);
  for (const [name, metadata] of newLists) await createList(request, name, metadata);
  for (const [name, value] of values) if (value !== null && value !== "") answer.set(name, value);
  for (const name of newLists.keys()) answer.set(name, "[Empty list property created]");
  for (const [name, apply] of applied) answer.set(name, await apply());
  return jsonText(compactJson(Object.fromEntries(answer)), 201);
}

/** A list and a property never have the same name. */
async function refuseCollisions(
  { service, actorId }: ActorRequest,
  plain: readonly string[],
  lists: readonly string[],
): Promise<void> {
  // One name is checked by the write itself.
  if (plain.length + lists.length === 1) return;
  const rows = [...plain.map(metadataName), ...lists];
  const found = await service.store.properties.getMany(actorId, rows);
  const taken = [...plain, ...lists].find((_, position) => found.has(rows[position]!));
  if (taken !== undefined) {
    throw fault(409, "conflict", `${taken} exists as ${plain.includes(taken) ? "a list" : "a property"}`);
  }
}

async function writeValues(request: ActorRequest, values: ReadonlyMap<string, Json>): Promise<void> {
  const { service: { store }, actorId } = request;
  if (values.size === 0) return;
  const entries = [...values].map(([name, value]): [string, string] => {
    return [name, value === null ? "" : typeof value === "string" ? value : pythonJson(value)];
  });
  const [first] = entries;
  if (entries.length === 1 && first![1] !== "") await setPlainProperty(store, actorId, ...first!);
  else {
    await store.properties.setMany(actorId, entries);
    await takeBackCollisions(request, entries);
  }
  // As it is read: a text that is JSON is stored as that JSON is.
  const changes = entries.map(([name, text]) => [name, storedJson(text) ?? text] as const);
  const [[name, value]] = changes as [readonly [string, Json]];
  if (changes.length === 1) await registerChange(request, [name], value);
  else await registerChange(request, [], Object.fromEntries(changes));
}

/** Lists that were made while the properties were written: as where one property is written, one of both sees the other. */
async function takeBackCollisions({ service, actorId }: ActorRequest, entries: readonly [string, string][]) {
  const { properties } = service.store;
  const found = await properties.getMany(actorId, entries.map(([name]) => metadataName(name)));
  const taken = entries.filter(([name]) => found.has(metadataName(name)));
  if (taken.length === 0) return;
  for (const [name, value] of taken) if (value !== "") await properties.deleteIfEquals(actorId, name, value);
  throw new StoreError("conflict", "properties.setMany", "a list has one of these names");
}

async function deleteAll(request: ActorRequest): Promise<Response> {
  const { service, actorId } = request;
  const { properties } = service.store;
  const rows = await properties.all(actorId);
  await properties.deleteAll(actorId, { includeLists: false });
  if (rows.length > 0) await registerChange(request, [], Object.fromEntries(rows.map(({ name }) => [name, ""])));
  return noContent();
}

function objectOf(value: Json): { readonly [key: string]: Json } | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as { readonly [key: string]: Json }
    : undefined;
}
