/** What the methods of {@linkcode Properties} take. @module */

import type { Properties } from "../store.ts";
import * as check from "./check.ts";
import { actorId, type At, type Check, method, type Methods, methodWith, named, optional } from "./method.ts";

const name = named("name", check.propertyName);
const lower = named("lower", check.propertyName);
const upper = named("upper", check.propertyName);
const expected = named("expected", check.text);
const names: Check = ({ operation }, value) =>
  check.each(operation, "names", value, (each) => check.propertyName(operation, "names", each));
const limit = optional({
  limit: ({ operation }, value) => check.whole(operation, "limit", value, 1, Number.MAX_SAFE_INTEGER),
});
const lists = optional({ includeLists: named("includeLists", check.truth) });

/** A text that fits into an item with its name and actor; maybe empty, which deletes. */
function written({ operation, indexed }: At, given: unknown, actor: string, property: string): string {
  const checked = check.text(operation, "value", given);
  check.item(operation, "value", { id: actor, name: property, value: checked });
  return indexed.has(property) ? check.indexedValue(operation, checked) : checked;
}

const value: Check = (at, given, before) => written(at, given, before[0] as string, before[1] as string);
const filled: Check = (at, given, before) => check.filled(at.operation, "value", value(at, given, before) as string);
const entries: Check = (at, given, [actor]) =>
  check.pairs(
    at.operation,
    "entries",
    given,
    (each) => check.propertyName(at.operation, "name", each),
    (each, property) => written(at, each, actor as string, property),
  );

const prefix: Check = ({ operation }, given) => given === "" ? "" : check.propertyName(operation, "prefix", given);

/** The methods. */
export const properties: Methods<Properties> = {
  get: method(actorId, name),
  getMany: method(actorId, names),
  set: method(actorId, name, value),
  setMany: method(actorId, entries),
  delete: method(actorId, name),
  deleteMany: method(actorId, names),
  createIfAbsent: method(actorId, name, filled),
  setIfEquals: method(actorId, name, expected, filled),
  deleteIfEquals: method(actorId, name, expected),
  range: methodWith(limit, actorId, lower, upper),
  rangeNames: methodWith(limit, actorId, lower, upper),
  last: method(actorId, lower, upper),
  prefix: methodWith(limit, actorId, prefix),
  all: methodWith(lists, actorId),
  pages: methodWith(lists, actorId),
  deleteAll: methodWith((at, options) => ({ includeLists: true, ...lists(at, options, []) }), actorId),
};
