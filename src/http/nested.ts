/**
 * Paths into JSON objects. Nothing is changed in place; only objects have parts, arrays are values.
 *
 * @module
 */

import type { Json } from "../store.ts";

type JsonObject = { readonly [key: string]: Json };

/** The value at a path, or `undefined` when a step is missing. */
export function valueAt(json: Json | undefined, path: readonly string[]): Json | undefined {
  let value = json;
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** A value inside an object for each step of a path. */
export function wrapped(path: readonly string[], value: Json): Json {
  return path.reduceRight<Json>((inner, key) => ({ [key]: inner }), value);
}

/** Two values in one: the parts of objects together, anything else replaced by the second. */
export function merged(first: Json | undefined, second: Json): Json {
  if (!isObject(first) || !isObject(second)) return second;
  const parts = Object.entries(second).map(([key, value]) => {
    return [key, merged(Object.hasOwn(first, key) ? first[key] : undefined, value)] as const;
  });
  return { ...first, ...Object.fromEntries(parts) };
}

/** The value without what is at a path, or `undefined` when nothing is there. */
export function without(json: Json | undefined, [key, ...rest]: readonly string[]): Json | undefined {
  if (key === undefined || !isObject(json) || !Object.hasOwn(json, key)) return undefined;
  const parts = Object.entries(json);
  if (rest.length === 0) return Object.fromEntries(parts.filter(([name]) => name !== key));
  const inner = without(json[key], rest);
  if (inner === undefined) return undefined;
  return Object.fromEntries(parts.map(([name, part]) => [name, name === key ? inner : part]));
}

function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
