/**
 * How the tables of this folder say what a method takes.
 *
 * @module
 */

import * as limits from "../model/limits.ts";
import * as check from "./check.ts";

/** What a check may need to know. */
export interface At {
  /** The method, e.g. `properties.get`, for errors. */
  readonly operation: string;
  /** Names of properties with a reverse lookup. */
  readonly indexed: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Checks one argument and gives it in the form that backends get; `before` are the checked ones before it. */
export type Check = (at: At, value: unknown, before: readonly unknown[]) => unknown;
/** Checks the options that a method has of its own and gives those that backends get; `args` are checked. */
export type OptionsCheck = (at: At, options: Readonly<Record<string, unknown>>, args: readonly unknown[]) => object;

/** What a method takes beside the options of every call. */
export interface Method {
  /** One check per argument. */
  readonly args: readonly Check[];
  /** Options of its own. */
  readonly options?: OptionsCheck;
  /** Bytes of the position in a cursor at most. Default: those of a property's name, as no sort key is longer. */
  readonly positionBytes?: number;
  /** What a call about no rows at all answers, without asking the backend. Default: by the method's name. */
  readonly nothing?: () => unknown;
}

/** The methods of a part of the contract. */
export type Methods<Part> = { readonly [Name in keyof Part]: Method };

/** A method with these arguments. */
export function method(...args: Check[]): Method {
  return { args };
}

/** A method with these arguments and options of its own. */
export function methodWith(options: OptionsCheck, ...args: Check[]): Method {
  return { args, options };
}

/** Options that are checked where they are given and else left out. */
export function optional(checks: { readonly [name: string]: Check }): OptionsCheck {
  return (at, options) => {
    const given: Record<string, unknown> = {};
    for (const [name, test] of Object.entries(checks)) {
      if (options[name] !== undefined) given[name] = test(at, options[name], []);
    }
    return given;
  };
}

/** An option that the keys of a walk begin with; a cursor with a key that begins otherwise is of another walk. */
export function leading(name: string, test: Check): OptionsCheck {
  return (at, options) => {
    const { [name]: given, cursor } = options;
    if (given === undefined) return {};
    const first = test(at, given, []);
    if (typeof cursor === "string" && !cursor.startsWith(`${first}:`)) {
      check.refuse(at.operation, "cursor", `of a walk with the same ${name}`);
    }
    return { [name]: first };
  };
}

type Test = (operation: string, argument: string, value: unknown) => unknown;

/** A check with the argument's name. */
export function named(argument: string, test: Test): Check {
  return ({ operation }, value) => test(operation, argument, value);
}

/** An actor's id. */
export const actorId: Check = named("actorId", check.key);
/** A peer's id. */
export const peerId: Check = named("peerId", check.key);

/** One check per field of a row. */
export type FieldChecks<Fields> = { readonly [Name in keyof Fields]-?: Test };

/** The fields of a kind of row. */
export interface Row<Fields> {
  /** What the argument is called, e.g. `trust`. */
  readonly argument: string;
  /** One check per field. */
  readonly checks: FieldChecks<Fields>;
  /** What a new row has where nothing is given; a field without is required. */
  readonly defaults?: Partial<Fields>;
  /** The texts without a limit of their own, which share what an item holds beside all others at their limits. */
  readonly long: readonly (keyof Fields & string)[];
  /** Bytes of an item that all others take at their limits. Default 4,096. */
  readonly others?: number;
}

/** A whole new row. */
export function created<Fields extends object>(row: Row<Fields>): Check {
  const { argument, checks } = row;
  const names = Object.keys(checks) as (keyof Fields & string)[];
  const absent = Object.fromEntries(names.map((name) => [name, row.defaults?.[name] ?? null]));
  return ({ operation }, value) => {
    const given = check.known(operation, argument, value, checks);
    const fields: Partial<Fields> = {};
    for (const name of names) {
      const part = Object.hasOwn(given, name) ? given[name] : undefined;
      fields[name] = checks[name](operation, name, part === undefined ? absent[name] : part) as Fields[typeof name];
    }
    return sized(operation, row, fields);
  };
}

/** Some fields of a row that is there, at least one. */
export function changed<Fields extends object>(row: Row<Fields>): Check {
  return ({ operation }, value) => sized(operation, row, check.given(operation, "fields", value, row.checks));
}

/** Each long text has its share of the item, so that fields which are written one by one fit together, too. */
function sized<Fields extends object>(operation: string, row: Row<Fields>, fields: Partial<Fields>): Partial<Fields> {
  const share = Math.floor((limits.ITEM_BYTES - (row.others ?? 4_096)) / row.long.length);
  for (const name of row.long) {
    const value = fields[name];
    if (typeof value === "string" && check.bytes(value) > share) check.tooLarge(operation, name, `${share} bytes`);
  }
  return fields;
}
