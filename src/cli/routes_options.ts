/**
 * Options of the routes, from a command's arguments and the environment. An argument comes first.
 *
 * @module
 */

import { lookup } from "node:dns/promises";
import type { RoutesOptions } from "../http/mod.ts";
import { type Arguments, type Option, type Setting, type Shell, UsageError } from "./command.ts";

/** An option with a value. */
interface Text {
  readonly environment: string;
  readonly value: string;
  readonly text: string;
  /** What is wrong with a value, or `null`. */
  refusal(given: string): string | null;
}

const TEXTS: Readonly<Record<string, Text>> = {
  "base-url": {
    environment: "ACTINGWEB_BASE_URL",
    value: "URL",
    text: "URL that clients and peers use, when it is another one. Default: taken from each request.",
    refusal: (given) =>
      /^https?:\/\//i.test(given) && URL.canParse(given) ? null : "must be a URL that begins with http:// or https://",
  },
  type: {
    environment: "ACTINGWEB_TYPE",
    value: "URN",
    text: "URN of the mini-application, shown to peers. Default: urn:actingweb:actingweb-edge.",
    refusal: (given) =>
      /^urn:\S+$/i.test(given) && given.length <= 255 ? null : "must be a URN such as urn:actingweb:x",
  },
};

const FLAGS: Readonly<Record<string, { readonly environment: string; readonly text: string }>> = {
  "unique-creator": {
    environment: "ACTINGWEB_UNIQUE_CREATOR",
    text: "Gives each creator one actor, which the passphrase opens again.",
  },
  "process-callbacks": {
    environment: "ACTINGWEB_PROCESS_CALLBACKS",
    text: "Keeps copies of what peers send about the subscriptions to them.",
  },
  "allow-private-peers": {
    environment: "ACTINGWEB_ALLOW_PRIVATE_PEERS",
    text: "Calls peers on http and on private addresses, too: for development and tests.",
  },
};

const YES: readonly string[] = ["true", "1", "yes"];
const NO: readonly string[] = ["false", "0", "no"];

/** The options of the command. */
export const ROUTES_OPTIONS: Readonly<Record<string, Option>> = {
  ...Object.fromEntries(Object.entries(TEXTS).map(([name, { value, text }]) => [name, { value, text }])),
  ...Object.fromEntries(Object.entries(FLAGS).map(([name, { text }]) => [name, { text }])),
};

/** Their names in the environment. */
export const ROUTES_SETTINGS: readonly Setting[] = [
  ...Object.entries(TEXTS).map(([name, { environment }]) => ({
    name: environment,
    text: `The same as --${name}.`,
  })),
  ...Object.entries(FLAGS).map(([name, { environment }]) => ({
    name: environment,
    text: `true: the same as --${name}. Default: false.`,
  })),
];

/**
 * Reads the options.
 *
 * @throws {UsageError} Naming what is wrong
 */
export function routesOptions({ values, flags }: Arguments, environment: Shell["environment"]): RoutesOptions {
  const text = (name: string) => textOf(name, values[name], environment);
  const flag = (name: string) => flags.has(name) || isSet(FLAGS[name]!.environment, environment);
  return {
    baseUrl: text("base-url"),
    type: text("type"),
    uniqueCreator: flag("unique-creator"),
    processCallbacks: flag("process-callbacks"),
    allowPrivatePeers: flag("allow-private-peers"),
    resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  };
}

function textOf(name: string, given: string | undefined, environment: Shell["environment"]): string | undefined {
  const { environment: setting, refusal } = TEXTS[name]!;
  const value = given ?? (environment[setting] || undefined);
  const reason = value === undefined ? null : refusal(value);
  if (reason !== null) throw new UsageError(`${given === undefined ? setting : `--${name}`} ${reason}`);
  return value;
}

function isSet(setting: string, environment: Shell["environment"]): boolean {
  const given = (environment[setting] ?? "").toLowerCase();
  if (given !== "" && !YES.includes(given) && !NO.includes(given)) {
    throw new UsageError(`${setting} must be true or false`);
  }
  return YES.includes(given);
}
