/** Checks of the arguments of {@linkcode Properties}. @module */

import type { Call } from "../backend.ts";
import type { Shell } from "../guard.ts";
import type { Properties, PropertyOptions, RangeOptions } from "../store.ts";
import * as check from "./check.ts";

/** The guarded part. */
export function guardProperties({ backend: { properties }, indexed, run, walk }: Shell): Properties {
  const id = (call: Call, actorId: unknown) => check.key(call.operation, "actorId", actorId);
  const named = (call: Call, name: unknown) => check.propertyName(call.operation, name);

  function written(call: Call, actorId: string, name: string, value: unknown): string {
    const checked = check.text(call.operation, "value", value);
    check.item(call.operation, "value", { id: actorId, name, value: checked });
    return indexed.has(name) ? check.indexedValue(call.operation, checked) : checked;
  }

  function nonEmpty(call: Call, actorId: string, name: string, value: unknown): string {
    const checked = written(call, actorId, name, value);
    return checked === "" ? check.refuse(call.operation, "value", "a string of at least one character") : checked;
  }

  return {
    get: (actorId, name, options) =>
      run("properties.get", options, (call) => properties.get(id(call, actorId), named(call, name), call)),
    getMany: (actorId, names, options) =>
      run("properties.getMany", options, (call) => {
        const checked = check.each(call.operation, "names", names, (name) => named(call, name));
        return checked.length === 0
          ? Promise.resolve(new Map<string, string>())
          : properties.getMany(id(call, actorId), checked, call);
      }),
    set: (actorId, name, value, options) =>
      run("properties.set", options, async (call) => {
        const actor = id(call, actorId);
        const property = named(call, name);
        const text = written(call, actor, property, value);
        // The reference's rule: an empty text is no property.
        if (text === "") await properties.delete(actor, property, call);
        else await properties.set(actor, property, text, call);
      }),
    setMany: (actorId, entries, options) =>
      run("properties.setMany", options, async (call) => {
        const actor = id(call, actorId);
        const checked = check.pairs(call.operation, "entries", entries, (name, value) => {
          const property = named(call, name);
          written(call, actor, property, value);
          return property;
        });
        const emptied = [...checked].filter(([, value]) => value === "").map(([name]) => name);
        for (const name of emptied) checked.delete(name);
        if (checked.size > 0) await properties.setMany(actor, checked, call);
        if (emptied.length > 0) await properties.deleteMany(actor, emptied, call);
      }),
    delete: (actorId, name, options) =>
      run("properties.delete", options, (call) => properties.delete(id(call, actorId), named(call, name), call)),
    deleteMany: (actorId, names, options) =>
      run("properties.deleteMany", options, async (call) => {
        const actor = id(call, actorId);
        const checked = check.each(call.operation, "names", names, (name) => named(call, name));
        if (checked.length > 0) await properties.deleteMany(actor, checked, call);
      }),
    createIfAbsent: (actorId, name, value, options) =>
      run("properties.createIfAbsent", options, (call) => {
        const actor = id(call, actorId);
        const property = named(call, name);
        return properties.createIfAbsent(actor, property, nonEmpty(call, actor, property, value), call);
      }),
    setIfEquals: (actorId, name, expected, value, options) =>
      run("properties.setIfEquals", options, (call) => {
        const actor = id(call, actorId);
        const property = named(call, name);
        const text = nonEmpty(call, actor, property, value);
        return properties.setIfEquals(actor, property, check.text(call.operation, "expected", expected), text, call);
      }),
    deleteIfEquals: (actorId, name, expected, options) =>
      run("properties.deleteIfEquals", options, (call) => {
        const text = check.text(call.operation, "expected", expected);
        return properties.deleteIfEquals(id(call, actorId), named(call, name), text, call);
      }),
    range: (actorId, lower, upper, options) =>
      run(
        "properties.range",
        options,
        (call) => properties.range(id(call, actorId), ...bounds(call, lower, upper), ranged(call, options)),
      ),
    rangeNames: (actorId, lower, upper, options) =>
      run(
        "properties.rangeNames",
        options,
        (call) => properties.rangeNames(id(call, actorId), ...bounds(call, lower, upper), ranged(call, options)),
      ),
    last: (actorId, lower, upper, options) =>
      run(
        "properties.last",
        options,
        (call) => properties.last(id(call, actorId), ...bounds(call, lower, upper), call),
      ),
    prefix: (actorId, prefix, options) =>
      run("properties.prefix", options, async (call) => {
        const actor = id(call, actorId);
        if (prefix === "") return [];
        return await properties.prefix(
          actor,
          check.propertyName(call.operation, prefix, "prefix"),
          ranged(call, options),
        );
      }),
    all: (actorId, options) =>
      run("properties.all", options, (call) => properties.all(id(call, actorId), lists(call, options, false))),
    pages: (actorId, options) =>
      walk("properties.pages", options, (call) => properties.page(id(call, actorId), lists(call, options, false))),
    deleteAll: (actorId, options) =>
      run(
        "properties.deleteAll",
        options,
        (call) => properties.deleteAll(id(call, actorId), lists(call, options, true)),
      ),
  };
}

function bounds(call: Call, lower: unknown, upper: unknown): [lower: string, upper: string] {
  return [check.propertyName(call.operation, lower, "lower"), check.propertyName(call.operation, upper, "upper")];
}

function ranged(call: Call, options: RangeOptions | undefined): Call & { limit?: number } {
  if (options?.limit === undefined) return call;
  return { ...call, limit: check.whole(call.operation, "limit", options.limit, 1, Number.MAX_SAFE_INTEGER) };
}

function lists<Given extends Call>(
  call: Given,
  options: PropertyOptions | undefined,
  unlessTold: boolean,
): Given & { includeLists: boolean } {
  return { ...call, includeLists: check.truth(call.operation, "includeLists", options?.includeLists ?? unlessTold) };
}
